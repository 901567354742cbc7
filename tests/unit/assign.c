/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The assignment verdict. The big table is worked out a second time here, in the order in
 * which the kernel tests, and the corner stones stand below it by hand.
 */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"

struct setting {
	const char *release; /* NULL: not known */
	enum iommu_kind kind;
	int region; /* a region_type, or -1: none */
	enum tristate isolated;
	bool sibling; /* another device of the group is bound to a driver of the kernel */
	const char
		*unsafe; /* allow_unsafe_interrupts of both modules; NULL: not loaded */
	uint32_t class_code;
};

#define NIC 0x020000
#define USB 0x0c0330

#define SETTING(release_, kind_, region_, isolated_, ...)                    \
	{                                                                    \
		.release = (release_), .kind = (kind_), .region = (region_), \
		.isolated = (isolated_), __VA_ARGS__                         \
	}
#define ANSWER(verdict_)                      \
	{                                     \
		.verdict = VERDICT_##verdict_ \
	}
#define REFUSED(error_, call_)                                                 \
	{                                                                      \
		.verdict = VERDICT_REFUSED, .error = (error_), .call = (call_) \
	}

#define CONTAINER "VFIO_GROUP_SET_CONTAINER"
#define SET_IOMMU "VFIO_SET_IOMMU"
#define BIND_IOMMUFD "VFIO_DEVICE_BIND_IOMMUFD"
#define ATTACH "VFIO_DEVICE_ATTACH_IOMMUFD_PT"

static const char *const releases[] = { "6.1", "6.5", "6.6", "6.12", "7.2", NULL };
static const enum iommu_kind kinds[] = { IOMMU_INTEL, IOMMU_AMD, IOMMU_SMMUV3,
					 IOMMU_VIRTIO };
static const int regions[] = { REGION_DIRECT, REGION_DIRECT_RELAXABLE, -1 };

static bool is_arm(const struct setting *s)
{
	return s->kind == IOMMU_SMMUV3;
}

static void build(struct host *host, const struct setting *s)
{
	build_host(host, s->release, is_arm(s) ? "aarch64" : "x86_64", 4096);
	build_iommu(host, s->kind);
	host->iommus[0].has_cap = s->kind == IOMMU_INTEL;
	host->iommus[0].cap = 0xd2008c22260206;
	build_group(host, 7, DOMAIN_DMA);
	build_device(host, "0000:00:03.0", 7, s->class_code ? s->class_code : NIC,
		     "vfio-pci");
	if (s->sibling)
		build_device(host, "0000:00:03.1", 7, NIC, "e1000e");
	if (is_arm(s)) {
		host->interrupts =
			(struct interrupts){ TRISTATE_NO, s->isolated, TRISTATE_NO };
		host->interrupts.gicv2m =
			s->isolated == TRISTATE_NO ? TRISTATE_YES : TRISTATE_NO;
		build_region(host, 7, 1, RANGE(0x8000000, 0x80fffff), REGION_MSI);
	} else {
		host->interrupts.remapped = s->isolated;
		build_region(host, 7, 1, RANGE(0xfee00000, 0xfeefffff), REGION_MSI);
	}
	if (s->region >= 0)
		build_region(host, 7, 2, RANGE(0xff000000, 0xff00ffff),
			     (enum region_type)s->region);
	if (s->unsafe) {
		build_parameter(host, "vfio_iommu_type1", "allow_unsafe_interrupts",
				s->unsafe);
		build_parameter(host, "iommufd", "allow_unsafe_interrupts", s->unsafe);
	}
	/* the node would prove iommufd, and 6.1 has none */
	if (!s->release || strcmp(s->release, "6.1") != 0)
		*ADD(host, nodes) = xstrdup("iommu");
}

static unsigned number(const char *release)
{
	unsigned major = 0, minor = 0;

	if (release && sscanf(release, "%u.%u", &major, &minor) != 2)
		fail();
	return major * 1000 + minor;
}

/* Verdict, errno and call for VFIO type1, by the list of the kernel's tests. */
static struct answer expected_vfio(const struct setting *s)
{
	unsigned version = number(s->release);
	bool direct = s->region == REGION_DIRECT;

	if (s->sibling)
		return (struct answer)REFUSED(EPERM, CONTAINER);
	if (direct && !version && s->isolated == TRISTATE_NO && !s->unsafe)
		return (struct answer)REFUSED(EPERM, SET_IOMMU); /* this one is certain */
	if (direct && !version)
		return (struct answer)ANSWER(UNKNOWN);
	if (direct && version >= 6006)
		return (struct answer)REFUSED(EINVAL, CONTAINER);
	if (direct && s->kind == IOMMU_INTEL)
		return version >= 6003 ? (struct answer)REFUSED(EPERM, SET_IOMMU)
				       : (struct answer)REFUSED(EPERM, CONTAINER);
	if (s->isolated == TRISTATE_NO && !s->unsafe)
		return (struct answer)REFUSED(EPERM, SET_IOMMU);
	if (s->isolated == TRISTATE_UNKNOWN && !s->unsafe)
		return (struct answer)ANSWER(UNKNOWN);
	if (direct || s->isolated != TRISTATE_YES)
		return (struct answer)ANSWER(OK_BUT);
	if (s->region == REGION_DIRECT_RELAXABLE && s->class_code != USB)
		return (struct answer)ANSWER(OK_BUT);
	return (struct answer)ANSWER(OK);
}

static void check(const struct setting *s, const struct answer *is,
		  const struct answer *should, const char *interface)
{
	cleanup_free char *row = text_format(
		"%s: Linux %s, %s, region %s, isolated %s, sibling %d, unsafe %s, class %06x",
		interface, s->release ? s->release : "unknown", iommu_kind_name(s->kind),
		s->region < 0 ? "none" : region_type_name((enum region_type)s->region),
		tristate_name(s->isolated), s->sibling, s->unsafe ? s->unsafe : "-",
		s->class_code);

	CHECK(row, is->verdict == should->verdict);
	CHECK(row, is->error == should->error);
	CHECK(row, (is->call == NULL) == (should->call == NULL));
	CHECK(row, !is->call || !strcmp(is->call, should->call));
	CHECK(row, is->verdict == VERDICT_OK || is->why != NULL);
	CHECK(row, (is->verdict == VERDICT_REFUSED) == (is->error != 0));
	CHECK(row, is->verdict == VERDICT_REFUSED || !is->log);
}

static void test_vfio_table(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 6 * 4 * 3 * 3 * 2 * 2 * 2; i++) {
		unsigned n = i;
		struct setting s = { 0 };
		struct answer should;
		struct analysis a;
		struct host host;

		s.release = releases[n % 6], n /= 6;
		s.kind = kinds[n % 4], n /= 4;
		s.region = regions[n % 3], n /= 3;
		s.isolated = (enum tristate)(n % 3), n /= 3;
		s.sibling = n % 2, n /= 2;
		s.unsafe = n % 2 ? "Y" : NULL, n /= 2;
		s.class_code = n % 2 ? USB : NIC;
		should = expected_vfio(&s);
		build(&host, &s);
		build_done(&host, &a);
		check(&s, &a.assign[0].vfio, &should, "vfio");
		if (s.sibling)
			assert_int_equal(a.assign[0].vfio.culprit, 1);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* What stock kernels answered, and what the kernel's code says. */
static void test_by_hand(void **state)
{
	static const char firmware[] =
		"Firmware has requested this device have a 1:1 IOMMU mapping";
	static const char rmrr[] = "DMAR: Device is ineligible for IOMMU domain attach";
	static const char unsafe[] =
		"vfio_iommu_type1_attach_group: No interrupt remapping support.";
	static const struct {
		struct setting s;
		struct answer vfio, iommufd;
		const char *log; /* how the line of VFIO begins */
	} rows[] = {
		{ .s = SETTING("6.1", IOMMU_INTEL, -1, TRISTATE_YES),
		  .vfio = ANSWER(OK),
		  .iommufd = ANSWER(UNKNOWN) },
		{ .s = SETTING("6.12", IOMMU_INTEL, -1, TRISTATE_YES),
		  .vfio = ANSWER(OK),
		  .iommufd = ANSWER(OK) },
		{ .s = SETTING("6.1", IOMMU_INTEL, REGION_DIRECT, TRISTATE_YES),
		  .vfio = REFUSED(EPERM, CONTAINER),
		  .iommufd = ANSWER(UNKNOWN),
		  .log = rmrr },
		{ .s = SETTING("6.5", IOMMU_INTEL, REGION_DIRECT, TRISTATE_YES),
		  .vfio = REFUSED(EPERM, SET_IOMMU),
		  .iommufd = REFUSED(EPERM, BIND_IOMMUFD),
		  .log = rmrr },
		{ .s = SETTING("6.6", IOMMU_INTEL, REGION_DIRECT, TRISTATE_YES),
		  .vfio = REFUSED(EINVAL, CONTAINER),
		  .iommufd = REFUSED(EINVAL, BIND_IOMMUFD),
		  .log = firmware },
		{ .s = SETTING("6.1", IOMMU_AMD, REGION_DIRECT, TRISTATE_YES),
		  .vfio = ANSWER(OK_BUT),
		  .iommufd = ANSWER(UNKNOWN) },
		{ .s = SETTING("7.2", IOMMU_AMD, REGION_DIRECT, TRISTATE_YES),
		  .vfio = REFUSED(EINVAL, CONTAINER),
		  .iommufd = REFUSED(EINVAL, BIND_IOMMUFD),
		  .log = firmware },
		{ .s = SETTING("6.12", IOMMU_INTEL, REGION_DIRECT_RELAXABLE, TRISTATE_YES,
			       .class_code = USB),
		  .vfio = ANSWER(OK),
		  .iommufd = ANSWER(OK) },
		{ .s = SETTING("6.12", IOMMU_INTEL, -1, TRISTATE_NO),
		  .vfio = REFUSED(EPERM, SET_IOMMU),
		  .iommufd = REFUSED(EPERM, BIND_IOMMUFD),
		  .log = unsafe },
		/* no isolation comes first for iommufd, the direct region for VFIO */
		{ .s = SETTING("7.2", IOMMU_INTEL, REGION_DIRECT, TRISTATE_NO),
		  .vfio = REFUSED(EINVAL, CONTAINER),
		  .iommufd = REFUSED(EPERM, BIND_IOMMUFD),
		  .log = firmware },
		{ .s = SETTING("7.2", IOMMU_VIRTIO, -1, TRISTATE_NO, .unsafe = "Y"),
		  .vfio = ANSWER(OK_BUT),
		  .iommufd = ANSWER(OK_BUT) },
		{ .s = SETTING("7.2", IOMMU_VIRTIO, -1, TRISTATE_NO, .unsafe = "N"),
		  .vfio = REFUSED(EPERM, SET_IOMMU),
		  .iommufd = REFUSED(EPERM, BIND_IOMMUFD),
		  .log = unsafe },
		{ .s = SETTING("7.2", IOMMU_SMMUV3, -1, TRISTATE_YES),
		  .vfio = ANSWER(OK),
		  .iommufd = ANSWER(OK) },
		{ .s = SETTING("7.2", IOMMU_SMMUV3, REGION_DIRECT, TRISTATE_YES),
		  .vfio = REFUSED(EINVAL, CONTAINER),
		  .iommufd = REFUSED(EINVAL, BIND_IOMMUFD),
		  .log = firmware },
		{ .s = SETTING("6.12", IOMMU_INTEL, -1, TRISTATE_YES, .sibling = true),
		  .vfio = REFUSED(EPERM, CONTAINER),
		  .iommufd = REFUSED(EPERM, BIND_IOMMUFD) },
		{ .s = SETTING(NULL, IOMMU_INTEL, REGION_DIRECT, TRISTATE_YES),
		  .vfio = ANSWER(UNKNOWN),
		  .iommufd = ANSWER(UNKNOWN) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct answer *vfio;
		struct analysis a;
		struct host host;

		build(&host, &rows[i].s);
		build_done(&host, &a);
		vfio = &a.assign[0].vfio;
		check(&rows[i].s, vfio, &rows[i].vfio, "vfio");
		check(&rows[i].s, &a.assign[0].iommufd, &rows[i].iommufd, "iommufd");
		assert_int_equal(vfio->log != NULL, rows[i].log != NULL);
		if (rows[i].log)
			assert_true(text_starts_with(vfio->log, rows[i].log));
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Drivers that leave DMA alone do not keep a group from being given away. */
static void test_siblings(void **state)
{
	static const struct {
		const char *driver;
		bool blocks;
	} rows[] = {
		{ NULL, false },
		{ "pcieport", false },
		{ "pci-stub", false },
		{ "vfio-pci", false },
		{ "mlx5_vfio_pci", false },
		{ "e1000e", true },
		{ "snd_hda_intel", true },
	};
	static const struct setting s = SETTING("6.12", IOMMU_INTEL, -1, TRISTATE_YES);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct host host;

		build(&host, &s);
		build_device(&host, "0000:00:03.7", 7, NIC, rows[i].driver);
		build_done(&host, &a);
		CHECK(rows[i].driver ? rows[i].driver : "none",
		      (a.assign[0].vfio.verdict == VERDICT_REFUSED) == rows[i].blocks);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Of any number of siblings, a driver that could not be read may be one that blocks. */
static void test_unread_drivers(void **state)
{
	static const struct setting s = SETTING("6.12", IOMMU_INTEL, -1, TRISTATE_YES);

	(void)state;
	for (unsigned n = 0; n < 5; n++) {
		cleanup_free char *row = text_format("%u siblings", n);
		struct analysis a;
		struct host host;

		build(&host, &s);
		host.devices[0].driver_unknown = true;
		for (unsigned i = 1; i <= n; i++) {
			cleanup_free char *name = text_format("0000:00:03.%u", i);

			build_device(&host, name, 7, NIC, NULL);
			host.devices[i].driver_unknown = true;
		}
		build_done(&host, &a);
		for (unsigned i = 0; i <= n; i++) {
			CHECK(row, a.assign[i].vfio.verdict ==
					   (n ? VERDICT_UNKNOWN : VERDICT_OK));
			CHECK(row, a.assign[i].n_obstacles == 0);
		}
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Devices that vfio-pci does not take, and lists that do not say all. */
static void test_not_predictable(void **state)
{
	static const struct setting s = SETTING("6.12", IOMMU_INTEL, -1, TRISTATE_YES);
	struct analysis a;
	struct host host;

	(void)state;
	build(&host, &s);
	build_group(&host, 8, DOMAIN_DMA);
	host.groups[1].regions_state = SOURCE_DENIED;
	build_device(&host, "0000:00:04.0", 8, NIC, NULL);
	build_device(&host, "0000:00:05.0", NO_GROUP, NIC, NULL);
	build_device(&host, "0000:00:1c.0", 7, 0x060400, "pcieport");
	host_add_device(&host, "platform-thing")->group = 8;
	build_done(&host, &a);
	for (size_t i = 0; i < host.n_devices; i++) {
		const struct answer *v = &a.assign[i].vfio;
		const char *name = host.devices[i].name;

		if (!strcmp(name, "0000:00:04.0")) {
			CHECK(name, v->verdict == VERDICT_UNKNOWN);
		} else if (!strcmp(name, "0000:00:05.0")) {
			CHECK(name, v->verdict == VERDICT_REFUSED && v->error == EINVAL);
			CHECK(name, !strcmp(v->call, "bind"));
		} else if (!strcmp(name, "0000:00:1c.0")) {
			CHECK(name, v->verdict == VERDICT_REFUSED);
			CHECK(name, !strcmp(v->call, "bind"));
		} else if (!strcmp(name, "platform-thing")) {
			CHECK(name, v->verdict == VERDICT_UNKNOWN);
		}
	}
	analysis_clear(&a);
	host_clear(&host);
}

/* --assign: a group given away as a whole has no sibling in the way. */
static void test_assigned_together(void **state)
{
	static const struct setting s =
		SETTING("6.12", IOMMU_INTEL, -1, TRISTATE_YES, .sibling = true);
	const bool both[] = { true, true };
	struct analysis a;
	struct host host;

	(void)state;
	build(&host, &s);
	assert_true(host_finish(&host));
	analyze(&host, NULL, &a);
	assert_int_equal(a.assign[0].vfio.verdict, VERDICT_REFUSED);
	analysis_clear(&a);
	analyze(&host, both, &a);
	assert_int_equal(a.assign[0].vfio.verdict, VERDICT_OK);
	assert_int_equal(a.assign[1].vfio.verdict, VERDICT_OK);
	analysis_clear(&a);
	host_clear(&host);
}

/* Hardware MSI windows on arm64: attach works, 7.2 enables no MSI; both kinds end
 * iommufd. */
static void test_arm_hardware_msi(void **state)
{
	static const struct {
		const char *release;
		bool software;
		enum verdict vfio;
		struct answer iommufd;
	} rows[] = {
		{ "6.12", false, VERDICT_OK, ANSWER(OK) },
		{ "7.2", false, VERDICT_OK_BUT, ANSWER(OK) },
		{ "6.12", true, VERDICT_OK, REFUSED(EINVAL, ATTACH) },
		{ "7.2", true, VERDICT_OK_BUT, REFUSED(EINVAL, ATTACH) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct setting s =
			SETTING(rows[i].release, IOMMU_SMMUV3, -1, TRISTATE_YES);
		struct analysis a;
		struct host host;

		build(&host, &s);
		if (!rows[i].software)
			host.n_regions = 0;
		build_region(&host, 7, 5, RANGE(0x8090000, 0x809ffff), REGION_MSI);
		build_done(&host, &a);
		CHECK(rows[i].release, a.assign[0].vfio.verdict == rows[i].vfio);
		check(&s, &a.assign[0].iommufd, &rows[i].iommufd, "iommufd");
		analysis_clear(&a);
		host_clear(&host);
	}
}

static void test_nothing_left(void **state)
{
	static const struct setting s = SETTING("6.12", IOMMU_INTEL, -1, TRISTATE_YES);
	struct analysis a;
	struct host host;

	(void)state;
	build(&host, &s);
	build_region(&host, 7, 3, RANGE(0, UINT64_MAX), REGION_RESERVED);
	build_done(&host, &a);
	assert_int_equal(a.assign[0].vfio.verdict, VERDICT_REFUSED);
	assert_int_equal(a.assign[0].vfio.error, EINVAL);
	assert_string_equal(a.assign[0].vfio.call, SET_IOMMU);
	analysis_clear(&a);
	host_clear(&host);
}

/*
 * Which unit a line of the driver is about, of two: with a device tree it names their
 * nodes. That of the first ends as that of the second does.
 */
static void test_coherent_units(void **state)
{
	static const struct {
		const char *row;
		const char *log[2];
		enum tristate coherent[2];
	} rows[] = {
		{ "named",
		  { "arm-smmu-v3 c900000.iommu: ias 48-bit, oas 48-bit (features 0x1faf)",
		    "arm-smmu-v3 fc900000.iommu: ias 48-bit, oas 48-bit (features 0x1eaf)" },
		  { TRISTATE_YES, TRISTATE_NO } },
		{ "the other way round",
		  { "arm-smmu-v3 fc900000.iommu: ias 48-bit, oas 48-bit (features 0x1faf)",
		    "arm-smmu-v3 c900000.iommu: ias 48-bit, oas 48-bit (features 0x1eaf)" },
		  { TRISTATE_NO, TRISTATE_YES } },
		{ "the line of one is lost",
		  { "arm-smmu-v3 fc900000.iommu: ias 48-bit, oas 48-bit (features 0x1faf)",
		    "usb 1-1: new device" },
		  { TRISTATE_UNKNOWN, TRISTATE_YES } },
		{ "without names, alike",
		  { "arm-smmu-v3 arm-smmu-v3.0.auto: ias 48-bit, oas 48-bit (features "
		    "0x1faf)",
		    "arm-smmu-v3 arm-smmu-v3.1.auto: ias 48-bit, oas 48-bit (features "
		    "0x1faf)" },
		  { TRISTATE_YES, TRISTATE_YES } },
		{ "without names, and not alike",
		  { "arm-smmu-v3 arm-smmu-v3.0.auto: ias 48-bit, oas 48-bit (features "
		    "0x1faf)",
		    "arm-smmu-v3 arm-smmu-v3.1.auto: ias 48-bit, oas 48-bit (features "
		    "0x1eaf)" },
		  { TRISTATE_UNKNOWN, TRISTATE_UNKNOWN } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct host host;

		build_host(&host, "7.2", "aarch64", 4096);
		host_add_iommu(&host, "smmu3.0x000000000c900000")->kind = IOMMU_SMMUV3;
		host_add_iommu(&host, "smmu3.0x00000000fc900000")->kind = IOMMU_SMMUV3;
		for (size_t k = 0; k < ARRAY_SIZE(rows[i].log); k++)
			*ADD(&host, log) =
				(struct log_line){ 1, xstrdup(rows[i].log[k]), NULL };
		build_done(&host, &a);
		CHECK(rows[i].row, a.coherency[0].coherent == rows[i].coherent[0]);
		CHECK(rows[i].row, a.coherency[1].coherent == rows[i].coherent[1]);
		analysis_clear(&a);
		host_clear(&host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vfio_table),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_siblings),
		cmocka_unit_test(test_unread_drivers),
		cmocka_unit_test(test_not_predictable),
		cmocka_unit_test(test_assigned_together),
		cmocka_unit_test(test_arm_hardware_msi),
		cmocka_unit_test(test_nothing_left),
		cmocka_unit_test(test_coherent_units),
	};

	return cmocka_run_group_tests_name("assign", tests, NULL, NULL);
}
