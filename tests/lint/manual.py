# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of the manual that are made from the sources: what the scripts that make them share."""
import re
import sys
import textwrap

MANUAL = "man/iommu-resv.8"
STRING = r'"((?:[^"\\]|\\.)*)"'


def read(source, path):
    with open(f"{source}/{path}", encoding="utf-8") as file:
        return file.read()


def wrapped(text):
    """The lines of a paragraph as mdoc has them: each sentence begins one."""
    text = text.replace("\\", "\\e")
    for sentence in re.split(r"(?<=[^.][.?!]) (?=[A-Z(])|(?<=[a-z0-9)\"'][.?!]) ", text):
        for line in textwrap.wrap(sentence, 78, break_on_hyphens=False, break_long_words=False):
            yield ("\\&" if line[0] in ".'" else "") + line + "\n"


def hold(source, begin, end, lines, write):
    """Prints each line of the part that differs; with write, puts the lines there."""
    manual = read(source, MANUAL)
    first = manual.find(begin)
    last = manual.find(end, max(first, 0))
    if first < 0 or last < 0:
        sys.exit(f"{MANUAL}: no beginning or no end of: {begin}")
    if write:
        with open(f"{source}/{MANUAL}", "w", encoding="utf-8") as file:
            file.write(manual[:first] + "".join(lines) + manual[last + len(end):])
        return
    there = manual[first:last + len(end)].splitlines(keepends=True)
    if lines != there:
        for line in sorted(set(lines) ^ set(there)) or ["the order\n"]:
            print(f"{MANUAL}: {line}", end="")
