/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of the analysis in their order. */
#include "analyze/analyze.h"

#include <stdlib.h>

#include "analyze/inquiry.h"
#include "analyze/nested.h"
#include "analyze/parts.h"

/* For the results that are as many as something of the host. */
static void make_room(const struct host *host, struct analysis *a)
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
}

void analyze(const struct host *host, const bool *assigned, struct analysis *a)
{
	make_room(host, a);
	analyze_devices(host, assigned, a->devices);
	analyze_log(host, &a->log);
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
	a->groups_wait = groups_wait_for_drivers(host, a);
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
	log_view_clear(&a->log);
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
