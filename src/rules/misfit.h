/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "rules/rules.h"

/*
 * For check of a rule: finds the demands that have its misfit: the lines of sysfs, what
 * AMD's driver rounds before it lists, RMRRs that no line can show (the kernel gave the
 * IOMMU up, or there is a table and no host), and what a page table tells of a device.
 */
void check_misfit(struct judge *j);
