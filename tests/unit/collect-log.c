/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a kernel log that nearly are what they should be, and very many of them. */
#include "tree.h"

#include "analyze/fault.h"
#include "collect/log-line.h"
#include "collect/log-qemu.h"
#include "collect/log-scan.h"

struct log_row {
	const char *what;
	const char *log;
	const char *want;
};

static const char *or_none(const char *s)
{
	return s ? s : "-";
}

static void tell_fault(const struct fault *f, struct text *out)
{
	text_printf(out, "%u x%u %s %s", f->line, (unsigned)f->count,
		    iommu_kind_name(f->kind), or_none(f->iommu));
	if (f->has_segment)
		text_printf(out, " %x:", (unsigned)f->segment);
	text_printf(out, " %x %s", (unsigned)f->id, or_none(f->client));
	if (f->has_address)
		text_printf(out, " at %llx", (unsigned long long)f->address);
	text_printf(out, " %s%s: %s\n", words_name(&fault_access_words, f->access),
		    f->is_interrupt ? " interrupt" : "", or_none(f->reason));
}

static void tell(const struct host *host, struct text *out)
{
	for (size_t i = 0; i < host->n_faults; i++)
		tell_fault(&host->faults[i], out);
	for (size_t i = 0; i < host->n_qemu_lines; i++) {
		const struct qemu_line *q = &host->qemu_lines[i];

		text_printf(out, "QEMU %u %s %s", q->number, or_none(q->device),
			    words_name(&qemu_says_words, q->says));
		if (q->group != NO_GROUP)
			text_printf(out, " group %u", (unsigned)q->group);
		if (q->has_range)
			text_printf(out, " %llx-%llx", (unsigned long long)q->range.first,
				    (unsigned long long)q->range.last);
		text_printf(out, " errno %d\n", q->error);
	}
	if (host->log_state.suppressed)
		text_printf(out, "suppressed %u\n", (unsigned)host->log_state.suppressed);
	for (size_t i = 0; i < host->n_log; i++)
		text_printf(out, "kept %u %s %s\n", host->log[i].number,
			    or_none(host->log[i].time), host->log[i].text);
	for (size_t i = 0; i < host->n_gaps; i++)
		text_printf(out, "gap %s\n", host->gaps[i].detail);
}

/* What is told of a log that the user named. */
static void read_log(const char *log, struct host *host)
{
	struct text t = { 0 };

	host_init(host);
	host->kernel.release = xstrdup("6.1.0");
	text_add(&t, log);
	assert_null(collect_log_text("log", &t, host));
	text_clear(&t);
}

static void judge(const struct log_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cleanup(text_clear) struct text out = { 0 };
		struct host host;

		read_log(rows[i].log, &host);
		text_add(&out, "");
		tell(&host, &out);
		host_clear(&host);
		if (strcmp(out.data, rows[i].want))
			fail_msg("%s: it is\n%snot\n%s", rows[i].what, out.data,
				 rows[i].want);
	}
}

/* --- SMMUs --- */

#define SMMU "arm-smmu 1.iommu: "
#define V3 "arm-smmu-v3 v.auto: "
#define WORDS(one)                                                      \
	V3 "\t0x00000100000000" one "\n" V3 "\t0x0000000800000000\n" V3 \
	   "\t0x0000000000003000\n" V3 "\t0x0000000000000000\n"
#define EVENT(id) V3 "event 0x" id " received:\n" WORDS(id)
#define EVENT_KEPT(id) "kept 1 - " V3 "event 0x" id " received:\n"
#define DECODED(name) V3 "event: " name " client: 0000:01:00.0 sid: 0x100 ssid: 0x0"

static const struct log_row smmus[] = {
	{ "a stream", SMMU "Blocked unknown Stream ID 0x12345678; boot",
	  "1 x1 smmu 1.iommu 12345678 - unknown: unknown stream id\nkept 1 - " SMMU
	  "Blocked unknown Stream ID 0x12345678; boot\n" },
	{ "none so large", SMMU "Blocked unknown Stream ID 0x123456789; boot",
	  "kept 1 - " SMMU "Blocked unknown Stream ID 0x123456789; boot\n" },
	{ "an event with an address", EVENT("01"),
	  "1 x1 smmuv3 v.auto 100 - at 3000 read: F_UUT\n" EVENT_KEPT("01") },
	{ "another", EVENT("05"),
	  "1 x1 smmuv3 v.auto 100 - at 3000 read: F_BAD_ATS_TREQ\n" EVENT_KEPT("05") },
	{ "one more", EVENT("07"),
	  "1 x1 smmuv3 v.auto 100 - at 3000 read: F_TRANSL_FORBIDDEN\n" EVENT_KEPT(
		  "07") },
	{ "the last of its kind", EVENT("13"),
	  "1 x1 smmuv3 v.auto 100 - at 3000 read: F_PERMISSION\n" EVENT_KEPT("13") },
	{ "behind it none is known", EVENT("14"),
	  "1 x1 smmuv3 v.auto 100 - unknown: event 0x14\n" EVENT_KEPT("14") },
	{ "a conflict", EVENT("20"),
	  "1 x1 smmuv3 v.auto 100 - at 3000 read: F_TLB_CONFLICT\n" EVENT_KEPT("20") },
	{ "a page request", EVENT("24"),
	  "1 x1 smmuv3 v.auto 100 - at 3000 read: E_PAGE_REQUEST\n" EVENT_KEPT("24") },
	{ "one beyond the table", EVENT("99"),
	  "1 x1 smmuv3 v.auto 100 - unknown: event 0x99\n" EVENT_KEPT("99") },
	{ "a tab that a journal made a question mark",
	  V3 "event 0x0a received:\n" V3 "?0x000001000000000a\n" V3 "?0x0\n" V3
	     "?0x0\n" V3 "?0x0",
	  "1 x1 smmuv3 v.auto 100 - unknown: C_BAD_CD\n" EVENT_KEPT("0a") },
	{ "an event twice, each with its device",
	  EVENT("0a") DECODED("C_BAD_CD") "\n" EVENT("0a") DECODED("C_BAD_CD") "\n",
	  "6 x2 smmuv3 v.auto 100 0000:01:00.0 unknown: C_BAD_CD\nkept 1 - " V3
	  "event 0x0a received:\nkept 6 - " DECODED("C_BAD_CD") "\n" },
	{ "the device of another event", EVENT("0a") DECODED("C_BAD_STE"),
	  "1 x1 smmuv3 v.auto 100 - unknown: C_BAD_CD\n6 x1 smmuv3 v.auto 100 0000:01:00.0 "
	  "unknown: C_BAD_STE\n" EVENT_KEPT("0a") "kept 6 - " DECODED("C_BAD_STE") "\n" },
	{ "what it was, behind nothing, and behind what has it",
	  V3 "unpriv data write s1 \"x\" stag: 0x0\n" V3
	     "event: F_PERMISSION client: (unassigned sid) sid: 0x200 ssid: 0x0\n" V3
	     "unpriv data write s1 \"x\" stag: 0x0\n" V3
	     "priv data read s1 \"x\" stag: 0x0",
	  "2 x1 smmuv3 v.auto 200 - write: F_PERMISSION\nkept 2 - " V3
	  "event: F_PERMISSION client: (unassigned sid) sid: 0x200 ssid: 0x0\n" },
};

/* --- VT-d and AMD-Vi --- */

#define VTD(device) \
	"DMAR: [DMA Read NO_PASID] Request device [" device "] fault addr 0x3000 "
#define REASON "[fault reason 0x06] PTE Read access is not set"
#define DUMP(unit) "DMAR: Dump " unit " table entries for IOVA 0x3000\n"
#define LOGGED "AMD-Vi: Event logged ["

static const struct log_row x86[] = {
	{ "a unit that is told once more",
	  VTD("05:00.0") REASON "\n" DUMP("dmar0") VTD("05:00.0") REASON
	  "\n" DUMP("dmar0"),
	  "1 x2 intel dmar0 500 - at 3000 read: PTE Read access is not set\nkept 1 - " VTD(
		  "05:00.0") REASON "\n" },
	{ "another unit, so of neither",
	  VTD("05:00.0") REASON "\n" DUMP("dmar0") VTD("05:00.0") REASON
	  "\n" DUMP("dmar1"),
	  "1 x2 intel - 500 - at 3000 read: PTE Read access is not set\nkept 1 - " VTD(
		  "05:00.0") REASON "\n" },
	{ "a unit behind nothing, and behind another's fault",
	  DUMP("dmar0") LOGGED
	  "INVALID_DEVICE_REQUEST device=05:00.0 pasid=0x0 address=0x3000 "
	  "flags=0x0a00]\n" DUMP("dmar0"),
	  "2 x1 amd - 500 - at 3000 unknown: INVALID_DEVICE_REQUEST\nkept 2 - " LOGGED
	  "INVALID_DEVICE_REQUEST device=05:00.0 pasid=0x0 address=0x3000 flags=0x0a00]\n" },
	{ "a segment", VTD("89abcdef:05:00.0") REASON,
	  "1 x1 intel - 89abcdef: 500 - at 3000 read: PTE Read access is not set\nkept 1 - " VTD(
		  "89abcdef:05:00.0") REASON "\n" },
	{ "none so large", VTD("189abcdef:05:00.0") REASON,
	  "kept 1 - " VTD("189abcdef:05:00.0") REASON "\n" },
	{ "no such device", VTD("05:20.0") REASON,
	  "kept 1 - " VTD("05:20.0") REASON "\n" },
	{ "the last one", VTD("ff:1f.7") REASON,
	  "1 x1 intel - ffff - at 3000 read: PTE Read access is not set\nkept 1 - " VTD(
		  "ff:1f.7") REASON "\n" },
	{ "no such device of AMD's",
	  LOGGED "IO_PAGE_FAULT device=05:20.0 domain=0x1 address=0x3000 flags=0x30]",
	  "kept 1 - " LOGGED
	  "IO_PAGE_FAULT device=05:20.0 domain=0x1 address=0x3000 flags=0x30]\n" },
	{ "no such function", VTD("05:00.8") REASON,
	  "kept 1 - " VTD("05:00.8") REASON "\n" },
	{ "the device before the event",
	  "nvme 0000:04:00.0: " LOGGED
	  "IO_PAGE_FAULT domain=0x1 address=0x3000 flags=0x30]",
	  "1 x1 amd - 0: 400 - at 3000 write: IO_PAGE_FAULT\nkept 1 - nvme 0000:04:00.0: " LOGGED
	  "IO_PAGE_FAULT domain=0x1 address=0x3000 flags=0x30]\n" },
	{ "events with an address, and one without",
	  LOGGED
	  "ILLEGAL_DEV_TABLE_ENTRY device=05:00.0 pasid=0x0 address=0x1 flags=0x0]\n" LOGGED
	  "INVALID_PPR_REQUEST device=05:00.0 pasid=0x0 address=0x2 flags=0x0]\n" LOGGED
	  "COMMAND_HARDWARE_ERROR device=05:00.0 address=0x3 flags=0x0]",
	  "1 x1 amd - 500 - at 1 unknown: ILLEGAL_DEV_TABLE_ENTRY\n"
	  "2 x1 amd - 500 - at 2 unknown: INVALID_PPR_REQUEST\n"
	  "3 x1 amd - 500 - unknown: COMMAND_HARDWARE_ERROR\nkept 1 - " LOGGED
	  "ILLEGAL_DEV_TABLE_ENTRY device=05:00.0 pasid=0x0 address=0x1 flags=0x0]\nkept 2 - " LOGGED
	  "INVALID_PPR_REQUEST device=05:00.0 pasid=0x0 address=0x2 flags=0x0]\nkept 3 - " LOGGED
	  "COMMAND_HARDWARE_ERROR device=05:00.0 address=0x3 flags=0x0]\n" },
	{ "with more behind its name",
	  "nvme 0000:04:00.0-x: " LOGGED
	  "IO_PAGE_FAULT domain=0x1 address=0x3000 flags=0x30]",
	  "kept 1 - nvme 0000:04:00.0-x: " LOGGED
	  "IO_PAGE_FAULT domain=0x1 address=0x3000 flags=0x30]\n" },
	{ "what the kernel did not print",
	  "dmar_fault: 12 callbacks suppressed\nx_fault: 3 callbacks suppressed\n"
	  "dmar_fault: 2147483647 callbacks suppressed\n"
	  "dmar_fault: 2147483648 callbacks suppressed\ndmar_fault: 1 callbacks suppressed!",
	  "suppressed 2147483659\n" },
	{ "what only looks so",
	  "DMAR: 1 callbacks suppressed!\nDMAR: callbacks suppressed",
	  "kept 1 - DMAR: 1 callbacks suppressed!\nkept 2 - DMAR: callbacks suppressed\n" },
	{ "what it was, behind a fault of another kind",
	  VTD("05:00.0") REASON "\n" V3 "unpriv data write s1 \"x\" stag: 0x0",
	  "1 x1 intel - 500 - at 3000 read: PTE Read access is not set\nkept 1 - " VTD(
		  "05:00.0") REASON "\n" },
	{ "the words of an event, and then a fault of VT-d",
	  EVENT("0a") VTD("05:00.0") REASON,
	  "1 x1 smmuv3 v.auto 100 - unknown: C_BAD_CD\n"
	  "6 x1 intel - 500 - at 3000 read: PTE Read access is not set\n" EVENT_KEPT(
		  "0a") "kept 6 - " VTD("05:00.0") REASON "\n" },
};

/* --- Times, levels, senders, boots --- */

static const struct log_row lines[] = {
	{ "a level", "kern  :info  : [    1.5] DMAR: a", "kept 1 1.5 DMAR: a\n" },
	{ "a word that is too long for one", "kern  :informationfrom  : DMAR: a",
	  "kept 1 - kern  :informationfrom  : DMAR: a\n" },
	{ "a caller", "[    1.5] [   T12] DMAR: a\n[    1.5] [    C0] DMAR: b",
	  "kept 1 1.5 DMAR: a\nkept 2 1.5 DMAR: b\n" },
	{ "none",
	  "[    1.5] [    T] DMAR: a\n[    1.5] [    T1x] DMAR: b\n[    1.5] [x] DMAR: c",
	  "kept 1 1.5 [    T] DMAR: a\nkept 2 1.5 [    T1x] DMAR: b\nkept 3 1.5 [x] DMAR: c\n" },
	{ "syslog's kernel, with a number",
	  "Jan  1 00:00:00 host kernel[0]: DMAR: a\nJan  1 00:00:00 host other[0]: DMAR: b",
	  "kept 1 Jan  1 00:00:00 DMAR: a\n" },
	{ "a time that is too long",
	  "2025-11-14T11:52:19.1234567890123456789012345678901234567890+01:00 h kernel: DMAR: a",
	  "kept 1 2025-11-14T11:52:19.1234567890123456789012345678 DMAR: a\n" },
	{ "a time of a record", "6,1,1500000,-;DMAR: a\n6,2,x,-;DMAR: b",
	  "kept 1 1.500000 DMAR: a\nkept 2 - DMAR: b\n" },
	{ "one that no machine reaches", "6,1,99999999999999999999,-;DMAR: a",
	  "kept 1 99999999999999999999 DMAR: a\n" },
	{ "lines that go on count in a text", "DMAR: a\n SUBSYSTEM=x\nDMAR: b",
	  "kept 1 - DMAR: a\nkept 3 - DMAR: b\n" },
	{ "of the last boot, as journalctl says",
	  "DMAR: a\n-- Boot 0 --\nDMAR: b\n-- Reboot --\nDMAR: c", "kept 5 - DMAR: c\n" },
	{ "as a banner says", "DMAR: a\nLinux version 6.1.0 (x) #1\nDMAR: b",
	  "kept 3 - DMAR: b\n" },
	{ "a banner that ends too early", "DMAR: a\nLinux version 6.2.0\nDMAR: b",
	  "kept 1 - DMAR: a\nkept 3 - DMAR: b\n" },
};

#define OF_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* --- QEMU --- */

#define Q "qemu-system-x86_64: "
#define MAP(first, size) \
	Q "vfio_dma_map(0x5, " first ", " size ", 0x7) = -22 (Invalid argument)"
#define START "2025-11-14 10:00:00.000+0000: starting up libvirt version: 9.0.0"

static const struct log_row qemus[] = {
	{ "a mapping up to the end", MAP("0xfffffffffffff000", "0x1000"),
	  "QEMU 1 - map fffffffffffff000-ffffffffffffffff errno 22\n" },
	{ "and beyond it", MAP("0xfffffffffffff000", "0x1001"),
	  "QEMU 1 - map errno 22\n" },
	{ "of nothing", MAP("0x1000", "0x0"), "QEMU 1 - map errno 22\n" },
	{ "a group", Q "group 4294967294 is not viable",
	  "QEMU 1 - not-viable group 4294967294 errno 0\n" },
	{ "that is none", Q "group 4294967295 of group x is not viable",
	  "QEMU 1 - not-viable errno 0\n" },
	{ "a kernel at the start", START ", kernel: 6.1.0, x\n" Q "group 1 is not viable",
	  "QEMU 2 - not-viable group 1 errno 0\n" },
	{ "another's", START ", kernel: " OF_64 OF_64 "\n" Q "group 1 is not viable",
	  "QEMU 2 - not-viable group 1 errno 0\n" },
	{ "none", START ", kernel: , x\n" Q "group 1 is not viable",
	  "QEMU 2 - not-viable group 1 errno 0\n" },
};

static void test_rows(void **state)
{
	(void)state;
	judge(smmus, ARRAY_SIZE(smmus));
	judge(x86, ARRAY_SIZE(x86));
	judge(lines, ARRAY_SIZE(lines));
	judge(qemus, ARRAY_SIZE(qemus));
}

/* --- Records of the running kernel --- */

static void tell_records(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	tell(host, out);
}

static const struct tree_row records[] = {
	{ "lines that go on have no number",
	  "dev/kmsg = 6,1,1000000,-;DMAR: a\\n SUBSYSTEM=pci\\n DEVICE=+pci:x\\n"
	  "6,2,2000000,-;DMAR: b",
	  "kept 1 1.000000 DMAR: a\nkept 2 2.000000 DMAR: b\n" },
	{ "of the kernel alone", "dev/kmsg = 14,1,1000000,-;DMAR: a", "" },
	{ "a zero byte", "dev/kmsg = 6,1,1000000,-;DMAR: a\\0",
	  "broken /dev/kmsg: holds a zero byte: not a log\n" },
};

static void test_records(void **state)
{
	(void)state;
	tree_judge(records, ARRAY_SIZE(records), "", SOURCE_BIT(SOURCE_LOG),
		   tell_records);
}

/* --- Very many --- */

/* The nth fault: in another form than the one before, and with another address. */
static void add_fault(struct text *t, unsigned n)
{
	const unsigned device = n / 6 % 7;

	switch (n % 6) {
	case 0:
		text_printf(t,
			    "DMAR: [DMA Read NO_PASID] Request device [%u:00.0] fault "
			    "addr 0x%x000 [fault reason 0x06] a\n",
			    device, n);
		break;
	case 1:
		text_printf(t,
			    "DMAR: [INTR-REMAP] Request device [%u:00.0] fault index 0x1 "
			    "[fault reason 0x22] a%u\n",
			    device, n);
		break;
	case 2:
		text_printf(
			t,
			"DMAR: [DMA Write] Request device [%u:%u:00.0] fault addr 0x0 "
			"[fault reason 05] b\n",
			n, device);
		break;
	case 3:
		text_printf(t,
			    LOGGED "IO_PAGE_FAULT device=%u:00.0 domain=0x1 address=0x%x "
				   "flags=0x30]\n",
			    device, n);
		break;
	case 4:
		text_printf(t, V3 "event: F_WALK_EABT client: x sid: 0x%x ssid: 0x0\n",
			    n);
		break;
	default:
		text_printf(t, "virtio_iommu v: page fault from EP %u at 0x%x [R]\n",
			    device, n);
	}
}

/* Each of them is told apart from each other, and counted. */
static void test_many_faults(void **state)
{
	struct text t = { 0 };
	struct host host;

	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned n = 0; n < FAULTS_MAX; n++)
			add_fault(&t, n);
	}
	read_log(t.data, &host);
	text_clear(&t);
	assert_int_equal(host.n_faults, FAULTS_MAX);
	assert_int_equal(host.log_state.unkept, 0);
	for (size_t i = 0; i < host.n_faults; i++) {
		assert_int_equal(host.faults[i].count, 3);
		assert_int_equal(host.faults[i].line, i + 1);
	}
	host_clear(&host);
}

/* Of more than are kept the first are, and the others are counted. */
static void test_too_many_faults(void **state)
{
	struct text t = { 0 };
	struct host host;

	(void)state;
	for (unsigned n = 0; n < FAULTS_MAX + 10; n++)
		add_fault(&t, n);
	text_add(&t, EVENT("0a") DECODED("C_BAD_CD") "\n");
	add_fault(&t, 7);
	read_log(t.data, &host);
	text_clear(&t);
	assert_int_equal(host.n_faults, FAULTS_MAX);
	assert_int_equal(host.log_state.unkept, 12);
	assert_int_equal(host.faults[7].count, 2);
	assert_int_equal(host.faults[8].count, 1);
	host_clear(&host);
}

/* The same of lines of QEMU: one that is known is none more. */
static void test_too_many_qemu_lines(void **state)
{
	struct text t = { 0 };
	struct host host;

	(void)state;
	for (unsigned n = 0; n < QEMU_LINES_MAX + 3; n++)
		text_printf(&t, Q "group %u is not viable\n", n);
	text_add(&t, Q "group 7 is not viable\n");
	read_log(t.data, &host);
	text_clear(&t);
	assert_int_equal(host.n_qemu_lines, QEMU_LINES_MAX);
	assert_int_equal(host.n_gaps, 1);
	assert_string_equal(host.gaps[0].detail,
			    "3 more lines of QEMU than the 256 that are kept");
	host_clear(&host);
}

/* --- Names in a line --- */

static void test_names(void **state)
{
	static const struct {
		const char *text;
		size_t end;
		const char *name; /* NULL: none */
		bool is_prefix;
	} rows[] = {
		{ "arm-smmu 1.iommu: x", 18, "1.iommu", true },
		{ "arm-smmu 1.iommu: x", 0, NULL, true },
		{ "arm-smmu 1.iommu: x", 17, NULL, false },
		{ "arm-smmu 1.iommu  x", 18, NULL, false },
		{ "1.iommu: x", 9, NULL, false },
		{ ": x", 2, NULL, false },
		{ "arm-smmu : x", 11, NULL, false },
		{ "a b c: x", 7, "c", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *end = rows[i].text + rows[i].end;
		cleanup_free char *name = scan_device_before(rows[i].text, end);

		CHECK(rows[i].text, text_equals(name, rows[i].name));
		CHECK(rows[i].text,
		      scan_is_prefix(rows[i].text, end) == rows[i].is_prefix);
	}
}

static void test_banners(void **state)
{
	static const struct {
		const char *text, *release; /* NULL: none */
	} rows[] = {
		{ "Linux version 6.1.0 (x)", "6.1.0" },
		{ "Linux version 6.1.0", NULL },
		{ "Linux version x (y)", NULL },
		{ "Linux version 4" OF_64 OF_64 " (x)", NULL },
		{ "Linux 6.1.0 (x)", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *release = log_banner_release(rows[i].text);

		CHECK(rows[i].text, text_equals(release, rows[i].release));
	}
}

/* Of a snapshot, and where it was more than could be kept. */
static void test_lines_of_faults(void **state)
{
	static const struct fault fault = { .line = 3 };
	struct host host;

	(void)state;
	build_host(&host, "6.12", "x86_64", 4096);
	assert_null(fault_log_line(&host, &fault));
	*ADD(&host, log) = (struct log_line){ .number = 2, .text = xstrdup("a") };
	assert_null(fault_log_line(&host, &fault));
	*ADD(&host, log) = (struct log_line){ .number = 3, .text = xstrdup("b") };
	assert_string_equal(fault_log_line(&host, &fault)->text, "b");
	host_clear(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_many_faults),
		cmocka_unit_test(test_too_many_faults),
		cmocka_unit_test(test_too_many_qemu_lines),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_banners),
		cmocka_unit_test(test_lines_of_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
