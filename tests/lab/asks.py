# SPDX-License-Identifier: GPL-2.0-or-later
"""How a guest is asked for each row of src/kernel/behaviours.def. What the program says of a row is held against what the
kernel did: answers to vfio-probe, lines of its log, files and lists in sysfs, and whether its configuration knows an
option or its list of symbols a function of the kernel. Why a row cannot be asked stands in NOT_ASKED.

usage: asks.py      prints the rows that have neither, or both
"""
import os

import behaviours
import names

LAB = os.path.dirname(os.path.abspath(__file__))


class Guest:
    """What the kernel of one guest did; each method reads files of out/ once."""

    def __init__(self, scenario, kernel, folder, hosts, answers, words):
        """folder: of the guest; hosts, answers: by run, as `compare` has them; words: the lines of `expect`"""
        self.scenario, self.kernel, self.folder = scenario, kernel, folder
        self.root, self.hosts = hosts["root"], hosts
        self.vfio, self.iommufd = answers["vfio"], answers.get("iommufd", {})
        self.log, self.files = self.text("dmesg"), self.text("files").split()
        self.config = self.text("../config")
        self.symbols = self.text("symbols").split()
        self.unmappable = any(line.split()[0] == "unmappable" for line in words)

    def text(self, *path):
        try:
            with open(os.path.join(self.folder, "out", *path), encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def vendors(self):
        return {unit.get("kind") for unit in self.root.data.get("iommus") or []}

    def lists(self, kind):
        """Does some group's file have a line of this type?"""
        return any(r.get("type") == kind for r in self.root.data.get("regions") or [])

    def members(self, name, host):
        group = host.device(name).get("group")
        return [d for d in host.data.get("devices") or [] if group is not None and d.get("group") == group]

    def runs(self):
        """Of each device that was asked for alone: its name, what was found before, the state when it was asked."""
        for run, answer in self.vfio.items():
            state, name = run.split()
            if state == "bound" and answer.said:
                yield name, answer, self.hosts[run]

    def with_direct(self):
        """The answers for groups that list a direct region and that nothing else keeps from the user before."""
        for name, answer, host in self.runs():
            kinds = {r.split()[1] for r in host.regions(name)}
            if "direct" in kinds and answer.said["call"] != "bind" and not busy(self.members(name, host)):
                yield answer

    def has_function(self, name):
        """Is it in the kernel's list of symbols? None where nobody looked."""
        return name in self.symbols if self.symbols else None

    def knows(self, option):
        """Does the kernel's configuration know the option, set or not?"""
        return f"CONFIG_{option}=" in self.config or f"CONFIG_{option} " in self.config


def busy(members):
    """Those that a driver has which uses the kernel's DMA."""
    free = ("vfio-pci", "pcieport", "pci-stub", None)
    return [m for m in members if m.get("driver") not in free and not (m.get("class") or "").startswith("06")]


def refused_at(answer, call, errno):
    return (answer.said["call"], answer.said["errno"]) == (call, errno)


def any_of(answers):
    """Yes if one is true, no if there are some and none is, None where nobody was asked."""
    answers = [a for a in answers if a is not None]
    return any(answers) if answers else None


def yes_if(found):
    return True if found else None


ASKS = {}
EVERYWHERE = set()


def ask(name, how, everywhere=False):
    """Registers how a guest is asked for a row: a function of the guest to True, False or None (it cannot be asked);
    everywhere: whatever the scenario is, so that it makes none of them special."""
    def register(function):
        ASKS[name] = how, function
        if everywhere:
            EVERYWHERE.add(name)
        return function
    return register


DIRECT_LOG = "Firmware has requested this device have a 1:1 IOMMU mapping"
RMRR_LOG = "ineligible for IOMMU domain attach due to platform RMRR"
SCOPE_LOG = "Device scope type does not match for"


@ask("bind-tells-errno", "answer")
def bind_tells_errno(guest):
    """The driver's own error stands in the log."""
    failed = [(answer.said["errno"], answer.log) for _, answer, _ in guest.runs() if answer.said["call"] == "bind"]
    return any_of(errno == "EINVAL" for errno, log in failed if "failed with error -22" in log)


def is_refused_bind(answer):
    return answer.said["call"] == "bind" and answer.said["errno"] in ("EINVAL", "ENODEV")


@ask("bridge-refused", "answer")
def bridge_refused(guest):
    bridges = os.path.join(guest.folder, "out", "bridges")
    names = os.listdir(bridges) if os.path.isdir(bridges) else []
    return any_of('"call":"bind"' in guest.text("bridges", name, "bind") for name in names)


@ask("pf-with-vfs-refused", "answer")
def pf_with_vfs_refused(guest):
    functions = {d.get("physical_function") for d in guest.root.data.get("devices") or []}
    return any_of(answer.said["call"] == "bind" and "Cannot bind to PF with SR-IOV enabled" in answer.log
                  for name, answer, _ in guest.runs() if name in functions)


@ask("no-group-refused", "answer")
def no_group_refused(guest):
    return any_of(is_refused_bind(answer) for name, answer, host in guest.runs()
                  if host.device(name).get("group") is None)


@ask("coherency-required", "answer")
def coherency_required(guest):
    units = {u["name"]: u.get("cache_coherent") for u in guest.root.data.get("iommus") or []}
    return any_of(is_refused_bind(answer) for name, answer, host in guest.runs()
                  if units.get(host.device(name).get("iommu")) is False)


@ask("smmu-coherency-asked", "answer")
def smmu_coherency_asked(guest):
    """The driver of an SMMU whose walks are not coherent told VFIO so."""
    return coherency_required(guest) if guest.vendors() & {"smmuv3", "smmu"} else None


@ask("no-address-refused", "answer")
def no_address_refused(guest):
    """A range that holds all addresses of an SMMU is listed."""
    whole = f"0x0-0x{2 ** 48 - 1:x} reserved"
    return any_of(refused_at(answer, "VFIO_SET_IOMMU", "EINVAL") for name, answer, host in guest.runs()
                  if whole in host.regions(name))


@ask("joins-with-driver", "file")
def joins_with_driver(guest):
    if not guest.vendors() or guest.vendors() & {"intel", "amd"}:
        return None
    late = []
    for name, answer, host in guest.runs():
        before = guest.root.device(name)
        if not before.get("driver") and host.device(name).get("group") is not None:
            late.append(before.get("group") is None)
    return any_of(late)


@ask("ownership-claim", "answer", everywhere=True)
@ask("sibling-refused", "answer", everywhere=True)
def sibling_refused(guest):
    return any_of(refused_at(answer, "VFIO_GROUP_SET_CONTAINER", "EPERM") for name, answer, host in guest.runs()
                  if answer.said["call"] != "bind" and RMRR_LOG not in answer.log and busy(guest.members(name, host)))


@ask("sibling-not-viable", "answer", everywhere=True)
def sibling_not_viable(guest):
    """What refuses the IOMMU comes first."""
    return any_of(refused_at(answer, "VFIO_GROUP_GET_DEVICE_FD", "EINVAL") for name, answer, host in guest.runs()
                  if answer.said["call"] not in ("bind", "VFIO_SET_IOMMU") and busy(guest.members(name, host)))


@ask("static-blocking-domain", "answer")
def static_blocking_domain(guest):
    """Told by where the RMRR is met: with a claim by such a domain, only when the IOMMU is set."""
    asked = [a for a in guest.with_direct() if RMRR_LOG in a.log]
    claims = sibling_refused(guest)
    return None if not asked or claims is not True else any_of(refused_at(a, "VFIO_SET_IOMMU", "EPERM") for a in asked)


@ask("vfio-cdev", "answer", everywhere=True)
def vfio_cdev(guest):
    if not iommufd(guest):
        return iommufd(guest)
    return any_of(a.said["call"] != "open cdev" for a in guest.iommufd.values() if a.said and a.said["call"] != "bind")


@ask("direct-refused", "answer")
def direct_refused(guest):
    return any_of(a.said["errno"] == "EINVAL" and DIRECT_LOG in a.log for a in guest.with_direct())


@ask("rmrr-refused", "answer")
def rmrr_refused(guest):
    if "intel" not in guest.vendors():
        return None
    return any_of(a.said["errno"] == "EPERM" and RMRR_LOG in a.log for a in guest.with_direct())


@ask("direct-dropped", "answer")
def direct_dropped(guest):
    if "intel" in guest.vendors():
        return None
    return any_of(not a.said["call"] for a in guest.with_direct())


@ask("not-isolated-refused", "answer")
def not_isolated_refused(guest):
    return yes_if(any("No interrupt remapping support" in a.log and a.said["errno"] == "EPERM"
                      for _, a, _ in guest.runs()))


@ask("not-isolated-refused-by-iommufd", "answer", everywhere=True)
def not_isolated_refused_by_iommufd(guest):
    if iommufd(guest) is False:
        return False
    refused = any(refused_at(a, "VFIO_DEVICE_BIND_IOMMUFD", "EPERM") for a in guest.iommufd.values() if a.said)
    return yes_if(refused and not_isolated_refused(guest))


@ask("isolation-per-group", "symbol")
def isolation_per_group(guest):
    return guest.has_function("iommu_group_has_isolated_msi")


@ask("iommufd", "config", everywhere=True)
def iommufd(guest):
    """Debian's kernels do not set the option, so its name is what tells."""
    if "/dev/iommu" in guest.files:
        return True
    return guest.knows("IOMMUFD") if guest.config else None


@ask("two-windows-refused", "answer", everywhere=True)
def two_windows_refused(guest):
    if iommufd(guest) is False:
        return False
    asked = []
    for run, answer in guest.iommufd.items():
        host, name = guest.hosts[run], run.split()[1]
        kinds = {r.split()[1] for r in host.regions(name)}
        if answer.said and {"msi", "sw-msi"} <= kinds and "direct" not in kinds:
            asked.append(refused_at(answer, "VFIO_DEVICE_ATTACH_IOMMUFD_PT", "EINVAL"))
    return any_of(asked)


@ask("no-cookie-no-msi", "answer")
def no_cookie_no_msi(guest):
    """`use` has tried to hold a device with an MSI, which stands in a hardware window."""
    held = guest.hosts.get("use held.vfio")
    if names.arch_of(guest.kernel) != "arm64" or not held or \
            not any(r.get("type") == "msi" for r in held.data.get("regions") or []):
        return None
    said = guest.text("use.d", "held.answer")
    return '"call":"VFIO_DEVICE_SET_IRQS","errno":"ENOSPC"' in said if said else None


@ask("doorbell-pages-unchecked", "symbol")
def doorbell_pages_unchecked(guest):
    """Only iommufd has this function, and x86 no software window: from a kernel without it nothing follows."""
    there = "/dev/iommu" in guest.files and names.arch_of(guest.kernel) == "arm64"
    return guest.has_function("iommufd_sw_msi") if there else None


def allocates_by_dma_iommu(guest, vendor):
    """Are the addresses for drivers those of drivers/iommu/dma-iommu.c? A driver of an IOMMU that has an allocator of its
    own keeps regions out of it in a function of this name."""
    own = guest.has_function(f"{vendor}_iommu_apply_resv_region")
    return None if own is None or vendor not in guest.vendors() else not own


@ask("first-device-reserves-intel", "symbol")
@ask("windows-kept-out-intel", "symbol")
def intel_allocates_by_dma_iommu(guest):
    return allocates_by_dma_iommu(guest, "intel")


@ask("first-device-reserves-amd", "symbol")
@ask("windows-kept-out-amd", "symbol")
def amd_allocates_by_dma_iommu(guest):
    return allocates_by_dma_iommu(guest, "amd")


def lost_all(guest):
    """Is no group left because of what cannot be mapped?"""
    return not guest.root.data.get("groups") if guest.unmappable else None


WIDTH_LOG = "is not sufficient for the mapped address"
# What kernels log where the mapping fails, the IOMMU's width being one cause.
MAPPING_LOG = "was not able to establish FW requested direct mapping"


def attach_failed(guest):
    """Did the attach of a device fail, not only the mapping?"""
    return WIDTH_LOG in guest.log and MAPPING_LOG not in guest.log


@ask("direct-failure-loses-iommu", "file")
def direct_failure_loses_iommu(guest):
    """Not asked where the attach fails, not the mapping."""
    return None if attach_failed(guest) else lost_all(guest)


@ask("direct-failure-ends-probe", "file")
def direct_failure_ends_probe(guest):
    if "intel" not in guest.vendors() or not guest.unmappable:
        return None
    return attach_failed(guest) and lost_all(guest)


@ask("direct-failure-panics", "console")
def direct_failure_panics(guest):
    """A guest that sent something did not; `compare` sees one that did."""
    return False if guest.unmappable and "intel" in guest.vendors() else None


@ask("direct-failure-ignored", "list")
def direct_failure_ignored(guest):
    if not guest.unmappable or "intel" in guest.vendors():
        return None
    return guest.lists("direct")


@ask("amd-levels-limit", "answer", everywhere=True)
def amd_levels_limit(guest):
    if guest.vendors() != {"amd"}:
        return None
    return any_of(answer.said["iova_ranges"][-1]["last"] != "0xffffffffffffffff" for _, answer, _ in guest.runs()
                  if answer.said.get("iova_ranges"))


@ask("generic-page-table", "config", everywhere=True)
def generic_page_table(guest):
    return guest.knows("GENERIC_PT") if guest.config and guest.vendors() & {"intel", "amd"} else None


@ask("users-in-first-stage", "symbol")
def users_in_first_stage(guest):
    """Linux before 6.1 did it without this function, in scalable mode."""
    if "intel" not in guest.vendors() or names.series_of(guest.kernel) < (6, 1):
        return None
    return guest.has_function("intel_iommu_domain_alloc_paging_flags")


@ask("reset-parks", "symbol")
def reset_parks(guest):
    return guest.has_function("pci_dev_reset_iommu_prepare")


@ask("scope-type-loses-remapping", "log")
def scope_type_loses_remapping(guest):
    return None if SCOPE_LOG not in guest.log else not guest.root.data.get("groups")


@ask("scope-workaround", "log")
def scope_workaround(guest):
    return yes_if("is broken - applying workaround" in guest.log)


@ask("iort-rmr", "list")
def iort_rmr(guest):
    """A table of ours has an RMR, and nobody but RMRs asks for direct regions then."""
    table_text = os.path.join(LAB, "scenarios", guest.scenario, "IORT.asl")
    return yes_if(os.path.exists(table_text) and (guest.lists("direct") or guest.lists("direct-relaxable")))


@ask("rmr-of-one-skipped", "list")
def rmr_of_one_skipped(guest):
    return not guest.lists("direct") if "single-stream" in guest.scenario else None


@ask("iort-iwb", "symbol")
def iort_iwb(guest):
    return guest.has_function("iort_iwb_handle") if names.arch_of(guest.kernel) == "arm64" else None


@ask("map-elements-by-cells", "symbol")
def map_elements_by_cells(guest):
    """The function came with the change."""
    return guest.has_function("of_map_iommu_id") if names.arch_of(guest.kernel) == "arm64" else None


@ask("dt-regions", "list")
def dt_regions(guest):
    overlay = os.path.join(LAB, "scenarios", guest.scenario, "overlay.dts")
    if not os.path.exists(overlay):
        return None
    with open(overlay, encoding="utf-8") as file:
        if "iommu-addresses" not in file.read():
            return None
    return any(guest.lists(kind) for kind in ("direct", "direct-relaxable", "reserved"))


@ask("group-type-file", "file", everywhere=True)
def group_type_file(guest):
    return yes_if(any(path.endswith("/type") for path in guest.files))


@ask("type-writable", "file", everywhere=True)
def type_writable(guest):
    return bool(guest.text("writable")) if group_type_file(guest) else None


@ask("type-needs-no-driver", "answer", everywhere=True)
def type_needs_no_driver(guest):
    """guest-init has written to the type of a group of one device that has a driver."""
    said = guest.text("type-write")
    return "Device or resource busy" in said if said else None


@ask("type-needs-ownership", "answer", everywhere=True)
def type_needs_ownership(guest):
    said = guest.text("type-write")
    return "Operation not permitted" in said if said else None


@ask("kernel-arch-file", "file", everywhere=True)
def kernel_arch_file(guest):
    return "/proc/sys/kernel/arch" in guest.files if guest.files else None


@ask("list-overruns-page", "log")
def list_overruns_page(guest):
    return yes_if("iommu_group_attr_show+0x0/0x30 returned bad count" in guest.log)


@ask("list-cut-silently", "list")
def list_cut_silently(guest):
    """A list that fills its page is as long either way; one that overran it is in the log."""
    if "4095" not in guest.text("lists").split():
        return None
    return not list_overruns_page(guest)


@ask("efr-printed-first", "file", everywhere=True)
def efr_printed_first(guest):
    """The second register of QEMU's is 0, which the first never is; up to 5.15 there is one number."""
    features = guest.text("amd-features").split()
    return any_of(not f.startswith("0:") and ":" in f for f in features)


@ask("exclusion-mapped", "list")
def exclusion_mapped(guest):
    return yes_if("exclusion" in guest.scenario and guest.lists("direct"))


BAD_RMRR_LOG = "Your BIOS is broken; bad RMRR"


@ask("bad-rmrr-taints", "log")
def bad_rmrr_taints(guest):
    return yes_if(BAD_RMRR_LOG in guest.log)


@ask("bad-rmrr-disables", "file")
def bad_rmrr_disables(guest):
    return not guest.root.data.get("groups") if BAD_RMRR_LOG in guest.log and not guest.unmappable else None


@ask("relax-rmrr", "log")
def relax_rmrr(guest):
    """Others than Proxmox's do not know the word on the kernel command line."""
    return "assuming all RMRRs are relaxable" in guest.log if "relax_rmrr" in guest.log else None


@ask("isa-range-relaxable", "list", everywhere=True)
def isa_range_relaxable(guest):
    return yes_if("intel" in guest.vendors() and any(
        (r.get("first"), r.get("last"), r.get("type")) == ("0x0", "0xffffff", "direct-relaxable")
        for r in guest.root.data.get("regions") or []))


# Rows that no guest of the lab can be asked for, and why.
NOT_ASKED = {
    "reset-required": "Debian has no vfio-platform on arm64, and the emulated board no device for it",
    "reset-always-required": "as reset-required",
    "spapr-tells-coherency": "there is no guest of POWER",
    "group-half-attached": "which domain is left to a device shows in DMA alone, which these devices do not do",
    "windows-kept-out": "all kernels that there are do it, and it shows only when addresses run out",
    "dma-ranges-kept": "all kernels of arm64 that there are do it, and the emulated host bridge has no dma-ranges",
    "page-zero-loses-iommu": "only 6.19 does it, which Debian has no more",
    "unplug-parks": "the domain of a device that is gone shows in no file of the stock kernels that do it",
    "untrusted-refused": "needs a driver that asks for passthrough, which no emulated IOMMU does",
    "dt-regions-exynos": "qemu does not emulate the IOMMU of Exynos",
    "page-table-dump-safe": "a race does not show when asked, and stock kernels have no such file",
    "regions-by-state": "there is no guest of s390x",
}


def lint():
    """Each row is asked for or says why not."""
    for name in behaviours.table():
        if (name in ASKS) == (name in NOT_ASKED):
            print(f"{name}: {'asked for, and said not to be' if name in ASKS else 'not asked for, and not said why'}")
    for name in (ASKS.keys() | NOT_ASKED.keys()) - behaviours.table().keys():
        print(f"{name}: no such row")


def judge(guest, told):
    """What the program's `explain kernel -J` tells of each row, against the guest. Yields id, kind of evidence,
    measured, what is wrong or None. Unknown is right where the dates of the row leave it open."""
    here = {row["id"]: row["here"] for row in (told or {}).get("behaviours") or []}
    table = behaviours.table()
    for name, (how, function) in ASKS.items():
        if name not in here:
            continue
        measured = function(guest)
        if measured is None:
            continue
        said = {"yes": True, "no": False, None: False}.get(here[name])
        not_known = here[name] == "unknown" and table[name].at(names.series_of(guest.kernel)) is None
        wrong = None if said == measured or not_known else \
            f"{name}: {here[name] or 'not for this machine'}; the kernel, by {how}: {'yes' if measured else 'no'}"
        yield name, how, measured, wrong


if __name__ == "__main__":
    lint()
