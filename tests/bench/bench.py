#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""bench.py PROGRAM FLOOR MEASURE: how much list and check cost beyond the reading itself.

Makes trees of 1,024, 4,096, 16,384 and 65,536 groups (one device, two regions each) and prints
ratios of runs that were taken in turns, so that the machine's speed falls out. Then hosts
of 2,000 devices with a DMAR of 64 RMRRs for ten devices each, against the same trees
without the table: what it costs to attribute. Then hosts with very many of one thing, see
large.py. The exit status is 0 whether goals are met
or not: a ratio is for a person to read.
"""
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import large

SIZES = (1024, 4096, 16384, 65536)
ROUNDS = 9
ROUNDS_OF_MANY = 3 # which take seconds each
DEVICES, RMRRS, SCOPES = 2000, 64, 10

program, floor, measure = (os.path.abspath(path) for path in sys.argv[1:4])


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def make_tree(top, groups):
    """A saved tree of an AMD host, laid out as the kernel does it: on such a host each
    group has these two regions, whatever is in it."""
    config = bytes.fromhex("8680d310060410000000000210000000") + bytes(48)
    for folder in (
        "proc/sys/kernel",
        "sys/kernel/iommu_groups",
        "sys/class/iommu",
        "sys/bus/pci/devices",
        "sys/bus/pci/drivers/e1000e",
        "sys/devices/pci0000:00/iommu/ivhd0/amd-iommu",
        "sys/devices/pci0000:00/iommu/ivhd0/devices",
    ):
        os.makedirs(f"{top}/{folder}")
    write(f"{top}/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet\n")
    write(f"{top}/proc/sys/kernel/osrelease", "6.12.48+deb13-amd64\n")
    write(f"{top}/proc/sys/kernel/tainted", "0\n")
    write(f"{top}/proc/sys/kernel/arch", "x86_64\n")
    write(f"{top}/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu svm\n")
    write(
        f"{top}/proc/iomem",
        "00000000-00000fff : Reserved\n00001000-0009ffff : System RAM\n"
        "00100000-7fffffff : System RAM\nfee00000-fee00fff : Local APIC\n"
        "100000000-47fffffff : System RAM\n",
    )
    unit = f"{top}/sys/devices/pci0000:00/iommu/ivhd0"
    write(f"{unit}/amd-iommu/cap", "190b640f\n")
    write(f"{unit}/amd-iommu/features", "206d73ef22254ade:0\n")
    os.symlink("../../devices/pci0000:00/iommu/ivhd0", f"{top}/sys/class/iommu/ivhd0")

    for group in range(groups):
        domain, bus, slot = group >> 13, (group >> 5) & 0xFF, group & 31
        name = f"{domain:04x}:{bus:02x}:{slot:02x}.0"
        device = f"{top}/sys/devices/pci0000:00/{name}"
        folder = f"{top}/sys/kernel/iommu_groups/{group}"
        os.makedirs(device)
        os.makedirs(f"{folder}/devices")
        write(
            f"{device}/uevent",
            f"DRIVER=e1000e\nPCI_CLASS=20000\nPCI_ID=8086:10D3\nPCI_SUBSYS_ID=8086:0000\n"
            f"PCI_SLOT_NAME={name}\n"
            "MODALIAS=pci:v00008086d000010D3sv00008086sd00000000bc02sc00i00\n",
        )
        for file, text in (
            ("vendor", "0x8086"),
            ("device", "0x10d3"),
            ("subsystem_vendor", "0x8086"),
            ("subsystem_device", "0x0000"),
            ("class", "0x020000"),
            ("revision", "0x00"),
            ("irq", "16"),
            ("numa_node", "-1"),
        ):
            write(f"{device}/{file}", text + "\n")
        write(f"{device}/resource", "0x0000000000000000 0x0000000000000000 0x0\n" * 13)
        with open(f"{device}/config", "wb") as file:
            file.write(config)
        os.symlink(f"../../../kernel/iommu_groups/{group}", f"{device}/iommu_group")
        os.symlink("../iommu/ivhd0", f"{device}/iommu")
        os.symlink("../../../bus/pci/drivers/e1000e", f"{device}/driver")
        os.symlink("../../../bus/pci", f"{device}/subsystem")
        os.symlink(f"../../../devices/pci0000:00/{name}", f"{top}/sys/bus/pci/devices/{name}")
        os.symlink(f"../../../{name}", f"{unit}/devices/{name}")
        write(f"{folder}/type", "DMA-FQ\n")
        write(
            f"{folder}/reserved_regions",
            "0x00000000fee00000 0x00000000feefffff msi\n"
            "0x000000fd00000000 0x000000ffffffffff reserved\n",
        )
        os.symlink(
            f"../../../../devices/pci0000:00/{name}", f"{folder}/devices/{name}"
        )


def rmrr_range(number):
    first = 0x10000000 + number * 0x200000
    return first, first + 0xFFFF


def make_dmar(owners):
    """A table with one unit for all, and an RMRR for each list of owners (port, slot)."""
    entries = struct.pack("<HHBBHQ", 0, 16, 1, 0, 0, 0xFED90000)
    for number, devices in enumerate(owners):
        entries += struct.pack("<HHIQQ", 1, 24 + 10 * len(devices), 0, *rmrr_range(number))
        for port, slot in devices:
            entries += bytes((1, 10, 0, 0, 0, 0, port >> 3, port & 7, slot, 0))
    table = struct.pack("<4sIBB6s8sI4sIBB10x", b"DMAR", 48 + len(entries), 1, 0, b"BENCH ",
                        b"BENCH   ", 1, b"INTL", 1, 38, 1) + entries
    return table[:9] + bytes((-sum(table) & 0xFF,)) + table[10:]


def add_function(top, name, parent, group, lines):
    """A PCI function below a port ("": on the root bus), and its group if it is new."""
    class_code, driver = ("20000", "e1000e") if parent else ("60400", "pcieport")
    path = f"pci0000:00/{parent}{'/' if parent else ''}{name}"
    folder = f"{top}/sys/kernel/iommu_groups/{group}"
    write_below(
        f"{top}/sys/devices/{path}", "uevent",
        f"DRIVER={driver}\nPCI_CLASS={class_code}\nPCI_ID=8086:10D3\n"
        f"PCI_SUBSYS_ID=8086:0000\nPCI_SLOT_NAME={name}\nMODALIAS=pci:v00008086\n",
    )
    os.makedirs(f"{folder}/devices", exist_ok=True)
    write(f"{folder}/type", "DMA-FQ\n")
    with open(f"{folder}/reserved_regions", "a", encoding="ascii") as file:
        file.writelines(lines)
    for link, up in ((f"{folder}/devices/{name}", 4), (f"{top}/sys/bus/pci/devices/{name}", 3)):
        os.symlink("../" * up + f"devices/{path}", link)
    os.symlink(f"../../../../devices/{path}", f"{top}/sys/class/iommu/dmar0/devices/{name}")


def write_below(folder, name, text):
    os.makedirs(folder)
    write(f"{folder}/{name}", text)


def make_host_with_table(top, a_group):
    """An Intel host: ports on bus 0, up to 31 cards below each; a_group of the cards of a
    port share a group. The direct lines stand where the kernel would list them."""
    for folder in ("sys/bus/pci/devices", "sys/class/iommu/dmar0/devices"):
        os.makedirs(f"{top}/{folder}")
    write_below(f"{top}/proc/sys/kernel", "osrelease", "7.2.13+deb14-amd64\n")
    write(f"{top}/proc/sys/kernel/arch", "x86_64\n")
    write_below(f"{top}/sys/class/iommu/dmar0/intel-iommu", "cap", "d2008c22260206\n")
    write(f"{top}/sys/class/iommu/dmar0/intel-iommu/ecap", "f00f4a\n")
    ports = -(-DEVICES // 32)
    cards = [(8 + n // 31, n % 31) for n in range(DEVICES - ports)]
    owners = [[cards[(number * SCOPES + i) * 3 % len(cards)] for i in range(SCOPES)]
              for number in range(RMRRS)]
    names = {port: f"0000:00:{port >> 3:02x}.{port & 7}" for port in range(8, 8 + ports)}
    for port, name in names.items():
        add_function(top, name, "", port, [])
    lines = {}
    for number, devices in enumerate(owners):
        for device in devices:
            lines.setdefault(device, []).append("0x%016x 0x%016x direct\n" % rmrr_range(number))
    for n, (port, slot) in enumerate(cards):
        add_function(top, f"0000:{port:02x}:{slot:02x}.0", names[port],
                     1000 + n // a_group, sorted(lines.get((port, slot), [])))
    write_below(f"{top}/sys/firmware/acpi/tables", "FACP", "")
    with open(f"{top}/sys/firmware/acpi/tables/DMAR", "wb") as file:
        file.write(make_dmar(owners))


def bench_tables(top):
    print(f"{DEVICES} devices, DMAR with {RMRRS} RMRRs of {SCOPES} scopes:")
    for a_group in (1, 31, DEVICES):
        best, peak = {}, {}
        trees = {"with": f"{top}/with", "without": f"{top}/without"}
        make_host_with_table(trees["with"], a_group)
        shutil.copytree(trees["with"], trees["without"], symlinks=True)
        os.unlink(f"{trees['without']}/sys/firmware/acpi/tables/DMAR")
        for _ in range(ROUNDS):
            for name, tree in trees.items():
                nanoseconds, kib = run_once([program, "--sysroot", tree, "check"])
                best[name] = min(nanoseconds, best.get(name, nanoseconds))
                peak[name] = kib
        what = f"check, {a_group} a group: time with / without the table"
        show(what, best["with"] / best["without"], 2)
        print(f"  {'  peak memory with / without':<52} {peak['with'] / 1024:8.2f} MiB /"
              f" {peak['without'] / 1024:.2f} MiB; {best['with'] / 1e6:.0f} ms")
        for tree in trees.values():
            shutil.rmtree(tree)


def bench_large(top):
    """Four times as many take four times as long; five times with sorting, and a kernel that
    looks for names in full folders."""
    print("very many of one thing:")
    for what, few, many in large.rows(top, program):
        best = {}
        for _ in range(3):
            for name, host in (("few", few), ("many", many)):
                best[name] = min(run_once([program, *host, "check"])[0], best.get(name, 1 << 62))
        show(f"check, {what}: time / that of a quarter", best["many"] / best["few"], 6)
        print(f"  {best['many'] / 1e6:56.0f} ms")


def run_once(command):
    out = subprocess.run([measure, *command], stdout=subprocess.PIPE, check=True).stdout
    nanoseconds, kib, status = (int(part) for part in out.split())
    if status > 3:
        sys.exit(f"{' '.join(command)} ended with status {status}")
    return nanoseconds, kib


def system_calls(command):
    with tempfile.NamedTemporaryFile("r") as summary:
        subprocess.run(
            ["strace", "-f", "-c", "-o", summary.name, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        total = re.search(r"^\s*100\.00\s+\S+\s+\d*\s+(\d+).*total$", summary.read(), re.M)
    return int(total.group(1))


def show(what, number, goal, unit=""):
    verdict = "met" if number <= goal else f"missed by {number - goal:.2f}{unit}"
    print(f"  {what:<52} {number:8.2f}{unit}  goal {goal:g}{unit}: {verdict}")


def main():
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    top = tempfile.mkdtemp(prefix="iommu-resv-bench.", dir=base)
    best, peak, calls = {}, {}, {}
    try:
        for size in SIZES:
            tree = f"{top}/{size}"
            make_tree(tree, size)
            commands = {
                "floor": [floor, tree],
                "list": [program, "--sysroot", tree, "list"],
                "check": [program, "--sysroot", tree, "check"],
            }
            if shutil.which("lspci"):
                commands["lspci"] = ["lspci", "-D", "-O", f"sysfs.path={tree}/sys/bus/pci"]
            for _ in range(ROUNDS if size < 65536 else ROUNDS_OF_MANY):
                for name, command in commands.items():
                    nanoseconds, kib = run_once(command)
                    best[name, size] = min(nanoseconds, best.get((name, size), nanoseconds))
                    peak[name, size] = kib
            if shutil.which("strace") and size <= 4096:
                for name, command in commands.items():
                    calls[name, size] = system_calls(command)
            shutil.rmtree(tree)

        for size in SIZES:
            floor_time = best["floor", size]
            print(f"{size} groups, one device and two regions each:")
            show("list / floor, time", best["list", size] / floor_time, 1.5)
            show("check / floor, time", best["check", size] / floor_time, 2)
            if ("lspci", size) in best:
                show("list / lspci -D, time", best["list", size] / best["lspci", size], 1.4)
                print(f"  lspci -D / floor, time {best['lspci', size] / floor_time:38.2f}")
        print("all sizes:")
        for name in ("list", "check"):
            for few, many in ((4096, 16384), (16384, 65536)):
                show(f"{name}: time({many}) / time({few})", best[name, many] / best[name, few], 4.5)
            more = (peak[name, 65536] - peak[name, 4096]) / (65536 - 4096)
            show(f"{name}: peak memory of one more device", more, 2, " KiB")
        for name in ("floor", "list", "check", "lspci"):
            if (name, 4096) in calls:
                pair = (calls[name, 4096] - calls[name, 1024]) / (4096 - 1024)
                if name in ("list", "check"):
                    show(f"{name}: system calls a group-and-device pair", pair, 24)
                else:
                    print(f"  {name + ': system calls a group-and-device pair':<52} {pair:8.2f}")
        if not calls:
            print("  system calls: not counted, strace is not installed")
        if ("lspci", SIZES[0]) not in best:
            print("  lspci -D: not compared, pciutils is not installed")
        bench_tables(top)
        bench_large(top)
    finally:
        shutil.rmtree(top)


main()
