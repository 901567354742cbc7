/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people read of the way of devices to a VM: `assign`. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/color.h"
#include "render/lines.h"
#include "render/pci-names.h"
#include "render/view.h"
#include "rules/plan.h"

/* Where the text of a step begins, behind its "[STOP] ". */
#define STEP_INDENT 9

/* So many ranges are listed. */
#define RANGES_MAX 8

static const struct {
	const char *word;
	enum style style;
} tags[STEP_STATE_COUNT] = {
	[STEP_OK] = { "ok  ", STYLE_GREEN },	[STEP_TODO] = { "todo", STYLE_BOLD },
	[STEP_FIX] = { "fix ", STYLE_YELLOW },	[STEP_NOTE] = { "note", STYLE_BOLD },
	[STEP_WARN] = { "warn", STYLE_YELLOW }, [STEP_UNKNOWN] = { "?   ", STYLE_YELLOW },
	[STEP_STOP] = { "STOP", STYLE_RED },
};

/* --- Texts --- */

/* "0000:" in front of an address says nothing on a host that has no other domain. */
static bool has_one_domain(const struct host *host)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].bus == BUS_PCI && host->devices[i].address.domain)
			return false;
	}
	return true;
}

/* Does "01:00.0" stand here? */
static bool is_short_address(const char *s)
{
	static const char form[] = "xx:xx.x";

	for (size_t i = 0; form[i]; i++) {
		if (form[i] == 'x' ? !isxdigit((unsigned char)s[i]) : s[i] != form[i])
			return false;
	}
	return true;
}

static void shorten(char *s)
{
	static const char domain[] = "0000:";
	const size_t n = strlen(domain);

	for (const char *start = s; (s = strstr(s, domain));) {
		/* in a path it has to stay */
		if (is_short_address(s + n) && (s == start || s[-1] != '/'))
			memmove(s, s + n, strlen(s + n) + 1);
		else
			s += n;
	}
}

static void put_text(const struct view *v, FILE *out, unsigned indent, unsigned column,
		     const char *text)
{
	cleanup_free char *s = xstrdup(text);

	text_clean(s);
	if (has_one_domain(v->host))
		shorten(s);
	put_wrapped(out, v->width, indent, column, s);
}

/* On a line of its own; a command stays whole, whatever the width. */
static void put_command(FILE *out, const char *command)
{
	cleanup_free char *s = xstrdup(command);

	text_clean(s);
	fprintf(out, "%*s%s\n", STEP_INDENT + 2, "", s);
}

/* --- Head --- */

static void put_device(const struct view *v, struct pci_names *names,
		       const struct device *d, FILE *out)
{
	cleanup_free char *name = pci_names_of(names, d);
	cleanup_free char *group = d->group == NO_GROUP
					   ? xstrdup("in no group")
					   : text_format("group %u", (unsigned)d->group);
	cleanup_free char *s =
		text_format("%s  %s%s%s, %s", d->name, name ? name : "", name ? ", " : "",
			    d->driver		? d->driver
			    : d->driver_unknown ? "driver not known"
						: "no driver",
			    group);

	text_clean(s);
	put_wrapped(out, v->width, 2, 0, s);
}

/* The first step in a state; NULL. */
static const struct plan_step *first_step(const struct plan *plan, enum step_state state)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		if (plan->steps[i].state == state)
			return &plan->steps[i];
	}
	return NULL;
}

/* What the answer rests on. */
static char *reason_of(const struct plan *plan)
{
	const struct plan_step *step = first_step(plan, STEP_STOP);

	if (plan->answer == PLAN_NO && step)
		return text_format("NO: %s", step->text);
	step = first_step(plan, STEP_UNKNOWN);
	if (plan->answer == PLAN_UNKNOWN)
		return text_format("NOT KNOWN%s%s", step ? ": " : "",
				   step ? step->text : "");
	if (plan->answer == PLAN_YES)
		return xstrdup("YES");
	return xstrdup(first_step(plan, STEP_FIX) ? "YES, BUT only after the steps [fix ]"
						  : "YES, BUT see [warn]");
}

static void put_answer(const struct view *v, size_t n_devices, FILE *out)
{
	static const enum style styles[] = {
		[PLAN_YES] = STYLE_GREEN,
		[PLAN_YES_BUT] = STYLE_YELLOW,
		[PLAN_NO] = STYLE_RED,
		[PLAN_UNKNOWN] = STYLE_YELLOW,
	};
	const char *question =
		n_devices == 1 ? "Can a VM have it? " : "Can a VM have them together? ";
	cleanup_free char *reason = reason_of(v->plan);

	fputs(question, out);
	style_put(out, v->color, styles[v->plan->answer]);
	put_text(v, out, 2, (unsigned)strlen(question), reason);
	style_put(out, v->color, STYLE_PLAIN);
}

/* What a refusal is known by, where that is more or less than upstream's release. */
static char *basis_text(const struct host *host, const struct assignment *a)
{
	const struct log_line *l = a->vfio.logged ? a->vfio.logged : a->iommufd.logged;

	if (l)
		return text_format(" (known by the kernel log: %s:%u)",
				   host_log_path(host), l->number);
	return vendor_text(
		host, a->n_obstacles ? decided_by_name(a->obstacles[0].known_by) : NULL);
}

static char *answers_text(const struct view *v, size_t device)
{
	const struct assignment *a = &v->analysis->assign[device];
	cleanup_free char *vfio = answer_text(&a->vfio);
	cleanup_free char *iommufd = answer_text(&a->iommufd);
	cleanup_free char *basis = basis_text(v->host, a);

	return text_format("VFIO %s%s, iommufd %s", vfio, basis, iommufd);
}

/* Is the kernel's answer the same for all? */
static bool answers_are_one(const struct view *v)
{
	cleanup_free char *first = NULL;

	for (size_t i = 0; i < v->host->n_devices; i++) {
		cleanup_free char *s = v->devices[i] ? answers_text(v, i) : NULL;

		if (s && !first)
			first = xstrdup(s);
		if (s && strcmp(s, first))
			return false;
	}
	return true;
}

/* What the kernel would answer with everything as it is. */
static void put_now(const struct view *v, FILE *out)
{
	bool one = answers_are_one(v);
	bool any = false;

	for (size_t i = 0; i < v->host->n_devices && !(one && any); i++) {
		cleanup_free char *answers = NULL;
		cleanup_free char *s = NULL;

		if (!v->devices[i])
			continue;
		answers = answers_text(v, i);
		s = one ? xstrdup(answers)
			: text_format("%s: %s", v->host->devices[i].name, answers);
		fprintf(out, "%-10s", any ? "" : "Now");
		put_text(v, out, 10, 10, s);
		any = true;
	}
}

static void put_head(const struct view *v, FILE *out)
{
	struct pci_names *names = v->names;
	size_t n = 0;

	for (size_t i = 0; i < v->host->n_devices; i++) {
		if (!v->devices[i])
			continue;
		put_device(v, names, &v->host->devices[i], out);
		n++;
	}
	put_answer(v, n, out);
}

/* --- Steps --- */

/* To prepare what is refused all the same would help nobody. */
static bool is_in_vain(const struct view *v, const struct plan_step *step)
{
	return v->plan->answer == PLAN_NO && !v->verbose &&
	       (step->state == STEP_TODO || step->state == STEP_FIX);
}

static void put_step(const struct view *v, const struct plan_step *step, FILE *out)
{
	fputs("  [", out);
	style_put(out, v->color, tags[step->state].style);
	fputs(tags[step->state].word, out);
	style_put(out, v->color, STYLE_PLAIN);
	fputs("] ", out);
	put_text(v, out, STEP_INDENT, STEP_INDENT, step->text);
	if (is_in_vain(v, step))
		return;
	if (step->advice) {
		fprintf(out, "%*s", STEP_INDENT, "");
		put_text(v, out, STEP_INDENT, STEP_INDENT, step->advice);
	}
	if (step->risk) {
		fprintf(out, "%*s", STEP_INDENT, "");
		put_text(v, out, STEP_INDENT, STEP_INDENT, step->risk);
	}
	for (size_t i = 0; i < step->how.n_list; i++) {
		const struct step *one = &step->how.list[i];

		if (one->alternative)
			fprintf(out, "%*sOr:\n", STEP_INDENT, "");
		if (one->command)
			put_command(out, one->command);
	}
}

/* What stops for good stands in front. */
static void put_steps(const struct view *v, FILE *out)
{
	const struct plan *plan = v->plan;
	bool left_out = false;

	for (size_t i = 0; i < plan->n_steps; i++) {
		if (plan->steps[i].state == STEP_STOP)
			put_step(v, &plan->steps[i], out);
	}
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (step->state == STEP_STOP ||
		    (step->state == STEP_TODO && is_in_vain(v, step)))
			continue;
		put_step(v, step, out);
		left_out = left_out ||
			   (is_in_vain(v, step) && (step->advice || step->how.n_list));
	}
	if (left_out)
		fputs("  (What to do about [fix ] is left out: it does not help here. -v shows it.)\n",
		      out);
}

/* --- The guest --- */

static void put_usable(const struct view *v, FILE *out)
{
	const struct ranges *usable = &v->plan->usable;
	struct text_list list = { .max = RANGES_MAX, .plain = true };
	cleanup_free char *ranges = NULL;
	cleanup_free char *s = NULL;

	for (size_t i = 0; i < usable->n_range; i++)
		text_list_printf(&list, "0x%" PRIx64 "-0x%" PRIx64,
				 usable->range[i].first, usable->range[i].last);
	ranges = text_list_take(&list);
	s = text_format("%s%s", list.n ? ranges : "nothing",
			v->plan->end_known ? "" : " (the address width is not known)");
	put_field(v, out, 2, "Can use", s);
}

/* "0xfee00000-0xfeefffff (msi)" */
static char *hole_text(const struct plan_hole *hole)
{
	struct text t = { 0 };
	bool any = false;

	text_printf(&t, "0x%" PRIx64 "-0x%" PRIx64, hole->range.first, hole->range.last);
	for (unsigned k = 0; k < 32; k++) {
		if (!(hole->types >> k & 1))
			continue;
		text_printf(&t, "%s%s", any ? ", " : " (",
			    region_type_name((enum region_type)k));
		any = true;
	}
	text_add(&t, any ? ")" : "");
	return text_take(&t);
}

static void put_holes(const struct view *v, FILE *out)
{
	const struct plan *plan = v->plan;
	struct text_list list = { .max = RANGES_MAX, .plain = true };
	cleanup_free char *s = NULL;

	for (size_t i = 0; i < plan->n_holes; i++) {
		cleanup_free char *hole = hole_text(&plan->holes[i]);

		text_list_add(&list, hole);
	}
	s = text_list_take(&list);
	put_field(v, out, 2, "Cannot",
		  plan->n_holes ? s : "nothing below the last address");
}

static void put_guest_view(const struct view *v, FILE *out)
{
	static const char *const isolated[] = {
		[TRISTATE_UNKNOWN] = "not known whether they are isolated",
		[TRISTATE_NO] = "not isolated: the guest can send any to this host",
		[TRISTATE_YES] = "isolated: the guest gets only its own",
	};

	if (!v->plan->has_addresses)
		return;
	fputs("\nThe guest, its I/O addresses and its interrupts\n", out);
	put_usable(v, out);
	put_holes(v, out);
	put_field(v, out, 2, "Interrupt", isolated[v->plan->isolated]);
}

static void put_undo(const struct view *v, FILE *out)
{
	if (!v->plan->n_undo || (v->plan->answer == PLAN_NO && !v->verbose))
		return;
	fputs("\nTo undo this when the VM has ended\n", out);
	for (size_t i = 0; i < v->plan->n_undo; i++)
		put_command(out, v->plan->undo[i]);
}

/* Files that could not be read, where that may be why the answer is open. */
static bool says_gaps(const struct view *v)
{
	return (v->plan->answer == PLAN_UNKNOWN || v->verbose) && any_gap(v->host);
}

void render_assign(const struct view *v, FILE *out)
{
	put_head(v, out);

	if (v->quiet)
		return;
	put_now(v, out);
	fputc('\n', out);
	put_steps(v, out);
	put_guest_view(v, out);
	put_undo(v, out);
	if (v->n_unmatched || says_gaps(v))
		fputc('\n', out);
	if (says_gaps(v))
		put_gaps(v, out);
	put_unmatched(v, out);
}
