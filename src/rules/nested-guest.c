/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest with an SMMU of its own for devices that were passed through to it: seen from
 * inside, without its host.
 */
#include <string.h>

#include "analyze/fault.h"
#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/*
 * The RMR by which a hypervisor asks the guest to leave its own doorbells alone; NULL:
 * the group has none.
 */
static const struct region *nesting_line(const struct judge *j, const struct group *g)
{
	for_each_region (r, j->host, g) {
		const struct entry *e;

		if (r->type != REGION_DIRECT || !range_equals(r->range, SW_MSI_WINDOW))
			continue;
		e = rmr_of_line(j, g, r);
		if (e && rmr_is_bare(j->analysis, e) &&
		    range_equals(e->written, SW_MSI_WINDOW))
			return r;
	}
	return NULL;
}

static bool is_of_group(const struct judge *j, const struct fault *f,
			const struct group *g)
{
	const struct device *d = f->client ? host_device(j->host, f->client) : NULL;

	return d && d->group == g->id;
}

/*
 * A bad context descriptor of a device of the group; NULL. Old kernels name no device:
 * the event may be another's then.
 */
static const struct fault *bad_descriptor(const struct judge *j, const struct group *g)
{
	for (size_t i = 0; i < j->host->n_faults; i++) {
		const struct fault *f = &j->host->faults[i];

		if (f->kind == IOMMU_SMMUV3 && f->reason &&
		    !strcmp(f->reason, "C_BAD_CD") &&
		    (!f->client || is_of_group(j, f, g)))
			return f;
	}
	return NULL;
}

static void add_fault(struct judge *j, struct finding *f, const struct fault *fault)
{
	const struct log_line *l = fault_log_line(j->host, fault);

	if (l)
		finding_add_log(j, f, l);
}

#define USE_QEMU                                                                           \
	"On the host use QEMU 11.0 or later, or a build that has its changes for the MSI " \
	"doorbell (5c921b29c989, 3558c85392b6, 5ec2700dcbb0). "

static void advise(const struct judge *j, struct finding *f)
{
	if (kernel_option_has(&j->host->kernel, "iommu.passthrough=", "1"))
		finding_advise(
			f, USE_QEMU
			"Until then remove iommu.passthrough=1 from the kernel command line of this guest.");
	else
		finding_advise(f, USE_QEMU
			       "Until then boot this guest with iommu.passthrough=0.");
}

static const char lost_interrupts[] =
	"Interrupts of group {group} do not arrive (C_BAD_CD): this guest has an SMMU of "
	"its own and the group has the domain type identity, so the hypervisor looks for "
	"the MSI doorbell in page tables that are not there.";
static const char risked_interrupts[] =
	"Interrupts of group {group} do not arrive if QEMU is older than 11.0 (C_BAD_CD "
	"in the log): this guest has an SMMU of its own and the group has the domain "
	"type identity.";

static void report(struct judge *j, const struct group *g, const struct region *r)
{
	const struct fault *fault = bad_descriptor(j, g);
	cleanup_free char *group = text_format("%u", (unsigned)g->id);
	cleanup_free char *message = text_filled(
		fault ? lost_interrupts : risked_interrupts, "group", group, TEXT_END);
	struct finding *f =
		found(j, fault ? SEVERITY_ERROR : SEVERITY_INFO,
		      fault && !fault->client ? CONFIDENCE_HEURISTIC : CONFIDENCE_DERIVED,
		      g, "%s", message);

	finding_add_devices(j, f, g);
	finding_add_region(j, f, r);
	finding_add_type(f, g);
	if (fault) {
		add_fault(j, f, fault);
		advise(j, f);
	} else {
		finding_advise(f, "No action needed while the devices work.");
	}
}

static void check_nested_identity(struct judge *j)
{
	for_each_group (g, j->host) {
		const struct region *r =
			g->type == DOMAIN_IDENTITY ? nesting_line(j, g) : NULL;

		if (r)
			report(j, g, r);
	}
}

static bool any_identity(const struct host *host, const struct analysis *a)
{
	(void)a;
	for_each_group (g, host) {
		if (host_is_arm64(host) && g->type == DOMAIN_IDENTITY)
			return true;
	}
	return false;
}

const struct rule rule_nested_identity = {
	.id = "nested-identity",
	.title = "A nested SMMU and an identity domain: interrupts may be lost",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.table = "IORT",
	.applies = any_identity,
	.no_command = true,
	.check = check_nested_identity,
	.meaning =
		"A device that was passed through to a guest with a nested SMMU sends its interrupts "
		"to the host's doorbell, and the hypervisor must know which doorbell of the guest is "
		"meant. If nothing tells it, it walks the guest's page tables in software. An "
		"identity domain has none, so the walk fails, the guest's SMMU reports a bad context "
		"descriptor (C_BAD_CD), and the device's driver gets no interrupts. It is a note "
		"while the log has no such line.",
	.kernels =
		"The guest's kernel does nothing wrong. QEMU takes the doorbell's address from "
		"the property msi-gpa of its SMMU since 11.0, which brought accel=on; builds "
		"that had nesting before do not. New kernels name the event and the device, old "
		"ones print \"event 0x0a received\".",
	.advice =
		"Use QEMU 11.0 or later on the host. Until then give the guest domains that "
		"translate: boot it with iommu.passthrough=0.",
};
