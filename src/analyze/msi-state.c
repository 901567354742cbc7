/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programmed addresses of a device's MSIs mean. Where they must lie:
 *
 *   x86                         0xfee00000-0xfeefffff (Intel SDM 3A, 11.11.1)
 *   Arm, not translated         the doorbell itself, a physical address
 *   Arm, domain of the kernel   an address that iommu_dma_get_msi_page mapped to the
 *                               doorbell; in a hardware window, which
 *                               iova_reserve_iommu_regions maps 1:1, the doorbell itself
 *   Arm, domain of a user       in the software window, where iommu_dma_get_msi_page or
 *                               iommufd_sw_msi maps the doorbell; or in a hardware window
 *
 * (drivers/iommu/dma-iommu.c, drivers/iommu/iommufd/driver.c).
 */
#include <string.h>

#include "analyze/parts.h"
#include "base/text.h"

static const struct range x86_window = { 0xfee00000, 0xfeefffff };

/* --- The address --- */

/* A line of the group that an address lies in, of one of the types; NO_INDEX. */
static size_t line_at(const struct host *host, const struct analysis *a,
		      const struct group *g, uint64_t address, unsigned types)
{
	for (size_t i = g ? g->first_region : 0; g && i < g->first_region + g->n_regions;
	     i++) {
		if (types & 1u << a->regions[i].type &&
		    range_has(host->regions[i].range, address))
			return i;
	}
	return NO_INDEX;
}

static size_t doorbell_at(const struct analysis *a, uint64_t address)
{
	for (size_t i = 0; i < a->doorbells.n_list; i++) {
		if (range_has(a->doorbells.list[i].page, address))
			return i;
	}
	return NO_INDEX;
}

static void say(struct msi_target *t, enum msi_place place, enum tristate fits,
		const char *why)
{
	t->place = place;
	t->fits = fits;
	t->why = why;
}

/* Nothing translates: the write goes where it says. */
static void judge_untranslated(const struct analysis *a, struct msi_target *t)
{
	if (t->doorbell != NO_INDEX)
		say(t, MSI_PLACE_DOORBELL, TRISTATE_YES,
		    "nothing is translated, and it is a doorbell");
	else if (a->doorbells.known)
		say(t, MSI_PLACE_OUTSIDE, TRISTATE_NO,
		    "nothing is translated, and no doorbell is there");
	else
		say(t, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN,
		    "where the doorbells are is not known");
}

static void judge_user(const struct analysis *a, const struct group_view *gv,
		       struct msi_target *t)
{
	enum region_type type =
		t->region == NO_INDEX ? REGION_RESERVED : a->regions[t->region].type;

	if (type == REGION_MSI)
		say(t, MSI_PLACE_HW_WINDOW, TRISTATE_YES,
		    "the hardware window is not translated");
	else if (type == REGION_SW_MSI)
		say(t, MSI_PLACE_SW_WINDOW, TRISTATE_YES,
		    "there the kernel maps the doorbell for a user-space driver");
	else if (gv->n_hw_msi || gv->n_sw_msi)
		say(t, MSI_PLACE_OUTSIDE, TRISTATE_NO,
		    "a user-space driver holds the device, whose MSIs must go to the MSI "
		    "window");
	else
		say(t, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN,
		    "the group has no MSI window that would say where it must lie");
}

static bool beyond_width(const struct analysis *a, const struct group_view *gv,
			 uint64_t address)
{
	return gv->iommu != NO_INDEX && a->iommus[gv->iommu].aperture_known &&
	       address > a->iommus[gv->iommu].aperture_last;
}

/* A domain of the kernel, which translates. */
static void judge_translated(const struct analysis *a, const struct group_view *gv,
			     struct msi_target *t)
{
	enum region_type type =
		t->region == NO_INDEX ? REGION_TYPE_COUNT : a->regions[t->region].type;

	if (type == REGION_MSI)
		say(t, MSI_PLACE_HW_WINDOW, TRISTATE_YES,
		    "the hardware window is identity-mapped");
	else if (type == REGION_DIRECT || type == REGION_DIRECT_RELAXABLE)
		say(t, MSI_PLACE_DIRECT,
		    t->doorbell != NO_INDEX ? TRISTATE_YES
		    : a->doorbells.known    ? TRISTATE_NO
					    : TRISTATE_UNKNOWN,
		    t->doorbell != NO_INDEX
			    ? "a direct range happens to identity-map the doorbell"
			    : "the kernel gives out no address in a direct range");
	else if (type == REGION_RESERVED || beyond_width(a, gv, t->address))
		say(t, MSI_PLACE_OUTSIDE, TRISTATE_NO,
		    type == REGION_RESERVED
			    ? "the range is reserved, nothing is mapped there"
			    : "above the address width of the IOMMU");
	else if (t->doorbell != NO_INDEX)
		say(t, MSI_PLACE_DOORBELL, TRISTATE_NO,
		    "that is the physical doorbell, although the domain translates and maps it "
		    "elsewhere");
	else if (type == REGION_SW_MSI)
		say(t, MSI_PLACE_SW_WINDOW, TRISTATE_UNKNOWN,
		    "in the software window, but no user-space driver is known to hold it");
	else
		say(t, MSI_PLACE_IOVA, TRISTATE_YES,
		    "the kernel maps the doorbell at an address of its choice");
}

static void judge_arm(const struct host *host, const struct analysis *a,
		      const struct device *d, const struct group *g, struct msi_target *t)
{
	const struct group_view *gv = g ? &a->groups[group_index(host, g)] : NULL;

	if (!gv || gv->untranslated)
		judge_untranslated(a, t);
	else if (gv->holder != NO_INDEX || device_is_bound_to_vfio(d))
		judge_user(a, gv, t);
	else if (domain_is_dma(g->type))
		judge_translated(a, gv, t);
	else if (g->type == DOMAIN_IDENTITY)
		judge_untranslated(a, t);
	else
		say(t, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN,
		    "what translates for this device is not known");
}

static void judge(const struct host *host, const struct analysis *a,
		  const struct device *d, const struct msi_view *m, struct msi_target *t)
{
	const struct group *g = d->group == NO_GROUP ? NULL : host_group(host, d->group);

	t->region =
		line_at(host, a, g, t->address, 1u << REGION_MSI | 1u << REGION_SW_MSI);
	if (t->region == NO_INDEX)
		t->region = line_at(host, a, g, t->address, ~0u);
	t->doorbell = doorbell_at(a, t->address);
	if (m->controller == MSI_CONTROLLER_OTHER)
		say(t, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN,
		    "where this controller takes its interrupts is not known");
	else if (host_is_x86(host) && range_has(x86_window, t->address))
		say(t, MSI_PLACE_HW_WINDOW, TRISTATE_YES, "the interrupt window of x86");
	else if (host_is_x86(host))
		say(t, MSI_PLACE_OUTSIDE, TRISTATE_NO,
		    "it is outside the interrupt window of x86 and goes to memory");
	else if (host_is_arm64(host))
		judge_arm(host, a, d, g, t);
	else
		say(t, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN,
		    "where it must lie on this architecture is not known");
}

/* --- A device --- */

/* Vectors that go to one address are one target. */
static void add_target(struct msi_view *m, uint64_t address, bool is_msix, unsigned n)
{
	struct msi_target *t;

	for (size_t i = 0; i < m->n_targets; i++) {
		t = &m->targets[i];
		if (t->address == address && t->is_msix == is_msix) {
			t->n_vectors += n;
			return;
		}
	}
	t = ADD(m, targets);
	t->address = address;
	t->is_msix = is_msix;
	t->n_vectors = n;
}

/* Elements of one state in an array that is in the order of the states. */
struct slice {
	size_t first, end;
};

static void analyze_device(const struct host *host, const struct analysis *a,
			   const struct device *d, const struct msi_state *state,
			   struct slice irqs, struct slice entries, struct msi_view *m)
{
	if (m->state) /* twice: of a made-up snapshot */
		return;
	m->state = state;
	m->first_irq = irqs.first;
	m->n_irqs = irqs.end - irqs.first;
	for (size_t i = irqs.first; i < irqs.end && !m->irq; i++)
		m->irq = host->msi_irqs[i].chip ? &host->msi_irqs[i] : NULL;
	if (m->irq) {
		m->controller = controller_of_chip(host, a, m->irq->chip);
		m->isolated = device_isolated(host, a, d, m->controller);
	}
	if (m->state->msi.enabled)
		add_target(m, m->state->msi.address, false, m->state->msi.n_enabled);
	for (size_t i = entries.first; i < entries.end; i++)
		add_target(m, host->msix_entries[i].address, true, 1);
	for (size_t i = 0; i < m->n_targets; i++)
		judge(host, a, d, m, &m->targets[i]);
}

void analyze_msi_states(const struct host *host, const struct analysis *a,
			struct msi_view *out)
{
	struct slice irqs = { 0 }, entries = { 0 };

	for (size_t i = 0; i < host->n_devices; i++)
		analyze_msi_parent(host, a, &host->devices[i], &out[i]);
	for (size_t i = 0; i < host->n_msi_states; i++) {
		const struct device *d = host_device(host, host->msi_states[i].device);

		irqs.first = irqs.end;
		while (irqs.end < host->n_msi_irqs && host->msi_irqs[irqs.end].state == i)
			irqs.end++;
		entries.first = entries.end;
		while (entries.end < host->n_msix_entries &&
		       host->msix_entries[entries.end].state == i)
			entries.end++;
		if (d)
			analyze_device(host, a, d, &host->msi_states[i], irqs, entries,
				       &out[device_index(host, d)]);
	}
}

/* --- Words --- */

const char *msi_controller_name(enum msi_controller controller)
{
	static const char *const names[MSI_CONTROLLER_COUNT] = {
		[MSI_CONTROLLER_UNKNOWN] = "unknown",
		[MSI_CONTROLLER_REMAPPED] = "remapped",
		[MSI_CONTROLLER_VECTOR] = "x86-vector",
		[MSI_CONTROLLER_ITS] = "its",
		[MSI_CONTROLLER_GICV2M] = "gicv2m",
		[MSI_CONTROLLER_MBI] = "mbi",
		[MSI_CONTROLLER_LS_SCFG] = "ls-scfg",
		[MSI_CONTROLLER_ITS_V5] = "its-v5",
		[MSI_CONTROLLER_MIP] = "mip",
		[MSI_CONTROLLER_IMSIC] = "imsic",
		[MSI_CONTROLLER_BRIDGE] = "host-bridge",
		[MSI_CONTROLLER_NONE] = "none",
		[MSI_CONTROLLER_OTHER] = "other",
	};

	return names[controller];
}

const char *msi_controller_text(enum msi_controller controller)
{
	static const char *const texts[MSI_CONTROLLER_COUNT] = {
		[MSI_CONTROLLER_UNKNOWN] = "a controller that is not known",
		[MSI_CONTROLLER_REMAPPED] = "x86 vectors through interrupt remapping",
		[MSI_CONTROLLER_VECTOR] = "x86 vectors, not remapped",
		[MSI_CONTROLLER_ITS] = "a GICv3 ITS",
		[MSI_CONTROLLER_GICV2M] = "a GICv2m frame",
		[MSI_CONTROLLER_MBI] = "message-based interrupts of a GICv3",
		[MSI_CONTROLLER_LS_SCFG] = "the SCFG of a Layerscape",
		[MSI_CONTROLLER_ITS_V5] = "a GICv5 ITS",
		[MSI_CONTROLLER_MIP] = "the MIP of a Raspberry Pi",
		[MSI_CONTROLLER_IMSIC] = "an IMSIC of RISC-V",
		[MSI_CONTROLLER_BRIDGE] = "the host bridge itself, if anything",
		[MSI_CONTROLLER_NONE] = "no controller",
		[MSI_CONTROLLER_OTHER] = "a controller of another kind",
	};

	return texts[controller];
}

const char *msi_place_name(enum msi_place place)
{
	static const char *const names[MSI_PLACE_COUNT] = {
		[MSI_PLACE_UNKNOWN] = "unknown",
		[MSI_PLACE_HW_WINDOW] = "hardware-window",
		[MSI_PLACE_SW_WINDOW] = "software-window",
		[MSI_PLACE_DOORBELL] = "doorbell",
		[MSI_PLACE_DIRECT] = "direct-range",
		[MSI_PLACE_IOVA] = "iova",
		[MSI_PLACE_OUTSIDE] = "outside",
	};

	return names[place];
}
