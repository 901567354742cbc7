/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IOMMUs whose I/O addresses end before those that guests use. */
#include <inttypes.h>

#include "base/cleanup.h"
#include "base/page.h"
#include "base/text.h"
#include "rules/rules.h"

/*
 * Processors of servers have 46 bits of physical address and more (Intel SDM, CPUID leaf
 * 80000008H), and a guest that is shown as many may use them all: its firmware puts large
 * BARs near the end.
 */
#define GUEST_BITS 46

/*
 * A guest on s390 is shown the window of the function (QEMU, hw/s390x/s390-pci-vfio.c)
 * and keeps to it.
 */
static bool is_narrow(const struct iommu *unit, const struct iommu_view *v)
{
	return unit->kind != IOMMU_S390 && v->aperture_known &&
	       v->aperture_last < last_of_width(GUEST_BITS);
}

/*
 * Has the group a device for a user, behind a narrow unit? One that VFIO refuses has
 * other troubles.
 */
static bool is_refused_for_good(const struct assignment *a)
{
	if (a->vfio.verdict != VERDICT_REFUSED)
		return false;
	for (size_t i = 0; i < a->n_obstacles; i++) {
		if (obstacle_is_final(&a->obstacles[i]))
			return true;
	}
	return !a->n_obstacles;
}

static bool is_given_behind_narrow(const struct host *host, const struct analysis *a,
				   const struct group *g)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];

	if (!gv->for_user || gv->untranslated || gv->iommu == NO_INDEX ||
	    !is_narrow(&host->iommus[gv->iommu], &a->iommus[gv->iommu]))
		return false;
	for_each_device (d, host, g) {
		size_t i = device_index(host, d);

		if (a->devices[i].for_user && !is_refused_for_good(&a->assign[i]))
			return true;
	}
	return false;
}

/* The whole bits of address that a unit translates. */
static unsigned bits_of(const struct iommu_view *v)
{
	unsigned bits = GUEST_BITS;

	while (bits && last_of_width(bits) > v->aperture_last)
		bits--;
	return bits;
}

/* What tells where the addresses end: a register, or the log. */
static void add_unit(struct judge *j, struct finding *f, const struct iommu *unit,
		     const struct iommu_view *v)
{
	cleanup_free char *path =
		unit->kind == IOMMU_SMMU
			? xstrdup(host_log_path(j->host))
			: text_format("/sys/class/iommu/%s%s", unit->name,
				      unit->kind == IOMMU_INTEL ? "/intel-iommu/cap"
								: "");

	finding_add_evidence(f, path, 0, v->why);
}

/*
 * QEMU, target/i386/host-cpu.c: host-phys-bits-limit counts with host-phys-bits alone.
 * On other processors a guest's addresses have no such switch.
 */
static void advise_bits(struct judge *j, struct finding *f, unsigned bits)
{
	if (host_is_x86(j->host))
		finding_advise(
			f,
			"Show the guest %u address bits: QEMU's -cpu "
			"host,host-phys-bits=on,host-phys-bits-limit=%u, in libvirt "
			"<maxphysaddr mode='passthrough' limit='%u'/>. A guest with this "
			"device cannot have memory beyond them.",
			bits, bits, bits);
	else
		finding_advise(f, "Keep the guest's memory and its windows for PCI BARs "
				  "within these addresses.");
}

/* The groups that are passed through behind a unit, as a chain: their indices. */
struct chains {
	size_t *first; /* of each unit; NO_INDEX ends a chain */
	size_t *next;  /* of each group */
};

static void report_unit(struct judge *j, size_t i, const struct chains *given)
{
	const struct iommu *unit = &j->host->iommus[i];
	const struct iommu_view *v = &j->analysis->iommus[i];
	size_t first = given->first[i];
	struct finding *f =
		found(j, SEVERITY_INFO, CONFIDENCE_DERIVED,
		      given->next[first] == NO_INDEX ? &j->host->groups[first] : NULL,
		      "Memory and BARs of a guest above 0x%" PRIx64
		      " (%u bits) cannot be mapped: I/O addresses behind %s end there.",
		      v->aperture_last, bits_of(v), unit->name);

	for (size_t g = first; g != NO_INDEX; g = given->next[g])
		finding_add_devices(j, f, &j->host->groups[g]);
	add_unit(j, f, unit, v);
	advise_bits(j, f, bits_of(v));
	if (kernel_does(j->host, BEHAVIOUR_IOMMUFD, unit->kind) == TRISTATE_NO)
		finding_kernel(j, f,
			       "answers VFIO_IOMMU_MAP_DMA above that with EINVAL.");
	else
		finding_kernel(j, f,
			       "answers VFIO_IOMMU_MAP_DMA and IOMMU_IOAS_MAP above that "
			       "with EINVAL.");
}

static bool any_narrow(const struct host *host, const struct analysis *a)
{
	for_each_group (g, host) {
		if (is_given_behind_narrow(host, a, g))
			return true;
	}
	return false;
}

static void check_narrow_addresses(struct judge *j)
{
	cleanup_free size_t *first = xcalloc(j->host->n_iommus, sizeof(size_t));
	cleanup_free size_t *next = xcalloc(j->host->n_groups, sizeof(size_t));
	const struct chains given = { first, next };

	for (size_t i = 0; i < j->host->n_iommus; i++)
		first[i] = NO_INDEX;
	for (size_t i = j->host->n_groups; i-- > 0;) {
		size_t unit = j->analysis->groups[i].iommu;

		if (!is_given_behind_narrow(j->host, j->analysis, &j->host->groups[i]))
			continue;
		next[i] = first[unit];
		first[unit] = i;
	}
	for (size_t i = 0; i < j->host->n_iommus; i++) {
		if (first[i] != NO_INDEX)
			report_unit(j, i, &given);
	}
}

const struct rule rule_narrow_addresses = {
	.id = "narrow-addresses",
	.title = "The IOMMU has fewer address bits than a guest may use",
	.severity = SEVERITY_INFO,
	.of_assignment = true,
	.of_guest = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_IOMMU_CLASS),
	.applies = any_narrow,
	.no_command = true,
	.check = check_narrow_addresses,
	.meaning =
		"All memory of a guest, and where it can the BARs of its other devices, are mapped "
		"for each device that is passed through, at the guest's own addresses. A guest "
		"with wider addresses than the IOMMU may put them where nothing can be mapped: "
		"most often its firmware places large BARs near the end. Memory that cannot be "
		"mapped keeps the VM from starting; a BAR is only out of reach of the other "
		"devices.",
	.behaviours = RESTS_ON(BEHAVIOUR_IOMMUFD),
	.kernels = "All versions refuse to map what lies outside the ranges they report.",
	.advice = "Show the guest no more address bits than the IOMMU has.",
};
