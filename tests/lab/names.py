# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels of the lab by name and by words.

A name is SERIES-ARCH, of what is built SERIES-ARCH-iommufd or SERIES-ARCH-iommufd-64k: see `kernels`. Words say which
kernels are meant, all of them at once, and commas part alternatives:

    amd64 arm64 riscv64   the architecture
    stock built           Debian's, or ours with iommufd
    4k 64k                the size of a page
    6.12                  this series
    since 6.6, until 6.5  from this series on, up to it
    6.12-amd64            this kernel, and those that are built of the same series
"""
import re

SERIES = re.compile(r"\d+\.\d+$")
NAME = re.compile(r"\d+\.\d+-\w")
ARCHITECTURES = ("amd64", "arm64", "riscv64")


def series_of(name):
    """(6, 12) of 6.12-amd64"""
    return tuple(map(int, name.split("-")[0].split(".")))


def arch_of(name):
    return name.split("-")[1]


def is_built(name):
    return "-iommufd" in name


def _is(word, name):
    if SERIES.match(word):
        return series_of(name) == series_of(word)
    if word in ("stock", "built"):
        return is_built(name) == (word == "built")
    if word in ("4k", "64k"):
        return name.endswith("-64k") == (word == "64k")
    if word in ARCHITECTURES:
        return arch_of(name) == word
    if NAME.match(word):
        return f"{name}-".startswith(f"{word}-")
    raise ValueError(f"no kernel is called {word}")


def _is_all(words, name):
    words = list(words)
    meant = bool(words)
    while words:
        word = words.pop(0)
        if word == "since":
            meant &= series_of(name) >= series_of(words.pop(0))
        elif word == "until":
            meant &= series_of(name) <= series_of(words.pop(0))
        else:
            meant &= _is(word, name)
    return meant


def is_meant(text, name):
    """Do the words mean this kernel?"""
    return any(_is_all(alternative.split(), name) for alternative in text.split(","))
