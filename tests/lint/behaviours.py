#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the manual's section KERNELS against the rows of src/kernel/behaviours.def.

usage: behaviours.py SOURCES [write | PROGRAM]

Prints how many rows there are, and each line that differs; with write, the list in the manual
is made anew, from files only, since the program of a cross build does not run. With PROGRAM
the words are held against what it says of the same rows.
"""
import json
import re
import subprocess
import sys
import textwrap

from manual import MANUAL, hold, read

source = sys.argv[1]
TABLE = "src/kernel/behaviours.def"
VENDORS = "src/kernel/release.c"
BEGIN = '.\\" The list is made from %s: UPDATE=1 tests/lint/kernel.sh\n' % TABLE
END = '.\\" The end of the list.\n'


def text_of(row, member):
    """The strings of a member, joined as the compiler joins them."""
    found = re.search(r'\.%s = ((?:"(?:[^"\\]|\\.)*"\s*)+)' % member, row)
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found[1])) if found else None


def versions_of(row, member):
    """Each V(major, minor) of a member as two numbers."""
    found = re.search(r"\.%s = (V\(\d+, \d+\))" % member, row)
    return tuple(map(int, re.findall(r"\d+", found[1]))) if found else None


def date(before, first):
    word = "%d.%d" % first
    follows = not first[1] or before == (first[0], first[1] - 1)
    return word if follows or not before else word + " at the latest, not %d.%d" % before


def dates(row):
    present, gone = versions_of(row, "present_at"), versions_of(row, "gone_at")
    parts = []
    if present:
        parts.append("since " + date(versions_of(row, "absent_at"), present))
    if gone:
        still = versions_of(row, "still_at")
        parts.append("until %d.%d" % still)
        if still[0] == gone[0] and still[1] + 1 != gone[1]:
            parts.append("gone in %d.%d" % gone)
    return ", ".join(parts) or "all versions"


def backports(row, vendors):
    stable = re.findall(r"\{ V\((\d+), (\d+)\), (\d+) \}", row)
    words = ["%s.%s.%s" % update for update in stable]
    for vendor, major, minor, build in re.findall(
            r"\{ (VENDOR_\w+), V\((\d+), (\d+)\), (\d+)[, \d]* \}", row):
        words.append(f"{vendors[vendor]} ({major}.{minor} build {build})")
    return "; earlier in " + ", ".join(words) if words else ""


def sentences():
    """The id of each row and what is said of it, as behaviour_sentence of src/kernel does."""
    vendors = {}
    for name, words in re.findall(r'\{ "[^"]+", (VENDOR_\w+), "([^"]+)" \}', read(source, VENDORS)):
        vendors[name] = words
    for row in re.findall(r"^BEHAVIOUR\((?:.|\n)*?\)$", read(source, TABLE), re.M):
        whose = re.search(r"\.vendor = (VENDOR_\w+)", row)
        yield text_of(row, "id"), "%s %s: %s%s." % (
            vendors[whose[1]] if whose else "Linux", text_of(row, "does"), dates(row),
            backports(row, vendors))


def listed():
    lines = [BEGIN, ".Bl -tag -width Ds\n"]
    for name, told in sentences():
        lines.append(".It Sy %s\n" % name.replace("-", "\\-"))
        lines += [line + "\n" for line in textwrap.wrap(told, 78, break_on_hyphens=False)]
    return lines + [".El\n", END]


def compare_with(program):
    """Prints the rows of which the program says something else."""
    said = subprocess.run([program, "explain", "-J"] + [name for name, _ in sentences()],
                          capture_output=True, text=True, check=True)
    theirs = {topic["id"]: topic["sentence"]
              for topic in json.loads(said.stdout)["topics"] if topic["kind"] == "behaviour"}
    for name, told in sentences():
        if theirs.get(name) != told:
            print(f"{name}: the program says: {theirs.get(name)}")
            print(f"{name}: the manual says: {told}")


def main():
    print(len(list(sentences())), "rows")
    if len(sys.argv) > 2 and sys.argv[2] != "write":
        compare_with(sys.argv[2])
    else:
        hold(source, BEGIN, END, listed(), sys.argv[2:] == ["write"])


main()
