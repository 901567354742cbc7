/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which evidence decides whether a kernel does something. */
#include "kernel/kernel.h"

#include <errno.h>
#include <string.h>

#include "base/attr.h"
#include "base/cleanup.h"
#include "base/text.h"

#define V(major, minor)      \
	{                    \
		major, minor \
	}
#define LOG(text)              \
	{                      \
		SIGN_LOG, text \
	}
#define X86_UNITS (IOMMU_BIT(IOMMU_INTEL) | IOMMU_BIT(IOMMU_AMD))

const struct behaviour_row behaviours[BEHAVIOUR_COUNT] = {
#define BEHAVIOUR(name, ...) [BEHAVIOUR_##name] = { __VA_ARGS__ },
#include "kernel/behaviours.def"
#undef BEHAVIOUR
};

static bool is_set(struct version v)
{
	return v.major != 0;
}

/* Negative, 0 or positive, as the release is older than the version or newer. */
static int compare(struct release r, struct version v)
{
	if (r.major != v.major)
		return r.major < v.major ? -1 : 1;
	return (r.minor > v.minor) - (r.minor < v.minor);
}

/* Has it come by then? */
static enum tristate has_come(const struct behaviour_row *row, struct release r)
{
	if (!is_set(row->present_at) || compare(r, row->present_at) >= 0)
		return TRISTATE_YES;
	return compare(r, row->absent_at) <= 0 ? TRISTATE_NO : TRISTATE_UNKNOWN;
}

static enum tristate has_gone(const struct behaviour_row *row, struct release r)
{
	if (!is_set(row->gone_at) || compare(r, row->still_at) <= 0)
		return TRISTATE_NO;
	return compare(r, row->gone_at) >= 0 ? TRISTATE_YES : TRISTATE_UNKNOWN;
}

static enum tristate by_version(const struct behaviour_row *row, struct release r)
{
	enum tristate come = has_come(row, r), gone = has_gone(row, r);

	if (come == TRISTATE_NO || gone == TRISTATE_YES)
		return TRISTATE_NO;
	return come == TRISTATE_YES && gone == TRISTATE_NO ? TRISTATE_YES
							   : TRISTATE_UNKNOWN;
}

/* A stable update or a vendor brought it to an older version. */
static bool is_exception(const struct behaviour_row *row, struct release r)
{
	for (size_t i = 0; i < BEHAVIOUR_EXCEPTIONS_MAX; i++) {
		const struct stable_update *s = &row->stable[i];
		const struct vendor_range *v = &row->vendors[i];

		if (is_set(s->series) && r.patch_known && compare(r, s->series) == 0 &&
		    r.patch >= s->patch)
			return true;
		if (v->vendor != VENDOR_NONE && r.vendor == v->vendor &&
		    compare(r, v->version) == 0 && r.build >= v->build)
			return true;
	}
	return false;
}

static bool is_ageless(const struct behaviour_row *row)
{
	return !is_set(row->present_at) && !is_set(row->gone_at);
}

/* Does more of a release count than its version? */
static bool has_exceptions(const struct behaviour_row *row)
{
	return row->vendor != VENDOR_NONE || is_set(row->stable[0].series) ||
	       row->vendors[0].vendor != VENDOR_NONE;
}

static enum tristate value_of(const struct behaviour_row *row, struct release r)
{
	if (is_ageless(row))
		return TRISTATE_YES;
	if (!r.major)
		return TRISTATE_UNKNOWN;
	if (row->vendor != VENDOR_NONE && r.vendor != row->vendor)
		return TRISTATE_NO;
	if (is_exception(row, r))
		return is_set(row->present_at) ? TRISTATE_YES : TRISTATE_NO;
	return by_version(row, r);
}

static struct decision by_release(const struct host *host,
				  const struct behaviour_row *row)
{
	struct release r = release_of(host);
	enum decided_by by =
		r.vendor == VENDOR_NONE ? DECIDED_BY_RELEASE : DECIDED_BY_VENDOR_RELEASE;
	enum tristate value = value_of(row, r);

	if (is_ageless(row))
		by = DECIDED_BY_ALWAYS;
	else if (value == TRISTATE_UNKNOWN)
		by = DECIDED_BY_NOTHING;
	return (struct decision){ value, by, NULL };
}

static bool is_about(const struct host *host, const struct behaviour_row *row,
		     enum iommu_kind kind)
{
	if (row->architecture && host->kernel.architecture &&
	    strcmp(row->architecture, host->kernel.architecture))
		return false;
	return !row->iommus || row->iommus & IOMMU_BIT(kind);
}

static const struct log_line *logged(const struct host *host,
				     const struct behaviour_row *row)
{
	for (size_t i = 0; i < BEHAVIOUR_SIGNS_MAX; i++) {
		const struct log_line *line =
			row->signs[i].kind == SIGN_LOG
				? host_log_find(host, row->signs[i].text, NULL)
				: NULL;

		if (line)
			return line;
	}
	return NULL;
}

struct decision kernel_decides(const struct host *host, enum behaviour behaviour,
			       enum iommu_kind kind)
{
	const struct behaviour_row *row = &behaviours[behaviour];
	const struct log_line *line;

	if (!is_about(host, row, kind))
		return (struct decision){ TRISTATE_NO, DECIDED_BY_SCOPE, NULL };
	line = logged(host, row);
	if (line)
		return (struct decision){ TRISTATE_YES, DECIDED_BY_LOG, line };
	return by_release(host, row);
}

enum tristate kernel_does(const struct host *host, enum behaviour behaviour,
			  enum iommu_kind kind)
{
	const struct behaviour_row *row = &behaviours[behaviour];
	enum tristate value;

	if (!is_about(host, row, kind))
		return TRISTATE_NO;
	/* Gates ask for each device: no more of the release is read than is needed. */
	value = value_of(row, has_exceptions(row) ? release_of(host) : version_of(host));
	/* The log can only say yes too, and it is long. */
	return value == TRISTATE_YES || logged(host, row) ? TRISTATE_YES : value;
}

/* The first kind that the row is about. */
static enum iommu_kind any_kind(const struct behaviour_row *row)
{
	int kind = 0;

	while (row->iommus && !(row->iommus & IOMMU_BIT(kind)))
		kind++;
	return (enum iommu_kind)kind;
}

enum tristate kernel_does_anywhere(const struct host *host, enum behaviour behaviour)
{
	return kernel_does(host, behaviour, any_kind(&behaviours[behaviour]));
}

const char *decided_by_name(enum decided_by by)
{
	static const char *const names[] = {
		[DECIDED_BY_NOTHING] = "nothing",
		[DECIDED_BY_SCOPE] = "scope",
		[DECIDED_BY_ALWAYS] = "every version",
		[DECIDED_BY_LOG] = "log",
		[DECIDED_BY_RELEASE] = "release",
		[DECIDED_BY_VENDOR_RELEASE] = "release, vendor kernel",
	};

	return names[by];
}

const char *basis_name(enum row_basis basis)
{
	static const char *const names[] = {
		[BASIS_SOURCE] = "from the source",
		[BASIS_BOOTED] = "from booted kernels",
		[BASIS_COMMIT] = "by the commit only",
	};

	return names[basis];
}

/* Adds "6.6", or "6.13 to 7.2" where it lies somewhere between. */
static void add_date(struct text *t, struct version before, struct version from)
{
	/* what comes before a .0 is the last of its series */
	bool exact = !is_set(before) || !from.minor ||
		     (before.major == from.major && before.minor + 1 == from.minor);

	if (!exact)
		text_printf(t, "%u.%u at the latest, not %u.%u", from.major, from.minor,
			    before.major, before.minor);
	else
		text_printf(t, "%u.%u", from.major, from.minor);
}

char *behaviour_backports(const struct behaviour_row *row)
{
	struct text t = { 0 };
	const char *before = "";

	for (size_t i = 0; i < BEHAVIOUR_EXCEPTIONS_MAX; i++) {
		const struct stable_update *s = &row->stable[i];

		if (!is_set(s->series))
			continue;
		text_printf(&t, "%s%u.%u.%u", before, s->series.major, s->series.minor,
			    s->patch);
		before = ", ";
	}
	for (size_t i = 0; i < BEHAVIOUR_EXCEPTIONS_MAX; i++) {
		const struct vendor_range *v = &row->vendors[i];

		if (v->vendor == VENDOR_NONE)
			continue;
		text_printf(&t, "%s%s (%u.%u build %u)", before, vendor_name(v->vendor),
			    v->version.major, v->version.minor, v->build);
		before = ", ";
	}
	return t.len ? text_take(&t) : NULL;
}

char *behaviour_dates(const struct behaviour_row *row)
{
	struct text t = { 0 };

	if (is_ageless(row))
		return xstrdup("all versions");
	if (is_set(row->present_at)) {
		text_add(&t, "since ");
		add_date(&t, row->absent_at, row->present_at);
	}
	if (is_set(row->gone_at)) {
		text_printf(&t, "%suntil %u.%u", t.len ? ", " : "", row->still_at.major,
			    row->still_at.minor);
		if (row->still_at.major == row->gone_at.major &&
		    row->still_at.minor + 1 != row->gone_at.minor)
			text_printf(&t, ", gone in %u.%u", row->gone_at.major,
				    row->gone_at.minor);
	}
	return text_take(&t);
}

char *behaviour_sentence(const struct behaviour_row *row)
{
	cleanup_free char *dates = behaviour_dates(row);
	cleanup_free char *backports = behaviour_backports(row);

	return text_format("%s %s: %s%s%s.",
			   row->vendor ? vendor_name(row->vendor) : "Linux", row->does,
			   dates, backports ? "; earlier in " : "",
			   backports ? backports : "");
}

const struct behaviour_row *behaviour_find(const char *id)
{
	for (size_t i = 0; i < BEHAVIOUR_COUNT; i++) {
		if (!strcmp(behaviours[i].id, id))
			return &behaviours[i];
	}
	return NULL;
}
