/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA faults of Arm's SMMUs in the kernel log: arm_smmu_context_fault and
 * arm_smmu_print_context_fault_info (drivers/iommu/arm/arm-smmu/arm-smmu.c),
 * arm_smmu_evtq_thread and arm_smmu_dump_event (arm/arm-smmu-v3/arm-smmu-v3.c).
 */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "collect/log-drivers.h"
#include "collect/log-scan.h"

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
	const char *p = mark && scan_is_prefix(text, mark) ? mark + strlen(words) : NULL;
	uint64_t id;

	if (!p || !scan_hex(&p, &id) || id > UINT32_MAX)
		return false;
	f->kind = IOMMU_SMMU;
	f->iommu = scan_device_before(text, mark);
	f->reason = xstrdup("unknown stream id");
	set_stream(f, id);
	return true;
}

/* "arm-smmu 15000000.iommu: Unhandled context fault: fsr=0x402, iova=0x9c4b9000, ..." */
bool fault_of_smmu(const char *text, struct fault *f)
{
	const char *mark, *end = text + strlen(text);
	uint64_t fsr, fsynr, id;

	if (!text_starts_with(text, "arm-smmu "))
		return false;
	mark = strstr(text, "Unhandled context fault: fsr=");
	if (!mark)
		return of_smmu_stream(text, f);
	if (!scan_is_prefix(text, mark) ||
	    !scan_number_behind(mark, " fsr=", end, &fsr) ||
	    !scan_number_behind(mark, " iova=", end, &f->address))
		return false;
	f->kind = IOMMU_SMMU;
	f->has_address = true;
	f->iommu = scan_device_before(text, mark);
	f->reason = smmu_reason(fsr);
	if (scan_number_behind(mark, " fsynr=", end, &fsynr))
		f->access = fsynr & SMMU_FSYNR_WRITE ? FAULT_WRITE : FAULT_READ;
	if (scan_number_behind(mark, " cbfrsynra=", end, &id)) /* CBFRSYNRA_SID */
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
bool fault_of_smmuv3(const char *text, struct fault *f)
{
	static const char words[] = "event: ";
	const char *mark =
		text_starts_with(text, "arm-smmu-v3 ") ? strstr(text, words) : NULL;
	const char *event = mark ? mark + strlen(words) : NULL;
	const char *client = event ? scan_behind(event, " client: ") : NULL;
	const char *stream = client ? strstr(client, " sid: ") : NULL;
	uint64_t id;

	if (!stream || !scan_is_prefix(text, mark) ||
	    !scan_number_behind(stream, " sid: ", stream + strlen(stream), &id) ||
	    id > UINT32_MAX)
		return false;
	f->kind = IOMMU_SMMUV3;
	f->iommu = scan_device_before(text, mark);
	f->reason = xstrndup(event, strcspn(event, " "));
	if (*client != '(') /* "(unassigned sid)" */
		f->client = xstrndup(client, (size_t)(stream - client));
	set_stream(f, id);
	f->has_address = scan_number_behind(stream, " iova: ", stream + strlen(stream),
					    &f->address);
	return true;
}

/* "arm-smmu-v3 NAME: event 0x10 received:", and four lines with a word each follow. */
bool raw_event_open(struct raw_event *raw, const char *text, unsigned number,
		    const char *time)
{
	static const char words[] = "event 0x";
	const char *mark =
		text_starts_with(text, "arm-smmu-v3 ") ? strstr(text, words) : NULL;
	const char *p = mark ? mark + strlen(words) : NULL;
	uint64_t id;

	if (!p || !scan_is_prefix(text, mark) || !scan_hex(&p, &id) || id > 0xff ||
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
		.iommu = scan_device_before(text, mark),
		.id = (unsigned)id,
		.patience = 32,
	};
	return true;
}

/* A word, behind a tab, which /dev/kmsg has as \x09. */
bool raw_event_take(struct raw_event *raw, const char *text)
{
	const char *p = text_starts_with(text, "arm-smmu-v3 ")
				? scan_behind(text, raw->iommu)
				: NULL;

	if (!p || !text_starts_with(p, ": "))
		return false;
	p += 2;
	if (text_starts_with(p, "\\x09"))
		p += 4;
	else if (*p == '\t' || *p == '?')
		p++;
	if (!text_starts_with(p, "0x") || !scan_hex(&p, &raw->word[raw->n_words]) || *p)
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

struct fault fault_of_raw_event(const struct raw_event *raw)
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
