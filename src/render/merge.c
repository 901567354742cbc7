/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `merge` as text: what stands below its table of hosts. */
#include "render/merge.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/check.h"
#include "render/lines.h"

/* So many hosts or ranges are named in a line, unless all are wanted. */
#define HOSTS_MAX 8
#define RANGES_MAX 6

const char *fleet_verdict(const struct fleet_host *h)
{
	return status_word(h->status,
			   h->n_findings && h->findings[0].severity > SEVERITY_INFO);
}

static struct text_list list_of_hosts(const struct merge_view *v)
{
	return (struct text_list){ .max = v->verbose ? SIZE_MAX : HOSTS_MAX };
}

/* "node1, node2 and 3 more", or "all 5 hosts". The caller owns it. */
static char *hosts_text(const struct merge_view *v, const struct fleet_share *s)
{
	struct text_list list = list_of_hosts(v);

	if (s->n_hosts == v->fleet->n_hosts && s->n_hosts > 2)
		return text_format("all %zu hosts", s->n_hosts);
	for (size_t i = 0; i < s->n_hosts; i++)
		text_list_add(&list, v->fleet->hosts[s->hosts[i]].name);
	return text_list_take(&list);
}

/* Begins at the edge, what does not fit is indented. Takes ownership. */
static void put_item(const struct merge_view *v, char *line, FILE *out)
{
	text_clean(line);
	put_wrapped(out, v->width, 4, 0, line);
	free(line);
}

static void put_findings(const struct merge_view *v, FILE *out)
{
	const struct fleet *f = v->fleet;

	if (!f->n_findings)
		return;
	fputs(v->quiet ? "Findings\n" : "\nFindings\n", out);
	for (size_t i = 0; i < f->n_findings; i++) {
		const struct fleet_finding *of = f->findings[i].finding;
		cleanup_free char *hosts = hosts_text(v, &f->findings[i]);

		put_item(v,
			 text_format("%s %s: %s: %s", severity_word(of->severity), of->id,
				     of->title, hosts),
			 out);
	}
}

static void put_machines(const struct merge_view *v, FILE *out)
{
	const struct fleet *f = v->fleet;

	if (!f->n_machines)
		return;
	fputs("\nMachines\n", out);
	for (size_t i = 0; i < f->n_machines; i++) {
		const struct fleet_host *of = &f->hosts[f->machines[i].hosts[0]];
		cleanup_free char *hosts = hosts_text(v, &f->machines[i]);

		put_item(v,
			 text_format("%s, %s%s: %s",
				     of->machine ? of->machine : "maker not known",
				     of->firmware ? "firmware " : "firmware not known",
				     of->firmware ? of->firmware : "", hosts),
			 out);
	}
}

/* The hosts whose addresses are so, behind a lead; nothing where there are none. */
static void add_hosts_with(const struct merge_view *v, enum fleet_space space,
			   const char *lead, struct text *t)
{
	struct text_list list = list_of_hosts(v);
	cleanup_free char *hosts = NULL;

	for (size_t i = 0; i < v->fleet->n_hosts; i++) {
		if (v->fleet->hosts[i].space == space)
			text_list_add(&list, v->fleet->hosts[i].name);
	}
	hosts = text_list_take(&list);
	if (*hosts)
		text_printf(t, "%s%s", lead, hosts);
}

static size_t n_with_space(const struct fleet *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_hosts; i++)
		n += f->hosts[i].space >= FLEET_SPACE_OPEN;
	return n;
}

static void add_ranges(const struct merge_view *v, struct text *t)
{
	const struct ranges *common = &v->fleet->common;
	struct text_list list = { .max = v->verbose ? SIZE_MAX : RANGES_MAX };
	cleanup_free char *all = NULL;

	for (size_t i = 0; i < common->n_range; i++) {
		cleanup_free char *s = text_of_range(common->range[i]);

		text_list_add(&list, s);
	}
	all = text_list_take(&list);
	text_add(t, *all ? all : "no address");
}

/*
 * The I/O addresses that a VM may use on each host, whichever device it has: what matters
 * where it is to move.
 */
static void put_common(const struct merge_view *v, FILE *out)
{
	const struct fleet *f = v->fleet;
	size_t n = n_with_space(f);
	struct text t = { 0 };

	if (f->has_common) {
		add_ranges(v, &t);
		text_add(&t, ", for every device that a VM has or can have");
		if (n < f->n_hosts)
			text_printf(&t, ", on %zu of %zu hosts", n, f->n_hosts);
		else if (n > 1)
			text_printf(&t, ", on each of the %zu hosts", n);
		add_hosts_with(v, FLEET_SPACE_OPEN,
			       "; where the last range ends is not known of ", &t);
	} else
		text_add(&t, "not known of any host");
	add_hosts_with(
		v, FLEET_SPACE_UNKNOWN,
		"; not counted, their reserved regions could not all be read: ", &t);
	add_hosts_with(v, FLEET_SPACE_NONE, "; not counted, no device for VMs: ", &t);
	fputs("\nUsable I/O addresses\n", out);
	put_item(v, text_take(&t), out);
}

/* Is there a finding that would count without --fail-on? */
static bool any_not_counted(const struct merge_view *v)
{
	for (size_t i = 0; i < v->fleet->n_findings; i++) {
		enum severity severity = v->fleet->findings[i].finding->severity;

		if (severity >= SEVERITY_WARNING && severity < v->fail_on)
			return true;
	}
	return false;
}

/* "3 hosts: 1 ERROR, 2 OK" */
static void add_counts(const struct merge_view *v, struct text *t)
{
	static const char *const words[] = { "CRITICAL", "ERROR", "UNKNOWN",
					     "WARNING",	 "NOTE",  "OK" };
	const struct fleet *f = v->fleet;
	const char *separator = ": ";

	text_printf(t, "%zu %s", f->n_hosts, one_or_many(f->n_hosts, "host", "hosts"));
	for (size_t w = 0; w < ARRAY_SIZE(words); w++) {
		size_t n = 0;

		for (size_t i = 0; i < f->n_hosts; i++)
			n += !strcmp(fleet_verdict(&f->hosts[i]), words[w]);
		if (n)
			text_printf(t, "%s%zu %s", separator, n, words[w]);
		if (n)
			separator = ", ";
	}
	if (any_not_counted(v) && v->fail_on == FAIL_ON_NEVER)
		text_add(t, ", findings not counted: --fail-on never");
	else if (any_not_counted(v))
		text_printf(t, ", findings below --fail-on %s not counted",
			    severity_name(v->fail_on));
	if (v->n_unread)
		text_printf(t, "; %zu %s could not be read", v->n_unread,
			    one_or_many(v->n_unread, "file", "files"));
}

static bool warned(const struct fleet *f)
{
	return f->n_findings && f->findings[0].finding->severity > SEVERITY_INFO;
}

static void put_total(const struct merge_view *v, FILE *out)
{
	struct text t = { 0 };
	cleanup_free char *text = NULL;

	add_counts(v, &t);
	text = text_take(&t);
	if (!v->quiet || v->fleet->n_findings)
		fputc('\n', out);
	put_verdict_line(
		&(struct verdict_line){ status_word(v->exit_status, warned(v->fleet)),
					text, v->exit_status },
		v->color, v->width, out);
}

void render_merge(const struct merge_view *v, FILE *out)
{
	put_findings(v, out);
	if (!v->quiet) {
		put_machines(v, out);
		put_common(v, out);
	}
	put_total(v, out);
}
