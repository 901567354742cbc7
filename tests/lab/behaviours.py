# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of src/kernel/behaviours.def, and what of them was seen on which kernel: the file `seen`.

usage: behaviours.py update    takes lines "ID yes|no SCENARIO KERNEL" from standard input into `seen`
       behaviours.py lint      prints what `seen` lacks
"""
import os
import re
import sys

import names

LAB = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(LAB, "../../src/kernel/behaviours.def")
SEEN = os.path.join(LAB, "seen")


class Row:
    """One behaviour: id, dates (pairs of numbers, or None), series of which a stable update changed it, basis, and
    whether one vendor's kernels alone do it."""

    def __init__(self, text):
        self.id = re.search(r'\.id = "([^"]+)"', text)[1]
        self.basis = re.search(r"\.basis = BASIS_(\w+)", text)[1]
        for member in ("absent_at", "present_at", "still_at", "gone_at"):
            date = re.search(rf"\.{member} = V\((\d+), (\d+)\)", text)
            setattr(self, member, (int(date[1]), int(date[2])) if date else None)
        self.is_vendors = ".vendor = VENDOR_" in text
        stable = re.search(r"\.stable = \{(.*)\}", text)
        self.stable = [(int(a), int(b)) for a, b in re.findall(r"V\((\d+), (\d+)\)", stable[1] if stable else "")]

    def is_dated(self):
        return bool(self.present_at or self.gone_at)

    def at(self, series):
        """True or False as a release of Debian does it that is of this series, None where the table does not know."""
        if self.is_vendors or self.present_at and series <= self.absent_at or self.gone_at and series >= self.gone_at:
            return False
        if series in self.stable:
            return None
        if self.present_at and series < self.present_at or self.gone_at and series > self.still_at:
            return None
        return True


def table():
    """Each row by its id, in the order of the table."""
    with open(TABLE, encoding="utf-8") as file:
        rows = [Row(text) for text in re.findall(r"^BEHAVIOUR\((?:.|\n)*?\)$", file.read(), re.M)]
    return {row.id: row for row in rows}


def seen():
    """{id: {"yes": kernels, "no": kernels, "asked": scenarios}} as `seen` has it"""
    rows, lines = {}, None
    if not os.path.exists(SEEN):
        return rows
    with open(SEEN, encoding="utf-8") as file:
        for line in file:
            words = line.split("#")[0].split()
            if words and not line[0].isspace():
                lines = rows.setdefault(words[0], {})
            elif words:
                lines[words[0]] = words[1:]
    return rows


def merge(results):
    """Takes lines "ID yes|no SCENARIO KERNEL" into what was seen. Series that the archive has no more stay."""
    rows = seen()
    for line in results:
        name, value, scenario, kernel = line.split()
        lines = rows.setdefault(name, {})
        other = lines.setdefault("no" if value == "yes" else "yes", [])
        if kernel in other:
            other.remove(kernel)
        for key, item in ((value, kernel), ("asked", scenario)):
            there = lines.setdefault(key, [])
            if item not in there:
                there.append(item)
    return rows


HEAD = """# Which row of src/kernel/behaviours.def was seen on which kernel, and the scenarios that ask for it.
# Written by `tests/lab/run -u`; see README.
"""


def write(rows):
    """In the order of the table, kernels by their series; scenarios that have gone are left out."""
    for lines in rows.values():
        lines["asked"] = [s for s in lines["asked"]
                          if s == "everywhere" or os.path.isdir(os.path.join(LAB, "scenarios", s))]
    with open(SEEN, "w", encoding="utf-8") as file:
        file.write(HEAD)
        for name in (row for row in table() if row in rows):
            file.write(f"\n{name}\n")
            for key, order in (("yes", by_series), ("no", by_series), ("asked", None)):
                if rows[name].get(key):
                    file.write(f"\t{key} {' '.join(sorted(rows[name][key], key=order))}\n")


def by_series(kernel):
    return names.series_of(kernel), kernel


def lint():
    """A row that was proved by booted kernels was seen, on both sides where it has dates; none contradicts it."""
    there = seen()
    for row in table().values():
        lines = there.get(row.id, {})
        lacks = [key for key in ("yes", "no") if not lines.get(key)]
        if row.basis == "BOOTED" and not row.is_dated():
            lacks = [key for key in lacks if key == "yes"]
        if row.basis == "BOOTED" and lacks:
            print(f"{row.id}: said to be known from booted kernels, but none has answered {' or '.join(lacks)}")
        for key, value in (("yes", True), ("no", False)):
            wrong = [k for k in lines.get(key, []) if row.at(names.series_of(k)) is (not value)]
            if row.is_dated() and wrong:
                print(f"{row.id}: seen as {key} on {' '.join(wrong)}")
    for name in there.keys() - table().keys():
        print(f"{name}: no such row")


def main():
    if sys.argv[1] == "update":
        write(merge(sys.stdin.read().splitlines()))
    else:
        lint()


if __name__ == "__main__":
    main()
