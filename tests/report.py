#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`report` of the host of each case: what a mail may hold, and that nothing of `check` is missing in it.

usage: report.py PROGRAM SRCDIR TMP CASE...

Prints TAP, a line for each property.
"""
import json
import os
import re
import subprocess

import hosts

WIDTH = 72
TITLE = re.compile(r"^\[(\d+)\] (CRITICAL|ERROR|WARNING|NOTE) ([a-z0-9-]+)")
WORDS = {"critical": "CRITICAL", "error": "ERROR", "warning": "WARNING", "info": "NOTE"}
RAW = re.compile(r"^  (0x[0-9a-f]{16}) (0x[0-9a-f]{16}) ")

PROPERTIES = {
    "width": f"no line is wider than {WIDTH}, nothing but printable ASCII",
    "locale": "locale, terminal and colours change nothing",
    "status": "the exit status is that of check",
    "findings": "it has the findings of check, in their order",
    "markdown": "--markdown has the same text in a fence that it cannot close",
    "attach": "the snapshot of --attach is for its owner only, and check finds the same in it",
    "groups": "with --all each reserved region stands there as the kernel printed it",
}


def run(command, **environment):
    """Exit status and output."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TERM": "dumb", **environment}, check=False)
    return done.returncode, done.stdout


def what_is_wrong(text):
    """Lines that no mail should have."""
    for line in text.split(b"\n"):
        if len(line) > WIDTH or any(c < 32 or c > 126 for c in line):
            yield repr(line)


def look_at_markdown(name, markdown, lines):
    """Is the text that follows the first fence whole, up to the line that closes it?"""
    before, _, rest = markdown.partition("text\n")
    fence = before.rsplit("\n", 1)[-1]
    if not re.fullmatch("`{3,}", fence) or rest != "\n".join(lines) + fence + "\n\n</details>\n":
        yield "markdown", name
    if max(map(len, re.findall("`+", "\n".join(lines))), default=0) >= len(fence):
        yield "markdown", f"{name}: {fence}"
    for line in before.split("\n")[2:-1]:
        if not re.fullmatch(r"|\d+\. \*\*[A-Z]+\*\* `[a-z0-9-]+`(: (`[^`]+`|``+ .* ``+)(, (`[^`]+`|``+ .* ``+))*( and \d+ more)?)?<br>"
                            r"|   (`[^`]+`|(``+) .* \7)|And \d+ more\.|<details><summary>The whole report</summary>", line):
            yield "markdown", f"{name}: {line}"


def look_at(program, name, tree, _):
    """The properties that do not hold, as (property, what is seen)."""
    host = [program, "--sysroot", tree]
    status, text = run(host + ["report"])
    for line in what_is_wrong(text):
        yield "width", f"{name}: {line}"
    if run(host + ["--color", "always", "report"], LC_ALL="C.UTF-8", TERM="xterm", COLUMNS="40") != (status, text):
        yield "locale", name
    checked, document = run(host + ["check", "-J"])
    if status != checked:
        yield "status", f"{name}: {status}, check {checked}"
    if not text:
        return # no host: what is wrong with it was a message
    document = json.loads(document)
    text = run(host + ["report", "--all"])[1]
    for line in what_is_wrong(text):
        yield "width", f"{name}, --all: {line}"
    lines = text.decode("ascii", "replace").split("\n")
    yield from look_at_markdown(name, run(host + ["report", "--all", "--markdown"])[1].decode("ascii", "replace"), lines)
    attached = tree + ".json"
    run(host + ["report", "--attach", attached])
    if os.stat(attached).st_mode & 0o777 != 0o600:
        yield "attach", f"{name}: mode {os.stat(attached).st_mode:o}"
    found = json.loads(run([program, "--from", attached, "check", "-J"])[1])["findings"]
    if found != document["findings"]:
        yield "attach", f"{name}: {[f['id'] for f in found]}"
    os.unlink(attached)
    said = [m.groups()[1:] for m in map(TITLE.match, lines) if m]
    if said != [(WORDS[f["severity"]], f["id"]) for f in document["findings"]]:
        yield "findings", f"{name}: {said}"
    raw = [m.groups() for m in map(RAW.match, lines) if m]
    regions = [(int(r["first"], 16), int(r["last"], 16)) for r in document["regions"]]
    if sorted((int(a, 16), int(b, 16)) for a, b in raw) != sorted(regions):
        yield "groups", f"{name}: {len(raw)} lines, {len(regions)} regions"


hosts.judge("report", PROPERTIES, look_at)
