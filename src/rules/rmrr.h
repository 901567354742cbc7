/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "rules/rules.h"

/* What can be wrong with the range of an RMRR by itself. */
enum rmrr_fault {
	RMRR_SOUND,
	RMRR_INVERTED,
	RMRR_WRAPS,
	RMRR_BEYOND_WIDTH, /* of the table: the IOMMU's own is not known */
	RMRR_SUB_PAGE,
	RMRR_MISALIGNED,
};

/*
 * Finds the RMRRs that have a fault and that no line of sysfs can show: the kernel gave
 * the IOMMU up, or there is a table and no host (`decode`).
 */
void check_rmrrs(struct judge *j, enum rmrr_fault fault);
