# SPDX-License-Identifier: GPL-2.0-or-later
"""The memory maps of `fit` against those that QEMU itself makes.

usage: guest-layout.py PROGRAM INTEL-HOST AMD-HOST

Starts QEMU without a guest, asks where its RAM, its BIOS and the windows for BARs are, and what it says of address bits
that do not suffice. RAM is reserved and never touched. Prints TAP.
"""
import json
import re
import shutil
import subprocess
import sys

program, intel, amd = sys.argv[1:]
X86, ARM = "qemu-system-x86_64", "qemu-system-aarch64"
BRIDGES = {"q35": "/machine/q35", "pc": "/machine/i440fx"}
# What BIOS and VGA's memory cover before firmware runs is RAM behind it.
LEGACY = (0xa0000, 0xfffff)

# machine, RAM, and where they matter address bits and AMD's CPUs
ROWS = (
    ("q35", "2815M"), ("q35", "2816M"), ("q35", "16G"), ("q35,max-ram-below-4g=1G", "4G"),
    ("pc", "3583M"), ("pc", "3584M"), ("pc,max-ram-below-4g=4G", "3584M"), ("pc,max-ram-below-4g=2560M", "8G"),
    ("q35", "978G", 48, "amd"), ("q35", "979G", 48, "amd"), ("pc-q35-7.0", "979G", 48, "amd"),
    ("pc-q35-7.1", "979G", 48, "amd"), ("q35", "979G", 48), ("pc", "1009G", 48, "amd"), ("pc", "1010G", 48, "amd"),
    ("pc-i440fx-7.0", "1010G", 48, "amd"),
    ("q35", "16G", 36), ("q35", "16G", 35), ("pc", "62G", 36), ("pc", "64G", 36),
    ("microvm", "3G", 40), ("microvm", "8G", 40),
    ("virt", "1G"), ("virt", "254G"), ("virt", "510G"), ("virt", "511G"),
)


def merged(ranges):
    """Ranges in order, those that touch as one."""
    out = []
    for first, last in sorted(ranges):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(last, out[-1][1]))
        else:
            out.append((first, last))
    return out


def lies_in(inner, outer):
    return bool(inner) and all(any(a <= first and last <= b for a, b in outer) for first, last in inner)


class Qemu:
    """A machine that does not run."""

    def __init__(self, machine, ram, bits=None, vendor="intel"):
        self.kind = re.sub(r"^pc-(q35|i440fx)-.*", r"\1", machine.split(",")[0]).replace("i440fx", "pc")
        self.arm = self.kind == "virt"
        cpu = "max" if self.arm else {"amd": "EPYC", "intel": "Skylake-Server"}[vendor]
        more = ",pcie=on" if self.kind == "microvm" else ""
        self.process = subprocess.Popen(
            [ARM if self.arm else X86, "-machine", f"{machine}{more},memory-backend=ram,accel=tcg", "-m", ram,
             "-object", f"memory-backend-ram,id=ram,size={ram},reserve=off",
             "-cpu", cpu + (f",phys-bits={bits}" if bits else ""),
             "-S", "-nodefaults", "-display", "none", "-qmp", "stdio"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.process.stdout.readline()  # the greeting
        self.runs = self.ask("qmp_capabilities") is not None

    def ask(self, command, **arguments):
        """None: it has ended."""
        try:
            json.dump({"execute": command, "arguments": arguments}, self.process.stdin)
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        for line in self.process.stdout:
            if "event" not in (answer := json.loads(line)):
                return answer.get("return")
        return None

    def tree(self, how=""):
        return self.ask("human-monitor-command", **{"command-line": f"info mtree {how}"})

    def memory(self, name):
        """Where memory of this name is, as devices see it."""
        view = next(v for v in self.tree("-f").split("FlatView") if 'AS "memory"' in v)
        found = re.findall(rf"^ *([0-9a-f]{{16}})-([0-9a-f]{{16}}) \(prio \d+, r[ao]m\): {name}\b", view, re.M)
        return [(int(a, 16), int(b, 16)) for a, b in found]

    def ram(self):
        return merged(self.memory("ram") + ([] if self.arm else [LEGACY]))

    def rom(self):
        """The BIOS below 4 GiB; its copy in the first MiB counts as RAM."""
        return merged(r for r in self.memory("pc.bios") if r[0] > LEGACY[1])

    def windows(self):
        """Those of 32 and of 64 bits."""
        if self.kind in BRIDGES:
            got = [self.ask("qom-get", path=BRIDGES[self.kind], property=f"pci-hole{bits}-{end}")
                   for bits in ("", "64") for end in ("start", "end")]
            return merged([(got[0], got[1] - 1), (got[2], got[3] - 1)])
        found = re.findall(r"^ *([0-9a-f]{16})-([0-9a-f]{16}) .*alias pcie-mmio(?:32|64|-high)? ", self.tree(), re.M)
        return merged({(int(a, 16), int(b, 16)) for a, b in found})

    def end(self):
        self.process.kill()
        self.process.stdin = None
        return self.process.communicate()[1]


def fit(machine, ram, bits=None, vendor="intel"):
    out = subprocess.run(
        [program, "--from", amd if vendor == "amd" else intel, "fit", "-J", "--machine", machine, "--ram", ram,
         *(["--phys-bits", str(bits)] if bits else []), "01:00.0" if vendor == "amd" else "00:02.0"],
        stdout=subprocess.PIPE, check=False).stdout
    return json.loads(out)["fit"]


def of_use(answer, *uses):
    return merged([(int(r["first"], 16), int(r["last"], 16)) for r in answer["ranges"]
                   if r["use"] in uses and not r["what"].startswith("OVMF")])


def text(ranges):
    return " ".join(f"{a:#x}-{b:#x}" for a, b in ranges)


def compare(row):
    """None: alike. Else what differs; a tuple: why it cannot be tried."""
    answer, qemu = fit(*row), Qemu(*row)
    if not qemu.runs:
        said = qemu.end()
        if "unsupported machine type" in said or "cannot set up guest memory" in said:
            return (said.strip().partition(": ")[2],)
        alike = "phys-bits too low" in said and answer["guest"]["too_high"]
        return None if alike else f"QEMU does not start: {said.strip()[:300]}"
    seen = (("RAM", qemu.ram(), "ram"), ("BIOS", qemu.rom(), "rom"), ("windows", qemu.windows(), "bars"))
    qemu.end()
    for what, theirs, use in seen:
        ours = of_use(answer, use)
        # microvm's BIOS is SeaBIOS' of 128 KiB, or qboot of 64 KiB
        if theirs != ours and not (use == "rom" and row[0] == "microvm" and lies_in(theirs, ours)):
            return f"{what}: {text(ours)}; QEMU: {text(theirs)}"
    return "QEMU starts" if answer["guest"]["too_high"] else None


count = failed = 0
for row in ROWS:
    count += 1
    name = f"{count} - {' '.join(map(str, row))}"
    if not shutil.which(ARM if row[0].startswith("virt") else X86):
        print(f"ok {name} # SKIP this QEMU is not installed")
        continue
    wrong = compare(row)
    if isinstance(wrong, tuple):
        print(f"ok {name} # SKIP {wrong[0].splitlines()[0]}")
        continue
    failed += wrong is not None
    print(f"{'not ok' if wrong else 'ok'} {name}")
    if wrong:
        print(f"# {wrong}")
print(f"1..{count}")
sys.exit(failed > 0)
