#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tables.py DUMP FOLDER: what tests/firmware.sh runs; prints TAP, one test a table.

good/*.asl  are compiled by the iasl of Debian 12; every field that `iasl -d` prints must be printed by DUMP, with the
            same name, place and value, and the other way round.
good/*.hex  hold what the iasl of Debian 12 does not know as well. What iasl does print must agree;
            the rest is compared with NAME.dump, which is written anew with UPDATE=1. A line
            "#~ REASON" says that iasl is wrong.
bad/*.hex   lines "#= TEXT" must be found in the output of DUMP, lines "#! TEXT" must not.
All good tables are also cut at and inside each of their records.
"""
import functools
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

# our name: what other versions of iasl call the same field
OTHER_NAMES = {
    "Identifier": {"Reserved"},  # of an IORT node
    "Register Set Size": {"Reserved", "Size"},
    "Entry Type": {"Subtable Type"},
    "EFR Image 2": {"Reserved"},
}
# fields that one side takes in pieces: the whole, and the pieces
PIECES = {
    ("Reserved", ("Flags", "Reserved")),  # device scope
    ("PCI Path", ("PCI Path: Device", "PCI Path: Function")),
    ("Reserved", ("PASID Capabilities", "Reserved")),  # root complex
    ("Reserved", ("PCI Segment Group", "Reserved")),  # IVMD
}
# iasl prints bytes of another place here
NOT_COMPARED = {"Optional Padding", "Padding"}
# a structure that this iasl does not know: what it prints of it afterwards is not to be compared
UNKNOWN = re.compile(r"Unknown|unknown|Invalid|\*\*\*\*")

TEXT_VERSION = "20200925"  # the names of fields change with the version

count = failed = 0
dump, folder = sys.argv[1], sys.argv[2]
iasl = shutil.which("iasl")


def tap(name, problems, skip=None):
    global count, failed
    count += 1
    if skip:
        print(f"ok {count} - {name} # SKIP {skip}")
        return
    print(f"{'not ok' if problems else 'ok'} {count} - {name}")
    for line in problems[:20]:
        print(f"# {line}")
    failed += bool(problems)


def run_dump(path, *more):
    return subprocess.run([dump, path, *more], capture_output=True, text=True, timeout=60,
                          errors="replace", check=False)


@functools.cache
def iasl_version():
    done = subprocess.run([iasl, "-v"], capture_output=True, text=True, timeout=20, check=False)
    found = re.search(r"version (\d+)", done.stdout)
    return found.group(1) if found else "unknown"


def number_bytes(value, size):
    return value.to_bytes(max(size, (value.bit_length() + 7) // 8), "little")


def unescape(match):
    word = match.group(1)
    return word if word == b"\\" else bytes([int(word[1:], 16)])


def our_fields(text):
    fields = []
    for line in text.splitlines():
        if not line.startswith("FIELD\t"):
            continue
        _, name, offset, size, value = line.split("\t", 4)
        size = int(size)
        if value.startswith('"'):
            text = value[1:-1].encode("latin1")
            data = re.sub(rb"\\(\\|x..)", unescape, text).ljust(size, b"\0")
        elif value.startswith("0x"):
            data = number_bytes(int(value, 16), size)
        else:
            data = bytes.fromhex(value)
        fields.append((int(offset, 16), size, name, data))
    return fields


def iasl_value(value, size):
    """The bytes that iasl means; None if it does not print the value itself."""
    value = value.strip()
    if value.startswith('"'):
        return value[1:value.rindex('"')].encode("latin1").ljust(size, b"\0")
    value = re.sub(r"/\*.*?\*/|\[.*\]|\\", " ", value).strip()
    if not value:
        return None
    if "," in value or " " in value:
        return bytes.fromhex(value.replace(",", ""))
    return number_bytes(int(value, 16), size)


FIELD = re.compile(r"\[(\w+)h (\d+) +(\w+)\] +(.+?) : (.*)")


def iasl_fields(path, tmp):
    """The fields that iasl prints, and whether it knew all structures."""
    prefix = os.path.join(tmp, "disassembled")
    try:
        subprocess.run([iasl, "-d", "-p", prefix, path], capture_output=True, timeout=20,
                       check=False)
        with open(prefix + ".dsl", encoding="latin1") as f:
            text = f.read().split("Raw Table Data")[0]
        os.unlink(prefix + ".dsl")
    except (OSError, subprocess.TimeoutExpired):
        return [], False
    fields, knows = [], True
    body = text[text.index("*/") + 2:]
    for match in re.finditer(r"^\[.*(?:\\\n.*)*(?:\n {4}[0-9A-F ]+\\?)*$|^.*$", body, re.M):
        line = match.group(0).replace("\n", " ")
        found = FIELD.match(line)
        if not found:
            knows = knows and not UNKNOWN.search(line)
            continue
        size = found.group(3)
        size = int(size[:-1], 16) if size.endswith("h") else int(size)
        name = found.group(4).replace(" (decoded below)", "").strip()
        offset = int(found.group(1), 16)
        if name in NOT_COMPARED:
            fields.append((offset, size, name, None))
        else:
            fields.append((offset, size, name, iasl_value(found.group(5), size)))
    return fields, knows


def same_name(ours, theirs):
    return ours == theirs or theirs in OTHER_NAMES.get(ours, ())


def pieces_of(whole, parts):
    inside = [p for p in parts if whole[0] <= p[0] and p[0] + p[1] <= whole[0] + whole[1]]
    return inside if sum(p[1] for p in inside) == whole[1] else []


def compare_field(field, others):
    """A field of iasl with ours. None, or what differs."""
    offset, size, name, data = field
    at = f"0x{offset:x} \"{name}\""
    same = [o for o in others if o[:2] == (offset, size)]
    if same:
        if not any(same_name(o[2], name) for o in same):
            return f"{at}: we call it \"{same[0][2]}\""
        if data is not None and data != same[0][3]:
            return f"{at}: iasl says {data.hex()}, we {same[0][3].hex()}"
        return None
    if data is None and name == "Memory Properties":  # a heading
        return None
    pieces = pieces_of(field, others)
    if pieces:
        if (name, tuple(p[2] for p in pieces)) not in PIECES:
            return f"{at}: we have {[p[2] for p in pieces]}"
        ours = b"".join(p[3] for p in pieces)
        return None if data == ours else f"{at}: iasl says {data.hex()}, we {ours.hex()}"
    for o in others:
        if o[0] <= offset and offset + size <= o[0] + o[1] and (o[2] == "Bytes" or any(
                o[2] == whole and name in parts for whole, parts in PIECES)):
            ours = o[3][offset - o[0]:offset - o[0] + size]
            return None if data == ours else f"{at}: iasl says {data.hex()}, we {ours.hex()}"
    return f"{at}: we do not have it"


def begins_in_another(field, fields):
    """Two fields of iasl's that share bytes, and neither holds the other: iasl has lost its place (20250404 in a GIC
    ITS, whose reserved bytes it prints one too late)."""
    end = field[0] + field[1]
    return any(field[0] < f[0] < end < f[0] + f[1] for f in fields)


def compare(ours, theirs, whole):
    problems = [p for p in (compare_field(f, ours) for f in theirs if not begins_in_another(f, theirs)) if p]
    seen = {b for f in theirs for b in range(f[0], f[0] + f[1])}
    if whole:
        problems += [f"0x{f[0]:x} \"{f[2]}\": iasl does not have it" for f in ours
                     if f[0] not in seen]
    return problems


def check_dump(done):
    if done.returncode:
        return [f"dump ended with {done.returncode}"] + done.stderr.splitlines()
    return []


def check_asl(path, tmp):
    """Compiled; its bytes for the other tests."""
    name = os.path.basename(path)
    if not iasl:
        tap(name, [], "iasl is not installed (Debian: acpica-tools)")
        return None
    if iasl_version() != TEXT_VERSION:
        tap(name, [], f"its names are those of iasl {TEXT_VERSION}, this is {iasl_version()}")
        return None
    binary = os.path.join(tmp, name[:-4] + ".aml")
    try:
        made = subprocess.run([iasl, "-p", binary[:-4], path], capture_output=True, text=True,
                              timeout=20, check=False)
    except subprocess.TimeoutExpired:
        tap(name, ["iasl does not end"])
        return None
    if not os.path.exists(binary):
        tap(name, made.stdout.splitlines())
        return None
    done = run_dump(binary)
    theirs, _ = iasl_fields(binary, tmp)
    problems = check_dump(done)
    if not theirs:
        problems.append("iasl -d printed nothing")
    problems += compare(our_fields(done.stdout), theirs, True)
    tap(f"{name}: {len(theirs)} fields as iasl has them", problems)
    return binary


def check_hex(path, tmp):
    name = os.path.basename(path)
    binary = os.path.join(tmp, name[:-4] + ".bin")
    expected = path[:-4] + ".dump"
    done = run_dump(path, binary)
    problems = check_dump(done)
    if os.environ.get("UPDATE"):
        with open(expected, "w", encoding="utf-8") as f:
            f.write(done.stdout)
    with open(expected, encoding="utf-8") as f:
        if f.read() != done.stdout:
            problems.append(f"differs from {os.path.basename(expected)}")
    tap(name, problems)
    with open(path, encoding="utf-8") as f:
        wrong = re.search(r"^#~ (.*)", f.read(), re.M)
    if not iasl or wrong:
        tap(f"{name} and iasl", [],
            wrong.group(1) if wrong else "iasl is not installed (Debian: acpica-tools)")
        return binary
    theirs, knows = iasl_fields(binary, tmp)
    if not theirs:
        tap(f"{name} and iasl", [], "this iasl does not know the table")
        return binary
    tap(f"{name}: {len(theirs)} fields as iasl has them{'' if knows else ' (it does not know all)'}",
        compare(our_fields(done.stdout), theirs, False))
    return binary


def records_of(text):
    """(offset, length, end of the entry it belongs to, all lines) of each record but the table."""
    found, end = [], 0
    for block in re.split(r"(?=^RECORD\t)", text, flags=re.M)[2:]:
        parts = block.split("\n", 1)[0].split("\t")
        offset, length = int(parts[4], 16), int(parts[5], 16)
        if parts[1] == "1":
            end = offset + length
        found.append((offset, length, end, block))
    return found


def finish(data):
    """With the length and the checksum it should have."""
    data = bytearray(data)
    data[4:8] = len(data).to_bytes(4, "little")
    data[9] = 0
    data[9] = -sum(data) & 255
    return bytes(data)


def fields_only(block):
    return [line for line in block.splitlines() if line.startswith("FIELD")]


def check_cut(path, tmp):
    """Cut at and in the middle of each record, with and without a length that says so."""
    with open(path, "rb") as f:
        data = f.read()
    whole = records_of(run_dump(path).stdout)
    problems = []
    places = sorted({r[0] for r in whole} | {r[0] + r[1] // 2 for r in whole} | {0, 4, 35, 36, 47})
    for place in places:
        for repaired in (False, True):
            cut = data[:place]
            if repaired and place < 36:
                continue
            file = os.path.join(tmp, "cut")
            with open(file, "wb") as f:
                f.write(finish(cut) if repaired else cut)
            done = run_dump(file)
            where = f"cut at 0x{place:x}{', repaired' if repaired else ''}"
            if done.returncode and not (place < 4 and done.returncode == 2):
                problems.append(f"{where}: dump ended with {done.returncode}")
            if place >= 4 and not repaired and "PROBLEM\t" not in done.stdout:
                problems.append(f"{where}: no problem was found")
            left = {r[:2]: fields_only(r[3]) for r in records_of(done.stdout)}
            for offset, length, end, block in whole:
                if end <= place and left.get((offset, length)) != fields_only(block):
                    problems.append(f"{where}: the record at 0x{offset:x} is not the same")
    tap(f"{os.path.basename(path)} cut at {len(places)} places", problems)


def check_bad(path):
    done = run_dump(path)
    problems = check_dump(done)
    expected = False
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.startswith("#= "):
                expected = True
                if line[3:].rstrip("\n").replace("\\t", "\t") not in done.stdout:
                    problems.append(f"not found: {line[3:].rstrip()}")
            elif line.startswith("#! ") and line[3:].rstrip("\n").replace("\\t", "\t") in done.stdout:
                problems.append(f"found: {line[3:].rstrip()}")
    if not expected:
        problems.append("the table expects nothing")
    tap(f"bad: {os.path.basename(path)}", problems + (done.stdout.splitlines() if problems else []))


def main():
    with tempfile.TemporaryDirectory() as tmp:
        binaries = [check_asl(path, tmp) for path in sorted(glob.glob(f"{folder}/good/*.asl"))]
        binaries += [check_hex(path, tmp) for path in sorted(glob.glob(f"{folder}/good/*.hex"))]
        for path in binaries:
            if path:
                check_cut(path, tmp)
        for path in sorted(glob.glob(f"{folder}/bad/*.hex")):
            check_bad(path)
    print(f"1..{count}")
    return failed > 0


sys.exit(main())
