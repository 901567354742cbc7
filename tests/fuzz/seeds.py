#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""seeds.py PROGRAM OUT: what the fuzz targets begin with, made of what other tests have: hosts of cases and their snapshots,
command lines of transcripts, firmware tables and logs. OUT/trees is for the target tree, OUT/TARGET for each target.
"""
import glob
import os
import re
import shlex
import subprocess
import sys

program, out = sys.argv[1:3]
tests = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
cases = os.path.join(tests, "cases")


def seed(target, content):
    """Names are numbers, so that the order, and with it the run, is the same each time."""
    folder = os.path.join(out, target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "%05d" % len(os.listdir(folder))), "wb") as file:
        file.write(content)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def make_tree(case, folder="trees"):
    """The host of a case, below a folder of OUT."""
    tree = os.path.join(out, folder, case.replace("/", "."))
    subprocess.run(["bash", os.path.join(tests, "mkroot.sh"), os.path.join(cases, case), tree], check=True)
    subprocess.run(["chmod", "-R", "u+rwX", tree], check=True)
    return tree


def snapshot_of(tree):
    """Without the blanks in front of lines."""
    text = subprocess.run([program, "--sysroot", tree, "snapshot", "--msi"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False).stdout
    return re.sub(rb"(?m)^ +", b"", text)


def table(path):
    """As tests/firmware/read-table.h reads it."""
    data, length, checksum = bytearray(), None, None
    with open(path, encoding="utf-8") as file:
        for line in file:
            for text, word in re.findall(r'"([^"]*)"|([0-9A-Za-z]{2})', re.sub(r'#(?=([^"]*"[^"]*")*[^"]*$).*', "", line)):
                if word == "LL":
                    length = len(data) if length is None else length
                if word == "CC":
                    checksum = len(data)
                data += text.encode() if not word else bytes([0 if word in ("LL", "CC") else int(word, 16)])
    if length is not None:
        data[length:length + 4] = len(data).to_bytes(4, "little")
    if checksum is not None:
        data[checksum] = -sum(data) & 0xff
    return bytes(data)


def seed_tables(trees):
    for path in sorted(glob.glob(os.path.join(tests, "firmware", "*", "*.hex"))) + [os.path.join(tests, "fuzz", "btf.hex")]:
        seed("table", table(path))
    for tree in trees:
        for path in sorted(glob.glob(os.path.join(tree, "sys/firmware/acpi/tables/*"))):
            seed("table", read(path))
    blob = subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", os.path.join(tests, "fuzz", "regions.dts")],
                          stdout=subprocess.PIPE, check=False).stdout
    seed("table", blob)


def seed_trees(trees):
    """Each kind of file twice: paths are alike but for numbers and addresses."""
    seen = {}
    for tree in trees:
        for folder, folders, names in os.walk(tree):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.islink(path):
                    continue
                kind = re.sub(r"(N/)+", "N/", re.sub(r"[0-9a-f:.]*[0-9][0-9a-f:.]*", "N", os.path.relpath(path, tree)))
                seen[kind] = seen.get(kind, 0) + 1
                if seen[kind] <= 2:
                    number = bytes([len(seen) * 7 % 256])
                    seed("tree", number + os.path.relpath(path, os.path.join(out, "trees")).encode() + b"\n" + read(path))


def seed_snapshots(snapshots):
    """The smallest one in all ways, the others in some."""
    for way in range(128):
        seed("snapshot", bytes([way]) + min(snapshots, key=len))
    for number, text in enumerate(snapshots):
        seed("snapshot", bytes([number * 11 % 256]) + text)
        seed("snapshot", bytes([number * 5 % 256]) + text)
        seed("pair", bytes([number]) + text + b"\x1e" + snapshots[number - 1])
    for number, guest in enumerate(sorted(glob.glob(os.path.join(cases, "nested-*", "guest")))):
        host, inner = (snapshot_of(make_tree(os.path.relpath(path, cases), "nested")) for path in (os.path.dirname(guest), guest))
        seed("pair", bytes([number + 64]) + host + b"\x1e" + inner)


def seed_lines():
    """Command lines of transcripts, a word a line."""
    lines = set()
    for path in glob.glob(os.path.join(cases, "*", "transcript")):
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                match = re.match(r"\$ \$iommu-resv ([^|;<>$&]*)", line)
                if match:
                    lines.add(match.group(1).strip())
    for line in sorted(lines):
        try:
            words = shlex.split(line)
        except ValueError:
            continue
        if len(words) < 12:
            seed("options", "".join(word + "\n" for word in words).encode())


def seed_files(snapshots):
    for name in ("accepted", "bad", "leaves", "empty"):
        for path in sorted(glob.glob(os.path.join(cases, "ignore-file*", "root", name))):
            seed("files", b"\0" + read(path))
    seed("files", b"\3rmrr-with-user-device 00:02.0 until 2199-01-01 known\n# a note\ngroup-not-viable * a reason\n")
    for number, path in enumerate(sorted(glob.glob(os.path.join(tests, "log", "*")))):
        if os.path.isfile(path) and not path.endswith(".faults"):
            lines = read(path).splitlines(keepends=True)
            for at in range(0, min(len(lines), 120), 20):
                seed("files", bytes([1 + 3 * (number + at // 20)]) + b"".join(lines[at:at + 20]))
    for number, text in enumerate(snapshots[:4]):
        seed("files", bytes([2 + 3 * number]) + text)


def main():
    with open(os.path.join(tests, "fuzz", "trees"), encoding="ascii") as file:
        trees = [make_tree(line.strip()) for line in file if not line.startswith("#")]
    snapshots = [snapshot_of(tree) for tree in trees]
    with open(os.path.join(out, "host.json"), "wb") as file:
        file.write(snapshot_of(os.path.join(out, "trees", "host-laptop")))
    seed_trees(trees)
    seed_tables(trees)
    seed_snapshots(snapshots)
    seed_lines()
    seed_files(snapshots)
    for path in sorted(glob.glob(os.path.join(tests, "fuzz", "corpus", "*", "*"))):
        seed(os.path.basename(os.path.dirname(path)), read(path))


main()
