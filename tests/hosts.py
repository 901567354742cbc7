# SPDX-License-Identifier: GPL-2.0-or-later
"""Properties that hold for the host of each case: what report.py, redact.py and screen.py have in common.

usage of such a script: PROGRAM SRCDIR TMP CASE...
"""
import os
import subprocess
import sys


def judge(what, properties, look_at):
    """Prints TAP, a line for each property. properties: text by key. look_at(program, name of the case, its tree, TMP) yields what
    does not hold, as (key, what is seen)."""
    program, srcdir, tmp, *names = sys.argv[1:]
    tests = os.path.join(srcdir, "tests")
    broken = {key: [] for key in properties}
    for name in names:
        tree = os.path.join(tmp, name)
        subprocess.run(["bash", os.path.join(tests, "mkroot.sh"), os.path.join(tests, "cases", name), tree], check=True,
                       stdout=subprocess.DEVNULL)
        for key, seen in look_at(program, name, tree, tmp):
            broken[key].append(seen)
        subprocess.run(["chmod", "-R", "u+rwX", tree], check=False)
        subprocess.run(["rm", "-rf", tree], check=True)
    for number, (key, text) in enumerate(properties.items(), 1):
        print(f"{'not ok' if broken[key] else 'ok'} {number} - {what}: {text} ({len(names)} hosts)")
        for seen in broken[key]:
            print(f"# {seen}")
    print(f"1..{len(properties)}")
