#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the schema of snapshots against the rows of facts.def and the words of names.c and
sources.def.

usage: facts.py SOURCES [write]

With write, what the schema lacks (a key, a list, the word of a source) is added to it; what a
thing is for people is the comment behind its row.
"""
import json
import re
import sys

source = sys.argv[1]
SCHEMA = "src/data/iommu-resv.schema.json"
NUMBERS = {"UINT8_MAX": 0xff, "UINT16_MAX": 0xffff, "UINT32_MAX": 0xffffffff,
           "INT64_MAX": (1 << 63) - 1, "ERRNO_MAX": 4095, "NO_GROUP": 0xfffffffe}
HEADER = {"schema", "schema_version", "tool_version"}
# kinds whose presence no suffix tells: they are written always, and older ones may lack them
OPTIONAL = {"NUMBER", "BOOL", "ADDRESS_OR_0"}
SUFFIX = re.compile(r"_(OR_NULL|IF|TELLS|OR_0|LATE)$")
TYPES = {"TEXT": "string", "NUMBER": "integer", "GROUP_ID": "integer", "INDEX": "integer",
         "BOOL": "boolean", "WORD": "string", "PLACE": "string", "PCI": "string",
         "BYTES": "string", "DEVICE": "string", "ADDRESS": "string", "DEVICES": "array",
         "STRINGS": "array", "OBJECTS": "array", "SOURCES": "array", "OBJECT": "object",
         "PART": "object"}
# the definitions of words that several members have
SHARED = {"source_id": "sourceName", "source_state": "state", "tristate": "yesNo",
          "iommu_kind": "iommuKind", "bus_kind": "bus", "region_type": "regionType",
          "asked_via": "via"}


def read(path):
    with open(f"{source}/{path}", encoding="utf-8") as file:
        return file.read()


class Row:
    def __init__(self, kind, arguments, meaning):
        self.meaning = meaning
        self.kind = SUFFIX.sub("", kind)
        self.macro = kind
        given = [a.strip() for a in arguments.split(",")]
        named = [a for a in given if a.startswith(".")]
        given = [a for a in given if a not in named]
        self.key = next(a for a in given if a.startswith('"')).strip('"')
        self.rest = given[given.index(f'"{self.key}"') + 1:]
        self.named = dict(re.findall(r"\.(\w+) = (\w+)", ", ".join(named)))
        self.null = kind.endswith(("_OR_NULL", "_IF", "_TELLS"))

    def must(self):
        """Each snapshot that was ever written has it."""
        return not self.null and self.macro not in OPTIONAL and "since" not in self.named


    def most(self):
        most = self.rest[0] if self.kind == "NUMBER" else "NO_GROUP"
        return NUMBERS[most] if most in NUMBERS else int(most, 0)

    def schema(self, words):
        """As the schema should have it."""
        value = {"description": self.meaning} if self.meaning else {}
        reference = None
        if self.kind == "ADDRESS":
            reference = "address"
        elif self.kind == "GROUP_ID":
            reference = "groupId"
        elif self.kind == "WORD":
            reference = SHARED.get(self.rest[0])
        elif self.kind in ("OBJECT", "PART"):
            reference = definition(self.rest[0])
        if reference:
            reference = {"$ref": f"#/$defs/{reference}"}
            value |= {"anyOf": [reference, {"type": "null"}]} if self.null else reference
            return value
        value["type"] = [TYPES[self.kind], "null"] if self.null else TYPES[self.kind]
        if self.kind in ("NUMBER", "INDEX"):
            value["minimum"] = 0
        if self.kind == "NUMBER" and self.most() < NUMBERS["UINT32_MAX"]:
            value["maximum"] = self.most()
        if self.kind == "WORD":
            value["examples"] = words[self.rest[0]]
        if self.kind in ("STRINGS", "DEVICES"):
            value["items"] = {"type": "string"}
        if self.kind == "OBJECTS":
            value["items"] = {"$ref": f"#/$defs/{definition(self.rest[0])}"}
        return value


def definition(name):
    return "snap" + "".join(word.capitalize() for word in name.split("_"))


def read_rows():
    lists, meanings, rows = {}, {}, None
    for name, arguments, meaning in re.findall(
            r"^(\w+)\((.*)\)(?: /\* (.*?) \*/)?$", read("src/model/facts.def"), flags=re.M):
        if name == "FACTS":
            rows = lists.setdefault(arguments, [])
            meanings[arguments] = meaning
        elif name != "END_FACTS":
            rows.append(Row(name, arguments, meaning))
    return lists, meanings


def read_words():
    text = read("src/model/names.c")
    tables = {name: re.findall(r'"([^"]*)"', body) for name, body in re.findall(
        r"const char \*const (\w+)\[\w+\] = \{(.*?)\};", text, flags=re.S)}
    tables["sources"] = re.findall(r'^SOURCE\(\w+, "([^"]*)"', read("src/model/sources.def"),
                                   flags=re.M)
    return {tag: tables[table] for tag, table in re.findall(
        r"^(?:static )?const struct enum_words (\w+)_words = WORDS\((\w+)\);", text, flags=re.M)}


class Judge:
    def __init__(self, schema, lists, words):
        self.defs = schema["$defs"]
        self.lists = lists
        self.words = words
        self.seen = set()
        self.problems = []
        self.missing = []  # a definition, a row of it

    def resolve(self, value):
        """The schema of a value without references, and whether it may be null."""
        null = False
        if "anyOf" in value:
            others = [v for v in value["anyOf"] if v != {"type": "null"}]
            null = len(others) < len(value["anyOf"])
            value = others[0]
        name = value.get("$ref", "").rpartition("/")[2]
        value = self.defs.get(name, {"properties": {}, "required": []}) if name else value
        types = value.get("type", "string")
        types = types if isinstance(types, list) else [types]
        null = null or "null" in types or None in value.get("enum", [])
        return value, [t for t in types if t != "null"], null, name

    def judge(self, row, value, where):
        value, types, null, name = self.resolve(value)
        if types != [TYPES[row.kind]]:
            self.problems.append(f"{where}: {types}, and the row is {row.macro}")
        if null != row.null:
            self.problems.append(f"{where}: null is {null} here, {row.null} by its row")
        if row.kind == "ADDRESS" and name != "address":
            self.problems.append(f"{where}: is no address")
        if "maximum" in value and row.kind in ("NUMBER", "GROUP_ID"):
            if value["maximum"] != row.most():
                self.problems.append(
                    f"{where}: at most {value['maximum']}, by its row {row.most()}")
        if row.kind in ("WORD", "PLACE"):
            self.judge_words(row, value, name, where)
        if row.kind in ("OBJECTS", "SOURCES"):
            inner, _, _, name = self.resolve(value["items"])
            self.judge_list(row.rest[0], inner, name or where)
        elif row.kind in ("OBJECT", "PART"):
            self.judge_list(row.rest[0], value, name or where)
        elif row.kind in ("STRINGS", "DEVICES") and value["items"] != {"type": "string"}:
            self.problems.append(f"{where}: not of strings")

    def judge_words(self, row, value, name, where):
        """A definition has all words of the enum, a member of its own may have fewer."""
        words = self.words[row.rest[0]]
        there = [w for w in value.get("enum", value.get("examples", [])) if w is not None]
        if not there or set(there) - set(words) or (name and there != words):
            self.problems.append(f"{where}: {there}, and the words are {words}")

    def judge_list(self, name, value, where, header=frozenset()):
        if (name, where) in self.seen:
            return
        self.seen.add((name, where))
        rows = {row.key: row for row in self.lists[name]}
        properties = value["properties"]
        for key in properties.keys() - header - rows.keys():
            self.problems.append(f"{where}.{key}: has no row in facts.def")
        for key, row in rows.items():
            if key not in properties:
                self.problems.append(f"{where}.{key}: is a row of facts.def only")
                self.missing.append((where, row))
                continue
            self.judge(row, properties[key], f"{where}.{key}")
            required = key in value["required"]
            if row.must() and not required or row.null and required:
                self.problems.append(f"{where}.{key}: required is {required}")


def lines_of(key, value, indent):
    line = indent + json.dumps({key: value}, ensure_ascii=False)[1:-1]
    if len(line.expandtabs(4)) <= 96 and line.count("{") <= 1:
        return line
    text = json.dumps({key: value}, ensure_ascii=False, indent="\t")
    return "\n".join(indent + line[1:] for line in text.split("\n")[1:-1])


def add_row(text, where, row, words):
    """The schema with one more member in a definition."""
    begin = text.index(f'\n\t\t"{where}": {{\n')
    end = text.index("\n\t\t\t}", text.index('\t\t\t"properties": {', begin))
    return text[:end] + ",\n" + lines_of(row.key, row.schema(words), "\t" * 4) + text[end:]


def add_lists(text, row, lists, meanings, words):
    """The schema with the definition that a row needs, and those that this one needs."""
    if row.kind not in ("OBJECTS", "OBJECT", "PART"):
        return text
    name, rows = row.rest[0], lists[row.rest[0]]
    if f'\t\t"{definition(name)}": {{\n' in text:
        return text
    value = {"description": meanings[name], "type": "object",
             "required": [row.key for row in rows if row.must()],
             "properties": {row.key: row.schema(words) for row in rows}}
    at = text.index('\t\t"snapshot": {\n')
    text = text[:at] + lines_of(definition(name), value, "\t" * 2) + ",\n" + text[at:]
    for inner in rows:
        text = add_lists(text, inner, lists, meanings, words)
    return text


def add_words(text, words):
    begin = text.index('"sourceName": {')
    end = text.index("\n\t\t\t]", begin)
    new = [w for w in words["source_id"] if f'"{w}"' not in text[begin:end]]
    return text[:end] + "".join(f',\n\t\t\t\t"{w}"' for w in new) + text[end:]


def write(lists, meanings, words):
    text = add_words(read(SCHEMA), words)
    judge = Judge(json.loads(text), lists, words)
    judge.judge_list("host", judge.defs["snapshot"], "snapshot", HEADER)
    for where, row in judge.missing:
        text = add_row(text, where, row, words)
        text = add_lists(text, row, lists, meanings, words)
    json.loads(text)
    with open(f"{source}/{SCHEMA}", "w", encoding="utf-8") as file:
        file.write(text)


def main():
    lists, meanings = read_rows()
    words = read_words()
    if sys.argv[2:] == ["write"]:
        write(lists, meanings, words)
    judge = Judge(json.loads(read(SCHEMA)), lists, words)
    judge.judge_list("host", judge.defs["snapshot"], "snapshot", HEADER)
    unseen = lists.keys() - {name for name, _ in judge.seen}
    count = sum(len(rows) for rows in lists.values())
    for problem in judge.problems + [f"{name}: in no snapshot" for name in sorted(unseen)]:
        print(problem)
    print(f"{count} rows")


main()
