/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of the analysis in their order, and the words of its enums. */
#include "analyze/analyze.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/inquiry.h"
#include "analyze/nested.h"
#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/text.h"

/* For whom the devices are; assigned: see analyze(). */
static void analyze_devices(const struct host *host, const bool *assigned,
			    struct device_view *out)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		const char *name = host->devices[i].physical_function;
		const struct device *pf = name ? host_device(host, name) : NULL;

		out[i].for_user = device_is_bound_to_vfio(&host->devices[i]) ||
				  (assigned && assigned[i]);
		if (pf)
			out[device_index(host, pf)].n_virtual++;
	}
}

void analyze(const struct host *host, const bool *assigned, struct analysis *a)
{
	*a = (struct analysis){
		.regions = xcalloc(host->n_regions, sizeof(*a->regions)),
		.origins = xcalloc(host->n_regions, sizeof(*a->origins)),
		.devices = xcalloc(host->n_devices, sizeof(*a->devices)),
		.groups = xcalloc(host->n_groups, sizeof(*a->groups)),
		.iommus = xcalloc(host->n_iommus, sizeof(*a->iommus)),
		.coherency = xcalloc(host->n_iommus, sizeof(*a->coherency)),
		.n_devices = host->n_devices,
		.msi = xcalloc(host->n_devices, sizeof(*a->msi)),
		.assign = xcalloc(host->n_devices, sizeof(*a->assign)),
		.group_isolation = xcalloc(host->n_groups, sizeof(*a->group_isolation)),
		.faults = xcalloc(host->n_faults, sizeof(*a->faults)),
		.identity = xcalloc(host->n_devices, sizeof(*a->identity)),
		.inquiries = xcalloc(host->n_inquiries, sizeof(*a->inquiries)),
		.n_inquiries = host->n_inquiries,
	};
	analyze_devices(host, assigned, a->devices);
	tables_parse(host, &a->tables);
	analyze_iommus(host, a, a->iommus);
	analyze_coherency(host, a, a->coherency);
	analyze_msi_kinds(host, a->regions);
	analyze_groups(host, a, a->groups);
	analyze_isolation(host, a, &a->isolation);
	analyze_doorbells(host, a, &a->doorbells);
	analyze_msi_states(host, a, a->msi);
	analyze_group_isolation(host, a, a->group_isolation);
	analyze_firmware(host, a, &a->firmware);
	analyze_origins(host, a, a->origins);
	analyze_faults(host, a, a->faults);
	analyze_demands(host, a, &a->demands);
	analyze_identity(host, a, a->identity);
	analyze_assignment(host, a, a->assign);
	analyze_absence(host, a, &a->absence);
	analyze_outcomes(host, a, &a->outcomes);
	analyze_inquiries(host, a, a->inquiries);
}

void analysis_clear(struct analysis *a)
{
	free(a->regions);
	free(a->origins);
	free(a->devices);
	free(a->groups);
	free(a->iommus);
	free(a->coherency);
	for (size_t i = 0; i < a->n_devices; i++) {
		free(a->msi[i].targets);
		free(a->assign[i].obstacles);
	}
	free(a->msi);
	free(a->assign);
	free(a->identity);
	free(a->group_isolation);
	firmware_clear(&a->firmware);
	outcomes_clear(&a->outcomes);
	free(a->faults);
	demands_clear(&a->demands);
	for (size_t i = 0; i < a->doorbells.n_list; i++)
		free(a->doorbells.list[i].origin);
	free(a->doorbells.list);
	tables_clear(&a->tables);
	free(a->absence.text);
	evidence_free(a->absence.evidence, a->absence.n_evidence);
	nested_free(a->nested);
	for (size_t i = 0; i < a->n_inquiries; i++)
		inquiry_view_clear(&a->inquiries[i]);
	free(a->inquiries);
	free(a->absence.given_up);
	*a = (struct analysis){ 0 };
}

const char *coverage_name(enum coverage coverage)
{
	static const char *const names[] = {
		[COVERAGE_UNKNOWN] = "unknown",
		[COVERAGE_FULL] = "full",
		[COVERAGE_PARTLY] = "partly",
		[COVERAGE_NONE] = "none",
	};

	return names[coverage];
}

const char *loss_text(enum loss loss)
{
	static const char *const texts[] = {
		[LOSS_NOTHING] = "nothing is lost",
		[LOSS_ROUNDING] = "the kernel rounds the start up to a page",
		[LOSS_EMPTY] = "the range is empty, there is nothing to map",
		[LOSS_WRAP] = "the end, rounded up to a page, wraps to zero",
		[LOSS_APERTURE] = "above the address width of the IOMMU",
		[LOSS_NO_PERMISSION] =
			("firmware grants neither read nor write, which no page table "
			 "takes"),
		[LOSS_NOT_TRIED] = "the default domain is blocked and takes no mappings",
		[LOSS_NOT_MAPPED] = "the page table does not have it",
		[LOSS_USER_OWNED] = "a user-space driver owns the group now",
		[LOSS_NOT_LISTED] = "the kernel makes no region of the firmware entry",
	};

	return texts[loss];
}

const char *requirement_name(enum requirement requirement)
{
	static const char *const names[] = {
		[REQUIRED_NO] = "no",
		[REQUIRED_RELAXABLE] = "relaxable",
		[REQUIRED_YES] = "yes",
		[REQUIRED_UNKNOWN] = "unknown",
	};

	return names[requirement];
}

const char *provider_name(enum provider provider)
{
	static const char *const names[] = {
		[PROVIDER_UNKNOWN] = "unknown",
		[PROVIDER_PASSTHROUGH] = "passthrough",
		[PROVIDER_DIRECT_MAPPINGS] = "direct-mappings",
		[PROVIDER_NOTHING] = "nothing",
	};

	return names[provider];
}

const char *proof_name(enum proof proof)
{
	static const char *const names[] = {
		[PROOF_NONE] = "none",
		[PROOF_KERNEL_RULE] = "kernel-rule",
		[PROOF_LOG] = "log",
		[PROOF_TRACE] = "trace",
		[PROOF_PAGE_TABLE] = "page-table",
	};

	return names[proof];
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_UNKNOWN] = "unknown",
		[VERDICT_OK] = "ok",
		[VERDICT_OK_BUT] = "ok-but",
		[VERDICT_REFUSED] = "refused",
	};

	return names[verdict];
}
