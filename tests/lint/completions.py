#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the tables in src/data/completions with the sources.

usage: completions.py SOURCES [write]

Prints each line that differs, and last how many commands and options there are. With write,
the tables are made anew, from files only, since the program of a cross build does not run.

Of each shell's file the logic is written by hand, and what stands between two marks is made
here. How an argument is completed follows from the word that stands for it in the help.
"""
import difflib
import glob
import itertools
import re
import sys

source = sys.argv[1]
FOLDER = "src/data/completions/"
BEGIN = "# --- Made from the sources: UPDATE=1 tests/lint/completions.sh ---\n"
END = "# --- The end of what is made ---\n"
STRING = r'"(?:[^"\\]|\\.)*"'

# the words of the help, and what is completed for them
ARGUMENTS = {"DIR": "folder", "FILE": "file", "DEV": "devices", "ID": "rules",
             "COLUMNS": "columns", "NAMES": "nothing", "PAIR": "nothing", "SECONDS": "nothing",
             "SIZE": "nothing", "TYPE": "nothing", "N": "nothing", "RANGE": "nothing"}
POSITIONALS = {"SELECTOR": "selectors", "DEVICE": "selectors", "FILE": "file",
               "WORD": "topics", "COMMAND": "commands"}


# --- The sources ----------------------------------------------------------------------

def read(pattern):
    paths = sorted(glob.glob(f"{source}/{pattern}"))
    return "\n".join(open(path, encoding="utf-8").read() for path in paths)


def joined(strings):
    """Strings as the compiler joins them."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', strings))


def strings_of(text):
    return [joined(string) for string in re.findall(STRING, text)]


def words_of(choices):
    """The strings, or the rows of the list that is included in their place."""
    included = re.search(r'#include "(.*?)"', choices)
    if not included:
        return strings_of(choices)
    return re.findall(r"^[A-Z]+\((\w+)\)", read("src/" + included[1]), re.MULTILINE)


def text_of(row, member):
    found = re.search(r"\.%s =\s*((?:%s\s*)+)" % (member, STRING), row)
    return joined(found[1]) if found else None


def block(text, head):
    """What stands between the braces of a definition that begins with head."""
    return re.search(r"%s = \{(.*?)\n\};" % head, text, re.DOTALL)[1]


class Command:
    def __init__(self, name, text):
        row = block(text, "const struct command command_" + name)
        self.name = text_of(row, "name")
        self.summary = text_of(row, "summary")
        words = re.findall(r"\b[A-Z]+\b", text_of(row, "arguments").replace("OPTION", ""))
        self.positional = POSITIONALS[words[0]] if words else "nothing"


class Option:
    """An option, as the commands that it names know it; a global one names none."""

    def __init__(self, row, argument, about, commands):
        self.name = text_of(row, "name")
        letter = re.search(r"\.letter = '(.)'", row)
        self.letter = letter[1] if letter else None
        self.argument = argument
        self.about = about
        self.commands = commands
        self.choices = []
        self.list = "WORDS(" in row

    @property
    def words(self):
        return ["--" + self.name] + (["-" + self.letter] if self.letter else [])

    @property
    def kind(self):
        """What is completed for its argument; None: it takes none."""
        if not self.argument:
            return None
        return "choice" if self.choices else ARGUMENTS[self.argument]


def variants(row, text):
    """An option's (argument, help, commands): one, or several that differ by command."""
    commands = (text_of(row, "commands") or "").split()
    usual = text_of(row, "argument"), text_of(row, "help")
    of = re.search(r"\.of = (\w+)", row)
    found = []
    if of:
        cells = r'\{ "(\w+)",\s*(NULL|%s),\s*((?:%s\s*)+) \}' % (STRING, STRING)
        for command, argument, about in re.findall(
                cells, block(text, r"option_of %s\[\]" % of[1])):
            found.append((joined(argument) or None, joined(about), [command]))
            commands.remove(command)
    return ([(*usual, commands)] if commands or not of else []) + found


def read_options(text):
    options = []
    rows = block(text, r"struct option_row \w+\[\]")
    for row in re.split(r"^\t\{ (?=\.name)", rows, flags=re.MULTILINE)[1:]:
        choices = re.search(r"CHOICE\((\w+)\)", row)
        for variant in variants(row, text):
            option = Option(row, *variant)
            if choices:
                option.choices = words_of(
                    re.search(choices[1] + r"_choices\[\] = \{(.*?)\};", text, re.DOTALL)[1])
            options.append(option)
    return options


class Tables:
    """All that the sources say."""

    def __init__(self):
        text = read("src/cmd/*.c")
        self.commands = [Command(name, text) for name in
                         re.findall(r"^COMMAND\((\w+)\)", read("src/cmd/commands.def"), re.M)]
        self.options = read_options(text)
        self.columns = [(name, joined(about)) for name, about in re.findall(
            r'\{ "([A-Z-]+)", (?:true|false),\s*((?:%s\s*)+),' % STRING,
            block(text, r"struct column columns\[\]"))]
        self.rules = [name.replace("_", "-") for name in
                      re.findall(r"^RULE\((\w+)\)", read("src/rules/rules.def"), re.M)]
        self.words = re.findall(r'^WORD\(\w+, "([^"]*)"', read("src/cmd/words.def"), re.M)
        self.behaviours = [text_of(row, "id") for row in
                           read("src/kernel/behaviours.def").split("\nBEHAVIOUR(")[1:]]
        self.types = strings_of(block(read("src/model/names.c"), r"region_types\[\w+\]"))

    @property
    def takers(self):
        """The options that take an argument."""
        return list(dict.fromkeys(word for option in self.options if option.kind
                                  for word in option.words))

    @property
    def topics(self):
        """What explain knows, each once."""
        return sorted({"kernel", *self.rules, *self.words, *self.behaviours},
                      key=lambda word: (word.lower(), word))


# --- The shells -----------------------------------------------------------------------

def quoted(text):
    """For any shell: between single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"


def filled(words, lead):
    """Words with blanks between, in lines of at most 100 columns that begin with lead."""
    lines, line = [], lead
    for word in words:
        if len(line.expandtabs(8)) + 1 + len(word) > 100:
            lines.append(line)
            line = lead
        line += (" " if line.strip() else "") + word
    return lines + [line]


def filled_by_letter(words, lead):
    """The same, with a new line for each first letter: a word more changes few lines."""
    return [line for _, group in itertools.groupby(words, key=lambda word: word[0].lower())
            for line in filled(group, lead)]


def bash(t):
    """What tells the words that go with WHAT, one case each."""
    cases = [(["commands"], [c.name for c in t.commands])]
    for c in [None, *t.commands]:
        words = [word for option in t.options for word in option.words
                 if (c.name in option.commands if c else not option.commands)]
        if words:
            cases.append((["options:" + (c.name if c else "")], words))
    cases += [(["positional:" + c.name], [c.positional]) for c in t.commands]
    for option in t.options:
        if option.kind:
            patterns = [f"'{command}:{word}'" if command != "*" else f"*:{word}"
                        for command in option.commands or ["*"] for word in option.words]
            words = [option.kind + ("-list" if option.list else ""), *option.choices]
            cases.append((patterns, words))
    cases += [(["with-argument"], t.takers), (["rules"], t.rules),
              (["columns"], [name for name, _ in t.columns]), (["types"], t.types),
              (["topics"], t.topics)]
    lines = ["_iommu_resv_table() { # WHAT", "\tcase $1 in"]
    for patterns, words in cases:
        lines += ["\t" + " | ".join(patterns) + ")", "\t\tprintf '%s\\n' \\"]
        fill = filled_by_letter if patterns == ["topics"] else filled
        lines += [line + " \\" for line in fill(words, "\t\t\t")]
        lines[-1] = lines[-1].removesuffix(" \\")
        lines.append("\t\t;;")
    return lines + ["\tesac", "}"]


def zsh_action(option):
    if option.kind == "choice":
        return ":%s:(%s)" % (option.argument, " ".join(option.choices))
    actions = {"folder": "_files -/", "file": "_files", "nothing": " ",
               "columns": "_iommu-resv_columns"}
    action = actions.get(option.kind) or "_iommu-resv_" + option.kind
    if option.list:
        action = "_sequence " + action if option.kind != "nothing" else " "
    return ":%s:%s" % (option.argument, action)


def zsh_spec(option):
    """For _arguments; one that takes lists may stand several times."""
    about = "[%s]" % re.sub(r"([\[\]\\])", r"\\\1", option.about)
    argument = zsh_action(option) if option.kind else ""
    equals = "=" if option.kind else ""
    if option.list:
        return [quoted(f"*--{option.name}{equals}{about}{argument}")]
    if option.letter:
        names = " ".join(option.words)
        plus = "+" if option.kind else ""
        return [quoted(f"({names})-{option.letter}{plus}{about}{argument}"),
                quoted(f"({names})--{option.name}{equals}{about}{argument}")]
    return [quoted(f"(--{option.name})--{option.name}{equals}{about}{argument}")]


def zsh(t):
    lines = ["_iommu-resv_tables() {", "\tcommands=("]
    lines += ["\t\t" + quoted(f"{c.name}:{c.summary}") for c in t.commands]
    lines += ["\t)", "\tpositionals=("]
    lines += [f"\t\t{c.name} {c.positional}" for c in t.commands]
    lines += ["\t)", "\tcolumns=("]
    lines += ["\t\t" + quoted(f"{name}:{about}") for name, about in t.columns]
    for name, words in (("with_argument", t.takers), ("types", t.types),
                        ("rules", t.rules), ("topics", t.topics)):
        fill = filled_by_letter if name == "topics" else filled
        lines += ["\t)", f"\t{name}=("] + fill(words, "\t\t")
    lines += ["\t)", "}", "", "_iommu-resv_options() {", "\toptions=("]
    lines += ["\t\t" + spec for o in t.options if not o.commands for spec in zsh_spec(o)]
    lines += ["\t)", "\tcase ${command:-check} in"]
    for c in t.commands:
        specs = [spec for o in t.options if c.name in o.commands for spec in zsh_spec(o)]
        if specs:
            lines += [f"\t{c.name})", "\t\toptions+=(", *("\t\t\t" + s for s in specs),
                      "\t\t)", "\t\t;;"]
    return lines + ["\tesac", "}"]


def fish_option(option):
    line = "complete -c iommu-resv"
    if option.commands:
        line += " -n %s" % quoted("__iommu_resv_runs " + " ".join(option.commands))
    line += f" -l {option.name}" + (f" -s {option.letter}" if option.letter else "")
    if option.kind == "choice":
        line += " -x -a " + quoted(" ".join(option.choices))
    elif option.kind == "file":
        line += " -r -F"
    elif option.kind == "folder":
        line += " -x -a '(__fish_complete_directories)'"
    elif option.kind in ("rules", "columns", "devices"):
        line += " -x -a '(__iommu_resv_list %s)'" % option.kind
    elif option.kind:
        line += " -x"
    return line + " -d " + quoted(option.about)


def fish(t):
    lines = []
    for c in t.commands:
        lines.append("complete -c iommu-resv -n __iommu_resv_first -a %s -d %s" %
                     (c.name, quoted(c.summary)))
    lines += [fish_option(option) for option in t.options]
    for name, words in (("commands", [c.name for c in t.commands]),
                        ("positionals", [f"{c.name}:{c.positional}" for c in t.commands]),
                        ("with_argument", t.takers), ("types", t.types), ("rules", t.rules),
                        ("topics", t.topics)):
        body = (filled_by_letter if name == "topics" else filled)(words, "    ")
        lines += [f"set -g __iommu_resv_{name} \\", *(line + " \\" for line in body[:-1]),
                  body[-1]]
    lines.append("set -g __iommu_resv_columns \\")
    lines += ["    %s \\" % quoted(f"{name}\t{about}") for name, about in t.columns]
    lines[-1] = lines[-1].removesuffix(" \\")
    return lines


# --- Comparing ------------------------------------------------------------------------

def main():
    tables = Tables()
    for name, make in (("iommu-resv.bash", bash), ("_iommu-resv", zsh),
                       ("iommu-resv.fish", fish)):
        path = f"{source}/{FOLDER}{name}"
        with open(path, encoding="utf-8") as file:
            before, made = file.read().split(BEGIN)
        made, after = made.split(END)
        wanted = "".join(line + "\n" for line in make(tables))
        if "write" in sys.argv[2:]:
            with open(path, "w", encoding="utf-8") as file:
                file.write(before + BEGIN + wanted + END + after)
        else:
            sys.stdout.writelines(difflib.unified_diff(
                made.splitlines(True), wanted.splitlines(True), FOLDER + name, "sources", n=0))
    print(f"{len(tables.commands)} commands, {len(tables.options)} options")


if __name__ == "__main__":
    main()
