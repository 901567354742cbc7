/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of findings: adding to it, its order, the worst of it. */
#include "model/findings.h"

#include <stdlib.h>
#include <string.h>

void evidence_free(struct evidence *evidence, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(evidence[i].path);
		free(evidence[i].text);
	}
	free(evidence);
}

void steps_clear(struct steps *steps)
{
	for (size_t i = 0; i < steps->n_list; i++) {
		free(steps->list[i].text);
		free(steps->list[i].command);
		free(steps->list[i].risk);
		free(steps->list[i].parameter);
	}
	free(steps->list);
	for (size_t i = 0; i < steps->n_undo; i++)
		free(steps->undo[i]);
	free(steps->undo);
	*steps = (struct steps){ 0 };
}

void finding_clear(struct finding *f)
{
	evidence_free(f->evidence, f->n_evidence);
	free(f->devices);
	for (size_t i = 0; i < f->n_behaviours; i++)
		free(f->behaviours[i].evidence);
	free(f->behaviours);
	free(f->regions);
	free(f->message);
	free(f->kernel);
	free(f->advice);
	free(f->ignored);
	steps_clear(&f->steps);
	*f = (struct finding){ 0 };
}

void findings_clear(struct findings *findings)
{
	for (size_t i = 0; i < findings->n_list; i++)
		finding_clear(&findings->list[i]);
	free(findings->list);
	for (size_t i = 0; i < findings->n_ignored; i++)
		finding_clear(&findings->ignored[i]);
	free(findings->ignored);
	for (size_t i = 0; i < findings->n_missing; i++)
		free(findings->missing[i].reason);
	free(findings->missing);
	free(findings->unanswered);
	finding_clear(&findings->beyond);
	*findings = (struct findings){ 0 };
}

static bool is_about(const struct finding *f, const struct host *host, const bool *groups,
		     const bool *regions, const bool *devices)
{
	const struct group *g = host_group(host, f->group);

	if (f->of_host || (g && groups[g - host->groups]))
		return true;
	for (size_t i = 0; i < f->n_devices; i++) {
		if (devices[f->devices[i].device])
			return true;
	}
	for (size_t i = 0; i < f->n_regions; i++) {
		if (regions[f->regions[i]])
			return true;
	}
	return false;
}

/* Keeps those of n findings that are about something selected; how many they are. */
static size_t narrow(struct finding *list, size_t n, const struct host *host,
		     const bool *groups, const bool *regions, const bool *devices)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_about(&list[i], host, groups, regions, devices))
			list[kept++] = list[i];
		else
			finding_clear(&list[i]);
	}
	return kept;
}

void findings_narrow(struct findings *findings, const struct host *host,
		     const bool *groups, const bool *regions, const bool *devices)
{
	size_t open = 0;

	findings->n_list =
		narrow(findings->list, findings->n_list, host, groups, regions, devices);
	findings->n_ignored = narrow(findings->ignored, findings->n_ignored, host, groups,
				     regions, devices);
	for (size_t i = 0; i < findings->n_unanswered; i++) {
		if (devices[findings->unanswered[i].device])
			findings->unanswered[open++] = findings->unanswered[i];
	}
	findings->n_unanswered = open;
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	size_t x_region = x->n_regions ? x->regions[0] : 0;
	size_t y_region = y->n_regions ? y->regions[0] : 0;
	int order = COMPARE(y->severity, x->severity);

	if (!order)
		order = strcmp(x->id, y->id);
	if (!order)
		order = COMPARE(x->group, y->group);
	if (!order)
		order = COMPARE(x_region, y_region);
	return order ? order : strcmp(x->message, y->message);
}

static int compare_missing(const void *a, const void *b)
{
	const struct not_checked *x = a, *y = b;
	int order = COMPARE(x->source, y->source);

	if (!order)
		order = COMPARE(x->partly, y->partly);
	if (!order)
		order = strcmp(x->reason, y->reason);
	return order ? order : strcmp(x->rule, y->rule);
}

void findings_sort(struct findings *findings)
{
	if (findings->n_missing > 1)
		qsort(findings->missing, findings->n_missing, sizeof(*findings->missing),
		      compare_missing);

	if (findings->n_list > 1)
		qsort(findings->list, findings->n_list, sizeof(*findings->list), compare);
}

size_t findings_count(const struct findings *findings, enum severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < findings->n_list; i++)
		n += findings->list[i].severity == severity;
	return n;
}

size_t findings_alike(const struct findings *findings, size_t first)
{
	const struct finding *f = &findings->list[first];
	size_t n = 1;

	while (first + n < findings->n_list && f[n].id == f->id &&
	       f[n].severity == f->severity)
		n++;
	return n;
}

/* Does it miss another source, too, and was counted for that? */
static bool is_counted(const struct findings *findings, size_t i)
{
	const struct not_checked *m = findings->missing;

	for (size_t k = 0; k < i; k++) {
		if (m[k].partly == m[i].partly && !strcmp(m[k].rule, m[i].rule))
			return true;
	}
	return false;
}

size_t findings_rules_missing(const struct findings *findings, bool partly)
{
	size_t n = 0;

	for (size_t i = 0; i < findings->n_missing; i++)
		n += findings->missing[i].partly == partly && !is_counted(findings, i);
	return n;
}

bool host_is_unknown(const struct host *host, unsigned sources)
{
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		if (sources & ~SOURCES_OF_NO_VERDICT & SOURCE_BIT(i) &&
		    host->sources[i].state == SOURCE_BROKEN)
			return true;
	}
	return host->n_groups == 0 || host->sources[SOURCE_GROUPS].state == SOURCE_DENIED;
}

int findings_exit_status(const struct host *host, const struct findings *findings,
			 enum severity fail_on)
{
	/* What is not known stays so, though no finding counts. */
	enum severity asked = fail_on == FAIL_ON_NEVER ? SEVERITY_WARNING : fail_on;
	bool unknown = host_is_unknown(host, ALL_SOURCES);
	bool failed = false;

	for (size_t i = 0; i < findings->n_list; i++) {
		enum severity severity = findings->list[i].severity;

		if (severity >= fail_on && severity >= SEVERITY_ERROR)
			return 2;
		failed = failed || severity >= fail_on;
	}
	for (size_t i = 0; i < findings->n_missing; i++)
		unknown = unknown || findings->missing[i].severity >= asked;
	/* A refusal would be an error. */
	if (findings->n_unanswered && asked <= SEVERITY_ERROR)
		unknown = true;
	return unknown ? 3 : failed ? 1 : 0;
}
