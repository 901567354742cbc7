/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which evidence decides whether a kernel does something. */
#include "kernel/kernel.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/attr.h"
#include "base/cleanup.h"
#include "base/text.h"

#define V(major, minor)      \
	{                    \
		major, minor \
	}
#define LOG(text)                     \
	{                             \
		SIGN_LOG, text, false \
	}
#define NOT_LOG(text)                \
	{                            \
		SIGN_LOG, text, true \
	}
#define BTF(text)                     \
	{                             \
		SIGN_BTF, text, false \
	}
#define NOT_BTF(text)                \
	{                            \
		SIGN_BTF, text, true \
	}
#define MODE(text)                     \
	{                              \
		SIGN_MODE, text, false \
	}
#define NODE(name)                     \
	{                              \
		SIGN_NODE, name, false \
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

/* Has a stable update brought it to an older version? Unknown without a patch level. */
static enum tristate is_updated(const struct behaviour_row *row, struct release r)
{
	for (size_t i = 0; i < BEHAVIOUR_EXCEPTIONS_MAX; i++) {
		const struct stable_update *u = &row->stable[i];

		if (!is_set(u->series) || compare(r, u->series) != 0)
			continue;
		if (!r.patch_known)
			return TRISTATE_UNKNOWN;
		return r.patch >= u->patch ? TRISTATE_YES : TRISTATE_NO;
	}
	return TRISTATE_NO;
}

/* Has a vendor? Unknown between the builds that are known. */
static enum tristate is_backported(const struct behaviour_row *row, struct release r)
{
	for (size_t i = 0; i < BEHAVIOUR_EXCEPTIONS_MAX; i++) {
		const struct vendor_range *v = &row->vendors[i];

		if (v->vendor == VENDOR_NONE || r.vendor != v->vendor ||
		    compare(r, v->version) != 0)
			continue;
		if (r.build >= v->build)
			return TRISTATE_YES;
		return r.build > v->absent_build ? TRISTATE_UNKNOWN : TRISTATE_NO;
	}
	return TRISTATE_NO;
}

static bool is_ageless(const struct behaviour_row *row)
{
	return !is_set(row->present_at) && !is_set(row->gone_at);
}

/* What the exceptions are about: its coming; of a row that goes, its going. */
static bool row_comes(const struct behaviour_row *row)
{
	return is_set(row->present_at) && !is_set(row->gone_at);
}

/* Does more of a release count than its version? */
static bool has_exceptions(const struct behaviour_row *row)
{
	return row->vendor != VENDOR_NONE || is_set(row->stable[0].series) ||
	       row->vendors[0].vendor != VENDOR_NONE;
}

bool behaviour_asks_btf(const struct behaviour_row *row)
{
	for (size_t i = 0; i < BEHAVIOUR_SIGNS_MAX; i++) {
		if (row->signs[i].kind == SIGN_BTF)
			return true;
	}
	return false;
}

/* BTF is there, could tell, and could not be read: the release alone is a guess then. */
static bool btf_is_lost(const struct host *host, const struct behaviour_row *row)
{
	return host->sources[SOURCE_BTF].state >= SOURCE_DENIED &&
	       behaviour_asks_btf(row);
}

static enum tristate value_of_release(const struct host *host,
				      const struct behaviour_row *row, struct release r)
{
	enum tristate backported, updated;

	if (is_ageless(row))
		return TRISTATE_YES;
	if (!r.major || btf_is_lost(host, row))
		return TRISTATE_UNKNOWN;
	if (row->vendor != VENDOR_NONE && r.vendor != row->vendor)
		return TRISTATE_NO;
	backported = is_backported(row, r);
	updated = is_updated(row, r);
	if (is_set(row->known_from) && compare(r, row->known_from) < 0)
		return TRISTATE_UNKNOWN;
	if (updated == TRISTATE_YES || backported == TRISTATE_YES)
		return row_comes(row) ? TRISTATE_YES : TRISTATE_NO;
	if (updated == TRISTATE_UNKNOWN || backported == TRISTATE_UNKNOWN)
		return TRISTATE_UNKNOWN;
	return by_version(row, r);
}

/* Gates ask for each device: no more of the release is read than is needed. */
static enum tristate value_by_release(const struct host *host,
				      const struct behaviour_row *row)
{
	return value_of_release(
		host, row, has_exceptions(row) ? release_of(host) : version_of(host));
}

static struct decision by_release(const struct host *host,
				  const struct behaviour_row *row)
{
	struct release r = release_of(host);
	struct decision d = { .value = value_of_release(host, row, r) };

	d.by = is_ageless(row)		     ? DECIDED_BY_ALWAYS
	       : d.value == TRISTATE_UNKNOWN ? DECIDED_BY_NOTHING
	       : r.vendor == VENDOR_NONE     ? DECIDED_BY_RELEASE
					     : DECIDED_BY_VENDOR_RELEASE;
	d.by_release = d.value;
	return d;
}

static bool is_about(const struct host *host, const struct behaviour_row *row,
		     enum iommu_kind kind)
{
	if (row->architecture && host->kernel.architecture &&
	    strcmp(row->architecture, host->kernel.architecture))
		return false;
	return !row->iommus || row->iommus & IOMMU_BIT(kind);
}

/* Is what a sign is about there? Unknown: nothing tells, or its absence proves nothing.
 */
static enum tristate sign_is_there(const struct host *host, const struct sign *s,
				   struct decision *d)
{
	switch (s->kind) {
	case SIGN_LOG:
		d->line = host_log_find(host, s->text, NULL);
		return d->line ? TRISTATE_YES : TRISTATE_UNKNOWN;
	case SIGN_BTF:
	case SIGN_MODE:
		return host_feature(host, s->text);
	case SIGN_NODE:
		return host_has_node(host, s->text) ? TRISTATE_YES : TRISTATE_UNKNOWN;
	default:
		return TRISTATE_UNKNOWN;
	}
}

static const struct {
	enum decided_by by;
	const char *path;
	const char *owner; /* of what is there, or not */
} evidence_kinds[SIGN_KIND_COUNT] = {
	[SIGN_LOG] = { DECIDED_BY_LOG, NULL, NULL }, /* host_log_path */
	[SIGN_BTF] = { DECIDED_BY_BTF, "/sys/kernel/btf/vmlinux", "BTF" },
	[SIGN_MODE] = { DECIDED_BY_FILE, "/sys/kernel/iommu_groups", "sysfs" },
	[SIGN_NODE] = { DECIDED_BY_FILE, "/dev", "/dev" },
};

/* Lets the first sign of a kind that tells decide; false: none does. */
static bool decide_by(const struct host *host, const struct behaviour_row *row,
		      enum sign_kind kind, struct decision *d)
{
	for (size_t i = 0; i < BEHAVIOUR_SIGNS_MAX; i++) {
		const struct sign *s = &row->signs[i];
		enum tristate there =
			s->kind == kind ? sign_is_there(host, s, d) : TRISTATE_UNKNOWN;

		if (there == TRISTATE_UNKNOWN)
			continue;
		d->value = (there == TRISTATE_YES) != s->against ? TRISTATE_YES
								 : TRISTATE_NO;
		d->by = evidence_kinds[kind].by;
		d->sign = s;
		return true;
	}
	return false;
}

/* Lets evidence of this kind, or else of a weaker one, decide; false: there is none. */
static bool decide_from(const struct host *host, const struct behaviour_row *row,
			enum sign_kind strongest, struct decision *d)
{
	for (int k = (int)strongest; k < SIGN_KIND_COUNT; k++) {
		if (decide_by(host, row, (enum sign_kind)k, d))
			return true;
	}
	return false;
}

static enum tristate value_from(const struct host *host, const struct behaviour_row *row,
				enum sign_kind strongest)
{
	struct decision d = { 0 };

	return decide_from(host, row, strongest, &d) ? d.value
						     : value_by_release(host, row);
}

struct decision kernel_decides(const struct host *host, enum behaviour behaviour,
			       enum iommu_kind kind)
{
	const struct behaviour_row *row = &behaviours[behaviour];
	struct decision d = { .value = TRISTATE_NO,
			      .by = DECIDED_BY_SCOPE,
			      .by_release = TRISTATE_NO };

	if (!is_about(host, row, kind))
		return d;
	d = by_release(host, row);
	(void)decide_from(host, row, SIGN_LOG, &d);
	return d;
}

/* May the log make a no of a yes? */
static bool log_may_deny(const struct behaviour_row *row)
{
	for (size_t i = 0; i < BEHAVIOUR_SIGNS_MAX; i++) {
		if (row->signs[i].kind == SIGN_LOG && row->signs[i].against)
			return true;
	}
	return false;
}

enum tristate kernel_does(const struct host *host, enum behaviour behaviour,
			  enum iommu_kind kind)
{
	const struct behaviour_row *row = &behaviours[behaviour];

	if (!is_about(host, row, kind))
		return TRISTATE_NO;
	/* The log is long, and gates ask for each device. */
	if (!log_may_deny(row) && value_from(host, row, SIGN_BTF) == TRISTATE_YES)
		return TRISTATE_YES;
	return value_from(host, row, SIGN_LOG);
}

bool decision_contradicts(const struct decision *d)
{
	return d->sign && d->by_release != TRISTATE_UNKNOWN && d->by_release != d->value;
}

char *decision_evidence(const struct decision *d)
{
	bool there;

	if (!d->sign)
		return NULL;
	there = (d->value == TRISTATE_YES) != d->sign->against;
	if (d->sign->kind == SIGN_LOG)
		return xstrdup(d->line->text);
	return text_format("%s has %s%s", evidence_kinds[d->sign->kind].owner,
			   there ? "" : "no ", d->sign->text);
}

const char *decision_path(const struct host *host, const struct decision *d)
{
	if (!d->sign)
		return NULL;
	return d->sign->kind == SIGN_LOG ? host_log_path(host)
					 : evidence_kinds[d->sign->kind].path;
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
		[DECIDED_BY_BTF] = "BTF",
		[DECIDED_BY_FILE] = "file",
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

		if (v->vendor == VENDOR_NONE || v->build == BUILD_NOT_KNOWN)
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
