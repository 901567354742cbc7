# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts with very many of one thing, in two sizes: what takes n or n log n steps takes four
times as long for four times as many."""
import json
import os
import shutil
import struct
import subprocess


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def make_base(top):
    """An Intel host without devices."""
    for folder in ("sys/bus/pci/devices", "sys/class/iommu/dmar0/devices",
                   "sys/kernel/iommu_groups"):
        os.makedirs(f"{top}/{folder}")
    write(f"{top}/proc/cmdline", "quiet\n")
    write(f"{top}/proc/sys/kernel/osrelease", "6.12.48+deb13-amd64\n")
    write(f"{top}/proc/sys/kernel/arch", "x86_64\n")
    write(f"{top}/sys/class/iommu/dmar0/intel-iommu/cap", "d2008c22260206\n")
    write(f"{top}/sys/class/iommu/dmar0/intel-iommu/ecap", "f00f4a\n")


def add_group(top, group, lines):
    folder = f"{top}/sys/kernel/iommu_groups/{group}"
    os.makedirs(f"{folder}/devices")
    write(f"{folder}/type", "DMA-FQ\n")
    write(f"{folder}/reserved_regions", "".join(lines))


def name_of(n):
    """The n-th function, 32 slots a bus, all below the host bridge of its domain."""
    return f"{n >> 13:04x}:{n >> 5 & 255:02x}:{n & 31:02x}.0"


def add_device(top, n, group, driver="e1000e"):
    name = name_of(n)
    path = f"pci{name[:4]}:{name[5:7]}/{name}"
    write(f"{top}/sys/devices/{path}/uevent",
          f"DRIVER={driver}\nPCI_CLASS=20000\nPCI_ID=8086:10D3\nPCI_SUBSYS_ID=8086:0000\n"
          f"PCI_SLOT_NAME={name}\nMODALIAS=pci:v00008086\n")
    for link, up in ((f"{top}/sys/kernel/iommu_groups/{group}/devices/{name}", 4),
                     (f"{top}/sys/bus/pci/devices/{name}", 3)):
        os.symlink("../" * up + f"devices/{path}", link)
    os.symlink(f"../../../../devices/{path}", f"{top}/sys/class/iommu/dmar0/devices/{name}")


MSI = "0x00000000fee00000 0x00000000feefffff msi\n"


def line(n, word):
    return "0x%016x 0x%016x %s\n" % (0x10000000 + n * 0x2000, 0x10000fff + n * 0x2000, word)


def write_dmar(top, n, slots):
    """n RMRRs for the devices 00:00.0 and on, in turns."""
    entries = [struct.pack("<HHBBHQ", 0, 16, 1, 0, 0, 0xFED90000)]
    for i in range(n):
        first = 0x10000000 + i * 0x2000
        entries.append(struct.pack("<HHIQQ", 1, 32, 0, first, first + 0xFFF) +
                       bytes((1, 8, 0, 0, 0, 0, i % slots, 0)))
    body = b"".join(entries)
    table = struct.pack("<4sIBB6s8sI4sIBB10x", b"DMAR", 48 + len(body), 1, 0, b"BENCH ",
                        b"BENCH   ", 1, b"INTL", 1, 38, 1) + body
    os.makedirs(f"{top}/sys/firmware/acpi/tables")
    write(f"{top}/sys/firmware/acpi/tables/FACP", "")
    with open(f"{top}/sys/firmware/acpi/tables/DMAR", "wb") as file:
        file.write(table[:9] + bytes((-sum(table) & 0xFF,)) + table[10:])


def make_rmrrs(top, n, _):
    make_base(top)
    for device in range(32):
        add_group(top, device, [line(i, "direct") for i in range(device, min(n, 2048), 32)] + [MSI])
        add_device(top, device, device)
    write_dmar(top, n, 32)


def make_named(top, n, _):
    """Devices, and an RMRR for every fourth of them."""
    make_base(top)
    for device in range(n):
        add_group(top, device, [line(device, "direct"), MSI])
        add_device(top, device, device)
    write_dmar(top, n // 4, 32)


def make_group(top, n, _):
    make_base(top)
    add_group(top, 0, [line(0, "direct"), MSI])
    for device in range(n):
        add_device(top, device, 0, "vfio-pci" if not device % 1000 else "e1000e")


def make_regions(top, n, program):
    """No file of sysfs holds so many: a snapshot can."""
    make_base(top)
    add_group(top, 0, [line(0, "direct"), MSI])
    add_device(top, 0, 0)
    host = json.loads(subprocess.run([program, "--sysroot", top, "snapshot"], check=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
    first = host["regions"][0]
    host["regions"] = [{**first, "line": i + 1, "type": ("reserved", "direct")[i % 2],
                        "first": hex(0x10000000 + i * 0x2000),
                        "last": hex(0x10000fff + i * 0x2000)} for i in range(n)]
    with open(f"{top}/host.json", "w", encoding="ascii") as file:
        json.dump(host, file)


def hold(top, pid, fds):
    os.makedirs(f"{top}/proc/{pid}/fd")
    write(f"{top}/proc/{pid}/comm", "qemu\n")
    for fd, target in enumerate(fds):
        os.symlink(target, f"{top}/proc/{pid}/fd/{fd}")


def make_holders(top, n, _):
    make_base(top)
    add_group(top, 0, [MSI])
    add_device(top, 0, 0, "vfio-pci")
    for pid in range(1, n + 1):
        hold(top, pid, [f"/dev/vfio/{pid % 64}"])


def make_holdings(top, n, _):
    """One process that holds as much."""
    make_base(top)
    for device in range(64):
        add_group(top, device, [MSI])
        add_device(top, device, device, "vfio-pci")
    hold(top, 1, [f"/dev/vfio/{fd}" for fd in range(n)])


def make_users(top, n, _):
    """A process for two groups, each of which holds 100 of them."""
    make_base(top)
    for device in range(2 * n):
        add_group(top, device, [MSI])
        add_device(top, device, device, "vfio-pci")
    for pid in range(1, n + 1):
        hold(top, pid, [f"/dev/vfio/{(pid * 2 + fd) % (2 * n)}" for fd in range(100)])


def make_log(top, n, _):
    """Lines that name devices, and others."""
    make_base(top)
    for device in range(64):
        add_group(top, device, [line(device, "direct"), MSI])
        add_device(top, device, device)
    texts = [f"e1000e {name_of(i % 64)} eth{i}: renamed from eth0" if i % 2 else
             f"DMAR: [DMA Write] Request device [{name_of(i % 64)[5:]}] fault addr 0x{i << 12:x} "
             "[fault reason 0x05] PTE Write access is not set" for i in range(n)]
    write(f"{top}/log", "".join(f"[{i / 1000:12.6f}] {text}\n" for i, text in enumerate(texts)))


def make_clashes(top, n, program):
    """Lines of a group that all lie over each other."""
    make_regions(top, n, program)
    with open(f"{top}/host.json", encoding="ascii") as file:
        host = json.load(file)
    for region in host["regions"]:
        region["first"], region["last"] = "0x10000000", "0x100fffff"
    with open(f"{top}/host.json", "w", encoding="ascii") as file:
        json.dump(host, file)


# what there are many of, how it is made, how many
MAKERS = (
    ("groups that processes hold, 50 each", make_users, 500),
    ("lines of a log", make_log, 250000),
    ("lines of a group over each other", make_clashes, 20000),
    ("RMRRs", make_rmrrs, 8000),
    ("devices, and RMRRs for a quarter of them", make_named, 4000),
    ("devices in a group", make_group, 8000),
    ("regions of a group", make_regions, 4000),
    ("processes that hold a group", make_holders, 10000),
    ("groups that a process holds", make_holdings, 10000),
)


def arguments(tree):
    """What the host of a tree is read by."""
    if os.path.exists(f"{tree}/host.json"):
        return ["--from", f"{tree}/host.json"]
    return ["--sysroot", tree, *(["--log", f"{tree}/log"] if os.path.exists(f"{tree}/log") else [])]


def rows(top, program):
    """For each kind: what it is, and the arguments for n and for 4 n of it."""
    for what, make, n in MAKERS:
        hosts = []
        for many in (n, 4 * n):
            tree = f"{top}/large.{many}"
            make(tree, many, program)
            hosts.append(arguments(tree))
        yield f"{4 * n} {what}", *hosts
        for many in (n, 4 * n):
            shutil.rmtree(f"{top}/large.{many}")
