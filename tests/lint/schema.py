#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Members of the JSON schema, and definitions, that nobody describes; and how many members there are.

usage: schema.py SCHEMA

What a definition says of a thing holds for the member that refers to it; those of VALUES say what a value looks like,
and not what it is of.
"""
import json
import sys

VALUES = ("address", "yesNo")


def references(value):
    """The definitions that a value refers to: by itself, or as one that may be null."""
    return [v["$ref"].rpartition("/")[2] for v in (value, *value.get("anyOf", [])) if "$ref" in v]


def is_described(value, definitions):
    return bool(value.get("description")) or any(
        name not in VALUES and definitions[name].get("description") for name in references(value))


def members(schema, where=""):
    """Each member of each object below, with its path."""
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    if not isinstance(schema, dict):
        return
    for name, value in schema.get("properties", {}).items():
        if isinstance(value, dict) and "const" not in value:
            yield f"{where}.{name}", value
    for key, value in schema.items():
        yield from members(value, where if key in ("properties", "items") else f"{where}.{key}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        definitions = json.load(file)["$defs"]
    count = 0
    for name, definition in definitions.items():
        if not definition.get("description"):
            print(f"{name}: has no description")
        for path, value in members(definition, name):
            count += 1
            if not is_described(value, definitions):
                print(f"{path}: has no description")
    print(f"{count} members")


main()
