# SPDX-License-Identifier: GPL-2.0-or-later
"""diff.py PROGRAM EXAMPLES FOLDER: snapshots of FOLDER against themselves; an example host
against itself with one thing changed; and all of them as one table. Prints TAP."""
import copy
import glob
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import merge

program, examples, folder = sys.argv[1:]
count = failed = 0


def tap(name, problem):
    global count, failed
    count += 1
    failed += bool(problem)
    print(f"{'not ok' if problem else 'ok'} {count} - {name}")
    if problem:
        print("#", str(problem).replace("\n", "\n# ")[:1500])


def run(*arguments, data=None):
    done = subprocess.run([program, "diff", *arguments], input=data,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# what no snapshot can be made of, an empty tree for one, left an empty file
snapshots = [path for path in sorted(glob.glob(folder + "/*.json")) if os.path.getsize(path)]
bad = [path for path in snapshots if run(path, path) != (0, "", "")]
tap(f"{len(snapshots)} hosts are the same as themselves", bad or not snapshots)

path = examples + "/server-rmrr.json"
host = json.load(open(path))


def differences(change):
    """What differs once a change was made, as (change, kind, name, what)."""
    changed = copy.deepcopy(host)
    change(changed)
    status, out, err = run(path, "-", "-J", data=json.dumps(changed).encode())
    document = json.loads(out)
    found = {(d["change"], d["kind"], d["name"], d.get("what")) for d in document["differences"]}
    return status, found, document


def device(h, name):
    return next(d for d in h["devices"] if d["name"] == name)


def swap_entries(h):
    """RMRR 4 and 5, which are for the same two devices."""
    table = next(t for t in h["tables"] if t["name"] == "DMAR")
    first, second, end = 2 * 0xd6, 2 * 0x102, 2 * 0x12e
    b = table["bytes"]
    table["bytes"] = b[:first] + b[second:end] + b[first:second] + b[end:]


def expect(name, change, wanted, also=()):
    """wanted: what must be named; also: kinds that may follow from it."""
    status, found, _ = differences(change)
    other = {f for f in found - wanted if f[1] not in also and f[3] not in also}
    tap(name, status != bool(wanted) or wanted - found or other and
        f"status {status}, missing {wanted - found}, too many {other}")


def renumber(h):
    for g in h["groups"]:
        g["id"] += 100
    for r in h["regions"]:
        r["group"] += 100
    for d in h["devices"]:
        if d["group"] is not None:
            d["group"] += 100


def move_bus(h):
    """A new card in front: buses 03 and 04 become 04 and 05."""
    text = json.dumps({k: h[k] for k in ("devices", "slots", "interfaces", "disk_uses", "resources") if k in h})
    for old, new in (("04", "05"), ("03", "04")):
        text = text.replace(f"0000:{old}:", f"0000:{new}:")
    h.update(json.loads(text))


def add_region(h):
    line = max(r["line"] for r in h["regions"] if r["group"] == 0) + 1
    last = max(i for i, r in enumerate(h["regions"]) if r["group"] == 0)
    h["regions"].insert(last + 1, {**h["regions"][last], "line": line, "first": "0x1000",
                                   "last": "0x1fff", "type": "reserved", "word": None})


def take_device(h):
    h["devices"] = [d for d in h["devices"] if d["name"] != "0000:00:1f.2"]


def set_type(h):
    h["groups"][0]["type"] = "DMA-FQ"


def take_table(h):
    h["tables"] = [t for t in h["tables"] if t["name"] != "HPET"]


expect("nothing changed", lambda h: None, set())
expect("groups with new numbers are the same", renumber, set())
expect("another driver", lambda h: device(h, "0000:00:1a.0").update(driver="nosuch"),
       {("changed", "device", "0000:00:1a.0", "driver")}, ("VFIO", "iommufd", "finding"))
expect("another release", lambda h: h["kernel"].update(release="6.12.108+deb13-amd64"),
       {("changed", "host", "host", "kernel")})
expect("a word of the command line",
       lambda h: h["kernel"].update(command_line=h["kernel"]["command_line"] + " nosuch"),
       {("changed", "host", "host", "command line")})
expect("the file of the kernel does not count",
       lambda h: h["kernel"].update(command_line=h["kernel"]["command_line"].replace("vmlinuz", "other")),
       set())
expect("a domain type", set_type, {("changed", "group", str(host["groups"][0]["id"]), "domain type")},
       ("identity mapping", "finding"))
expect("a region came", add_region, {("came", "region", "0x1000-0x1fff", None)}, ("finding",))
expect("a device went", take_device, {("went", "device", "0000:00:1f.2", None)},
       ("finding", "entry", "region", "VFIO", "iommufd"))
expect("a table went", take_table, {("went", "table", "HPET", None)})
expect("entries for the same devices in another order", swap_entries, {("changed", "table", "DMAR", "contents")})
_, found, _ = differences(move_bus)
moved = {f for f in found if f[3] == "address"}
tap("buses with new numbers: their devices are known by their slots",
    {f[2] for f in moved} != {"0000:04:00.0", "0000:05:00.0", "0000:05:00.1"} or
    [f for f in found if f[0] != "changed" and f[1] == "device"])

status, out, err = run(path, "/nonexistent.json")
tap("a snapshot that is not there", status != 3 or out or "nonexistent" not in err)
status, out, err = run(path, "-", data=b'{"schema": "iommu-resv-snapshot"')
tap("a broken snapshot", status != 3 or out or "not a snapshot" not in err)
for name, arguments in (("no snapshot", ()), ("three snapshots", (path,) * 3),
                        ("standard input twice", ("-", "-")),
                        ("a third host", (path, path, "--from", path))):
    status, out, err = run(*arguments, data=b"")
    tap(name, status != 3 or out or err.count("\n") != 1)

newer = json.loads(subprocess.run([program, "--from", path, "snapshot"], check=True,
                                  stdout=subprocess.PIPE).stdout)
newer["machine"].update(vendor="Example Corp.", product="Server", firmware_version="1.2")
if newer["schema_version"] <= host["schema_version"]:
    tap("the example is of an older minor version", "it is not")
status, out, err = run(path, "-", data=json.dumps(newer).encode())
tap("what an older minor version does not have is no difference",
    (status, " ".join(out.split()), err) != (0, f"{path} does not say: machine and firmware", ""))
status, out, err = run("-", path, data=json.dumps(newer).encode())
tap("nor is it the other way round", status or "json does not say: machine and firmware" not in " ".join(out.split()))


def deny(*names):
    """The host without what some sources tell, which were denied."""
    h = copy.deepcopy(host)
    for source in h["sources"]:
        if source["source"] in names:
            source.update(state="denied", errno=13)
    if "firmware-tables" in names:
        h["tables"] = []
    if "pci" in names:
        h["devices"] = [d for d in h["devices"] if d["group"] is not None]
    return json.dumps(h).encode()


for name, denied, said in (
        ("the tables", ("firmware-tables",), ("firmware tables", "firmware entries", "(not checked)")),
        ("the IOMMUs", ("iommu-class",), ()),
        ("the log", ("log",), ()),
        ("all of them", ("firmware-tables", "iommu-class", "log"), ("firmware tables",))):
    status, out, err = run("-", path, data=deny(*denied))
    words = " ".join(out.split())
    tap(f"what was denied is no difference: {name}",
        status or err or any(word not in words for word in said))

merge.examine(tap, program, examples, snapshots, folder)
print(f"1..{count}")
sys.exit(failed > 0)
