/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which thing of one host is which of another: a case for each way to recognise it. What
 * is kept of a host to compare it, and what `watch` says.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "compare/compare.h"
#include "compare/parts.h"
#include "render/watch.h"
#include "rules/rules.h"

#define THINGS_MAX 6

/* A thing, in few words: what it is about and its group are places in the list. */
struct item {
	enum thing_kind kind;
	const char *name, *key, *place;
	uint64_t first;
	const char *about; /* "0 2"; NULL: nothing */
	const char *group; /* "1"; NULL: none */
};

static void build(const struct item *items, struct digest *out)
{
	*out = (struct digest){ 0 };
	for (size_t i = 0; i < THINGS_MAX && items[i].name; i++) {
		const struct item *item = &items[i];
		struct thing *t = add_thing(out, item->kind, item->name);

		t->key = item->key ? xstrdup(item->key) : NULL;
		t->place = item->place ? xstrdup(item->place) : NULL;
		t->range = (struct range){ item->first, item->first + 0xfff };
		t->group = item->group ? (size_t)(*item->group - '0') : NO_INDEX;
		for (const char *s = item->about ? item->about : ""; *s; s++) {
			if (*s != ' ')
				*ADD(t, about) = (size_t)(*s - '0');
		}
	}
}

/* Devices that are the same on both sides, for what is about them. */
#define DEVICE(n)                                           \
	{                                                   \
		.kind = THING_DEVICE, .name = n, .key = "k" \
	}
#define DEVICES DEVICE("d0"), DEVICE("d1"), DEVICE("d2")

static const struct {
	const char *label;
	struct item a[THINGS_MAX], b[THINGS_MAX];
	const char *pairs; /* for each of A's where it is in B; '-': nowhere */
} rows[] = {
	{ "devices that changed places with their addresses",
	  { { .kind = THING_DEVICE,
	      .name = "03:00.0",
	      .key = "k",
	      .place = "0000:00/01.0/00.0" },
	    { .kind = THING_DEVICE,
	      .name = "04:00.0",
	      .key = "k",
	      .place = "0000:00/02.0/00.0" } },
	  { { .kind = THING_DEVICE,
	      .name = "03:00.0",
	      .key = "k",
	      .place = "0000:00/02.0/00.0" },
	    { .kind = THING_DEVICE,
	      .name = "04:00.0",
	      .key = "k",
	      .place = "0000:00/01.0/00.0" } },
	  "10" },
	{ "devices whose places are not known",
	  { { .kind = THING_DEVICE, .name = "03:00.0", .key = "k" },
	    { .kind = THING_DEVICE, .name = "04:00.0", .key = "k" } },
	  { { .kind = THING_DEVICE, .name = "04:00.0", .key = "k" },
	    { .kind = THING_DEVICE, .name = "03:00.0", .key = "k" } },
	  "10" },
	{ "a device below a root bus with a new number",
	  { { .kind = THING_DEVICE,
	      .name = "41:00.0",
	      .key = "k",
	      .place = "0000:40/01.0/00.0" } },
	  { { .kind = THING_DEVICE,
	      .name = "81:00.0",
	      .key = "k",
	      .place = "0000:80/01.0/00.0" } },
	  "0" },
	{ "two slots that look alike below other root buses",
	  { { .kind = THING_DEVICE,
	      .name = "41:00.0",
	      .key = "k",
	      .place = "0000:40/01.0/00.0" },
	    { .kind = THING_DEVICE,
	      .name = "61:00.0",
	      .key = "k",
	      .place = "0000:60/01.0/00.0" } },
	  { { .kind = THING_DEVICE,
	      .name = "81:00.0",
	      .key = "k",
	      .place = "0000:80/01.0/00.0" },
	    { .kind = THING_DEVICE,
	      .name = "a1:00.0",
	      .key = "k",
	      .place = "0000:a0/01.0/00.0" } },
	  "--" },
	{ "devices without ids",
	  { { .kind = THING_DEVICE, .name = "serial" },
	    { .kind = THING_DEVICE, .name = "mmc" } },
	  { { .kind = THING_DEVICE, .name = "mmc" },
	    { .kind = THING_DEVICE, .name = "serial" } },
	  "10" },
	{ "another device at the same address",
	  { { .kind = THING_DEVICE,
	      .name = "03:00.0",
	      .key = "k",
	      .place = "0000:00/01.0/00.0" } },
	  { { .kind = THING_DEVICE,
	      .name = "03:00.0",
	      .key = "l",
	      .place = "0000:00/01.0/00.0" } },
	  "-" },
	{ "a group with a new number",
	  { { .kind = THING_DEVICE, .name = "d0", .key = "k", .group = "1" },
	    { .kind = THING_GROUP, .name = "7", .about = "0" } },
	  { { .kind = THING_DEVICE, .name = "d0", .key = "k", .group = "1" },
	    { .kind = THING_GROUP, .name = "9", .about = "0" } },
	  "01" },
	{ "a group that was split keeps its number",
	  { { .kind = THING_DEVICE, .name = "d0", .key = "k", .group = "2" },
	    { .kind = THING_DEVICE, .name = "d1", .key = "k", .group = "2" },
	    { .kind = THING_GROUP, .name = "7", .about = "0 1" } },
	  { { .kind = THING_DEVICE, .name = "d0", .key = "k", .group = "2" },
	    { .kind = THING_DEVICE, .name = "d1", .key = "k", .group = "3" },
	    { .kind = THING_GROUP, .name = "8", .about = "0" },
	    { .kind = THING_GROUP, .name = "7", .about = "1" } },
	  "013" },
	{ "a group without devices",
	  { { .kind = THING_GROUP, .name = "7" }, { .kind = THING_GROUP, .name = "8" } },
	  { { .kind = THING_GROUP, .name = "8" }, { .kind = THING_GROUP, .name = "9" } },
	  "-0" },
	{ "a number that other devices have now",
	  { { .kind = THING_DEVICE, .name = "d0", .key = "k", .group = "1" },
	    { .kind = THING_GROUP, .name = "7", .about = "0" } },
	  { { .kind = THING_DEVICE, .name = "d0", .key = "l", .group = "1" },
	    { .kind = THING_GROUP, .name = "7", .about = "0" } },
	  "--" },
	{ "regions of the same range",
	  { { .kind = THING_GROUP, .name = "7" },
	    { .kind = THING_REGION,
	      .name = "r",
	      .key = "direct",
	      .first = 0x1000,
	      .group = "0" },
	    { .kind = THING_REGION,
	      .name = "r",
	      .key = "msi",
	      .first = 0x1000,
	      .group = "0" } },
	  { { .kind = THING_GROUP, .name = "7" },
	    { .kind = THING_REGION,
	      .name = "r",
	      .key = "msi",
	      .first = 0x1000,
	      .group = "0" },
	    { .kind = THING_REGION,
	      .name = "r",
	      .key = "direct",
	      .first = 0x1000,
	      .group = "0" } },
	  "021" },
	{ "a region of another type",
	  { { .kind = THING_REGION, .name = "r", .key = "direct", .first = 0x1000 } },
	  { { .kind = THING_REGION, .name = "r", .key = "reserved", .first = 0x1000 } },
	  "0" },
	{ "a region that moved",
	  { { .kind = THING_REGION, .name = "r", .key = "direct", .first = 0x1000 } },
	  { { .kind = THING_REGION, .name = "s", .key = "direct", .first = 0x8000 } },
	  "0" },
	{ "which of two regions moved is not known",
	  { { .kind = THING_REGION, .name = "r", .key = "direct", .first = 0x1000 } },
	  { { .kind = THING_REGION, .name = "s", .key = "direct", .first = 0x8000 },
	    { .kind = THING_REGION, .name = "t", .key = "direct", .first = 0x9000 } },
	  "-" },
	{ "regions of other groups",
	  { { .kind = THING_GROUP, .name = "7" },
	    { .kind = THING_GROUP, .name = "8" },
	    { .kind = THING_REGION,
	      .name = "r",
	      .key = "direct",
	      .first = 0x1000,
	      .group = "0" },
	    { .kind = THING_REGION,
	      .name = "r",
	      .key = "direct",
	      .first = 0x1000,
	      .group = "1" } },
	  { { .kind = THING_GROUP, .name = "8" },
	    { .kind = THING_GROUP, .name = "7" },
	    { .kind = THING_REGION,
	      .name = "r",
	      .key = "direct",
	      .first = 0x1000,
	      .group = "0" },
	    { .kind = THING_REGION,
	      .name = "r",
	      .key = "direct",
	      .first = 0x1000,
	      .group = "1" } },
	  "1032" },
	{ "findings of a rule that begin with the same device",
	  { DEVICES,
	    { .kind = THING_FINDING, .name = "f", .about = "0 1" },
	    { .kind = THING_FINDING, .name = "f", .about = "0 2" } },
	  { DEVICES,
	    { .kind = THING_FINDING, .name = "f", .about = "2 0" },
	    { .kind = THING_FINDING, .name = "f", .about = "1 0" } },
	  "01243" },
	{ "findings of a rule that are about more devices, or fewer",
	  { DEVICES,
	    { .kind = THING_FINDING, .name = "f", .about = "0 1" },
	    { .kind = THING_FINDING, .name = "f", .about = "2" } },
	  { DEVICES,
	    { .kind = THING_FINDING, .name = "f", .about = "2 1" },
	    { .kind = THING_FINDING, .name = "f", .about = "0" } },
	  "01243" },
	{ "the only finding of a rule",
	  { DEVICES, { .kind = THING_FINDING, .name = "f", .about = "0" } },
	  { DEVICES, { .kind = THING_FINDING, .name = "f", .about = "1" } },
	  "0123" },
	{ "the host, tables and parameters by their names",
	  { { .kind = THING_HOST, .name = "host" },
	    { .kind = THING_TABLE, .name = "DMAR" },
	    { .kind = THING_TABLE, .name = "HPET" },
	    { .kind = THING_PARAMETER, .name = "a" },
	    { .kind = THING_PARAMETER, .name = "b" } },
	  { { .kind = THING_TABLE, .name = "HPET" },
	    { .kind = THING_PARAMETER, .name = "b" },
	    { .kind = THING_TABLE, .name = "DMAR" },
	    { .kind = THING_HOST, .name = "host" } },
	  "320-1" },
	{ "entries of the same range",
	  { DEVICES,
	    { .kind = THING_ENTRY,
	      .name = "e",
	      .key = "RMRR",
	      .first = 0x1000,
	      .about = "0" },
	    { .kind = THING_ENTRY,
	      .name = "e",
	      .key = "RMRR",
	      .first = 0x1000,
	      .about = "1" } },
	  { DEVICES,
	    { .kind = THING_ENTRY,
	      .name = "e",
	      .key = "RMRR",
	      .first = 0x1000,
	      .about = "1" },
	    { .kind = THING_ENTRY,
	      .name = "e",
	      .key = "RMRR",
	      .first = 0x1000,
	      .about = "0" } },
	  "01243" },
	{ "an entry for other devices",
	  { DEVICES,
	    { .kind = THING_ENTRY,
	      .name = "e",
	      .key = "RMRR",
	      .first = 0x1000,
	      .about = "0" } },
	  { DEVICES,
	    { .kind = THING_ENTRY,
	      .name = "e",
	      .key = "RMRR",
	      .first = 0x1000,
	      .about = "1" } },
	  "0123" },
	{ "an entry that moved",
	  { DEVICES,
	    { .kind = THING_ENTRY,
	      .name = "e",
	      .key = "RMRR",
	      .first = 0x1000,
	      .about = "0" } },
	  { DEVICES,
	    { .kind = THING_ENTRY,
	      .name = "f",
	      .key = "RMRR",
	      .first = 0x8000,
	      .about = "0" } },
	  "0123" },
	{ "entries for nobody, with other ranges",
	  { { .kind = THING_ENTRY, .name = "e", .key = "RMRR", .first = 0x1000 } },
	  { { .kind = THING_ENTRY, .name = "f", .key = "RMRR", .first = 0x8000 } },
	  "-" },
	{ "IOMMUs with new names",
	  { { .kind = THING_IOMMU, .name = "dmar0", .key = "1000" },
	    { .kind = THING_IOMMU, .name = "dmar1", .key = "2000" } },
	  { { .kind = THING_IOMMU, .name = "dmar0", .key = "2000" },
	    { .kind = THING_IOMMU, .name = "dmar1", .key = "1000" } },
	  "10" },
	{ "an IOMMU at another address, and one without",
	  { { .kind = THING_IOMMU, .name = "dmar0", .key = "1000" },
	    { .kind = THING_IOMMU, .name = "virtio0" } },
	  { { .kind = THING_IOMMU, .name = "virtio0" },
	    { .kind = THING_IOMMU, .name = "dmar0", .key = "3000" } },
	  "10" },
	{ "which of two findings of a rule is left is not known",
	  { DEVICES,
	    { .kind = THING_FINDING, .name = "f", .about = "0" },
	    { .kind = THING_FINDING, .name = "f", .about = "1" } },
	  { DEVICES, { .kind = THING_FINDING, .name = "f", .about = "2" } },
	  "012--" },
	{ "which of two entries moved is not known",
	  { DEVICES,
	    { .kind = THING_ENTRY,
	      .name = "e",
	      .key = "RMRR",
	      .first = 0x1000,
	      .about = "0" },
	    { .kind = THING_ENTRY,
	      .name = "f",
	      .key = "RMRR",
	      .first = 0x2000,
	      .about = "0" } },
	  { DEVICES,
	    { .kind = THING_ENTRY,
	      .name = "g",
	      .key = "RMRR",
	      .first = 0x8000,
	      .about = "0" } },
	  "012--" },
	{ "IOMMUs at one address, with new names",
	  { { .kind = THING_IOMMU, .name = "a", .key = "1000" },
	    { .kind = THING_IOMMU, .name = "b", .key = "1000" } },
	  { { .kind = THING_IOMMU, .name = "c", .key = "1000" },
	    { .kind = THING_IOMMU, .name = "d", .key = "1000" } },
	  "--" },
	{ "an IOMMU without an address, and with a new name",
	  { { .kind = THING_IOMMU, .name = "a" } },
	  { { .kind = THING_IOMMU, .name = "b" } },
	  "-" },
};

static void test_match(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct digest a, b;
		struct matching m;
		struct text pairs = { 0 };

		build(rows[i].a, &a);
		build(rows[i].b, &b);
		match_things(&a, &b, &m);
		for (size_t k = 0; k < a.n_things; k++) {
			if (m.b_of_a[k] == NO_INDEX)
				text_add(&pairs, "-");
			else
				text_printf(&pairs, "%zu", m.b_of_a[k]);
			assert_true(m.b_of_a[k] == NO_INDEX ||
				    m.a_of_b[m.b_of_a[k]] == k);
		}
		CHECK(rows[i].label, !strcmp(pairs.data, rows[i].pairs));
		text_clear(&pairs);
		matching_clear(&m);
		digest_clear(&a);
		digest_clear(&b);
	}
}

/* --- What is kept of a host --- */

/* So many functions, each behind the one before; first_parent NULL: a root bus. */
static void build_chain(struct host *host, size_t n, const char *first_parent)
{
	build_host(host, "6.12", "x86_64", 4096);
	for (size_t i = 0; i < n; i++) {
		cleanup_free char *name = text_format("0000:%02zx:01.0", i);
		cleanup_free char *before = text_format("0000:%02zx:01.0", i - 1);
		const char *parent = i ? before : first_parent;
		struct device *d;

		build_device(host, name, NO_GROUP, 0x060400, NULL);
		d = &host->devices[host->n_devices - 1];
		d->topology_known = true;
		d->parent = parent ? xstrdup(parent) : NULL;
	}
}

static void digest(struct host *host, struct analysis *a, struct findings *findings,
		   struct digest *out)
{
	build_done(host, a);
	rules_run(host, a, NULL, findings);
	digest_of(host, a, findings, out);
}

/* How many slots lead to the last function of a chain; 0: that is not known. */
static size_t slots(size_t n, const char *first_parent)
{
	struct findings findings = { 0 };
	struct analysis a;
	struct digest d;
	struct host host;
	size_t found = 0;

	build_chain(&host, n, first_parent);
	digest(&host, &a, &findings, &d);
	assert_int_equal(d.things[n - 1].kind, THING_DEVICE);
	for (const char *s = d.things[n - 1].place; s && *s; s++)
		found += *s == '/';
	digest_clear(&d);
	findings_clear(&findings);
	analysis_clear(&a);
	host_clear(&host);
	return found;
}

static void test_places(void **state)
{
	(void)state;
	assert_int_equal(slots(1, NULL), 1);
	assert_int_equal(slots(3, NULL), 3);
	assert_int_equal(slots(32, NULL), 32);
	assert_int_equal(slots(33, NULL), 0);
	assert_int_equal(slots(3, "0000:09:01.0"), 0); /* which is not there */
	assert_int_equal(slots(3, "0000:02:01.0"), 0); /* a circle */
}

/* They are those that the rules say they missed, in their order. */
static void test_unchecked(void **state)
{
	struct findings findings = { 0 };
	struct analysis a;
	struct digest d;
	struct host host;

	(void)state;
	build_chain(&host, 1, NULL);
	host_set_source(&host, SOURCE_LOG, SOURCE_DENIED, 13, "/path", NULL);
	digest(&host, &a, &findings, &d);
	assert_true(d.n_unchecked > 1);
	assert_int_equal(d.n_unchecked, findings.n_missing);
	for (size_t i = 0; i < d.n_unchecked; i++)
		assert_string_equal(d.unchecked[i], findings.missing[i].rule);
	digest_clear(&d);
	findings_clear(&findings);
	analysis_clear(&a);
	host_clear(&host);
}

/* --- What `watch` says --- */

static char *said(void (*render)(const struct diff_view *v, FILE *out),
		  const struct diff_view *v)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	render(v, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void expect(void (*render)(const struct diff_view *v, FILE *out),
		   const struct diff_view *v, const char *wanted)
{
	cleanup_free char *text = said(render, v);

	assert_string_equal(text, wanted);
}

static void test_watch_begins(void **state)
{
	static const struct item things[THINGS_MAX] = {
		DEVICES, { .kind = THING_GROUP, .name = "7" }
	};
	static const char *const ids[] = { "a", "b" };
	struct look look = { .time = "NOW" };
	struct comparison none = { 0 };
	struct digest d;
	struct diff_view v = { .look = &look, .a = &d, .b = &d, .comparison = &none };

	(void)state;
	build(things, &d);
	d.known[THING_DEVICE] = d.known[THING_GROUP] = true;
	expect(render_watch_begin, &v,
	       "NOW watching: 3 devices, 1 group, findings not known\n");
	d.known[THING_FINDING] = true;
	*ADD(&d, unchecked) = ids[0];
	expect(render_watch_begin, &v,
	       "NOW watching: 3 devices, 1 group, no findings; 1 rule not checked in full\n");
	*ADD(&d, unchecked) = ids[1];
	expect(render_watch_begin, &v,
	       "NOW watching: 3 devices, 1 group, no findings; 2 rules not checked in full\n");
	digest_clear(&d);
}

static void add_event(struct burst *b, const char *action, const char *path,
		      const char *subsystem)
{
	burst_add(b, 1,
		  (struct kernel_event){ xstrdup(action), xstrdup(path),
					 subsystem ? xstrdup(subsystem) : NULL });
}

static void test_watch_looks(void **state)
{
	struct burst burst = { 0 };
	struct look look = { .time = "NOW", .since = "THEN", .burst = &burst };
	struct comparison none = { 0 };
	struct digest d = { 0 };
	struct diff_view v = {
		.look = &look,
		.a = &d,
		.b = &d,
		.name_a = "a",
		.name_b = "b",
		.comparison = &none,
	};
	cleanup_free char *json = NULL;

	(void)state;
	add_event(&burst, "bind", "/devices/x/0000:03:00.0", "pci");
	add_event(&burst, "add", "/devices/y", NULL);
	expect(render_watch, &v, "");
	v.verbose = true;
	expect(render_watch, &v,
	       "NOW looked after 2 uevents: bind 0000:03:00.0 (pci) and add y; nothing changed\n");
	burst_lose(&burst, 2);
	expect(render_watch, &v,
	       "NOW looked after 2 uevents: bind 0000:03:00.0 (pci) and add y; more were lost; "
	       "nothing changed\n");
	json = said(render_diff_json, &v);
	assert_non_null(strstr(
		json,
		"\"watched\": { \"time\": \"NOW\", \"since\": \"THEN\", \"uevents\": 2, "
		"\"lost\": true, \"first\": [ { \"action\": \"bind\", \"path\": "
		"\"/devices/x/0000:03:00.0\", \"subsystem\": \"pci\" }, { "
		"\"action\": \"add\", \"path\": \"/devices/y\" } ] }"));
	burst_clear(&burst);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),	    cmocka_unit_test(test_places),
		cmocka_unit_test(test_unchecked),   cmocka_unit_test(test_watch_begins),
		cmocka_unit_test(test_watch_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
