#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""hostile.py PROGRAM SNAPSHOT [MIB]: how much memory a stranger's snapshot costs.

Makes files of all shapes that a parser may stumble over, each of about so many MiB, has
the program list and judge them, and prints TAP: none crashes it, none may take more than TIMES its
size beyond ALWAYS, what the program takes for a small one, and those whose shape is right
are taken. What this program itself takes (some 12 MiB) counts as the other's, because it
is what a new process begins with, and so is a floor of what is measured.

And of shapes that make much work of a few facts: none may keep it busy for more than
SECONDS of processor time, where what grows as the square of the facts takes far longer.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile

TIMES = 30
ALWAYS = 8 << 20
SECONDS = 2
program, example = sys.argv[1:3]
size = int(float(sys.argv[3] if len(sys.argv) > 3 else 4) * (1 << 20))
with open(example, encoding="utf-8") as file:
    snapshot = json.load(file)
number = 0
failed = False


def tap(fine, what, why=""):
    global number, failed
    number += 1
    failed = failed or not fine
    print(f"{'ok' if fine else 'not ok'} {number} - {what}")
    if not fine:
        print(f"# {why}")


def many(part):
    return ",".join([part] * (size // (len(part) + 1)))


def with_member(key, text):
    """The snapshot with a member whose value is this text."""
    host = {k: v for k, v in snapshot.items() if k != key}
    return json.dumps(host)[:-1] + f', "{key}": {text}}}'


def old(key, text):
    """The same as an early version, in which much may be left out."""
    host = {k: v for k, v in snapshot.items() if k not in (key, "schema_version")}
    return json.dumps({"schema_version": [1, 0], **host})[:-1] + f', "{key}": {text}}}'


def regions():
    group = snapshot["groups"][0]["id"]
    return "[%s]" % many(
        json.dumps({"group": group, "line": 1, "first": "0x0", "last": "0x0", "type": "msi"})
    )


def devices(more):
    parts = []
    for i in range(size // (58 + len(more))):
        address = "%x:%02x:%02x.%d" % (0x1000 + (i >> 16), i >> 8 & 255, i >> 3 & 31, i & 7)
        parts.append(f'{{"name":"{address}","bus":"pci","virtual_function":"no"{more}}}')
    return "[%s]" % ",".join(parts)


def groups():
    first = 1 << 20
    part = '{"id":%d,"type":"DMA","devices_state":"read","regions_state":"read"}'
    return "[%s]" % ",".join(part % (first + i) for i in range(size // 72))


# what, the text, whether it is a snapshot (None: either)
SHAPES = (
    ("objects of an unknown key", lambda: with_member("x", f"[{many('{}')}]"), True),
    ("arrays of an unknown key", lambda: with_member("x", f"[{many('[]')}]"), True),
    ("strings of an unknown key", lambda: with_member("x", f"[{many(chr(34) * 2)}]"), True),
    ("numbers of an unknown key", lambda: with_member("x", f"[{many('0')}]"), True),
    ("members of an unknown key", lambda: with_member("x", "{%s}" % many('"":0')), True),
    ("unknown keys", lambda: with_member("x", "0," + many('"y":0')), True),
    ("a known key again and again", lambda: with_member("x", "0," + many('"nodes":[]')), False),
    ("objects of a known key", lambda: with_member("gaps", f"[{many('{}')}]"), False),
    ("old objects of a known key", lambda: old("gaps", f"[{many('{}')}]"), False),
    ("numbers of a known key", lambda: with_member("nodes", f"[{many('0')}]"), False),
    ("strings of a known key", lambda: with_member("nodes", f"[{many(chr(34) * 2)}]"), True),
    ("a long string", lambda: with_member("nodes", '["%s"]' % ("a" * size)), True),
    ("a long string of escapes", lambda: with_member("nodes", '["%s"]' % ("\\u00e4" * (size // 6))), True),
    ("a long number", lambda: with_member("x", "1" * size), True),
    ("deep nesting", lambda: with_member("x", "[" * size), False),
    ("deep nesting of objects", lambda: with_member("x", '{"":' * (size // 4)), False),
    ("unknown keys of a device", lambda: old("devices", "[{%s}]" % many('"x":0')), False),
    ("a member again and again", lambda: old("devices", "[{%s}]" % many('"name":"a"')), False),
    ("commands", lambda: with_member("iommufd", '{"commands":[%s],"rlimit_mode":null}' % many('""')), True),
    ("regions", lambda: old("regions", regions()), None),
    ("devices", lambda: old("devices", devices("")), None),
    ("groups", lambda: old("groups", groups()), None),
    ("parameters", lambda: old("parameters", "[%s]" % many('{"module":"","name":"","value":""}')), None),
    ("slots", lambda: old("slots", "[%s]" % many('{"name":"","address":"0:0:0.0"}')), None),
    ("memory", lambda: old("memory", "[%s]" % many('{"source":"iomem","first":"0x0","last":"0x0","name":""}')), None),
    ("cut", lambda: with_member("x", f"[{many('{}')}]")[:-3], False),
)


def limit_time():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run(path, command):
    """Status, message, and the most memory in KiB."""
    with open(os.devnull, "wb") as null, tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [program, "--max-size", "1G", "--from", path, *command], stdout=null, stderr=said,
            preexec_fn=limit_time
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return child.returncode, said.read().decode("ascii", "replace"), usage.ru_maxrss


def judge(path, what, is_snapshot, *command):
    status, said, memory = run(path, command)
    times = (memory * 1024 - ALWAYS) / os.path.getsize(path)
    refused = "not a snapshot" in said
    why = f"status {status}, {memory} KiB: {said[:200]}"
    fine = status in (0, 1, 2, 3) and times <= TIMES and "memory" not in said
    if is_snapshot is not None:
        fine = fine and refused != is_snapshot
    tap(fine, f"{command[0]}, {what}: at most {max(times, 0):.0f} times its size", why)


# --- Much work of a few facts -----------------------------------------------------------

GROUP = 1 << 20
MSI = (0xFEE00000, 0xFEEFFFFF, "msi")


def host_of(**members):
    """A host of an early version with these members in place of its own."""
    host = {k: v for k, v in snapshot.items() if k not in members}
    return json.dumps({**host, **members, "schema_version": [1, 0]})


def device(i, group, driver):
    return {"name": "%04x:%02x:%02x.%d" % (0x1000 + (i >> 16), i >> 8 & 255, i >> 3 & 31, i & 7),
            "bus": "pci", "virtual_function": "no", "group": group, "driver": driver,
            "class": 0x20000, "vendor": 0x8086, "device": 1, "subvendor": 0, "subdevice": 0}


def a_group(i):
    return {"id": i, "type": "DMA", "devices_state": "read", "regions_state": "read"}


def line(group, number, first, last, kind):
    return {"group": group, "line": number, "first": hex(first), "last": hex(last), "type": kind}


def lines_of_group(n, range_of, devices=1):
    lines = [line(GROUP, i + 1, *range_of(i)) for i in range(n)]
    return {"groups": [a_group(GROUP)], "regions": lines,
            "devices": [device(i, GROUP, "vfio-pci") for i in range(devices)]}


def lines_over_each_other():
    kinds = ("direct", "reserved", "direct-relaxable", "msi")
    return lines_of_group(size // 100, lambda i: (0x1000000, 0x1FFFFFF, kinds[i % 4]))


def windows_apart():
    return lines_of_group(size // 16, lambda i: (i << 24, (i << 24) + 0xFFF, "msi"))


def lines_by_devices():
    n = size // 250
    return lines_of_group(n, lambda i: (0x10000100 + i * 0x2000, 0x100001FF + i * 0x2000, "direct"),
                          n)


def many_groups(n, driver="vfio-pci"):
    return {"groups": [a_group(GROUP + i) for i in range(n)],
            "regions": [line(GROUP + i, 1, *MSI) for i in range(n)],
            "devices": [device(i, GROUP + i, driver) for i in range(n)]}


def holders_by_groups():
    n = size // 200
    held = [{"pid": i + 1, "command": "", "holding": "group", "what": str(GROUP + i % n)}
            for i in range(n)]
    return {**many_groups(n), "holders": held}


def mappings_by_lines():
    n = size // 50
    maps = [{"table": 0, "first": hex(i << 13), "last": hex((i << 13) + 0xFFF),
             "physical": hex(i << 13)} for i in range(n)]
    host = lines_of_group(n, lambda i: (i << 13, (i << 13) + 0xFFF, "direct"))
    table = {"device": host["devices"][0]["name"], "source": "page-tables", "incomplete": False}
    return {**host, "page_tables": [table], "mappings": maps}


WORK = (
    ("lines over each other", lines_over_each_other),
    ("MSI windows apart", windows_apart),
    ("lines by devices of a group", lines_by_devices),
    ("holders by groups", holders_by_groups),
    ("mappings by lines", mappings_by_lines),
)


def judge_time(path, what):
    status, said, _ = run(path, ["check"])
    tap(status in (0, 1, 2, 3), f"check, {what}: at most {SECONDS} s",
        f"status {status}: {said[:200]}")


def judge_more(path):
    """Of one rule and group so many findings, and the last one says that there are more."""
    out = subprocess.run([program, "--from", path, "check", "-J"], stdout=subprocess.PIPE,
                         check=False).stdout
    rules = {}
    for finding in json.loads(out)["findings"]:
        rules.setdefault((finding["id"], finding["group"]), []).append(finding["message"])
    n, messages = max((len(found), found) for found in rules.values())
    more = sum("has more of this than is listed" in message for message in messages)
    tap(n == 256 and more == 1, "no more than 256 findings of a rule and a group, and it is said",
        f"{n} findings, {more} of them say it")


def write(path, make):
    """In a process of its own, so that this one stays small."""
    child = os.fork()
    if not child:
        with open(path, "w", encoding="utf-8") as out:
            out.write(make())
        os._exit(0)
    os.waitpid(child, 0)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for what, make, is_snapshot in SHAPES:
            write(f"{folder}/x.json", make)
            judge(f"{folder}/x.json", what, is_snapshot, "list", "-n")
            judge(f"{folder}/x.json", what, is_snapshot, "check")
        for what, make in WORK:
            write(f"{folder}/x.json", lambda make=make: host_of(**make()))
            judge_time(f"{folder}/x.json", what)
            if make is lines_over_each_other:
                judge_more(f"{folder}/x.json")
    print(f"1..{number}")
    return failed


sys.exit(main())
