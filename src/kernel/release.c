/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The release of a kernel, /proc/sys/kernel/osrelease: version, patch level, vendor. */
#include <string.h>

#include "base/attr.h"
#include "kernel/kernel.h"

/* What a vendor's release has behind its numbers. */
static const struct {
	const char *mark;
	enum vendor vendor;
	const char *name;
} marks[] = {
	/* first, since its releases have Red Hat's mark too: el9uek */
	{ "uek", VENDOR_ORACLE, "Oracle Linux" },
	{ ".el8", VENDOR_EL8, "Red Hat Enterprise Linux 8" },
	{ ".el9", VENDOR_EL9, "Red Hat Enterprise Linux 9" },
	{ ".el10", VENDOR_EL10, "Red Hat Enterprise Linux 10" },
	{ "-default", VENDOR_SUSE, "SUSE Linux Enterprise" },
	{ "-generic", VENDOR_UBUNTU, "Ubuntu" },
	{ "-lowlatency", VENDOR_UBUNTU, "Ubuntu" },
	{ "-pve", VENDOR_PROXMOX, "Proxmox" },
	{ ".amzn", VENDOR_AMAZON, "Amazon Linux" },
	{ ".oe", VENDOR_OPENEULER, "openEuler" },
};

const char *vendor_name(enum vendor vendor)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (marks[i].vendor == vendor)
			return marks[i].name;
	}
	return NULL;
}

/* A decimal number of at most max (below UINT_MAX / 10); moves behind it. */
static bool take_number(const char **s, unsigned max, unsigned *out)
{
	const char *digit = *s;
	unsigned n = 0;

	for (; *digit >= '0' && *digit <= '9'; digit++) {
		n = 10 * n + (unsigned)(*digit - '0');
		if (n > max)
			return false;
	}
	if (digit == *s)
		return false;
	*out = n;
	*s = digit;
	return true;
}

static enum vendor vendor_of(const char *rest)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *mark = strstr(rest, marks[i].mark);

		/* ".el1" would not do for ".el10" */
		if (mark && !(mark[strlen(marks[i].mark)] >= '0' &&
			      mark[strlen(marks[i].mark)] <= '9' &&
			      marks[i].mark[0] == '.' && marks[i].mark[1] == 'e'))
			return marks[i].vendor;
	}
	return VENDOR_NONE;
}

/* Major and minor; moves behind them. */
static bool take_version(const char **s, struct release *r)
{
	return take_number(s, 999, &r->major) && r->major && *(*s)++ == '.' &&
	       take_number(s, 9999, &r->minor);
}

bool release_parse(const char *text, struct release *out)
{
	struct release r = { 0 };
	const char *s = text;

	*out = (struct release){ 0 };
	if (!take_version(&s, &r))
		return false;
	r.vendor = vendor_of(s);
	if (*s == '.' && s++ && take_number(&s, 99999, &r.patch))
		/* "6.1.0-50-amd64": a distribution that keeps its interface at 0 */
		r.patch_known = r.patch && r.vendor == VENDOR_NONE;
	if (*s == '-' && s++)
		(void)take_number(&s, 999999, &r.build);
	*out = r;
	return true;
}

struct release version_of(const struct host *host)
{
	struct release r = { 0 };
	const char *s = host->kernel.release;

	return s && take_version(&s, &r) ? r : (struct release){ 0 };
}

struct release release_of(const struct host *host)
{
	struct release r = { 0 };

	if (host->kernel.release)
		(void)release_parse(host->kernel.release, &r);
	return r;
}

/* Is it a word of the release: between '-' or '+' and the next, or the end? */
static bool has_mark(const char *release, const char *mark)
{
	size_t length = strlen(mark);

	for (const char *s = release; (s = strstr(s, mark)); s += length) {
		if (s > release && strchr("-+", s[-1]) && strchr("-+", s[length]))
			return true;
	}
	return false;
}

uint64_t kernel_page_size(const struct host *host)
{
	static const struct {
		const char *mark;
		uint64_t size;
	} sizes[] = { { "64k", 0x10000 }, { "16k", 0x4000 } };

	if (host->kernel.page_size)
		return host->kernel.page_size;
	if (host_is_x86(host) || host_is_s390(host) || host_is_riscv(host))
		return 0x1000;
	for (size_t i = 0; host->kernel.release && i < ARRAY_SIZE(sizes); i++) {
		if (has_mark(host->kernel.release, sizes[i].mark))
			return sizes[i].size;
	}
	return 0;
}
