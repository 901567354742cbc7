#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What people see of `check` on a terminal, for the host of each case: through a pseudo terminal, with colours.

usage: screen.py PROGRAM SRCDIR TMP CASE...

At 60, 80 and 132 columns no line is wider; at 80 by 24 the worst finding is in sight when the program ends; without the
escape sequences the text is that of a pipe, also in a UTF-8 locale. Prints TAP, a line for each property.
"""
import fcntl
import os
import re
import struct
import subprocess
import termios

import hosts

ROWS = 24
WIDTHS = (60, 80, 132)
ESCAPE = re.compile(r"\033\[[0-9;]*m")
TITLE = re.compile(r"^(CRITICAL|ERROR|WARNING|NOTE) ")


def on_terminal(command, columns, locale):
    """What a command prints on a terminal of so many columns."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": locale}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL,
                          env=environment) as process:
        os.close(slave)
        chunks = []
        while True:
            try:
                chunk = os.read(master, 65536)
            except OSError: # the other end is closed
                break
            if not chunk:
                break
            chunks.append(chunk)
        process.wait()
    os.close(master)
    return b"".join(chunks).decode("utf-8", "replace").replace("\r\n", "\n")


def through_pipe(command, columns):
    """The same elsewhere."""
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C", "COLUMNS": str(columns)}
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env=environment, check=False).stdout.decode("utf-8", "replace")


def breakable(line, columns):
    """Is a line wider than the terminal though a blank would let it break? A path may be as long as it is."""
    label, words = line[:10], line[10:].split()
    return len(line) > columns and (len(words) > 1 or (bool(label.strip()) and not words))


def look_at(program, name, tree, _):
    """The properties that do not hold, as (property, what is seen)."""
    command = [program, "--sysroot", tree, "check"]
    for columns in WIDTHS:
        shown = on_terminal(command, columns, "C")
        plain = ESCAPE.sub("", shown)
        lines = plain.split("\n")
        for line in lines:
            if breakable(line, columns):
                yield "width", f"{name} at {columns}: {line}"
        if plain != through_pipe(command, columns):
            yield "color", f"{name} at {columns}: a pipe has another text"
        if columns == 80:
            first = next((n for n, line in enumerate(lines) if TITLE.match(line)), None)
            if first is not None and len(lines) - first > ROWS:
                yield "worst", f"{name}: {len(lines)} lines, the worst finding is line {first + 1}"
            if ESCAPE.sub("", on_terminal(command, columns, "C.UTF-8")) != plain:
                yield "utf-8", f"{name}: another text in a UTF-8 locale"


PROPERTIES = {
    "width": "no line is wider than the terminal",
    "worst": "the worst finding is in sight at 80x24",
    "color": "colours repeat what the words say",
    "utf-8": "a UTF-8 locale changes nothing",
}


hosts.judge("screen", PROPERTIES, look_at)
