# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges what was said while devices came and went: the files below out/use.d/storm, made by a scenario's `use`.

    runs.*                  NAME STATUS BEGUN ENDED (seconds), a line for each run; NAME and NAME.err are what it printed
    ../storm.before.json, ../storm.after.json    `check -J` before and after
    watch, watch-J          what `watch -v` and `watch -J` said meanwhile
    memory                  lines TIME KIB KIB: what the two had of memory
    times                   how often what was done

A run's answer may be that it could not look; it may not be false. The scenario's `expect` says what may be true only
meanwhile: `storm finding ID`, `storm driver DEVICE NAME...` (`none`: it has none), `storm refused DEVICE TEXT`.
"""
import collections
import glob
import json
import os
import re

PATIENCE = 120   # seconds that a run may take
ROOM = 1024     # KiB that `watch` may have more than at the beginning
NOT_THERE = re.compile("no IOMMU group|No IOMMU|in no IOMMU group|without an IOMMU")
NEVER_THE_SAME = "devices came and went"


class Host:
    """What one document says of groups and devices."""

    def __init__(self, data):
        self.data = data
        self.devices = {d["name"]: d for d in data.get("devices", [])}
        groups = {g["id"]: g for g in data.get("groups", [])}
        self.regions = {}
        for name, device in self.devices.items():
            group = groups.get(device.get("group"))
            if group and group["regions_state"] == "read":
                self.regions[name] = sorted((r["first"], r["last"], r["type"]) for r in data.get("regions", [])
                                            if r["group"] == group["id"])

    def findings(self):
        """Without the numbers of groups, which change."""
        return sorted((f["severity"], f["id"], re.sub(r"[Gg]roup \d+", "group", f["message"]), tuple(f["devices"]))
                      for f in self.data.get("findings", []))

    def state(self):
        return {name: (d.get("driver"), d["assign"]["vfio"]["verdict"], d["assign"]["iommufd"]["verdict"],
                       self.regions.get(name)) for name, d in self.devices.items()}


class Claims:
    """What may be said meanwhile."""

    def __init__(self, lines, before):
        self.before = before
        self.findings = {f[1] for f in before.findings()}
        self.drivers = {name: {d.get("driver")} for name, d in before.devices.items()}
        self.refused = collections.defaultdict(set)
        for name, device in before.devices.items():
            for via in ("vfio", "iommufd"):
                self.refused[name].add(device["assign"][via].get("reason") or "-")
        for line in lines:
            words = line.split()
            if words[:2] == ["storm", "finding"]:
                self.findings.add(words[2])
            elif words[:2] == ["storm", "driver"]:
                self.drivers.setdefault(words[2], set()).update(None if w == "none" else w for w in words[3:])
            elif words[:2] == ["storm", "refused"]:
                self.refused[words[2]].add(" ".join(words[3:]))
        self.lists = list(before.regions.values())

    def wrong(self, host):
        for finding in host.findings():
            if finding[1] not in self.findings:
                yield f"finding {finding[1]}: {finding[2]}"
        absence = host.data.get("absence")
        if absence and absence["cause"] != "not-readable":
            yield f"absence: {absence['text']}"
        for name, device in host.devices.items():
            if device.get("driver") not in self.drivers.get(name, ()):
                yield f"{name} has the driver {device.get('driver')}"
            lists = [self.before.regions[name]] if name in self.before.regions else self.lists
            if name in host.regions and host.regions[name] not in lists:
                yield f"{name} has the regions {host.regions[name]}"
            for via in ("vfio", "iommufd"):
                said = device.get("assign", {}).get(via, {})
                if said.get("verdict") == "refused" and not any(r in said["reason"] for r in self.refused[name]):
                    yield f"{name} is refused ({via}): {said['reason']}"


class Run:
    def __init__(self, folder, line):
        self.name, status, begun, ended = line.split()
        self.what = re.sub(r"\.[a-z]\d+$", "", self.name)
        self.status, self.seconds = int(status), float(ended) - float(begun)
        self.text, self.errors = (read(os.path.join(folder, self.name + end)) for end in ("", ".err"))

    def is_json(self):
        return "-J" in self.what or self.what == "snapshot"

    def problems(self, claims):
        if self.status not in range(4):
            yield f"status {self.status} after {self.seconds:.0f} s"
            return
        if self.seconds > PATIENCE:
            yield f"{self.seconds:.0f} s"
        for text in (self.text, self.errors):
            if any(ord(c) < 32 and c != "\n" or 127 <= ord(c) < 160 for c in text):
                yield "control characters"
        if NOT_THERE.search(self.errors) or not self.is_json() and NOT_THERE.search(self.text):
            yield "no IOMMU: " + (NOT_THERE.search(self.errors) or NOT_THERE.search(self.text)).group()
        if self.is_json() and (self.text or self.status < 3):
            yield from self.problems_of_document(claims)

    def problems_of_document(self, claims):
        try:
            data = json.loads(self.text)
        except ValueError as error:
            yield f"no JSON: {error}"
            return
        if data.get("exit_status", self.status) != self.status:
            yield f"exit status {self.status}, not {data['exit_status']}"
        if self.what != "snapshot":
            yield from claims.wrong(Host(data))


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


# --- watch ---

def after_text(text, devices):
    """The devices with their drivers, once all that `watch` said has happened to them."""
    devices = dict(devices)
    for line in text.splitlines():
        change = re.match(r"\S+ ([-+~]) device (.*?): (\S+:.*)$", line)
        if not change:
            continue
        names = re.findall(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", change[3])
        driver = re.search(r"driver (\S+)$", change[2])
        changed = re.match(r"driver: (\S+) -> (\S+)$", line.split(" device ", 1)[1].rsplit(": ", 1)[0])
        for name in names:
            if change[1] == "-":
                devices.pop(name, None)
            elif change[1] == "+":
                devices[name] = driver[1] if driver else "none"
            elif changed:
                devices[name] = changed[2]
    return devices


def after_json(text, devices):
    devices = dict(devices)
    for line in text.splitlines():
        for difference in json.loads(line)["differences"]:
            name = difference["name"]
            if difference["kind"] != "device":
                continue
            if difference["change"] == "went":
                devices.pop(name, None)
            elif difference["change"] == "came":
                devices[name] = "none"
            elif difference.get("what") == "driver":
                devices[name] = difference["now"]
    return devices


def drivers(host):
    return {name: device.get("driver") or "none" for name, device in host.devices.items()}


def watch_problems(folder, before, after):
    for name, replay in (("watch", after_text), ("watch-J", after_json)):
        text, wanted = read(os.path.join(folder, name)), drivers(after)
        if any(ord(c) < 32 and c != "\n" for c in text):
            yield f"{name}: control characters"
        try:
            there = replay(text, drivers(before))
        except (ValueError, KeyError) as error:
            yield f"{name}: {error}"
            continue
        if name == "watch-J":  # of a device that came JSON has no driver
            there = {n: wanted.get(n) if d == "none" else d for n, d in there.items()}
        if there != wanted:
            yield f"{name}: {sorted(set(there.items()) ^ set(wanted.items()))}"


def memory_problems(folder):
    samples = [line.split() for line in read(os.path.join(folder, "memory")).splitlines()]
    samples = [list(map(int, s[1:])) for s in samples if len(s) == 3]
    if len(samples) < 4:
        return ["no samples of memory"]
    # in the middle of a look there is more
    part = max(len(samples) // 4, 2)
    pairs = [(min(s[i] for s in samples[:part]), min(s[i] for s in samples[-part:])) for i in (0, 1)]
    print(f"# storm memory of watch: {pairs[0][0]} to {pairs[0][1]} KiB, as JSON {pairs[1][0]} to {pairs[1][1]} KiB")
    return [f"{first} KiB become {last}" for first, last in pairs if last > first + ROOM]


# --- all ---

def tell(runs, folder):
    by_status = collections.Counter((run.what, run.status) for run in runs)
    print("# storm runs: " + ", ".join(f"{what} {n} with {status}" for (what, status), n in sorted(by_status.items())))
    print("# storm times: " + " ".join(read(os.path.join(folder, "times")).split()))
    gaps = collections.Counter()
    for run in runs:
        if run.is_json() and run.what != "snapshot" and run.text:
            for source in json.loads(run.text).get("sources", []):
                if source["state"] in ("denied", "broken"):
                    gaps[f"{re.sub('[0-9a-f:.]*[0-9][0-9a-f:.]*', 'N', source['path'])} "
                         f"({source.get('detail') or source.get('errno')})"] += 1
    for gap, n in gaps.most_common(20):
        print(f"# storm gap: {n} {gap}")
    print(f"# storm longest: {max(run.seconds for run in runs):.1f} s; "
          f"{sum(NEVER_THE_SAME in run.text + run.errors for run in runs)} runs never saw the same twice")


def judge(out, lines, result):
    """result(WHAT, PROBLEMS) prints one result."""
    folder = os.path.join(out, "use.d", "storm")
    before, after = (Host(json.loads(read(os.path.join(out, "use.d", f"storm.{when}.json")) or "{}"))
                     for when in ("before", "after"))
    claims = Claims(lines, before)
    runs = [Run(folder, line) for path in sorted(glob.glob(os.path.join(folder, "runs.*")))
            for line in read(path).splitlines()]
    problems = [f"{run.name}: {problem}" for run in runs for problem in run.problems(claims)]
    result(f"{len(runs)} runs while devices come and go", problems if runs else ["none"])
    result("afterwards the findings are those of before",
           [f"{b} became {a}" for b, a in [(before.findings(), after.findings())] if b != a])
    states = [before.state(), after.state()]
    result("and so are devices, drivers, regions and verdicts",
           [f"{n}: {states[0].get(n)} became {states[1].get(n)}" for n in sorted(set(states[0]) | set(states[1]))
            if states[0].get(n) != states[1].get(n)] if before.devices else ["no device before"])
    result("what watch told adds up to that", list(watch_problems(folder, before, after)))
    result("the memory of watch is flat", memory_problems(folder))
    if runs:
        tell(runs, folder)
