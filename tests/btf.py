#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the BTF of a kernel that never was, for the trees of cases, as annotated hex.

usage: btf.py [big] WHAT...

WHAT is NAME() for a function, or NAME.MEMBER[.MEMBER...] for a struct with these members; a
member in braces, {MEMBER}, stands in an anonymous union, as Red Hat adds them. Only what
iommu-resv looks at is there: all members are of the type int.
Documentation/bpf/btf.rst of Linux, sections 2.1 and 2.2.
"""
import sys

INT, STRUCT, UNION, FUNC, FUNC_PROTO = 1, 4, 5, 12, 13


class Blob:
    def __init__(self, order):
        self.order = order
        self.strings = b"\0"
        self.types = []  # (note, numbers)
        self.number = self.add("int", INT, 0, 4, 0x01000020)
        self.prototype = self.add("", FUNC_PROTO, 0, 0)

    def string(self, name):
        if not name:
            return 0
        self.strings += name.encode() + b"\0"
        return len(self.strings) - len(name) - 1

    def add(self, name, kind, elements, size_or_type, *tail):
        self.types.append((f"{name or '(no name)'}, kind {kind}",
                           (self.string(name), kind << 24 | elements, size_or_type) + tail))
        return len(self.types)

    def compound(self, name, kind, members):
        tail = []
        for member in members:
            if member.startswith("{"):
                tail += 0, self.compound("", UNION, [member.strip("{}")]), 0
            else:
                tail += self.string(member), self.number, 0
        return self.add(name, kind, len(members), 4 * len(members), *tail)

    def hex(self, *numbers):
        return " ".join(n.to_bytes(4, self.order).hex() for n in numbers)

    def print(self):
        length = sum(4 * len(numbers) for _, numbers in self.types)
        magic = (0xeb9f).to_bytes(2, self.order).hex()
        print(f"{magic} 01 00 {self.hex(24, 0, length, length, len(self.strings))} # header")
        for note, numbers in self.types:
            print(f"{self.hex(*numbers)} # {note}")
        for string in self.strings.split(b"\0")[:-1]:
            print(f"{string.hex()}00 # {string.decode() or 'strings'}")


def main():
    words = sys.argv[1:]
    blob = Blob("big" if words[:1] == ["big"] else "little")
    for what in words:
        if what.endswith("()"):
            blob.add(what[:-2], FUNC, 0, blob.prototype)
        elif "." in what:
            blob.compound(what.split(".")[0], STRUCT, what.split(".")[1:])
    blob.print()


main()
