/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Metrics for the textfile collector of node_exporter, in Prometheus' text format,
 * version 0.0.4 ("Exposition formats"). Label sets are bounded and do not depend on the
 * host: no device and no region is one. node_exporter refuses a file with a time behind a
 * value, so the time of the run is a metric.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/memory.h"
#include "render/check.h"
#include "render/counts.h"
#include "render/format.h"

#define PREFIX "iommu_resv_"

static void put_head(const char *name, const char *help, FILE *out)
{
	fprintf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s gauge\n", name, help,
		name);
}

/* A label's value: a backslash, a quotation mark and a line's end are escaped. */
static void put_escaped(const char *s, FILE *out)
{
	for (; *s; s++) {
		if (*s == '\\' || *s == '"')
			fputc('\\', out);
		if (*s == '\n')
			fputs("\\n", out);
		else
			fputc(*s, out);
	}
}

static void put_build(FILE *out)
{
	put_head("build_info", "Always 1; which version of iommu-resv ran.", out);
	fputs(PREFIX "build_info{version=\"", out);
	put_escaped(PACKAGE_VERSION, out);
	fputs("\"} 1\n", out);
}

/* What every run has, also one without a result. */
static void put_run(int exit_status, FILE *out)
{
	static const char *const words[] = { "ok", "warning", "error", "unknown" };

	put_build(out);
	put_head("last_run_timestamp_seconds", "When it ran.", out);
	fprintf(out, PREFIX "last_run_timestamp_seconds %" PRId64 "\n", clock_now());
	put_head("exit_status", "Exit status: 0 ok, 1 warnings, 2 errors, 3 unknown.",
		 out);
	fprintf(out, PREFIX "exit_status %d\n", exit_status);
	put_head("verdict", "The same by name: 1 for the verdict, 0 for the others.",
		 out);
	for (int i = 0; i < (int)ARRAY_SIZE(words); i++)
		fprintf(out, PREFIX "verdict{verdict=\"%s\"} %d\n", words[i],
			i == exit_status);
}

static void put_severities(const struct view *v, FILE *out)
{
	put_head("findings", "Findings by severity.", out);
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
		fprintf(out, PREFIX "findings{severity=\"%s\"} %zu\n",
			severity_name((enum severity)s),
			findings_count(v->findings, (enum severity)s));
}

static void put_rules(const struct view *v, FILE *out)
{
	const struct findings *f = v->findings;

	put_head("rule_findings",
		 "Findings by rule and severity; of rules that found any.", out);
	for (size_t i = 0, n; i < f->n_list; i += n) {
		const struct finding *first = &f->list[i];

		n = findings_alike(f, i);
		fputs(PREFIX "rule_findings{rule=\"", out);
		put_escaped(first->id, out);
		fprintf(out, "\",severity=\"%s\"} %zu\n", severity_name(first->severity),
			n);
	}
}

static void put_regions(const struct view *v, FILE *out)
{
	put_head("regions", "Lines of reserved_regions by type.", out);
	for (size_t type = 0; type < region_type_words.n; type++) {
		size_t n = 0;

		for (size_t i = 0; i < v->host->n_regions; i++)
			n += v->regions[i] && v->host->regions[i].type == type;
		fprintf(out, PREFIX "regions{type=\"%s\"} %zu\n",
			words_name(&region_type_words, type), n);
	}
}

static void print(const struct view *v, FILE *out)
{
	put_run(v->exit_status, out);
	put_severities(v, out);
	put_rules(v, out);
	put_regions(v, out);
	for (size_t i = 0; i < n_counts; i++) {
		put_head(counts[i].name, counts[i].help, out);
		fprintf(out, PREFIX "%s %zu\n", counts[i].name, counts[i].of(v));
	}
}

static void fail(const struct messages *said, int exit_status, FILE *out)
{
	(void)said; /* a label for each message would be a series for each */
	put_run(exit_status, out);
}

const struct format format_prometheus = {
	.name = "prometheus",
	.print = print,
	.fail = fail,
	.counts_only = true,
};
