#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""words.py SOURCES EXCEPTIONS: prints each text that says what we no longer say.

Texts are the strings of src, the manual, README and the schema. EXCEPTIONS has a line for each
that may stay, as it is printed here but for the number of its line; one that is no longer
needed is printed too.
"""
import glob
import re
import sys

source, exceptions = sys.argv[1:]

# What is no longer said, and what is said instead.
WORDS = [
    (r"\b1:1\b", "identity-mapped, at its physical address"),
    (r"\bgiv(?:e|es|en|ing)\b(?!-)[^.]{0,40}\baway\b", "pass through to a VM"),
    (r"\bgiv(?:e|es|en|ing)\b[^.]{0,60}\bto (?:a |the )?(?:user-space|user space|VFIO|guest)\b",
     "pass through to a VM"),
    (r"\bmeant for user[- ]space\b", "assigned to VFIO, passed through to a VM"),
    (r"\b(?:device|group)s? (?:may|can) (?:not )?be given\b(?! these| addresses)", "can(not) be passed through"),
    (r"\bgiv(?:e|es|en|ing)\b up\b[^.]{0,20}\bIOMMU|\bgiv(?:e|es|en|ing)\b[^.]{0,20}IOMMU up\b",
     "stop using the IOMMU"),
    (r"\bguests? of (?:the|a) guest\b", "nested guest"),
    (r"\b(?:held|holds?) (?:\w+ ){0,3}against\b", "compare with"),
    (r"\b[Ww]ay out\b", "What to do"),
    (r"\b[Nn]othing is to be done\b", "No action needed"),
    (r"\b[Ss]o it is with\b", "The same holds for"),
    (r"\bpages of (?:0x|[0-9]+ [KMG]iB|[{]|%)", "4 KiB pages"),
    (r"\bno property of\b", "not its fault"),
    (r"\bhardly\b", "probably not"),
    (r"\bother(?:wise)? than (?:was |is )?(?:predicted|expected)\b", "differs from the prediction"),
]

# What the kernel logs stays to the letter.
QUOTED = re.compile(r"have a 1:1 IOMMU mapping|configuring the device without a 1:1 mapping")

# A number that may be 1, and a noun that may not: one_or_many chooses it.
NOUNS = "addresses|commands|controllers|devices|entries|faults|files|findings|functions|groups|" \
    "lines|mappings|nodes|notes|others|problems|processes|ranges|regions|rules|tables|units|VMs|windows"
COUNT = re.compile(r"(?:%(?:zu|u|d|lu)|%<>|\{n\}) ((?:more |other |of )?(?:" + NOUNS + r"))\b")
PLURAL = re.compile(r'== 1 \? "(?:|s|es|is|it|has|use|uses)" : "[a-z]*"')
TOKEN = re.compile(r"""/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\])+'|"((?:\\.|[^"\\])*)"|([A-Za-z_]\w*)|\s+|.""", re.S)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def strings(text):
    """Each string as the compiler joins it, with its line and the word before it."""
    line, start, parts, before, last = 1, 0, [], "", ""
    for token in TOKEN.finditer(text):
        string, name = token[1], token[2]
        if string is not None:
            if not parts:
                start, before = line, last
            parts.append(string)
        elif parts and name and name.isupper() or name and name.startswith("PRI"):
            parts.append("<>")
        elif parts and not token[0].isspace() and not token[0].startswith("/*"):
            yield start, "".join(parts), before
            parts = []
        if not token[0].isspace() and string is None:
            last = (last + " " + token[0])[-800:]
        line += token[0].count("\n")


def said(text):
    text = QUOTED.sub("", text)
    for pattern, instead in WORDS:
        found = re.search(pattern, text)
        if found:
            yield f'"{found[0]}": say {instead}'


def is_sentence(text):
    """Does it begin with a capital or what is filled in, and end with a full stop?"""
    return re.match(r"[A-Z{%]|[a-z_]+=", text) and re.search(r"(?:[.][\")]?|%s|\}|<>)$", text)


def called(before):
    """The function whose arguments are being read."""
    depth = 0
    words = before.split(" ")
    for i in range(len(words) - 1, 0, -1):
        depth += (words[i] == ")") - (words[i] == "(")
        if depth < 0:
            return words[i - 1]
    return None


def in_code(path):
    text = read(path)
    for line, string, before in strings(text):
        for problem in said(string):
            yield line, problem
        for found in COUNT.finditer(string):
            yield line, f'"{found[0]}": may print 1, use one_or_many'
        if called(before) in ("found", "finding_say", "finding_advise") and not is_sentence(string):
            yield line, f'half a sentence: "{string}"'
    for number, row in enumerate(text.splitlines(), 1):
        if PLURAL.search(row):
            yield number, f"{PLURAL.search(row)[0]}: use one_or_many"


def in_text(path):
    """Of running text two lines at once, since lines are wrapped."""
    lines = read(path).splitlines()
    for number, row in enumerate(lines, 1):
        for problem in said(row):
            yield number, problem
        ahead = lines[number] if number < len(lines) else ""
        for problem in said(row + " " + ahead):
            if problem not in list(said(row)) + list(said(ahead)):
                yield number, problem


def problems():
    for path in sorted(glob.glob(f"{source}/src/**/*.[ch]", recursive=True) +
                       glob.glob(f"{source}/src/**/*.def", recursive=True)):
        for line, problem in in_code(path):
            yield path[len(source) + 1:], line, problem
    for path in ["man/iommu-resv.8", "README", "src/data/iommu-resv.schema.json"]:
        for line, problem in in_text(f"{source}/{path}"):
            yield path, line, problem


def main():
    allowed = {row for row in read(exceptions).splitlines() if row and row[0] != "#"}
    used = set()
    for path, line, problem in problems():
        row = f"{path}: {problem}"
        if row in allowed:
            used.add(row)
        else:
            print(f"{path}:{line}: {problem}")
    for row in sorted(allowed - used):
        print(f"{row} (no longer said: no exception)")


main()
