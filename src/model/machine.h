/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/memory.h"
#include "model/names.h"

/*
 * Facts of the machine as a whole: its kernel, maker, modules, and what of the kernel
 * tells its behaviours.
 */

struct kernel {
	char *release;	       /* NULL: not known */
	unsigned major, minor; /* 0, 0: not known */
	char *architecture;    /* uname -m; NULL: not known */
	uint64_t page_size;    /* bytes; 0: not known */
	/*
	 * Arm: bits of a process' addresses, by where its stack ends: VA_BITS of the
	 * kernel, but 48 for one with 52 (STACK_TOP_MAX); 0: not known
	 */
	unsigned user_bits;
	char *command_line; /* NULL: not known */
	bool taint_known;
	uint64_t taint; /* Documentation/admin-guide/tainted-kernels.rst */
	enum tristate virtualized;
	char *hypervisor; /* which, where something tells; NULL */
};

/* Each text is as the machine's maker wrote it; NULL: not told. */
struct machine {
	char *vendor, *product, *board;
	char *firmware_vendor, *firmware_version, *firmware_date;
	char *model; /* of a device tree */
};

/* Words of os-release(5): "ubuntu", and "debian", or several; NULL: not told. */
struct distribution {
	char *id, *like;
};

#define PARAMETERS_MAX 1024 /* far more than are asked for */

struct parameter {
	char *module;
	char *name;
	char *value;
};

#define KERNEL_FEATURES_MAX 1024 /* far more than behaviours.def asks for */

/*
 * Something that the running kernel has or lacks, by which its behaviours are told: a
 * question to its BTF ("dev_iommu.require_direct", "pt_iommu_amdv1_init()"), or a mode of
 * a file ("/sys/kernel/iommu_groups/N/type 0644").
 */
struct kernel_feature {
	char *name;
	enum tristate there; /* unknown: looked, and that does not tell */
};

/* Is a word on the kernel command line (whole word, or the part up to a trailing '=')? */
bool kernel_has_word(const struct kernel *kernel, const char *word);

/*
 * Does an option that takes a comma list, like "intel_iommu=", have a word, like
 * "sm_off"? Drivers match by prefix (intel_iommu_setup, parse_amd_iommu_options), and so
 * does this.
 */
bool kernel_option_has(const struct kernel *kernel, const char *option, const char *word);

/*
 * The word that switches the IOMMU off on this command line, for people; NULL if none
 * does.
 */
const char *kernel_iommu_off(const struct kernel *kernel);

/*
 * The patch of Proxmox (pve-kernel, "Add relaxable RMRR option") that takes every RMRR
 * for relaxable: its option of intel_iommu=.
 */
#define RELAX_RMRR "relax_rmrr"

/*
 * "LENOVO ThinkPad X1", and "LENOVO N32ET86W of 03/14/2023"; not what makers leave in
 * place of a name. The caller owns them; NULL: nothing tells.
 */
char *machine_name(const struct machine *m);
char *machine_firmware(const struct machine *m);
