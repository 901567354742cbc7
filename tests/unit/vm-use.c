/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "rules/vm-use.h"

/* What two interfaces answer about one device, and what it is in a word. */
struct row {
	const char *title;
	enum verdict vfio, iommufd;
	bool iommufd_missing;
	bool has_root; /* the root file system of this host is on it */
	enum vm_use use;
	const char *only;
};

static const struct row answered[] = {
	{ "both take it", VERDICT_OK, VERDICT_OK, .use = VM_USE_YES },
	{ "one of them loses something", VERDICT_OK_BUT, VERDICT_OK, .use = VM_USE_YES },
	{ "both lose something", VERDICT_OK_BUT, VERDICT_OK_BUT, .use = VM_USE_YES_BUT },
	{ "iommufd alone", VERDICT_REFUSED, VERDICT_OK, .use = VM_USE_YES,
	  .only = "iommufd" },
	{ "type1 alone", VERDICT_OK_BUT, VERDICT_REFUSED, .use = VM_USE_YES_BUT,
	  .only = "VFIO type1" },
	{ "what works beats what is not known", VERDICT_UNKNOWN, VERDICT_OK_BUT,
	  .use = VM_USE_YES_BUT, .only = "iommufd" },
	{ "iommufd may take what type1 refuses", VERDICT_REFUSED, VERDICT_UNKNOWN,
	  .use = VM_USE_UNKNOWN },
	{ "nothing is known", VERDICT_UNKNOWN, VERDICT_UNKNOWN, .use = VM_USE_UNKNOWN },
	{ "no iommufd, which would take it", VERDICT_UNKNOWN, VERDICT_OK,
	  .iommufd_missing = true, .use = VM_USE_UNKNOWN },
	{ "no iommufd, and no need of it", VERDICT_OK, VERDICT_REFUSED,
	  .iommufd_missing = true, .use = VM_USE_YES },
	{ "this host needs it", VERDICT_OK, VERDICT_OK, .has_root = true,
	  .use = VM_USE_NEEDED },
	{ "both refuse it", VERDICT_REFUSED, VERDICT_REFUSED, .use = VM_USE_NO },
	{ "both refuse it, and this host needs it", VERDICT_REFUSED, VERDICT_REFUSED,
	  .has_root = true, .use = VM_USE_NO },
};

static struct vm_use_view use_of(struct assignment assign, bool has_root)
{
	struct host host;
	struct analysis analysis = { .assign = &assign };
	struct vm_use_view *uses, use;

	build_host(&host, "6.12", "x86_64", 4096);
	build_group(&host, 7, DOMAIN_DMA);
	build_device(&host, "0000:00:02.0", 7, 0x010802, NULL);
	if (has_root)
		*ADD(&host, disk_uses) =
			(struct disk_use){ .device = xstrdup("0000:00:02.0"),
					   .what = xstrdup("/") };
	assert_true(host_finish(&host));
	uses = vm_uses(&host, &analysis);
	use = uses[0];
	free(uses);
	host_clear(&host);
	return use;
}

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(answered); i++) {
		const struct row *row = &answered[i];
		struct vm_use_view use = use_of(
			(struct assignment){ .vfio.verdict = row->vfio,
					     .iommufd.verdict = row->iommufd,
					     .iommufd_missing = row->iommufd_missing },
			row->has_root);

		CHECK(row->title, use.use == row->use);
		CHECK(row->title, text_equals(use.only, row->only));
	}
}

/* Of several obstacles the one that nothing on this host takes away is the reason. */
static void test_obstacles(void **state)
{
	static const struct {
		enum obstacle_kind kinds[2], worst;
		enum vm_use use;
	} rows[] = {
		{ { OBSTACLE_DRIVER, OBSTACLE_DRIVER }, OBSTACLE_DRIVER, VM_USE_UNBIND },
		{ { OBSTACLE_DRIVER, OBSTACLE_DIRECT }, OBSTACLE_DIRECT, VM_USE_NO },
		{ { OBSTACLE_DRIVER, OBSTACLE_INTERRUPTS },
		  OBSTACLE_INTERRUPTS,
		  VM_USE_NO },
		{ { OBSTACLE_RESET, OBSTACLE_DRIVER }, OBSTACLE_RESET, VM_USE_NO },
		{ { OBSTACLE_INTERRUPTS, OBSTACLE_BRIDGE }, OBSTACLE_BRIDGE, VM_USE_NO },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct obstacle obstacles[] = {
			{ .kind = rows[i].kinds[0], .device = NO_INDEX },
			{ .kind = rows[i].kinds[1], .device = NO_INDEX },
		};
		struct vm_use_view use =
			use_of((struct assignment){ .vfio.verdict = VERDICT_REFUSED,
						    .iommufd.verdict = VERDICT_REFUSED,
						    .obstacles = obstacles,
						    .n_obstacles = 2 },
			       false);

		assert_int_equal(use.use, rows[i].use);
		assert_int_equal(use.obstacle - obstacles,
				 rows[i].kinds[1] == rows[i].worst &&
					 rows[i].kinds[0] != rows[i].worst);
		assert_int_equal(use.group, use.use == VM_USE_UNBIND ? 7 : NO_GROUP);
		assert_int_equal(use.is_bridge, rows[i].worst == OBSTACLE_BRIDGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_obstacles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
