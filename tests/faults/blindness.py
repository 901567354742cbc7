#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What cannot be read is said: `check` is blinded in every way and must not see less.

  calls     each openat2, read, getdents64, readlinkat and fstat fails in turn (faults.c),
            on the trees of `trees`
  files     each file of each case whose exit status is 1 or 2 is removed, denied and
            emptied in turn
  snapshot  each member of a snapshot of those trees is left out and renamed in turn
  changes, storm, vanishing
            the host changes while it is read, and there is no finding that is not true:
            changes.py. THOROUGH=1: in more ways

A finding of the whole host must still be there; or the run says what was not checked and
exits 3 (2 where something else is proven). A fault of a call is always named in `sources`.
No verdict about a device gets better. EINTR changes nothing. `exceptions` lists what is
another legal host instead, each with its reason.

usage: blindness.py PROGRAM LIBRARY SOURCES [WAY...] [CASE...]
"""
import collections
import fnmatch
import json
import multiprocessing.pool
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import changes

NOBODY = 65534
SEVERITIES = ["info", "warning", "error", "critical"]
# The better the verdict, the higher; what is refused may become unknown and back.
VERDICTS = {"refused": 0, "unknown": 0, "ok-but": 1, "ok": 2}
EINTR = 4
# What is listed twice, to see that nothing has changed; where it cannot be listed once, all is read again.
CENSUS = re.compile(r"sys/kernel/iommu_groups(/\d+/devices)?$|sys/bus/pci/devices$")
CALLS = ("openat2", "read", "getdents64", "readlinkat", "fstat", "none")


class Result:
    """What one run printed as JSON, as far as it is compared."""

    def __init__(self, status, text):
        self.status = status
        self.text = text
        try:
            data = json.loads(text)
        except ValueError:
            data = {}
        # a document that only says why there is none is no judgement of a host
        self.is_json = bool(data) and "error" not in data
        self.findings = data.get("findings", [])
        self.unchecked = data.get("not_checked", [])
        self.lost = {
            (s["path"], s["state"], s.get("errno"))
            for s in data.get("sources", [])
            if s["state"] in ("denied", "broken")
        }
        self.lost |= {
            (d["name"], json.dumps(d["msi"]))
            for d in data.get("devices", []) if d.get("msi")
        }
        self.devices = {
            (d["name"], d.get("group")): d["assign"] for d in data.get("devices", [])
        }

    def says_loss(self):
        return bool(self.unchecked or self.lost)


def covers(found, wanted):
    if found["id"] != wanted["id"]:
        return False
    if SEVERITIES.index(found["severity"]) < SEVERITIES.index(wanted["severity"]):
        return False
    return found.get("group") == wanted.get("group") or bool(
        set(found.get("devices", [])) & set(wanted.get("devices", []))
    )


def lost_findings(whole, blind):
    """Those that the blinded run does not have, though it does not say why."""
    for wanted in whole.findings:
        if any(covers(f, wanted) for f in blind.findings):
            continue
        is_note = wanted["severity"] == "info"
        if blind.says_loss() and (is_note or blind.status in (2, 3)):
            continue
        yield f"{wanted['id']} is lost, exit {blind.status}"


def better_verdicts(whole, blind):
    for key, before in whole.devices.items():
        after = blind.devices.get(key)
        if not after:
            if blind.status < 2 or not blind.says_loss():
                yield f"{key[0]} is lost, exit {blind.status}"
            continue
        for via in ("vfio", "iommufd"):
            a, b = before[via]["verdict"], after[via]["verdict"]
            if VERDICTS[b] > VERDICTS[a]:
                yield f"{key[0]} becomes {b} ({via}), was {a}, exit {blind.status}"


def faults_of(whole, blind):
    """What is wrong with a blinded run; nothing if all is well."""
    if not 0 <= blind.status <= 3:
        return [f"exit {blind.status}"]
    if not blind.is_json:
        return [] if blind.status == 3 else [f"no JSON, exit {blind.status}"]
    wrong = list(lost_findings(whole, blind)) + list(better_verdicts(whole, blind))
    order = [0, 1, 3, 2]
    if order.index(blind.status) < order.index(whole.status) and not (
        blind.status == 3 and blind.says_loss()
    ):
        wrong.append(f"exit {blind.status}, was {whole.status}")
    return wrong


class Lab:
    """Where the trees are, and how the program is run on them."""

    def __init__(self, program, library, sources, folder):
        self.library = library
        self.sources = sources
        self.folder = folder
        self.with_msi = set()
        self.program = os.path.join(folder, "iommu-resv")
        shutil.copy(program, self.program)
        os.chmod(self.program, 0o755)

    def build(self, case, way):
        tree = os.path.join(self.folder, f"{case}.{way}")
        source = os.path.join(self.sources, "tests/cases", case)
        made = subprocess.run([os.path.join(self.sources, "tests/mkroot.sh"), source, tree],
                              capture_output=True, check=False)
        # read here: nobody may have no way to the sources, for example below /root
        with open(os.path.join(source, "transcript"), encoding="utf-8", errors="replace") as f:
            if "--msi" in f.read():
                self.with_msi.add(case)
        return tree if made.returncode == 0 else None

    def options(self, case):
        return ["--msi"] if case in self.with_msi else []

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], capture_output=True,
                              stdin=subprocess.DEVNULL, check=False)
        return done.returncode, done.stdout

    def check(self, case, tree):
        return Result(*self.run("--sysroot", tree, "check", *self.options(case), "-J"))

    def check_from(self, snapshot):
        return Result(*self.run("--from", snapshot, "check", "-J"))


# --- calls ------------------------------------------------------------------------------

def results_of_calls(lab, case, tree, **more):
    """(call, errno, path, status, text) of every fault, and of none at last."""
    receiver, sender = os.pipe()
    environment = dict(os.environ, LD_PRELOAD=lab.library, FAULTS_FD=str(sender), **more)
    process = subprocess.Popen(
        [lab.program, "--sysroot", tree, "check", *lab.options(case), "-J"],
        env=environment, pass_fds=[sender], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(sender)
    with os.fdopen(receiver, "rb") as stream:
        for head in stream:
            call, _, error, status, size, path = head.decode(errors="replace").split(" ", 5)
            yield call, int(error), path.strip(), int(status), stream.read(int(size))
    process.wait()
    if process.returncode not in range(4):
        yield "none", 0, "", process.returncode, b""


def try_calls(lab, case, tree):
    status, text = lab.run("--sysroot", tree, "check", *lab.options(case), "-J")
    whole = Result(status, text)
    tried, wrong = 0, []
    for call, error, path, status, text in results_of_calls(lab, case, tree):
        where = path.replace(tree + "/", "")
        name = f"{call} {os.strerror(error)} {where}"
        tried += 1
        if error == EINTR:
            if (status, text) != (whole.status, whole.text):
                wrong.append((name, "EINTR changes what is printed"))
            continue
        blind = Result(status, text)
        reasons = faults_of(whole, blind)
        if CENSUS.match(where) and (status, text) == (whole.status, whole.text):
            continue
        if blind.is_json and not blind.lost - whole.lost:
            reasons.append("nothing tells of it")
        wrong += [(name, reason) for reason in reasons]
    if not tried:
        wrong.append(("every call", "the library was not loaded"))
    return tried, wrong


# --- files ------------------------------------------------------------------------------

def files_below(tree):
    for folder, folders, names in os.walk(tree):
        for name in sorted(folders + names):
            path = os.path.join(folder, name)
            if os.path.islink(path) or os.path.isfile(path):
                yield path


def remove(path):
    os.rename(path, path + ".gone")
    # ".gone" is no name that anybody asks for, but it would be listed
    hidden = os.path.join(HIDDEN, os.path.basename(path))
    os.rename(path + ".gone", hidden)
    return lambda: os.rename(hidden, path)


def deny(path):
    if os.path.islink(path):
        return None
    mode = os.stat(path).st_mode & 0o7777
    os.chmod(path, 0)
    return lambda: os.chmod(path, mode)


def empty(path):
    if os.path.islink(path) or not os.path.getsize(path):
        return None
    hidden = os.path.join(HIDDEN, os.path.basename(path))
    os.rename(path, hidden)
    with open(path, "wb"):
        pass
    return lambda: os.rename(hidden, path)


def try_files(lab, case, tree):
    whole = lab.check(case, tree)
    tried, wrong = 0, []
    if whole.status not in (1, 2):
        return tried, wrong
    for path in files_below(tree):
        for how in (remove, deny, empty):
            undo = how(path)
            if not undo:
                continue
            blind = lab.check(case, tree)
            undo()
            tried += 1
            name = f"{how.__name__} {os.path.relpath(path, tree)}"
            wrong += [(name, reason) for reason in faults_of(whole, blind)]
    return tried, wrong


# --- snapshot ---------------------------------------------------------------------------

def members(value, path=()):
    """The path of each member of each object, but of arrays only the first elements."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path + (key,)
            yield from members(inner, path + (key,))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:ELEMENTS]):
            yield from members(inner, path + (index,))


ELEMENTS = 3


def without(document, path, name):
    copy = json.loads(json.dumps(document))
    at = copy
    for step in path[:-1]:
        at = at[step]
    value = at.pop(path[-1])
    if name:
        at[name] = value
    return copy


def try_snapshot(lab, case, tree):
    saved = os.path.join(lab.folder, case + ".json")
    _, text = lab.run("--sysroot", tree, "snapshot", *lab.options(case))
    try:
        document = json.loads(text)
    except ValueError:
        return 0, []
    with open(saved, "wb") as f:
        f.write(text)
    whole = lab.check_from(saved)
    tried, wrong = 0, []
    for path in members(document):
        for name in (None, str(path[-1]) + "_"):
            with open(saved, "w", encoding="utf-8") as f:
                json.dump(without(document, path, name), f)
            blind = lab.check_from(saved)
            tried += 1
            where = ".".join(map(str, path))
            label = f"{'rename' if name else 'omit'} {where}"
            wrong += [(label, reason) for reason in faults_of(whole, blind)]
    return tried, wrong


# --- all --------------------------------------------------------------------------------

def try_changes(lab, case, tree):
    return changes.try_changes(lab, case, tree, results_of_calls)


def try_vanishing(lab, case, tree):
    return changes.try_vanishing(lab, case, tree, results_of_calls)


WAYS = {"calls": try_calls, "files": try_files, "snapshot": try_snapshot, "changes": try_changes,
        "storm": changes.try_storm, "vanishing": try_vanishing}
HIDDEN = None


def start_worker(folder):
    global HIDDEN
    HIDDEN = os.path.join(folder, f"hidden.{os.getpid()}")
    os.mkdir(HIDDEN)


def work(job):
    way, lab, case, tree = job
    tried, wrong = WAYS[way](lab, case, tree)
    return way, case, tried, wrong


def read_lines(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.partition("#")[0].strip()
            if line:
                yield line


def read_exceptions(path):
    """WAY CASE PATTERN | REASON: shell patterns for the case, and for what was done."""
    for line in read_lines(path):
        what, _, reason = line.partition("|")
        way, case, pattern = what.split(None, 2)
        yield way, case, pattern.strip(), reason.strip()


def become_nobody(folder):
    """What is denied must be denied: root may read all."""
    if os.getuid():
        return
    for top, folders, names in os.walk(folder):
        for name in folders + names:
            os.chown(os.path.join(top, name), NOBODY, NOBODY, follow_symlinks=False)
    os.chown(folder, NOBODY, NOBODY)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def jobs_of(lab, ways, cases):
    trees = list(read_lines(os.path.join(lab.sources, "tests/faults/trees")))
    built = {}
    for way in ways:
        for case in cases or sorted(os.listdir(os.path.join(lab.sources, "tests/cases"))):
            folder = os.path.join(lab.sources, "tests/cases", case)
            if not os.path.exists(os.path.join(folder, "transcript")):
                continue
            if way != "files" and not cases and case not in changes.CASES.get(way, trees):
                continue
            # modes and generators make trees of other kinds: not these, and not slow ones
            if os.path.exists(os.path.join(folder, "modes")) and way != "calls":
                continue
            if not cases and os.path.exists(os.path.join(folder, "generate")):
                continue
            if (way, case) not in built:
                built[way, case] = True
                yield way, case


def main():
    program, library, sources = map(os.path.abspath, sys.argv[1:4])
    ways = [w for w in sys.argv[4:] if w in WAYS] or list(WAYS)
    cases = [c for c in sys.argv[4:] if c not in WAYS]
    folder = tempfile.mkdtemp(prefix="iommu-resv-faults.")
    os.chmod(folder, 0o755)
    main_pid = os.getpid()
    try:
        lab = Lab(program, library, sources, folder)
        shutil.copy(library, os.path.join(folder, "faults.so"))
        lab.library = os.path.join(folder, "faults.so")
        return run_all(lab, ways, cases)
    finally:
        if os.getpid() == main_pid:
            subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
            shutil.rmtree(folder, ignore_errors=True)


def run_all(lab, ways, cases):
    exceptions = list(read_exceptions(os.path.join(lab.sources, "tests/faults/exceptions")))
    used = collections.Counter()
    totals = {way: [0, 0, 0, []] for way in ways}
    with multiprocessing.pool.ThreadPool(os.cpu_count()) as pool:
        # each has a tree of its own: the files of one are changed under way
        jobs = [j for j in pool.imap(lambda wc: (wc[0], lab, wc[1], lab.build(*wc[::-1])),
                                     jobs_of(lab, ways, cases)) if j[3]]
    become_nobody(lab.folder)
    jobs.sort(key=lambda j: -sum(1 for _ in files_below(j[3])))
    with multiprocessing.Pool(os.cpu_count(), start_worker, (lab.folder,)) as pool:
        for way, case, tried, wrong in pool.imap_unordered(work, jobs):
            total = totals[way]
            total[0] += 1
            total[1] += tried
            for name, reason in wrong:
                for i, (w, c, pattern, _) in enumerate(exceptions):
                    if w == way and fnmatch.fnmatchcase(case, c) and fnmatch.fnmatchcase(
                            name, pattern):
                        used[i] += 1
                        total[2] += 1
                        break
                else:
                    total[3].append(f"{case}: {name}: {reason}")
    return report(totals, exceptions, used, not cases)


def report(totals, exceptions, used, complete):
    number, failed = 0, False
    for way, (trees, tried, excepted, wrong) in totals.items():
        number += 1
        failed = failed or bool(wrong)
        good = "not ok" if wrong or not tried else "ok"
        print(f"{good} {number} - {way}: {tried} faults on {trees} trees, "
              f"{excepted} exceptions, {len(wrong)} unexplained")
        for line in sorted(wrong)[:400]:
            print("#", line)
    if complete:
        unused = [e for i, e in enumerate(exceptions) if not used[i] and e[0] in totals]
        number += 1
        print(f"{'not ok' if unused else 'ok'} {number} - each exception is needed")
        for way, case, pattern, _ in unused:
            print(f"# {way} {case} {pattern}")
        failed = failed or bool(unused)
    for i, (way, case, pattern, reason) in enumerate(exceptions):
        if used[i]:
            print(f"# {used[i]} {way} {case} {pattern}: {reason}")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
