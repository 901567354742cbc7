/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `explain kernel`: what the kernel of a host does, and what tells. */
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/explain.h"
#include "kernel/kernel.h"
#include "model/json.h"
#include "render/grid.h"

/* A host without an IOMMU may have a table that announces one: the kernel gave it up. */
static bool concerns_announced(const struct host *host, const struct behaviour_row *row,
			       enum iommu_kind *kind)
{
	static const struct {
		const char *table;
		enum iommu_kind kind;
	} rows[] = { { "DMAR", IOMMU_INTEL }, { "IVRS", IOMMU_AMD } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		*kind = rows[i].kind;
		if (row->iommus & IOMMU_BIT(*kind) && host_has_table(host, rows[i].table))
			return true;
	}
	return false;
}

/*
 * Does this host have, or should it have, an IOMMU that the row is about? The first one's
 * kind goes to *kind.
 */
static bool concerns(const struct host *host, const struct behaviour_row *row,
		     enum iommu_kind *kind)
{
	*kind = IOMMU_OTHER;
	if (!row->iommus)
		return true;
	for (size_t i = 0; i < host->n_iommus; i++) {
		*kind = host->iommus[i].kind;
		if (row->iommus & IOMMU_BIT(*kind))
			return true;
	}
	return !host_real_iommus(host) && concerns_announced(host, row, kind);
}

static struct decision decide(const struct host *host, enum behaviour b)
{
	enum iommu_kind kind;

	if (!concerns(host, &behaviours[b], &kind))
		return (struct decision){ .value = TRISTATE_NO, .by = DECIDED_BY_SCOPE };
	return kernel_decides(host, b, kind);
}

static const char *word_of(struct decision d)
{
	return d.by == DECIDED_BY_SCOPE ? "-" : tristate_name(d.value);
}

static char *by_text(struct decision d)
{
	const char *otherwise = decision_contradicts(&d) ? ", against release" : "";

	if (d.line)
		return text_format("log, line %u%s", d.line->number, otherwise);
	if (d.by == DECIDED_BY_SCOPE)
		return xstrdup("not for this machine");
	return text_format("%s%s", decided_by_name(d.by), otherwise);
}

static void put_head(const struct host *host)
{
	struct release r = release_of(host);
	const char *vendor = vendor_name(r.vendor);

	printf("Linux %s", host->kernel.release ? host->kernel.release : "(unknown)");
	if (vendor)
		printf(", a kernel of %s: its release says less than upstream's", vendor);
	printf("\n\n");
}

static char *versions_text(const struct behaviour_row *row)
{
	cleanup_free char *dates = behaviour_dates(row);
	cleanup_free char *backports = behaviour_backports(row);

	return text_format("%s%s", dates, backports ? "; backported" : "");
}

void explain_kernel(const struct host *host)
{
	static const char *const columns[] = { "BEHAVIOUR", "HERE", "BY", "VERSIONS" };
	struct grid *t = grid_new(&(struct grid_options){ 0 });

	put_head(host);
	for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
		grid_add_column(t, columns[c], false);
	for (int b = 0; b < BEHAVIOUR_COUNT; b++) {
		struct decision d = decide(host, (enum behaviour)b);

		grid_add_row(t);
		grid_set(t, 0, xstrdup(behaviours[b].id));
		grid_set(t, 1, xstrdup(word_of(d)));
		grid_set(t, 2, by_text(d));
		grid_set(t, 3, versions_text(&behaviours[b]));
	}
	grid_print(t, stdout);
}

static struct json_object *row_object(const struct host *host, enum behaviour b)
{
	const struct behaviour_row *row = &behaviours[b];
	struct decision d = decide(host, b);
	struct json_object *o = json_object_new_object();
	cleanup_free char *dates = behaviour_dates(row);
	cleanup_free char *backports = behaviour_backports(row);
	cleanup_free char *evidence = decision_evidence(&d);

	json_set_text(o, "id", row->id);
	json_set_text(o, "does", row->does);
	if (d.by == DECIDED_BY_SCOPE)
		json_set_text(o, "here", NULL);
	else
		json_set_text(o, "here", tristate_name(d.value));
	json_set_text(o, "by", decided_by_name(d.by));
	if (d.sign)
		json_set_text(o, "evidence", evidence);
	if (decision_contradicts(&d))
		json_set_text(o, "by_release", tristate_name(d.by_release));
	json_set_text(o, "versions", dates);
	json_set_text(o, "backports", backports);
	json_set_text(o, "errno", row->error ? errno_name(row->error) : NULL);
	json_set_text(o, "call", row->call);
	json_set_text(o, "log", row->log);
	json_set_text(o, "commit", row->commit);
	json_set_text(o, "source", row->source);
	json_set_text(o, "known", basis_name(row->basis));
	return o;
}

void explain_kernel_json(const struct host *host, struct json_writer *w)
{
	struct release r = release_of(host);

	json_member(w, "kernel_release",
		    host->kernel.release ? json_text(host->kernel.release) : NULL);
	json_member(w, "kernel_vendor",
		    vendor_name(r.vendor) ? json_text(vendor_name(r.vendor)) : NULL);
	json_begin_array(w, "behaviours");
	for (int b = 0; b < BEHAVIOUR_COUNT; b++)
		json_element(w, row_object(host, (enum behaviour)b));
	json_end_array(w);
}

/* "EPERM at VFIO_SET_IOMMU" and the like, as far as there is any. */
static void add_refusal(struct text *t, const struct behaviour_row *row)
{
	if (row->error)
		text_printf(t, " It answers %s at %s.", errno_name(row->error),
			    row->call);
	if (row->log)
		text_printf(t, " It logs \"%s\".", row->log);
}

char *behaviour_meaning(const struct behaviour_row *row)
{
	struct text t = { 0 };

	text_printf(&t, "%s %s.", row->vendor ? vendor_name(row->vendor) : "Linux",
		    row->does);
	add_refusal(&t, row);
	return text_take(&t);
}

char *behaviour_kernels(const struct behaviour_row *row)
{
	cleanup_free char *dates = behaviour_dates(row);
	cleanup_free char *backports = behaviour_backports(row);
	struct text t = { 0 };

	dates[0] = (char)(dates[0] - 'a' + 'A');
	text_printf(&t, "%s", dates);
	if (row->commit)
		text_printf(&t, " (commit %s)", row->commit);
	text_printf(&t, "; %s. Known %s.", row->source, basis_name(row->basis));
	if (backports)
		text_printf(&t, " Backported to %s.", backports);
	return text_take(&t);
}
