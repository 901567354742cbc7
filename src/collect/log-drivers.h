/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "collect/log-fault.h"

/*
 * The lines about faults of each driver. False: the text, a line without its time, is not
 * about one, or only together with others; else *f, zeroed before, owns what it points
 * to.
 */

/* dmar_fault_do_one, drivers/iommu/intel/dmar.c */
bool fault_of_intel(const char *text, struct fault *f);

/* iommu_print_event, amd_iommu_report_page_fault: drivers/iommu/amd/iommu.c */
bool fault_of_amd(const char *text, struct fault *f);

/* arm_smmu_context_fault, drivers/iommu/arm/arm-smmu/arm-smmu.c */
bool fault_of_smmu(const char *text, struct fault *f);

/* arm_smmu_dump_event, drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c */
bool fault_of_smmuv3(const char *text, struct fault *f);

/* "arm-smmu-v3 NAME: event 0x10 received:", and four lines with a word each follow. */
bool raw_event_open(struct raw_event *raw, const char *text, unsigned number,
		    const char *time);

/* A word, behind a tab, which /dev/kmsg has as \x09. */
bool raw_event_take(struct raw_event *raw, const char *text);

struct fault fault_of_raw_event(const struct raw_event *raw);
