#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the list of rules in the manual's section FINDINGS against the rules.

usage: findings-manual.py SOURCES [write]

Prints how many rules there are, and each line that differs; with write, the list is made anew:
from files only, since the program of a cross build does not run.
"""
import glob
import re
import sys

from manual import STRING, hold, read, wrapped

source = sys.argv[1]
BEGIN = '.\\" The list is made from src/rules: UPDATE=1 tests/lint/findings-manual.sh\n'
END = '.\\" The end of the list.\n'
TOKEN = re.compile(STRING + r"|([A-Z_][A-Z0-9_]*)")


def macros(text):
    """Each macro that is made of strings, as the compiler joins them."""
    found = re.findall(r'^#define (\w+)[ \t\\\n]+((?:"(?:[^"\\]|\\.)*"[\s\\]*)+)', text, re.M)
    return {name: "".join(re.findall(STRING, strings)) for name, strings in found}


def joined(expression, names):
    """The text of strings and macros side by side."""
    parts = [string if not name else names[name] for string, name in TOKEN.findall(expression)]
    return re.sub(r"\\(.)", r"\1", "".join(parts)) or None


def field(rule, member, names):
    found = re.search(r'\n\t\.%s =\s*((?:%s|[A-Z_][A-Z0-9_]*|\s+)+),\n' % (member, STRING), rule)
    return joined(found[1], names) if found else None


def rules():
    """Each rule in the order of rules.def, with the strings of its fields."""
    shared = macros(read(source, "src/rules/rules.h"))
    bodies = {}
    for path in sorted(glob.glob(f"{source}/src/rules/*.c")):
        text = read(source, path[len(source) + 1:])
        names = {**shared, **macros(text)}
        for name, body in re.findall(r"^const struct rule rule_(\w+) = \{(.*?)^\};", text,
                                     re.M | re.S):
            bodies[name] = (body, names)
    for name in re.findall(r"^RULE\((\w+)\)", read(source, "src/rules/rules.def"), re.M):
        yield bodies[name]


def paragraphs(body, names):
    yield None, "%s." % field(body, "title", names)
    yield "", field(body, "meaning", names)
    kernels = field(body, "kernels", names)
    rests_on = re.search(r"RESTS_ON\(([^)]*)\)", body)
    if kernels:
        yield "Kernels:", kernels
    if rests_on:
        ids = re.findall(r"BEHAVIOUR_([A-Z0-9_]+)", rests_on[1])
        yield "" if kernels else "Kernels:", "See %s under KERNELS." % ", ".join(
            id.lower().replace("_", "-") for id in ids)
    yield "What to do:", field(body, "advice", names) or "No action needed."


def listed():
    lines = [BEGIN, ".Bl -tag -width Ds\n"]
    for body, names in rules():
        severity = re.search(r"\.severity = SEVERITY_(\w+)", body)[1].lower()
        lines.append(".It %s Pq %s\n" % (field(body, "id", names), severity))
        for lead, text in paragraphs(body, names):
            if lead:
                lines += [".Pp\n", lead + "\n"]
            lines += wrapped(text)
    return lines + [".El\n", END]


print(len(list(rules())), "rules")
hold(source, BEGIN, END, listed(), sys.argv[2:] == ["write"])
