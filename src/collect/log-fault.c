/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA faults in the kernel log. The lines are printed by dmar_fault_do_one and
 * dmar_fault_dump_ptes (drivers/iommu/intel), iommu_print_event and
 * amd_iommu_report_page_fault (amd/iommu.c), arm_smmu_context_fault and
 * arm_smmu_print_context_fault_info (arm/arm-smmu/arm-smmu.c), arm_smmu_evtq_thread and
 * arm_smmu_dump_event (arm/arm-smmu-v3/arm-smmu-v3.c), viommu_fault_handler
 * (virtio-iommu.c), and ___ratelimit (lib/ratelimit.c).
 */
#include "collect/log-fault.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/cleanup.h"
#include "base/text.h"

/* --- Scanning --- */

/* What stands behind the first of a word; NULL: it is not there. */
static const char *behind(const char *s, const char *word)
{
	const char *found = strstr(s, word);

	return found ? found + strlen(word) : NULL;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A hexadecimal number, with or without 0x, of at most 64 bits; moves behind it. */
static bool take_hex(const char **s, uint64_t *out)
{
	const char *p = *s;
	uint64_t value = 0;
	int n = 0;

	if (p[0] == '0' && p[1] == 'x')
		p += 2;
	for (; digit_of(*p) >= 0; p++, n++)
		value = value << 4 | (uint64_t)digit_of(*p);
	if (!n || n > 16)
		return false;
	*out = value;
	*s = p;
	return true;
}

/* The number behind a word that stands before limit; false: there is none. */
static bool number_behind(const char *s, const char *word, const char *limit,
			  uint64_t *out)
{
	const char *p = behind(s, word);

	return p && p <= limit && take_hex(&p, out);
}

static bool take_char(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

/* "05:00.0", "0x05:0x00.0" (5.14), "0000:05:00.0"; moves behind it. */
static bool take_function(const char **s, struct fault *f)
{
	const char *p = *s;
	uint64_t part[4], function;
	size_t n = 0;

	while (n < 3 && take_hex(&p, &part[n])) {
		n++;
		if (!take_char(&p, ':'))
			break;
	}
	if (n < 2 || !take_char(&p, '.') || !take_hex(&p, &function) || function > 7 ||
	    part[n - 1] > 31 || part[n - 2] > 0xff || (n == 3 && part[0] > UINT32_MAX))
		return false;
	f->requester = REQUESTER_FUNCTION;
	f->has_segment = n == 3;
	f->segment = n == 3 ? (uint32_t)part[0] : 0;
	f->id = (uint32_t)(part[n - 2] << 8 | part[n - 1] << 3 | function);
	*s = p;
	return true;
}

/*
 * The name of the device that a line of dev_err begins with, "DRIVER NAME: ", which ends
 * at its end; the caller owns it. NULL: there is none.
 */
static char *device_before(const char *text, const char *end)
{
	const char *name;

	if (end - text < 3 || end[-1] != ' ' || end[-2] != ':')
		return NULL;
	end -= 2;
	for (name = end; name > text && name[-1] != ' ';)
		name--;
	return name > text && name < end ? xstrndup(name, (size_t)(end - name)) : NULL;
}

/* Does a line of dev_err begin so: a driver, the name of a device, and ": " up to end? */
static bool is_prefix(const char *text, const char *end)
{
	const char *blank = memchr(text, ' ', (size_t)(end - text));

	return end == text ||
	       (blank && end - blank > 3 && end[-1] == ' ' && end[-2] == ':' &&
		!memchr(blank + 1, ' ', (size_t)(end - blank - 2)));
}

/* Names and texts come from outside: short, and without control characters. */
static void clean(char *s)
{
	if (!s)
		return;
	if (strlen(s) > FAULT_TEXT_MAX)
		s[FAULT_TEXT_MAX] = 0;
	text_clean(s);
}

/* --- VT-d --- */

/* "[fault reason 06] PTE Read access is not set" */
static char *intel_reason(const char *s)
{
	const char *p = behind(s, "[fault reason ");
	const char *text = p ? behind(p, "] ") : NULL;

	return text && *text ? xstrdup(text) : NULL;
}

/* "DMAR: [DMA Read NO_PASID] Request device [05:00.0] fault addr 0x12345000 ..." */
static bool of_intel(const char *text, struct fault *f)
{
	const char *p = text_starts_with(text, "DMAR: [") ? text + 7 : NULL;
	const char *device = p ? behind(p, "] Request device [") : NULL;
	uint64_t address;

	if (!device || !take_function(&device, f) || !take_char(&device, ']'))
		return false;
	f->kind = IOMMU_INTEL;
	f->is_interrupt = text_starts_with(p, "INTR-REMAP");
	if (text_starts_with(p, "DMA Read"))
		f->access = FAULT_READ;
	else if (text_starts_with(p, "DMA Write"))
		f->access = FAULT_WRITE;
	else if (!f->is_interrupt)
		return false;
	f->has_address =
		!f->is_interrupt &&
		number_behind(device, " fault addr ", device + strlen(device), &address);
	f->address = f->has_address ? address : 0;
	f->reason = intel_reason(device);
	return true;
}

/* --- AMD-Vi --- */

/*
 * Flags of an event: AMD I/O Virtualization Technology (IOMMU) Specification, 48882,
 * "IO_PAGE_FAULT Event". RW counts only where the translation was present and the request
 * is neither a translation request nor an interrupt.
 */
#define AMD_INTERRUPT 0x008
#define AMD_PRESENT 0x010
#define AMD_WRITE 0x020
#define AMD_TRANSLATION 0x100

static enum fault_access amd_access(uint64_t flags)
{
	if ((flags & (AMD_INTERRUPT | AMD_PRESENT | AMD_TRANSLATION)) != AMD_PRESENT)
		return FAULT_ACCESS_UNKNOWN;
	return flags & AMD_WRITE ? FAULT_WRITE : FAULT_READ;
}

/* Events with the address of a request; others have that of a command or of a table. */
static bool amd_has_request(const char *event)
{
	return text_starts_with(event, "IO_PAGE_FAULT ") ||
	       text_starts_with(event, "ILLEGAL_DEV_TABLE_ENTRY ") ||
	       text_starts_with(event, "INVALID_DEVICE_REQUEST ") ||
	       text_starts_with(event, "INVALID_PPR_REQUEST ");
}

static void amd_request(const char *event, const char *end, struct fault *f)
{
	uint64_t flags;

	f->has_address = number_behind(event, " address=", end, &f->address);
	if (text_starts_with(event, "IO_PAGE_FAULT ") &&
	    number_behind(event, " flags=", end, &flags)) {
		f->access = amd_access(flags);
		f->is_interrupt = flags & AMD_INTERRUPT;
	}
}

/* Of the device before it where the event names none: "nvme 0000:04:00.0: AMD-Vi: ..." */
static bool amd_requester(const char *text, const char *mark, const char *event,
			  const char *end, struct fault *f)
{
	const char *device = behind(event, " device=");
	cleanup_free char *before = device_before(text, mark);
	const char *name = before;

	if (device && device < end) {
		if (before && text_starts_with(text, "iommu "))
			f->iommu = xstrdup(before);
		return take_function(&device, f);
	}
	return name && take_function(&name, f) && !*name;
}

/* "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:05:00.0 domain=... address=0x...]" */
static bool of_amd(const char *text, struct fault *f)
{
	static const char words[] = "AMD-Vi: Event logged [";
	const char *mark = strstr(text, words);
	const char *event = mark ? mark + strlen(words) : NULL;
	const char *end = event ? strchr(event, ']') : NULL;

	if (!end || !is_prefix(text, mark) || !amd_requester(text, mark, event, end, f)) {
		free(f->iommu);
		return false;
	}
	f->kind = IOMMU_AMD;
	f->reason = xstrndup(event, strspn(event, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"));
	if (amd_has_request(event))
		amd_request(event, end, f);
	return true;
}

/* --- arm-smmu --- */

/* ARM_SMMU_CB_FSR_* and ARM_SMMU_CB_FSYNR0_WNR of arm/arm-smmu/arm-smmu.h. */
#define SMMU_FSYNR_WRITE 0x10

static const struct {
	uint32_t bit;
	const char *text;
} smmu_reasons[] = {
	{ 1u << 1, "translation fault" },
	{ 1u << 2, "access flag fault" },
	{ 1u << 3, "permission fault" },
	{ 1u << 4, "external fault" },
	{ 1u << 5, "TLB match conflict" },
	{ 1u << 6, "TLB lock fault" },
	{ 1u << 7, "address size fault" },
	{ 1u << 8, "unsupported upstream transaction" },
};

static char *smmu_reason(uint64_t fsr)
{
	for (size_t i = 0; i < ARRAY_SIZE(smmu_reasons); i++) {
		if (fsr & smmu_reasons[i].bit)
			return xstrdup(smmu_reasons[i].text);
	}
	return NULL;
}

static void set_stream(struct fault *f, uint64_t id)
{
	f->requester = REQUESTER_STREAM;
	f->id = (uint32_t)id;
}

/* "arm-smmu 15000000.iommu: Blocked unknown Stream ID 0x800; boot with ..." */
static bool of_smmu_stream(const char *text, struct fault *f)
{
	static const char words[] = "Blocked unknown Stream ID ";
	const char *mark = strstr(text, words);
	const char *p = mark && is_prefix(text, mark) ? mark + strlen(words) : NULL;
	uint64_t id;

	if (!p || !take_hex(&p, &id) || id > UINT32_MAX)
		return false;
	f->kind = IOMMU_SMMU;
	f->iommu = device_before(text, mark);
	f->reason = xstrdup("unknown stream id");
	set_stream(f, id);
	return true;
}

/* "arm-smmu 15000000.iommu: Unhandled context fault: fsr=0x402, iova=0x9c4b9000, ..." */
static bool of_smmu(const char *text, struct fault *f)
{
	const char *mark, *end = text + strlen(text);
	uint64_t fsr, fsynr, id;

	if (!text_starts_with(text, "arm-smmu "))
		return false;
	mark = strstr(text, "Unhandled context fault: fsr=");
	if (!mark)
		return of_smmu_stream(text, f);
	if (!is_prefix(text, mark) || !number_behind(mark, " fsr=", end, &fsr) ||
	    !number_behind(mark, " iova=", end, &f->address))
		return false;
	f->kind = IOMMU_SMMU;
	f->has_address = true;
	f->iommu = device_before(text, mark);
	f->reason = smmu_reason(fsr);
	if (number_behind(mark, " fsynr=", end, &fsynr))
		f->access = fsynr & SMMU_FSYNR_WRITE ? FAULT_WRITE : FAULT_READ;
	if (number_behind(mark, " cbfrsynra=", end, &id)) /* CBFRSYNRA_SID */
		set_stream(f, id & 0xffff);
	return true;
}

/* --- arm-smmu-v3 --- */

/* Arm System Memory Management Unit Architecture Specification, IHI 0070, 7.3. */
static const char *const smmuv3_events[] = {
	[0x01] = "F_UUT",
	[0x02] = "C_BAD_STREAMID",
	[0x03] = "F_STE_FETCH",
	[0x04] = "C_BAD_STE",
	[0x05] = "F_BAD_ATS_TREQ",
	[0x06] = "F_STREAM_DISABLED",
	[0x07] = "F_TRANSL_FORBIDDEN",
	[0x08] = "C_BAD_SUBSTREAMID",
	[0x09] = "F_CD_FETCH",
	[0x0a] = "C_BAD_CD",
	[0x0b] = "F_WALK_EABT",
	[0x10] = "F_TRANSLATION",
	[0x11] = "F_ADDR_SIZE",
	[0x12] = "F_ACCESS",
	[0x13] = "F_PERMISSION",
	[0x20] = "F_TLB_CONFLICT",
	[0x21] = "F_CFG_CONFLICT",
	[0x24] = "E_PAGE_REQUEST",
	[0x25] = "F_VMS_FETCH",
};

#define SMMUV3_READ ((uint64_t)1 << 35) /* EVTQ_1_RnW of word 1 */

/* "arm-smmu-v3 NAME: event: F_TRANSLATION client: 0000:01:00.0 sid: 0x100 ssid: ..." */
static bool of_smmuv3(const char *text, struct fault *f)
{
	static const char words[] = "event: ";
	const char *mark =
		text_starts_with(text, "arm-smmu-v3 ") ? strstr(text, words) : NULL;
	const char *event = mark ? mark + strlen(words) : NULL;
	const char *client = event ? behind(event, " client: ") : NULL;
	const char *stream = client ? strstr(client, " sid: ") : NULL;
	uint64_t id;

	if (!stream || !is_prefix(text, mark) ||
	    !number_behind(stream, " sid: ", stream + strlen(stream), &id) ||
	    id > UINT32_MAX)
		return false;
	f->kind = IOMMU_SMMUV3;
	f->iommu = device_before(text, mark);
	f->reason = xstrndup(event, strcspn(event, " "));
	if (*client != '(') /* "(unassigned sid)" */
		f->client = xstrndup(client, (size_t)(stream - client));
	set_stream(f, id);
	f->has_address =
		number_behind(stream, " iova: ", stream + strlen(stream), &f->address);
	return true;
}

/* "arm-smmu-v3 NAME: event 0x10 received:", and four lines with a word each follow. */
static bool open_raw(struct raw_event *raw, const char *text, unsigned number,
		     const char *time)
{
	static const char words[] = "event 0x";
	const char *mark =
		text_starts_with(text, "arm-smmu-v3 ") ? strstr(text, words) : NULL;
	const char *p = mark ? mark + strlen(words) : NULL;
	uint64_t id;

	if (!p || !is_prefix(text, mark) || !take_hex(&p, &id) || id > 0xff ||
	    !text_starts_with(p, " received"))
		return false;
	free(raw->time);
	free(raw->iommu);
	free(raw->text);
	*raw = (struct raw_event){
		.is_open = true,
		.line = number,
		.text = xstrndup(text, 200),
		.time = time ? xstrdup(time) : NULL,
		.iommu = device_before(text, mark),
		.id = (unsigned)id,
		.patience = 32,
	};
	return true;
}

/* A word, behind a tab, which /dev/kmsg has as \x09. */
static bool take_word(struct raw_event *raw, const char *text)
{
	const char *p = text_starts_with(text, "arm-smmu-v3 ") && raw->iommu
				? behind(text, raw->iommu)
				: NULL;

	if (!p || !text_starts_with(p, ": "))
		return false;
	p += 2;
	if (text_starts_with(p, "\\x09"))
		p += 4;
	else if (*p == '\t' || *p == '?')
		p++;
	if (!text_starts_with(p, "0x") || !take_hex(&p, &raw->word[raw->n_words]) || *p)
		return false;
	raw->n_words++;
	return true;
}

/* Which events have the address of a request: F_TRANSLATION to F_PERMISSION, and more. */
static bool raw_has_address(unsigned id)
{
	return (id >= 0x10 && id <= 0x13) || id == 0x01 || id == 0x05 || id == 0x07 ||
	       id == 0x20 || id == 0x24;
}

static struct fault fault_of_raw(const struct raw_event *raw)
{
	const char *name =
		raw->id < ARRAY_SIZE(smmuv3_events) ? smmuv3_events[raw->id] : NULL;
	struct fault f = {
		.line = raw->line,
		.time = raw->time ? xstrdup(raw->time) : NULL,
		.kind = IOMMU_SMMUV3,
		.iommu = xstrdup(raw->iommu),
		.reason = name ? xstrdup(name) : text_format("event 0x%02x", raw->id),
	};

	set_stream(&f, raw->word[0] >> 32);
	f.has_address = raw_has_address(raw->id);
	if (f.has_address) {
		f.address = raw->word[2];
		f.access = (raw->word[1] & SMMUV3_READ) ? FAULT_READ : FAULT_WRITE;
	}
	return f;
}

/* --- virtio-iommu --- */

/* "virtio_iommu virtio0: page fault from EP 48 at 0x12345000 [RW]" */
static bool of_virtio(const char *text, struct fault *f)
{
	static const char words[] = " fault from EP ";
	const char *colon =
		text_starts_with(text, "virtio_iommu ") ? behind(text, ": ") : NULL;
	const char *mark = colon ? strstr(colon, words) : NULL;
	const char *flags = mark ? strchr(mark, '[') : NULL;
	unsigned long id;
	char *end;

	if (!mark || !is_prefix(text, colon))
		return false;
	id = strtoul(mark + strlen(words), &end, 10);
	if (end == mark + strlen(words) || id > UINT32_MAX)
		return false;
	f->kind = IOMMU_VIRTIO;
	f->requester = REQUESTER_ENDPOINT;
	f->id = (uint32_t)id;
	f->iommu = device_before(text, colon);
	f->reason = text_format("%.*s fault",
				(int)(mark - colon < 40 ? mark - colon : 40), colon);
	f->has_address = number_behind(end, " at ", end + strlen(end), &f->address);
	if (flags && !strcmp(flags, "[R]"))
		f->access = FAULT_READ;
	else if (flags && !strcmp(flags, "[W]"))
		f->access = FAULT_WRITE;
	return true;
}

/* --- One line --- */

/*
 * What one line, without its time, says of a fault. False if it is not about one, or only
 * together with others; *out is then untouched.
 */
static bool fault_of_line(const char *text, struct fault *out)
{
	static bool (*const drivers[])(const char *text, struct fault *f) = {
		of_intel, of_amd, of_smmu, of_smmuv3, of_virtio,
	};

	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		struct fault f = { .count = 0 };

		if (!drivers[i](text, &f))
			continue;
		clean(f.iommu);
		clean(f.client);
		clean(f.reason);
		*out = f;
		return true;
	}
	return false;
}

static void release(struct fault *f)
{
	free(f->time);
	free(f->iommu);
	free(f->client);
	free(f->reason);
}

/* --- Line by line --- */

/*
 * Lines that only say more of a fault, and of nothing that is wanted: one flood of faults
 * must not take the place of the rest of the log.
 */
static bool is_detail(const char *text)
{
	static const char *const starts[] = {
		"DMAR: DRHD: handling fault status",
		"DMAR: root entry",
		"DMAR: root table is not present",
		"DMAR: scalable mode root entry",
		"DMAR: context entry",
		"DMAR: context table is not present",
		"DMAR: pasid ",
		"DMAR: page table not present",
		"DMAR: pte level",
		"AMD-Vi: DTE[",
		"AMD-Vi: CMD[",
	};
	const char *smmu =
		text_starts_with(text, "arm-smmu ") ? behind(text, ": ") : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		if (text_starts_with(text, starts[i]))
			return true;
	}
	return smmu && (text_starts_with(smmu, "FSR    = ") ||
			text_starts_with(smmu, "FSYNR0 = "));
}

/* "dmar_fault: 123 callbacks suppressed" */
static bool count_suppressed(struct host *host, const char *text)
{
	static const char *const functions[] = { "dmar_fault", "amd_iommu_", "arm_smmu_",
						 "nvidia_smmu_", "viommu_" };
	const char *colon = strstr(text, ": ");
	unsigned long n;
	char *end;

	if (!colon || !strstr(colon, " callbacks suppressed"))
		return false;
	n = strtoul(colon + 2, &end, 10);
	if (strcmp(end, " callbacks suppressed") != 0 || n > INT32_MAX)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (text_starts_with(text, functions[i])) {
			host->log_state.suppressed += n;
			return true;
		}
	}
	return false;
}

/* The unit of VT-d, where it is told at all, stands in a line of its own. */
static bool is_same_unit(const struct fault *a, const struct fault *b)
{
	return a->kind == IOMMU_INTEL || text_equals(a->iommu, b->iommu);
}

/* But for the access, which may stand in another line. */
static bool is_same(const struct fault *a, const struct fault *b)
{
	return a->kind == b->kind && a->requester == b->requester && a->id == b->id &&
	       a->has_segment == b->has_segment && a->segment == b->segment &&
	       a->is_interrupt == b->is_interrupt && a->has_address == b->has_address &&
	       a->address == b->address && is_same_unit(a, b) &&
	       text_equals(a->reason, b->reason) &&
	       (a->access == b->access || !a->access || !b->access);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x9e3779b97f4a7c15 ^ (hash >> 29);
}

static size_t first_slot(const struct fault *f)
{
	uint64_t hash = mix(f->kind, f->id);

	hash = mix(hash, f->address);
	hash = mix(hash, (uint64_t)f->segment << 8 | (uint64_t)f->requester << 2 |
				 (uint64_t)f->is_interrupt << 1 | f->has_address);
	for (const char *s = f->reason ? f->reason : ""; *s; s++)
		hash = mix(hash, (unsigned char)*s);
	return (size_t)(hash >> 40) % FAULT_SLOTS;
}

/* The slot of a fault like this one, or the empty one where it belongs. */
static uint16_t *slot_of(struct fault_reader *r, const struct fault *f)
{
	size_t i = first_slot(f);

	while (r->slot[i] && !is_same(&r->host->faults[r->slot[i] - 1], f))
		i = (i + 1) % FAULT_SLOTS;
	return &r->slot[i];
}

/* Takes over the strings of the fault. */
static enum fault_line add(struct fault_reader *r, struct fault *f)
{
	uint16_t *slot = slot_of(r, f);
	bool is_new = !*slot;

	if (is_new && r->host->n_faults == FAULTS_MAX) {
		r->host->log_state.unkept++;
		r->last = 0;
		release(f);
		return LINE_OF_OLD_FAULT;
	}
	if (is_new) {
		f->count = 1;
		*ADD(r->host, faults) = *f;
		*slot = (uint16_t)r->host->n_faults;
	} else {
		r->host->faults[*slot - 1].count++;
		release(f);
	}
	r->last = *slot;
	return is_new ? LINE_OF_NEW_FAULT : LINE_OF_OLD_FAULT;
}

/* The decoded line behind the words of the same event: it names the device. */
static enum fault_line explain_raw(struct fault_reader *r, struct fault *f)
{
	struct fault *raw = &r->host->faults[r->last - 1];
	bool is_new = raw->count == 1;

	r->last_is_raw = false;
	if (!raw->client) {
		raw->client = f->client;
		f->client = NULL;
	}
	if (is_new)
		raw->line = f->line;
	release(f);
	return is_new ? LINE_OF_NEW_FAULT : LINE_OF_OLD_FAULT;
}

static enum fault_line take_fault(struct fault_reader *r, struct fault *f,
				  unsigned number, const char *time)
{
	f->line = number;
	f->time = time ? xstrdup(time) : NULL;
	if (r->last_is_raw && r->last && f->kind == IOMMU_SMMUV3 &&
	    is_same(&r->host->faults[r->last - 1], f))
		return explain_raw(r, f);
	r->last_is_raw = false;
	return add(r, f);
}

/* A line between the words of an event; LINE_OF_NO_FAULT: it is something else. */
static enum fault_line go_on_with_raw(struct fault_reader *r, const char *text)
{
	struct fault f;

	if (!take_word(&r->raw, text)) {
		r->raw.is_open = --r->raw.patience > 0;
		return LINE_OF_NO_FAULT;
	}
	if (r->raw.n_words < ARRAY_SIZE(r->raw.word))
		return LINE_OF_OLD_FAULT;
	r->raw.is_open = false;
	f = fault_of_raw(&r->raw);
	clean(f.iommu);
	r->last_is_raw = true;
	return add(r, &f);
}

/* The unit of VT-d that "dmar0 table entries ..." names; that of several is of none. */
static void add_unit(struct fault *f, const char *text)
{
	char *unit = xstrndup(text, strcspn(text, " "));

	clean(unit);
	if (f->count > 1 && !text_equals(f->iommu, unit)) {
		free(unit);
		unit = NULL;
	}
	free(f->iommu);
	f->iommu = unit;
}

/* What the line behind a fault adds: the unit of VT-d, the access of an SMMU. */
static bool add_detail(struct fault_reader *r, const char *text)
{
	struct fault *f = r->last ? &r->host->faults[r->last - 1] : NULL;
	const char *unit = text_starts_with(text, "DMAR: Dump ") ? text + 11 : NULL;
	const char *smmu =
		text_starts_with(text, "arm-smmu-v3 ") ? behind(text, ": ") : NULL;

	if (unit && strstr(unit, " table entries for IOVA ")) {
		if (f && f->kind == IOMMU_INTEL)
			add_unit(f, unit);
		return true;
	}
	if (!smmu || !strstr(smmu, " stag: "))
		return false;
	if (f && f->kind == IOMMU_SMMUV3 && !f->access)
		f->access = strstr(smmu, " read ")    ? FAULT_READ
			    : strstr(smmu, " write ") ? FAULT_WRITE
						      : FAULT_ACCESS_UNKNOWN;
	return true;
}

enum fault_line fault_reader_take(struct fault_reader *r, const char *text,
				  unsigned number, const char *time)
{
	enum fault_line taken;
	struct fault f;

	if (open_raw(&r->raw, text, number, time))
		return LINE_OF_OLD_FAULT;
	taken = r->raw.is_open ? go_on_with_raw(r, text) : LINE_OF_NO_FAULT;
	if (taken != LINE_OF_NO_FAULT)
		return taken;
	if (fault_of_line(text, &f))
		return take_fault(r, &f, number, time);
	if (count_suppressed(r->host, text) || is_detail(text) || add_detail(r, text))
		return LINE_OF_OLD_FAULT;
	return LINE_OF_NO_FAULT;
}

const char *fault_reader_line(const struct fault_reader *r, unsigned *number)
{
	if (!r->last_is_raw)
		return NULL;
	*number = r->raw.line;
	return r->raw.text;
}

void fault_reader_reset(struct fault_reader *r)
{
	struct host *host = r->host;

	free(r->raw.time);
	free(r->raw.iommu);
	free(r->raw.text);
	*r = (struct fault_reader){ .host = host };
}
