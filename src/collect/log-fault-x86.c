/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA faults of VT-d and AMD-Vi in the kernel log: dmar_fault_do_one and
 * dmar_fault_dump_ptes (drivers/iommu/intel), iommu_print_event and
 * amd_iommu_report_page_fault (drivers/iommu/amd/iommu.c).
 */
#include <string.h>

#include "base/attr.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "collect/log-drivers.h"
#include "collect/log-scan.h"

/* --- VT-d --- */

/* "[fault reason 06] PTE Read access is not set" */
static char *intel_reason(const char *s)
{
	const char *p = scan_behind(s, "[fault reason ");
	const char *text = p ? scan_behind(p, "] ") : NULL;

	return text && *text ? xstrdup(text) : NULL;
}

/* "DMAR: [DMA Read NO_PASID] Request device [05:00.0] fault addr 0x12345000 ..." */
bool fault_of_intel(const char *text, struct fault *f)
{
	const char *p = text_starts_with(text, "DMAR: [") ? text + 7 : NULL;
	const char *device = p ? scan_behind(p, "] Request device [") : NULL;
	uint64_t address;

	if (!device || !scan_function(&device, f) || !scan_char(&device, ']'))
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
		!f->is_interrupt && scan_number_behind(device, " fault addr ",
						       device + strlen(device), &address);
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

	f->has_address = scan_number_behind(event, " address=", end, &f->address);
	if (text_starts_with(event, "IO_PAGE_FAULT ") &&
	    scan_number_behind(event, " flags=", end, &flags)) {
		f->access = amd_access(flags);
		f->is_interrupt = flags & AMD_INTERRUPT;
	}
}

/* Of the device before it where the event names none: "nvme 0000:04:00.0: AMD-Vi: ..." */
static bool amd_requester(const char *text, const char *mark, const char *event,
			  const char *end, struct fault *f)
{
	const char *device = scan_behind(event, " device=");
	cleanup_free char *before = scan_device_before(text, mark);
	const char *name = before;

	if (device && device < end) {
		if (before && text_starts_with(text, "iommu "))
			f->iommu = xstrdup(before);
		return scan_function(&device, f);
	}
	return name && scan_function(&name, f) && !*name;
}

/* "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:05:00.0 domain=... address=0x...]" */
bool fault_of_amd(const char *text, struct fault *f)
{
	static const char words[] = "AMD-Vi: Event logged [";
	const char *mark = strstr(text, words);
	const char *event = mark ? mark + strlen(words) : NULL;
	const char *end = event ? strchr(event, ']') : NULL;

	if (!end || !scan_is_prefix(text, mark) ||
	    !amd_requester(text, mark, event, end, f)) {
		free(f->iommu);
		return false;
	}
	f->kind = IOMMU_AMD;
	f->reason = xstrndup(event, strspn(event, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"));
	if (amd_has_request(event))
		amd_request(event, end, f);
	return true;
}
