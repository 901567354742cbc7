# SPDX-License-Identifier: GPL-2.0-or-later
"""properties.py SRCDIR DIR: asks DIR/iommu-resv about each device of each host.

The hosts are the cases, their guests and the examples: a snapshot is taken once of each,
and answers all questions. Each demand below is one test point. A question that breaks a
demand is shown with what is needed to ask it again.
"""
import collections
import concurrent.futures
import glob
import json
import os
import re
import subprocess
import sys

SRCDIR, TMP = sys.argv[1:3]
PROGRAM = TMP + "/iommu-resv"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
JOBS = 2
SHOWN = 25  # violations of a demand that are shown, of each host the first
SECONDS = 60  # for one question; a program with sanitizers is slow
# with sanitizers every third case is asked: a question takes ten times as long
EVERY = 3 if os.environ.get("SANITIZE_FLAGS", "").strip() else 1

DEMANDS = {
    "asked": "each device can be asked about, and the answer is a status and a document",
    "members": "a finding tells its victims and its culprits apart",
    "refused": "a device for user space that is refused: exit status 2, by a finding about it",
    "unknown": "a device for user space of which the answer is unknown: exit status 3, and why",
    "same": "text, -q and JSON say the same",
    "once": "a DMA fault of the log is evidence of one finding",
    "narrowed": "a narrower question changes no answer and hides no finding of the device",
    "left-out": "rules that were left out are named by the verdict",
    "obstacles": "a refusal has its obstacles, the first of them as the kernel says it",
    "basis": "no answer is a guess: each says by what it is known, or what is missing",
    "sysroot": "a tree and its snapshot are judged alike",
}

WORDS = {"CRITICAL": "critical", "ERROR": "error", "WARNING": "warning", "NOTE": "info",
         "INFO": "info"}
WORST = [0, 1, 3, 2]  # exit statuses, the worst last
FINDING = re.compile(r"(CRITICAL|ERROR|WARNING|NOTE|INFO) ([a-z0-9-]+)\b(.*)$")
VERDICT = re.compile(r"Verdict +([A-Z]+)\b(.*)$")
COUNT = re.compile(r"(\d+) (critical|error|warning|note)s?\b")
# lines of the drivers of IOMMUs about one DMA fault
FAULT = re.compile(r"DMAR: \[(DMA|INTR-REMAP)|AMD-Vi: Event logged \[|Blocked unknown Stream ID|"
                   r"Unhandled context fault: |arm-smmu-v3 \S+ event(:| 0x)| fault from EP ")
VERDICT_WORDS = {0: {"OK"}, 1: {"WARNING", "INFO", "NOTE"}, 2: {"ERROR", "CRITICAL"},
                 3: {"UNKNOWN"}}

Result = collections.namedtuple("Result", "host devices questions doubtful passed violations "
                                "problem")


def squeezed(text):
    return " ".join(text.split()).lower()


class Document:
    """What -J printed."""

    def __init__(self, question, status, value):
        self.question = question
        self.status = status
        self.value = value
        self.findings = value["findings"]
        self.devices = {d["name"]: d for d in value["devices"]}
        self.keys = [(f["severity"], f["id"], f["group"]) for f in self.findings]

    def without_source(self):
        return {k: v for k, v in self.value.items() if k != "source"}


class Text:
    """What was printed for people: blocks of findings, a table, a verdict."""

    def __init__(self, question, status, text):
        self.question = question
        self.status = status
        self.text = text
        self.blocks = []
        self.table = {}
        self.verdict, self.verdict_word = "", ""
        lines = text.split("\n")
        for i, line in enumerate(lines):
            if FINDING.match(line):
                end = next((k for k in range(i, len(lines)) if not lines[k]), len(lines))
                self.blocks.append("\n".join(lines[i:end]))
            elif line.startswith("DEVICE ") and "IOMMUFD" in line:
                self.read_table(line, lines[i + 1:])
            elif VERDICT.match(line):
                end = next((k for k in range(i, len(lines)) if lines[k].startswith("Next ")), len(lines))
                self.verdict = squeezed(" ".join(lines[i:end]))
                self.verdict_word = VERDICT.match(line).group(1)

    def read_table(self, head, rows):
        vfio, iommufd = head.index("VFIO"), head.index("IOMMUFD")
        for row in rows:
            if not row:
                break
            self.table[row.split()[0]] = (row[vfio:iommufd].strip(), row[iommufd:].strip())

    def row(self, name):
        return self.table.get(name) or self.table.get(name.removeprefix("0000:"))


class Host:
    def __init__(self, name, snapshot):
        self.name = name
        self.snapshot = snapshot
        self.as_user = []
        self.root = None
        self.questions = 0
        self.doubtful = 0  # devices for user space that are refused, or unknown
        self.passed = 0  # and those whose answer came with exit status 0
        self.violations = []

    def broken(self, demand, question, what):
        self.violations.append((demand, f"{self.name}: {question}: {what}"))

    def run(self, *words, root=False):
        source = ["--sysroot", self.root] if root else ["--from", self.snapshot]
        self.questions += 1
        question = " ".join(words)
        try:
            done = subprocess.run(
                (self.as_user if root else []) + [PROGRAM, "--pci-ids", SRCDIR + "/tests/pci.ids"] +
                source + list(words),
                stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.broken("asked", question, f"no answer in {SECONDS} s")
            return question, None, "", ""
        if done.returncode not in WORST:
            self.broken("asked", question, f"exit status {done.returncode}")
        return (question, done.returncode, done.stdout.decode("utf-8", "backslashreplace"),
                done.stderr.decode("utf-8", "backslashreplace"))

    def json(self, *words, root=False):
        """None after a violation."""
        question, status, out, err = self.run(*words, "-J", root=root)
        if status is None:
            return None
        try:
            value = json.loads(out)
            document = Document(question, status, value)
        except (ValueError, KeyError) as error:
            why = err.strip() or f"no document: {error!r}"
            self.broken("asked", question, f"exit status {status}: {why[:200]}")
            return None
        if value["exit_status"] != status:
            self.broken("same", question, f"exit status {status}, and in the document "
                        f"{value['exit_status']}")
        self.judge(document)
        return document

    def read(self, *words):
        question, status, out, _ = self.run(*words)
        return Text(question, status, out)

    # --- Demands on one answer --------------------------------------------------------

    def judge(self, document):
        for finding in document.findings:
            self.judge_members(document, finding)
        worst = {f["severity"] for f in document.findings}
        proven = bool(worst & {"error", "critical"})
        if proven != (document.status == 2) or document.status == 1 and "warning" not in worst \
                or document.status == 0 and "warning" in worst:
            self.broken("same", document.question, f"exit status {document.status} with "
                        f"findings of the severities {sorted(worst)}")
        for device in document.value["devices"]:
            self.judge_basis(document, device)
            if device["for_user"]:
                self.judge_device(document, device)
        self.judge_faults(document)

    def judge_faults(self, document):
        cited = {}
        for finding in document.findings:
            for place in {(e["path"], e["line"]) for e in finding["evidence"]
                          if FAULT.search(e["text"] or "")}:
                cited.setdefault(place, []).append(finding["id"])
        for place, ids in cited.items():
            if len(ids) > 1:
                self.broken("once", document.question, f"{place[0]}:{place[1]} is evidence of "
                            f"{', '.join(ids)}")

    def judge_members(self, document, finding):
        named = set(finding["devices"])
        for member in ("victims", "culprits"):
            names = finding.get(member)
            if not isinstance(names, list):
                self.broken("members", document.question, f"{finding['id']} has no {member}")
            elif not set(names) <= named:
                self.broken("members", document.question, f"{finding['id']}: not among its "
                            f"devices: {sorted(set(names) - named)}")

    def judge_device(self, document, device):
        vfio = device["assign"]["vfio"]
        if vfio["verdict"] == "refused" or is_unknown(document, device):
            self.doubtful += 1
            self.passed += document.status == 0
        if vfio["verdict"] == "refused":
            self.judge_refused(document, device, vfio)
        elif is_unknown(document, device) and document.status not in (2, 3):
            self.broken("unknown", document.question, f"{device['name']}: exit status "
                        f"{document.status}, though unknown: {vfio['reason']}")

    def judge_basis(self, document, device):
        name = device["name"]
        for obstacle in device["assign"]["obstacles"]:
            if not obstacle.get("behaviour") or \
                    obstacle.get("known_by", "nothing") in ("nothing", "scope"):
                self.broken("basis", document.question, f"{name}: refused by a guess: "
                            f"{obstacle}")
        for way in ("vfio", "iommufd"):
            answer = device["assign"][way]
            if answer["verdict"] != "ok" and len((answer["reason"] or "").split()) < 3:
                self.broken("basis", document.question, f"{name}: {way}: "
                            f"{answer['verdict']}, and no reason: {answer['reason']}")
            if answer["verdict"] in ("ok", "ok-but") and \
                    not coherency_is_known(document, device):
                self.broken("basis", document.question, f"{name}: {way}: "
                            f"{answer['verdict']}, and nothing tells that its IOMMU is "
                            f"coherent with the caches")

    def judge_refused(self, document, device, vfio):
        name = device["name"]
        if document.status != 2:
            self.broken("refused", document.question, f"{name}: exit status "
                        f"{document.status}, though {vfio['errno']}: {vfio['reason']}")
        if not any(name in set(f["devices"]) | set(f.get("victims", []))
                   for f in document.findings if f["severity"] in ("error", "critical")):
            self.broken("refused", document.question, f"{name}: no error names it, though "
                        f"{vfio['errno']}: {vfio['reason']}")
        obstacles = device["assign"]["obstacles"]
        if not obstacles:
            self.broken("obstacles", document.question, f"{name}: {vfio['errno']}, and no "
                        f"obstacle: {vfio['reason']}")
        for obstacle in obstacles:
            if not isinstance(obstacle.get("final"), bool) or \
                    not all(isinstance(obstacle.get(k), str) for k in ("errno", "call")):
                self.broken("obstacles", document.question, f"{name}: an obstacle without "
                            f"final, errno or call: {obstacle}")
        if obstacles and [obstacles[0].get(k) for k in ("errno", "call")] != \
                [vfio["errno"], vfio["call"]]:
            self.broken("obstacles", document.question, f"{name}: {vfio['errno']} at "
                        f"{vfio['call']}, but the first obstacle is {obstacles[0]}")

    # --- Demands on two answers to one question ---------------------------------------

    def compare(self, document, text, quiet):
        """The three forms of one answer."""
        if document is None:
            return
        for form in (text, quiet):
            for what in differences(document, form):
                self.broken("same", form.question, what)
        if text.blocks != quiet.blocks:
            self.broken("same", quiet.question, "-q prints other findings")
        if text.verdict != quiet.verdict:
            self.broken("same", quiet.question, "-q has another verdict")
        for device in document.value["devices"]:
            self.compare_row(device, text)
            if device["for_user"] and is_unknown(document, device):
                self.compare_reason(document, device, (text, quiet))

    def compare_screen(self, document, screen, text):
        """The short form names every finding, and has the verdict of the long one."""
        if document is None:
            return
        for finding in document.findings:
            if finding["id"] not in screen.text:
                self.broken("same", screen.question, f"{finding['id']} is not on the screen")
        if (screen.verdict, screen.status) != (text.verdict, text.status):
            self.broken("same", screen.question, "the screen has another verdict")

    def compare_row(self, device, text):
        row = text.row(device["name"])
        if row is None:
            if device["for_user"]:
                self.broken("same", text.question, f"{device['name']} is not in the table")
            return
        for cell, way in zip(row, ("vfio", "iommufd")):
            if cell != cell_of(device["assign"][way]):
                self.broken("same", text.question, f"{device['name']}: {way}: '{cell}', and "
                            f"in the document '{cell_of(device['assign'][way])}'")

    def compare_reason(self, document, device, forms):
        reason = device["assign"][unknown_way(document, device)]["reason"]
        for form in forms:
            if squeezed(reason) not in squeezed(form.text):
                self.broken("unknown", form.question, f"{device['name']}: does not say why: "
                            f"{reason}")

    # --- Demands on a wide and a narrow question --------------------------------------

    def compare_narrowed(self, whole, narrow, name):
        if whole is None or narrow is None:
            return
        if name not in narrow.devices or name not in whole.devices:
            self.broken("narrowed", narrow.question, f"{name} is not among the devices")
            return
        wide, same = whole.devices[name], narrow.devices[name]
        for member in wide.keys() | same.keys():
            if wide.get(member) != same.get(member):
                self.broken("narrowed", narrow.question, f"{name}: {member} differs from "
                            f"that of the whole host")
        missing = collections.Counter(
            key for key, finding in zip(whole.keys, whole.findings)
            if concerns(finding, wide)) - collections.Counter(narrow.keys)
        for key in missing:
            self.broken("narrowed", narrow.question, f"hides {key}")
        for key in collections.Counter(narrow.keys) - collections.Counter(whole.keys):
            self.broken("narrowed", narrow.question, f"adds {key}")
        if WORST.index(narrow.status) > WORST.index(whole.status):
            self.broken("narrowed", narrow.question, f"exit status {narrow.status}, of the "
                        f"whole host {whole.status}")

    # --- Questions --------------------------------------------------------------------

    def ask_device(self, device):
        name, group = device["name"], device["group"]
        assign = ("check", "--assign", name)
        whole = self.json(*assign)
        narrow = self.json(*assign, name)
        for document in (whole, narrow):
            if document and not document.devices.get(name, {}).get("for_user"):
                self.broken("asked", document.question, "the device is not judged as one "
                            "for user space")
        self.compare_narrowed(whole, narrow, name)
        if group is not None:
            self.compare_narrowed(whole, self.json(*assign, f"group:{group}"), name)
        self.compare(whole, self.read("-v", *assign), self.read("-q", "-v", *assign))
        self.compare_screen(whole, self.read(*assign), self.read("-v", *assign))
        self.compare(narrow, self.read("-v", *assign, name), self.read("-q", "-v", *assign, name))

    def ask_left_out(self, document, *words):
        """Leave out all that a run found, or could not check, and all rules at once."""
        ids = sorted({f["id"] for f in document.findings} |
                     {n["rule"] for n in document.value["not_checked"]})
        ways = [("--only", "firmware-taint")]
        if ids:
            ways.append(("--skip", ",".join(ids)))
        for way in ways:
            text = self.read(*words, *way)
            if "skipped" not in text.verdict:
                self.broken("left-out", text.question, f"exit status {text.status}, and the "
                            f"verdict does not say that rules were skipped: {text.verdict}")
        text = self.read(*words, "--only", "firmware-taint", "--skip", "firmware-taint")
        if text.status != 3:
            self.broken("left-out", text.question, f"no rule ran: exit status {text.status}")

    def ask(self):
        """Everything; the number of devices."""
        whole = self.json("check")
        if whole is None:
            return 0
        self.compare_screen(whole, self.read("check"), self.read("-v", "check"))
        self.compare(whole, self.read("-v", "check"), self.read("-q", "-v", "check"))
        self.ask_left_out(whole, "check")
        devices = self.json_devices()
        for device in devices:
            self.ask_device(device)
            if device["for_user"]:
                self.compare_narrowed(whole, self.json("check", device["name"]),
                                      device["name"])
        if devices:
            name = devices[0]["name"]
            words = ("check", "--assign", name, name)
            document = self.json(*words)
            if document:
                self.ask_left_out(document, *words)
                self.ask_tree(document, *words)
        return len(devices)

    def ask_tree(self, document, *words):
        if not self.root:
            return
        tree = self.json(*words, root=True)
        if tree and (tree.status != document.status or
                     tree.without_source() != document.without_source()):
            self.broken("sysroot", document.question, "the tree is judged differently")

    def json_devices(self):
        _, _, out, _ = self.run("list", "--by", "device", "-J")
        try:
            return json.loads(out)["devices"]
        except (ValueError, KeyError):
            self.broken("asked", "list --by device", "no document")
            return []


def coherency_is_known(document, device):
    """Or it is not asked for: of a device that is bound, or before Linux 5.19."""
    if device["bus"] == "mdev" or "vfio" in (device["driver"] or ""):
        return True
    host = document.value["host"]
    release = re.match(r"(\d+)\.(\d+)", host.get("kernel_release") or "")
    if host.get("architecture") in ("x86_64", "i686") or \
            release and tuple(map(int, release.groups())) < (5, 19):
        return True
    units = document.value["iommus"]
    mine = [u for u in units if u["name"] == device.get("iommu")]
    return not units or all(u.get("cache_coherent") or u["kind"] == "smmu"
                            for u in mine or units)


def unknown_way(document, device):
    """vfio or iommufd, whose answer is not known; iommufd only if there is no VFIO."""
    host = document.value["host"]
    if device["assign"]["vfio"]["verdict"] == "unknown":
        return "vfio"
    if host.get("vfio_container_node") is False and host.get("iommufd_node") and \
            device["assign"]["iommufd"]["verdict"] == "unknown":
        return "iommufd"
    return None


def is_unknown(document, device):
    return unknown_way(document, device) is not None


def cell_of(answer):
    return answer["verdict"] + (" " + answer["errno"] if answer["errno"] else "")


def concerns(finding, device):
    name = device["name"]
    named = finding["devices"] + finding.get("victims", []) + finding.get("culprits", [])
    return name in named or (device["group"] is not None and
                             finding["group"] == device["group"])


def differences(document, form):
    """What a text says otherwise than the document."""
    if form.status != document.status:
        yield f"exit status {form.status}, of the document {document.status}"
    if form.verdict_word not in VERDICT_WORDS[document.status]:
        yield f"verdict '{form.verdict_word}' with exit status {document.status}"
    if f"(exit status {document.status})" not in form.verdict:
        yield f"the verdict does not name the exit status {document.status}"
    counts = collections.Counter(f["severity"] for f in document.findings)
    said = collections.Counter({word.replace("note", "info"): int(n)
                                for n, word in COUNT.findall(form.verdict)})
    if said != counts:
        yield f"the verdict counts {dict(said)}, there are {dict(counts)}"
    keys = list(document.keys)
    for block in form.blocks:
        severity, rule, rest = FINDING.match(block.split("\n")[0]).groups()
        more = re.search(r"(\d+) more", rest)
        group = re.search(r"group (\d+)", rest)
        for _ in range(int(more.group(1)) if more else 1):
            key = keys.pop(0) if keys else ()
            if key[:2] != (WORDS[severity], rule) or \
                    (not more and key[2] != (int(group.group(1)) if group else None)):
                yield f"'{block.split(chr(10))[0]}' where the document has {key}"
                return
    if keys:
        yield f"lacks {keys[0]}"


# --- Hosts ----------------------------------------------------------------------------

def cases():
    """Folders that describe hosts, the largest first."""
    wanted = os.environ.get("CASES", "").split()
    folders = [f for f in glob.glob(SRCDIR + "/tests/cases/*/") +
               glob.glob(SRCDIR + "/tests/cases/*/guest*/")
               if not wanted or f[len(SRCDIR + "/tests/cases/"):].split("/")[0] in wanted]
    return sorted(sorted(folders)[::1 if wanted else EVERY], key=lambda f: (-size_of(f), f))


def size_of(folder):
    """A folder that makes its files by a script counts as a large one."""
    if os.path.exists(folder + "generate"):
        return 1 << 30
    tree = folder + "tree"
    return os.path.getsize(tree) if os.path.exists(tree) else 0


def make_host(folder):
    """A host and None, or None and what went wrong."""
    name = folder[len(SRCDIR + "/tests/cases/"):].rstrip("/")
    base = f"{TMP}/{name.replace('/', '.')}"
    host = Host(name, base + ".json")
    host.root = base + ".root"
    built = subprocess.run([SRCDIR + "/tests/mkroot.sh", folder, host.root],
                           stdin=subprocess.DEVNULL, capture_output=True)
    if built.returncode:
        return None, f"{name}: its tree cannot be built"
    if os.path.exists(folder + "modes") and os.geteuid() == 0:
        host.as_user = NOBODY
    with open(host.snapshot, "wb") as out:
        subprocess.run(host.as_user + [PROGRAM, "--sysroot", host.root, "snapshot"],
                       stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL)
    if not os.path.getsize(host.snapshot):
        return None, f"{name}: no snapshot of it"
    return host, None


def examine(place):
    if place.endswith(".json"):
        host, problem = Host(place[len(SRCDIR) + 1:], place), None
    else:
        host, problem = make_host(place)
    if host is None:
        return Result(place, 0, 0, 0, 0, [], problem)
    devices = host.ask()
    if host.root:
        subprocess.run(["chmod", "-R", "u+rwX", host.root])
        subprocess.run(["rm", "-rf", host.root, host.snapshot])
    return Result(host.name, devices, host.questions, host.doubtful, host.passed,
                  host.violations, None)


def main():
    places = cases()
    if not os.environ.get("CASES"):
        places += sorted(glob.glob(SRCDIR + "/src/data/examples/*.json"))
    with concurrent.futures.ProcessPoolExecutor(JOBS) as pool:
        results = list(pool.map(examine, places))
    devices, questions, doubtful, passed = (
        sum(getattr(r, what) for r in results)
        for what in ("devices", "questions", "doubtful", "passed"))
    if EVERY > 1:
        print(f"# built with sanitizers: only one case in {EVERY} was asked")
    print(f"# {len(results)} hosts, {devices} devices, {questions} questions; {doubtful} "
          f"answers about a device that is refused or unknown, {passed} with exit status 0")
    failed = point(1, "every host can be asked", [[r.problem] for r in results if r.problem])
    failed += point(2, "there are devices", [] if devices else [["none"]])
    for i, (demand, title) in enumerate(DEMANDS.items(), 3):
        broken = [[what for which, what in r.violations if which == demand] for r in results]
        failed += point(i, title, [whats for whats in broken if whats])
    print(f"1..{len(DEMANDS) + 2}")
    sys.exit(failed > 0)


def point(number, title, hosts):
    """One test point; what is wrong, a list for each host that has a problem."""
    count = sum(len(whats) for whats in hosts)
    print(f"{'not ok' if hosts else 'ok'} {number} - {title}: {count} violations")
    for whats in hosts[:SHOWN]:
        print("#", whats[0].replace("\n", " "))
    if count > len(hosts[:SHOWN]):
        print(f"# and {count - len(hosts[:SHOWN])} more, of {len(hosts)} hosts")
    return bool(hosts)


if __name__ == "__main__":
    main()
