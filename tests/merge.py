# SPDX-License-Identifier: GPL-2.0-or-later
"""Many snapshots as one table: each host has the verdict that check has, whatever the others
have; the addresses that all share lie in those of each; what is no snapshot is skipped."""
import json
import os
import shutil
import subprocess


def run(program, *arguments, data=b""):
    done = subprocess.run([program, *arguments], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def worst(statuses):
    return max(statuses, key=[0, 1, 3, 2].index)


def spans(ranges):
    return [(int(r["first"], 16), int(r["last"], 16)) for r in ranges]


def verdicts(program, paths, document):
    """Which hosts have another verdict, or other findings, than check gives them."""
    for path, host in zip(paths, document["hosts"]):
        status, out, _ = run(program, "--from", path, "check", "-J")
        alone = json.loads(out)
        ids = {f["id"]: f["severity"] for f in reversed(alone["findings"])}
        if (host["exit_status"], {f["id"]: f["severity"] for f in host["findings"]}) != (status, ids):
            yield path


def misplaced(document):
    """Common ranges that a host lacks."""
    for first, last in spans(document["common"].get("usable_iova", [])):
        for host in document["hosts"]:
            of = spans(host.get("usable_iova", []))
            if of and not any(a <= first and last <= b for a, b in of):
                yield f"{first:#x}-{last:#x} is not of {host['name']}"


def examine(tap, program, examples, snapshots, folder):
    laptop = examples + "/laptop.json"
    status, out, err = run(program, "merge", "-J", *snapshots)
    document = json.loads(out)
    hosts = document["hosts"]
    tap("each host that is merged has the verdict of check",
        err or len(hosts) != len(snapshots) or list(verdicts(program, snapshots, document)))
    tap("the exit status is that of the worst",
        status != worst(h["exit_status"] for h in hosts) or document["exit_status"] != status)
    tap("each finding stands by its hosts", {
        (f["id"], f["severity"], h["name"]) for h in hosts for f in h["findings"]} ^ {
        (f["id"], f["severity"], h) for f in document["findings"] for h in f["hosts"]})
    _, out, _ = run(program, "merge", "-J", laptop, examples + "/server-rmrr.json")
    few = json.loads(out)
    tap("what is usable on all hosts is so on each", not few["common"]["usable_iova"] or
        [*misplaced(document), *misplaced(few)])

    copies = []
    for name in ("a", "b", "c/a"):
        copies.append(f"{folder}/copies/{name}.json")
        os.makedirs(os.path.dirname(copies[-1]), exist_ok=True)
        shutil.copy(laptop, copies[-1])
    status, out, _ = run(program, "merge", "-J", *copies)
    document = json.loads(out)
    tap("hosts of the same name are called by their paths", status or
        [h["name"] for h in document["hosts"]] != [copies[0], "b", copies[2]])
    tap("what the same hosts share is what each has",
        document["common"]["usable_iova"] != document["hosts"][0]["usable_iova"])
    # a mapping lies on one side of such a region, so the usable ranges overlap
    with open(laptop, encoding="utf-8") as file:
        host = json.load(file)
    for line, (first, last) in enumerate((("0x9000000", "0x7000000"), ("0x20000000", "0x10000000")), 101):
        host["regions"] += [{"group": g["id"], "line": line, "first": first, "last": last, "type": "reserved"}
                            for g in host["groups"]]
    host["regions"].sort(key=lambda r: r["group"])
    for path in copies:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(host, file)
    status, out, _ = run(program, "merge", "-J", *copies)
    document = json.loads(out)
    each = document["hosts"][0]["usable_iova"]
    tap("also where these overlap", len(each) < 4 or document["common"]["usable_iova"] != each)

    empty, broken = f"{folder}/empty", f"{folder}/broken.json"
    open(empty, "w").close()
    with open(laptop, "rb") as whole, open(broken, "wb") as part:
        part.write(whole.read()[:5000] + b"\x1b[2J\n\xff")
    bad = [empty, folder, "/nonexistent", broken]
    status, out, err = run(program, "merge", *bad[:2], laptop, *bad[2:])
    tap("files that are no snapshots are named and skipped",
        status != 3 or err.count("\n") != len(bad) or "\x1b" in out + err or
        "4 files could not be read" not in out or "laptop" not in out)
    status, out, err = run(program, "merge", *bad)
    tap("nothing but such files", status != 3 or out or err.count("\n") != len(bad))
    status, out, err = run(program, "merge", "-", data=open(laptop, "rb").read())
    tap("standard input", status or "standard input" not in out)
    for name, arguments in (("nothing to merge", ()), ("a snapshot twice", (laptop, laptop)),
                            ("a host beside snapshots", ("--from", laptop, laptop)),
                            ("a tree beside snapshots", ("--sysroot", "/", laptop))):
        status, out, err = run(program, "merge", *arguments)
        tap(name, status != 3 or out or err.count("\n") != 1)
