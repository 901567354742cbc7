# SPDX-License-Identifier: GPL-2.0-or-later
"""What earlier minor versions printed, and what is left of it.

usage: old.py keep PROGRAM FOLDER   writes what this version prints into FOLDER, to be done
                                    before SCHEMA_MINOR is raised

Each folder MINOR beside this file holds documents as the last program of that minor version
printed them of the example hosts, with the snapshots that it saved. They are never made
anew. tests/schema.sh validates them, and compares their shape with what the program prints
of the same snapshot today: whatever path a script has followed must lead to a value of the
same type.
"""
import glob
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
HOSTS = ("server-rmrr", "laptop", "desktop-am5")

# name of the file, host, what comes behind --from; TABLE: that of the host
DOCUMENTS = (
    ("check", "server-rmrr", "check -J"),
    ("check-assign", "laptop", "check -J --assign 00:1f.3 00:1f.3"),
    ("check-ivmd", "desktop-am5", "check -J 0b:00.0"),
    ("list", "server-rmrr", "list -J group:7"),
    ("show", "laptop", "show -J 00:1f.3"),
    ("map", "server-rmrr", "map -J group:7"),
    ("assign", "laptop", "assign -J 00:1f.3"),
    ("error", "laptop", "list -J nosuch"),
    ("decode-dmar", "server-rmrr", "decode -J DMAR"),
    ("decode-ivrs", "desktop-am5", "decode -J IVRS"),
    ("explain", "laptop", "explain -J direct misaligned-direct direct-refused"),
    ("explain-kernel", "laptop", "explain -J kernel"),
)

def run(program, snapshot, arguments, tables):
    """What a command prints of a snapshot, as text."""
    words = [f"{tables}/{word}" if word in ("DMAR", "IVRS") else word
             for word in arguments.split()]
    command = [program, "--pci-ids", f"{HERE}/../pci.ids", "--from", snapshot]
    if words[0] == "decode":
        command = [program]
    return subprocess.run(command + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False, text=True).stdout


def write_tables(snapshot, folder):
    with open(snapshot, encoding="utf-8") as file:
        tables = json.load(file)["tables"]
    for table in tables:
        if table.get("bytes"):
            with open(f"{folder}/{table['name']}", "wb") as out:
                out.write(bytes.fromhex(table["bytes"]))


def shape(value, path=""):
    """Each path of a document with the type that it leads to; an element is any element."""
    name = "null" if value is None else type(value).__name__
    found = {(path, name)}
    if isinstance(value, dict):
        for key, member in value.items():
            found |= shape(member, f"{path}.{key}")
    elif isinstance(value, list):
        for element in value:
            found |= shape(element, path + "[]")
    return found


def lost(before, now):
    """What a script that was written for one document does not find in the other."""
    return [f"{path or '.'} is no {name} any more" for path, name in
            sorted(shape(before) - shape(now))]


def keep(program, folder):
    os.makedirs(folder, exist_ok=True)
    for host in HOSTS:
        example = f"{HERE}/../../src/data/examples/{host}.json"
        with open(f"{folder}/{host}.snapshot", "w", encoding="utf-8") as out:
            out.write(run(program, example, "snapshot", folder))
    for name, host, arguments in DOCUMENTS:
        write_tables(f"{folder}/{host}.snapshot", folder)
        text = run(program, f"{folder}/{host}.snapshot", arguments, folder)
        if text and (name == "error" or "error" not in json.loads(text)):
            with open(f"{folder}/{name}.json", "w", encoding="utf-8") as out:
                out.write(text)
        for table in glob.glob(folder + "/[A-Z][A-Z][A-Z][A-Z]"):
            os.unlink(table)


def examine(program, folder, complaints):
    """For each minor version its name and what is wrong; complaints: of the schema."""
    for path in sorted(glob.glob(HERE + "/[0-9]*.[0-9]*")):
        problems = []
        for name, host, arguments in DOCUMENTS:
            if not os.path.exists(f"{path}/{name}.json"):
                continue  # a command that it did not have
            with open(f"{path}/{name}.json", encoding="utf-8") as file:
                before = json.load(file)
            write_tables(f"{path}/{host}.snapshot", folder)
            now = json.loads(run(program, f"{path}/{host}.snapshot", arguments, folder))
            problems += [f"{name}: {text}" for text in [*complaints(before), *lost(before, now)]]
        for host in HOSTS:
            with open(f"{path}/{host}.snapshot", encoding="utf-8") as file:
                before = json.load(file)
            now = json.loads(run(program, f"{path}/{host}.snapshot", "snapshot", folder))
            problems += [f"{host}: {text}" for text in [*complaints(before), *lost(before, now)]]
        yield os.path.basename(path), problems


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] != "keep":
        sys.exit(__doc__)
    keep(sys.argv[2], sys.argv[3])
