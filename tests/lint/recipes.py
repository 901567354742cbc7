# SPDX-License-Identifier: GPL-2.0-or-later
"""recipes.py SRCDIR DIR DOCUMENT...: runs the commands that the documents show.

A command stands behind a prompt ("$ ", "# ", "host# ") in a block of README that is
indented by a tab, or in a literal display of the manual. Below it stands what it prints,
and last, where it is not 0, "[exit status N]".

It runs on the host that it names with --from, else on the one that the document named
last above it: src/data/examples/NAME.json, or a folder of tests/cases. With the prompt
"NAME# " it runs on the host guest-NAME of that case where there is one, with "guest# " on
that in guest. A file below /sys/firmware/acpi/tables is the
table of that host.

A command without an output must be understood, which means an exit status below 3. A
"query" without an output asks a real device, and is not run.
"""
import difflib
import glob
import json
import os
import re
import subprocess
import sys

SRCDIR, TMP = sys.argv[1:3]
PROMPT = re.compile(r"(\w*)([$#]) (.*)$")
HOST = re.compile(r"\b(examples/[\w-]+\.json|tests/cases/[\w-]+)")
STATUS = re.compile(r"\[exit status (\d+)\]$")
WRAPPER = """#!/bin/bash
host=$RECIPE_HOST
case " $* " in
*" --from "* | *" --sysroot "* | *" decode "* | *" merge "* | *" explain "* | *" help "*) host= ;;
esac
exec "$IOMMU_RESV" --pci-ids tests/pci.ids ${host:+--from "$host"} "$@"
"""


class Recipe:
    def __init__(self, document, number, prompt, command):
        self.document = document
        self.number = number  # of the command's first line
        self.prompt = prompt
        self.command = command
        self.host = None
        self.first = self.last = 0  # lines of the output, half open
        self.shown = []

    @property
    def title(self):
        return f"{self.document.path}:{self.number + 1}: {' '.join(self.command.split())}"


class Readme:
    """Blocks whose lines begin with a tab; empty lines may stand between."""

    def __init__(self, path, lines):
        self.path = path
        self.lines = lines

    def inside(self, i):
        return self.lines[i].startswith("\t") or (
            not self.lines[i] and any(
                line.startswith("\t") for line in
                next(([rest] for rest in self.lines[i:] if rest), [])))

    def read(self, i):
        return self.lines[i].removeprefix("\t")

    def write(self, line):
        return "\t" + line if line else ""


class Manual:
    """Literal displays of mdoc(7)."""

    def __init__(self, path, lines):
        self.path = path
        self.lines = lines
        self.literal = []
        inside = False
        for line in lines:
            if line == ".Ed":
                inside = False
            self.literal.append(inside or line.startswith(".Dl "))
            if line.startswith(".Bd -literal"):
                inside = True

    def inside(self, i):
        return self.literal[i]

    def read(self, i):
        line = self.lines[i].removeprefix(".Dl ").removeprefix("\\&")
        return line.replace("\\-", "-").replace("\\e", "\\")

    def write(self, line):
        line = line.replace("\\", "\\e")
        return "\\&" + line if line[:1] in (".", "'") else line


def is_whole(command):
    return subprocess.run(["bash", "-n", "-c", command], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def recipes_of(document):
    """The commands of a document, with what is shown below each."""
    found, host, i = [], None, 0
    lines = document.lines
    while i < len(lines):
        named = HOST.findall(lines[i])
        host = named[-1] if named else host
        match = PROMPT.match(document.read(i)) if document.inside(i) else None
        if not match:
            i += 1
            continue
        recipe = Recipe(document, i, match.group(1), match.group(3))
        i += 1
        while not is_whole(recipe.command) and i < len(lines) and document.inside(i):
            recipe.command += "\n" + document.read(i)
            i += 1
        recipe.host = host
        recipe.first = i
        while i < len(lines) and document.inside(i) and not PROMPT.match(document.read(i)):
            i += 1
        recipe.last = i
        while recipe.last > recipe.first and not lines[recipe.last - 1]:
            recipe.last -= 1
        recipe.shown = [document.read(k) for k in range(recipe.first, recipe.last)]
        found.append(recipe)
    return found


# --- Hosts ----------------------------------------------------------------------------

def snapshot_of(folder, name):
    """A snapshot of a folder that describes a host, with the answers that it holds."""
    root = f"{TMP}/{name}.root"
    if os.path.exists(root):
        return name
    subprocess.run([SRCDIR + "/tests/mkroot.sh", folder, root], check=True)
    with open(f"{TMP}/{name}", "wb") as out:
        subprocess.run([os.environ["IOMMU_RESV"], "--sysroot", root, "snapshot"], stdout=out,
                       check=False)
    answers = root + "/answers.sed"
    if os.path.exists(answers):
        subprocess.run(["sed", "-i", "-f", answers, f"{TMP}/{name}"], check=True)
    return name


def prepare(host, prompt):
    """The snapshot that answers for a host, in DIR, and its tables in DIR/tables."""
    if host.startswith("examples/"):
        snapshot = "src/data/" + host
    else:
        others = [f"{host}/{name}" for name in (prompt, "guest-" + prompt)
                  if prompt and os.path.isdir(f"{SRCDIR}/{host}/{name}")]
        folder = others[0] if others else host
        snapshot = snapshot_of(f"{SRCDIR}/{folder}", folder.replace("/", "."))
    for table in glob.glob(TMP + "/tables/*"):
        os.unlink(table)
    with open(f"{TMP}/{snapshot}", encoding="utf-8") as file:
        for table in json.load(file)["tables"]:
            if "bytes" in table:
                with open(f"{TMP}/tables/{table['name']}", "wb") as out:
                    out.write(bytes.fromhex(table["bytes"]))
    return snapshot


def run(recipe):
    """What the command prints, as lines, with its status."""
    command = recipe.command.replace("/usr/share/iommu-resv/examples/", "src/data/examples/")
    command = command.replace("/sys/firmware/acpi/tables/", "tables/")
    environment = dict(os.environ, PATH=f"{TMP}/bin:" + os.environ["PATH"],
                       RECIPE_HOST=prepare(recipe.host, recipe.prompt))
    done = subprocess.run(["bash", "-c", command], cwd=TMP, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    lines = done.stdout.decode("utf-8", "backslashreplace").split("\n")
    while lines and not lines[-1]:
        lines.pop()
    return lines, done.returncode


# --- Judging --------------------------------------------------------------------------

class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def point(self, name, problems):
        self.count += 1
        self.failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.count} - {name.replace('#', chr(92) + '#')}")
        for problem in problems:
            print("#", problem)


def examine(recipe, tap):
    """The lines that should stand below the command."""
    if not recipe.host:
        tap.point(recipe.title, ["the document names no host for it"])
        return recipe.shown
    lines, status = run(recipe)
    if not recipe.shown:
        tap.point(recipe.title + " (without its output)",
                  lines + [f"exit status {status}"] if status >= 3 else [])
        return []
    if status:
        lines.append(f"[exit status {status}]")
    tap.point(recipe.title, list(difflib.unified_diff(recipe.shown, lines, "shown", "printed",
                                                      lineterm="")))
    return lines


def update(document, recipes, outputs):
    for recipe, lines in reversed(list(zip(recipes, outputs))):
        document.lines[recipe.first:recipe.last] = map(document.write, lines)
    with open(f"{SRCDIR}/{document.path}", "w", encoding="utf-8") as file:
        file.write("\n".join(document.lines) + "\n")


def make_bin():
    os.makedirs(TMP + "/bin")
    os.makedirs(TMP + "/tables")
    for name in ("src", "tests"):
        os.symlink(f"{SRCDIR}/{name}", f"{TMP}/{name}")
    for name, text in (("iommu-resv", WRAPPER), ("sudo", '#!/bin/sh\nexec "$@"\n')):
        with open(f"{TMP}/bin/{name}", "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(f"{TMP}/bin/{name}", 0o755)


def main():
    make_bin()
    tap = Tap()
    for path in sys.argv[3:]:
        with open(f"{SRCDIR}/{path}", encoding="utf-8") as file:
            lines = file.read().split("\n")[:-1]
        document = (Readme if path == "README" else Manual)(path, lines)
        recipes = recipes_of(document)
        live = [r for r in recipes if not r.shown and re.search(r"\bquery\b", r.command)]
        tested = [r for r in recipes if r not in live]
        outputs = [examine(r, tap) for r in tested]
        shown = sum(bool(r.shown) for r in tested)
        tap.point(f"{path}: {shown} commands with their output, {len(tested) - shown} "
                  f"without, {len(live)} that only a real device answers",
                  [] if shown else ["no output is shown"])
        for recipe in live:
            print(f"# not run: {recipe.title}")
        if os.environ.get("UPDATE"):
            update(document, tested, outputs)
    print(f"1..{tap.count}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
