/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA faults in the kernel log, line by line. What the lines of VT-d, AMD-Vi and SMMUs
 * say is read in log-fault-x86.c and log-fault-smmu.c; here are those of
 * viommu_fault_handler (virtio-iommu.c), and ___ratelimit (lib/ratelimit.c).
 */
#include "collect/log-fault.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "collect/log-drivers.h"
#include "collect/log-scan.h"

/* --- virtio-iommu --- */

/* "virtio_iommu virtio0: page fault from EP 48 at 0x12345000 [RW]" */
static bool of_virtio(const char *text, struct fault *f)
{
	static const char words[] = " fault from EP ";
	const char *colon =
		text_starts_with(text, "virtio_iommu ") ? scan_behind(text, ": ") : NULL;
	const char *mark = colon ? strstr(colon, words) : NULL;
	const char *flags = mark ? strchr(mark, '[') : NULL;
	unsigned long id;
	char *end;

	if (!mark || !scan_is_prefix(text, colon))
		return false;
	id = strtoul(mark + strlen(words), &end, 10);
	if (end == mark + strlen(words) || id > UINT32_MAX)
		return false;
	f->kind = IOMMU_VIRTIO;
	f->requester = REQUESTER_ENDPOINT;
	f->id = (uint32_t)id;
	f->iommu = scan_device_before(text, colon);
	f->reason = text_format("%.*s fault",
				(int)(mark - colon < 40 ? mark - colon : 40), colon);
	f->has_address = scan_number_behind(end, " at ", end + strlen(end), &f->address);
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
		fault_of_intel, fault_of_amd, fault_of_smmu, fault_of_smmuv3, of_virtio,
	};

	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		struct fault f = { .count = 0 };

		if (!drivers[i](text, &f))
			continue;
		fault_text_clean(f.iommu);
		fault_text_clean(f.client);
		fault_text_clean(f.reason);
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
		text_starts_with(text, "arm-smmu ") ? scan_behind(text, ": ") : NULL;

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

	if (!raw_event_take(&r->raw, text)) {
		r->raw.is_open = --r->raw.patience > 0;
		return LINE_OF_NO_FAULT;
	}
	if (r->raw.n_words < ARRAY_SIZE(r->raw.word))
		return LINE_OF_OLD_FAULT;
	r->raw.is_open = false;
	f = fault_of_raw_event(&r->raw);
	fault_text_clean(f.iommu);
	r->last_is_raw = true;
	return add(r, &f);
}

/* The unit of VT-d that "dmar0 table entries ..." names; that of several is of none. */
static void add_unit(struct fault *f, const char *text)
{
	char *unit = xstrndup(text, strcspn(text, " "));

	fault_text_clean(unit);
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
		text_starts_with(text, "arm-smmu-v3 ") ? scan_behind(text, ": ") : NULL;

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

	if (raw_event_open(&r->raw, text, number, time))
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
