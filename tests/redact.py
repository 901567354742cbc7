#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""--redact on the host of each case, with names and numbers planted wherever a host has some.

usage: redact.py PROGRAM SRCDIR TMP CASE...

Each source of the snapshot gets its own: interfaces, processes, mount points, the command line, log lines of each form, paths. Prints
TAP, a line for each property.
"""
import json
import os
import re
import subprocess

import hosts

# what must never be seen again, in any case of letters
PLANTED = re.compile(r"zsecret|5e:c7:e7|5e-c7-e7|5ec7e7|203\.0\.113|2001:db8", re.IGNORECASE)
UUID = "5ec7e700-89ab-4def-8123-456789ABCDEF"
COMMAND_LINE = (f" root=UUID={UUID} rd.luks.name={UUID}=zsecretcrypt rd.lvm.lv=zsecretvg/root nfsroot=203.0.113.1:/zsecret "
                "ip=203.0.113.7::203.0.113.1:255.255.255.0:zsecrethost.zsecret.example:zsecretnic:off systemd.hostname=zsecrethost2 "
                'netroot=iscsi:203.0.113.9::::iqn.2001-04.zsecret nbdroot=zsecret.example:disk cryptdevice="/dev/zsecret x":y '
                "rd.znet=qeth,zsecret my.option=zsecret -- zsecretargument --token=zsecret")
LOG = ["Kernel command line: iommu=pt quiet" + COMMAND_LINE,
       'Unknown kernel command line parameters "splash iommu_x=1 user=zsecret", will be passed to user space.',
       "e1000e 0000:00:19.0 zsecretnic: iommu, 5e:c7:e7:00:11:22 5E-C7-E7-00-11-22",
       "iommu: mlx5 80:00:02:08:fe:80:00:00:00:00:00:00:5e:c7:e7:00:11:22:33:44",
       f"vfio_mdev {UUID}: Adding to iommu group 7; {UUID.upper()},{UUID.lower()} 5ec7e7000123456789abcdef01234567",
       "DMAR: nfs 203.0.113.77:/export 203.0.113.8/24, [2001:db8::5ec:1]:80 2001:db8:1:2:3:4:5:6",
       "iommu: zsecrethost zsecrethost.zsecret.example zsecrethost2 zsecretnic.100 zsecretnic-TxRx-0 (zsecretd) zsecretnic0",
       "vfio: SerialNumber: ZSECRET1 Serial Number: zsecret2, serial=zsecret3 S/N: zsecret4",
       "iommu: nvme nqn.2014-08.org.zsecret:1 eui.5ec7e70000000001 naa.5ec7e70000000002 wwn-0x5ec7e70000000003 t10.zsecret",
       "iommu: /dev/mapper/zsecret-root /dev/disk/by-id/ata-zsecret /dev/disk/by-label/zsecret /dev/disk/by-uuid/5ec7e7",
       "iommu: enx5ec7e7001122 /zsecret/mnt"]
PROPERTIES = {
    "seen": "nothing that was planted is in report, report --markdown, JSON, snapshot, or that of --attach",
    "findings": "the findings are the same but for the names",
    "twice": "redacted again, a snapshot stays as it is",
    "one": "an interface has one alias in facts and in the log, and one file is counted",
}


def run(command):
    """Output, or with nothing to print what it said."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def plant(host):
    """A name or number wherever a host may have one."""
    kernel = host["kernel"]
    kernel["command_line"] = (kernel["command_line"] or "quiet") + COMMAND_LINE
    device = host["devices"][0]["name"] if host["devices"] else "0000:00:19.0"
    for interface in host["interfaces"]:
        interface["name"] = "zsecret" + interface["name"]
    host["interfaces"] += [{"name": "zsecretnic0", "device": device, "up": "no", "default_route": "no"}]
    for use in host["disk_uses"]:
        use["what"] = use["what"] if use["what"] in ("/", "swap") else "/zsecret" + use["what"]
    del host["disk_uses"][200:], host["log"][4000:] # room, where a list is as long as it may be
    host["disk_uses"] += [{"device": device, "block": "sdz1", "what": "/zsecret/mnt", "type": "ext4"}]
    host["holders"] += [{"pid": 4242, "command": "zsecretd", "holding": "node", "what": "vfio0"}]
    last = max([line["number"] for line in host["log"]], default=0)
    host["log"] += [{"number": last + n, "text": text, "time": None} for n, text in enumerate(LOG, 1)]
    log = next(s for s in host["sources"] if s["source"] == "log")
    log["path"] = "/home/zsecret/dmesg.txt"
    log["state"] = "read" if log["state"] in ("absent", "not-asked") else log["state"]
    host["gaps"] += [{"source": log["source"], "state": "broken", "errno": 0, "path": log["path"], "line": 3,
                      "group": None, "detail": "/home/zsecret/dmesg.txt has zsecrethost"},
                     {"source": "network", "state": "denied", "errno": 13,
                      "path": "/sys/class/net/zsecretnic0/operstate", "line": 0, "group": None, "detail": None}]


def without_words(findings):
    """What must not change."""
    return [[f["id"], f["severity"], f["group"], len(f["devices"]), f["confidence"], len(f["evidence"]), len(f["steps"])]
            for f in findings]


def look_at(program, name, tree, tmp):
    """The properties that do not hold, as (property, what is seen)."""
    host = json.loads(run([program, "--sysroot", tree, "snapshot"]))
    plant(host)
    path = os.path.join(tmp, "zsecret.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(host, file)
    of = [program, "--from", path]
    outputs = {what: run(of + what.split()) for what in (
        "report --redact", "report --redact --all --markdown", "report --redact -J", "snapshot --redact")}
    attached = os.path.join(tmp, "attached.json")
    run(of + ["report", "--redact", "--attach", attached])
    with open(attached, encoding="utf-8") as file:
        outputs["--attach"] = file.read()
    for what, text in outputs.items():
        for line in filter(PLANTED.search, text.split("\n")):
            yield "seen", f"{name}, {what}: {PLANTED.search(line)[0]} in {line[:300]}"
    try:
        before = json.loads(run(of + ["report", "-J"]))
        after = json.loads(outputs["report --redact -J"])
        saved = json.loads(outputs["snapshot --redact"])
    except json.JSONDecodeError as error:
        yield "findings", f"{name}: {error}: {outputs['snapshot --redact'][:200]}"
        return
    if [v["count"] for v in after["redacted"] if v["kind"] == "file"] != [1]:
        yield "one", f"{name}: {after['redacted']}"
    if without_words(before.get("findings", [])) != without_words(after.get("findings", [])):
        yield "findings", name
    alias = saved["interfaces"][-1]["name"]
    if f"(process-1) {alias}" not in " ".join(line["text"] for line in saved["log"]):
        yield "one", f"{name}: {alias}"
    redacted = os.path.join(tmp, "redacted.json")
    with open(redacted, "w", encoding="utf-8") as file:
        file.write(outputs["snapshot --redact"])
    if run([program, "--from", redacted, "snapshot", "--redact"]) != outputs["snapshot --redact"]:
        yield "twice", name


hosts.judge("redact", PROPERTIES, look_at)
