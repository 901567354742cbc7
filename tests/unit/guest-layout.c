/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory maps of guests: just below and just above each threshold. */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/guest-layout.h"
#include "base/cleanup.h"
#include "base/text.h"

#define MIB(n) (UINT64_C(n) << 20)
#define GIB(n) (UINT64_C(n) << 30)

struct row {
	const char *row, *machine;
	uint64_t ram;
	unsigned phys_bits;
	bool is_amd;
	const char *expect; /* each part, and what the flags are */
};

#define ROM "fffc0000-ffffffff rom, "
#define ROM_MICROVM "fffe0000-ffffffff rom, "

static const struct row rows[] = {
	{ "q35, all below 4 GiB", "q35", 0xaffff000, 0, false,
	  "0-afffefff ram, affff000-febfffff bars, " ROM "100000000-8ffffffff bars" },
	{ "q35, split", "q35", 0xb0000000, 0, false,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-12fffffff ram, 140000000-93fffffff bars" },
	{ "q35, lower limit", "q35,max-ram-below-4g=1G", GIB(4), 0, false,
	  "0-3fffffff ram, 40000000-febfffff bars, " ROM
	  "100000000-1bfffffff ram, 1c0000000-9bfffffff bars" },
	{ "q35, a limit that limits nothing", "q35,max-ram-below-4g=4G", GIB(4), 0, false,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-17fffffff ram, 180000000-97fffffff bars" },
	{ "next to no RAM", "q35", 0xa0000, 0, false,
	  "0-9ffff ram, a0000-febfffff bars, " ROM "100000000-8ffffffff bars" },
	{ "pc, all below 4 GiB", "pc", 0xdffff000, 0, false,
	  "0-dfffefff ram, dffff000-febfffff bars, " ROM "100000000-17fffffff bars" },
	{ "pc, split", "pc", 0xe0000000, 0, false,
	  "0-bfffffff ram, c0000000-febfffff bars, " ROM
	  "100000000-11fffffff ram, 140000000-1bfffffff bars" },
	{ "pc, higher limit", "pc,max-ram-below-4g=4G", 0xe0000000, 0, false,
	  "0-dfffffff ram, e0000000-febfffff bars, " ROM "100000000-17fffffff bars" },
	{ "microvm, all below 4 GiB", "microvm", GIB(3), 0, false,
	  "0-bfffffff ram, c0000000-dfffffff bars, " ROM_MICROVM "no windows" },
	{ "microvm, split", "microvm", GIB(3) + 0x1000, 36, false,
	  "0-bfffffff ram, c0000000-dfffffff bars, " ROM_MICROVM
	  "100000000-100000fff ram, c00000000-fffffffff bars" },
	{ "virt", "virt", GIB(1), 0, false,
	  "10000000-3efeffff bars, 40000000-7fffffff ram, 8000000000-ffffffffff bars" },
	{ "virt, up to the high window", "virt", GIB(510), 0, false,
	  "10000000-3efeffff bars, 40000000-7fbfffffff ram, 8000000000-ffffffffff bars" },
	{ "virt, the high window moves", "virt", GIB(511), 0, false,
	  "10000000-3efeffff bars, 40000000-7fffffffff ram, "
	  "10000000000-17fffffffff bars" },
	{ "virt, CPUs that do not reach the high window", "virt", GIB(1), 39, false,
	  "10000000-3efeffff bars, 40000000-7fffffff ram" },
	{ "virt, CPUs that do not reach RAM", "virt", GIB(4), 32, false,
	  "10000000-3efeffff bars, 40000000-13fffffff ram, too high" },
	{ "AMD, all below the range", "q35", GIB(978), 0, true,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-f4ffffffff ram, f500000000-fcffffffff bars" },
	{ "AMD, moved", "q35", GIB(978) + MIB(1), 0, true,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "10000000000-1f4000fffff ram, 1f440000000-1fc3fffffff bars, moved" },
	{ "AMD, pc, all below", "pc", GIB(1009), 0, true,
	  "0-bfffffff ram, c0000000-febfffff bars, " ROM
	  "100000000-fc7fffffff ram, fc80000000-fcffffffff bars" },
	{ "AMD, pc, moved", "pc", GIB(1010), 0, true,
	  "0-bfffffff ram, c0000000-febfffff bars, " ROM
	  "10000000000-1fbbfffffff ram, 1fbc0000000-1fc3fffffff bars, moved" },
	{ "AMD, the last version that does not move", "pc-q35-7.0", GIB(979), 0, true,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-f53fffffff ram, f540000000-fd3fffffff bars" },
	{ "AMD, the first that does", "pc-q35-7.1", GIB(979), 0, true,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "10000000000-1f43fffffff ram, 1f440000000-1fc3fffffff bars, moved" },
	{ "others do not move", "q35", GIB(979), 0, false,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-f53fffffff ram, f540000000-fd3fffffff bars" },
	{ "CPUs that reach all", "q35", GIB(16), 36, false,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-47fffffff ram, 480000000-c7fffffff bars" },
	{ "CPUs that do not", "q35", GIB(16), 35, false,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-47fffffff ram, 480000000-c7fffffff bars, too high" },
	{ "an eighth that is not more than OVMF's old window", "q35", GIB(16), 38, false,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-47fffffff ram, 480000000-c7fffffff bars" },
	{ "OVMF's eighth", "q35", GIB(16), 39, false,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-47fffffff ram, 480000000-c7fffffff bars, "
	  "7000000000-7fffffffff bars" },
	{ "40 bits are not believed", "q35", GIB(1), 40, false,
	  "0-3fffffff ram, 40000000-febfffff bars, " ROM "100000000-8ffffffff bars" },
	{ "40 bits of an AMD are", "q35", GIB(1), 40, true,
	  "0-3fffffff ram, 40000000-febfffff bars, " ROM
	  "100000000-8ffffffff bars, e000000000-ffffffffff bars" },
	{ "39 bits of an AMD are not", "q35", GIB(1), 39, true,
	  "0-3fffffff ram, 40000000-febfffff bars, " ROM "100000000-8ffffffff bars" },
	{ "the fewest bits that all are believed", "q35", GIB(1), 41, false,
	  "0-3fffffff ram, 40000000-febfffff bars, " ROM
	  "100000000-8ffffffff bars, 1c000000000-1ffffffffff bars" },
	{ "OVMF goes no higher than 46 bits", "q35", GIB(1), 52, false,
	  "0-3fffffff ram, 40000000-febfffff bars, " ROM
	  "100000000-8ffffffff bars, 380000000000-3fffffffffff bars" },
	{ "no room for OVMF's eighth", "q35", GIB(446), 39, false,
	  "0-7fffffff ram, 80000000-febfffff bars, " ROM
	  "100000000-6fffffffff ram, 7000000000-77ffffffff bars" },
};

static char *said(const struct layout *l)
{
	struct text t = { 0 };

	for (size_t i = 0; i < l->n_parts; i++)
		text_printf(&t, "%s%" PRIx64 "-%" PRIx64 " %s", i ? ", " : "",
			    l->parts[i].range.first, l->parts[i].range.last,
			    layout_use_name(l->parts[i].use));
	text_add(&t, l->moved ? ", moved" : "");
	text_add(&t, l->too_high ? ", too high" : "");
	text_add(&t, l->no_windows ? ", no windows" : "");
	return text_take(&t);
}

/* All of the RAM is somewhere. */
static bool has_all_ram(const struct row *r, const struct layout *l)
{
	uint64_t left = r->ram;

	for (size_t i = 0; i < l->n_parts; i++) {
		if (l->parts[i].use == LAYOUT_RAM)
			left -= l->parts[i].range.last - l->parts[i].range.first + 1;
	}
	return !left;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guest_shape shape = { .ram = rows[i].ram,
					     .phys_bits = rows[i].phys_bits,
					     .is_amd = rows[i].is_amd };
		cleanup_free char *text = NULL;
		struct layout l;

		CHECK(rows[i].row, guest_machine(rows[i].machine, &shape));
		layout_of(&shape, &l);
		text = said(&l);
		if (strcmp(text, rows[i].expect))
			print_error("%s: %s\n", rows[i].row, text);
		CHECK(rows[i].row, !strcmp(text, rows[i].expect));
		CHECK(rows[i].row, has_all_ram(&rows[i], &l));
		layout_clear(&l);
	}
}

static void test_machine_words(void **state)
{
	static const char *const good[] = {
		"q35",	       "pc",	   "microvm",
		"virt",	       "virt-8.2", "pc-i440fx-2.12,max-ram-below-4g=512M",
		"pc-q35-10.0",
	};
	static const char *const bad[] = {
		"",
		"q35,",
		"q35-7.0",
		"pc-q35-",
		"pc-q35-7",
		"pc-q35-7.x",
		"pc-q35-0.1",
		"pc-q35-100.0",
		"q35,max-ram-below-4g=",
		"q35,smm=off",
		"virt,max-ram-below-4g=1G",
		"microvm,max-ram-below-4g=1G",
		"q35,max-ram-below-4g=5G",
		"q35,max-ram-below-4g=512K",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct guest_shape shape = { 0 };
		cleanup_free char *text = NULL;

		CHECK(good[i], guest_machine(good[i], &shape));
		text = shape_machine_text(&shape);
		CHECK(good[i], !strcmp(text, good[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct guest_shape shape = { 0 };

		CHECK(bad[i], !guest_machine(bad[i], &shape));
	}
}

static void test_sizes(void **state)
{
	static const struct {
		const char *word;
		uint64_t bytes; /* 0: it is none */
	} sizes[] = {
		{ "4K", 4096 },	    { "1536M", MIB(1536) },
		{ "64G", GIB(64) }, { "1024T", UINT64_C(1) << 50 },
		{ "1025T", 0 },	    { "18446744073709551615T", 0 },
		{ "", 0 },	    { "G", 0 },
		{ "1", 0 },	    { "1g", 0 },
		{ "0G", 0 },	    { "-1G", 0 },
		{ "1 G", 0 },	    { "1K", 0 },
		{ "5K", 0 },	    { "1.5G", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint64_t bytes = 0;

		CHECK(sizes[i].word,
		      guest_size(sizes[i].word, &bytes) == (sizes[i].bytes != 0));
		CHECK(sizes[i].word, bytes == sizes[i].bytes);
	}
	for (uint64_t n = 4096; n < GUEST_RAM_MAX; n *= 2) {
		cleanup_free char *text = guest_size_text(n + (n > GIB(4) ? 4096 : 0));
		uint64_t bytes = 0;

		CHECK(text, guest_size(text, &bytes));
		CHECK(text, bytes == n + (n > GIB(4) ? 4096 : 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_machine_words),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests_name("guest-layout", tests, NULL, NULL);
}
