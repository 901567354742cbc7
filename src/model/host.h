/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/memory.h"
#include "base/range.h"
#include "model/device.h"
#include "model/inquiry.h"
#include "model/log.h"
#include "model/machine.h"
#include "model/msi.h"
#include "model/names.h"
#include "model/use.h"

/*
 * The machine as it was read: facts with their origin, and no meaning. Collectors
 * and the snapshot loader fill it, host_finish sorts it, and from then on it is const.
 * What a member is called in a snapshot, and what it may be, is a row of facts.def.
 * Objects refer to each other by number or name. The host owns all it points to.
 *
 * Strings are as the machine gave them; renderers clean them.
 */

/* What became of one source as a whole. */
struct source {
	enum source_state state;
	int error;     /* positive errno, or 0 */
	char *path;    /* absolute, as on the machine; NULL while not asked */
	unsigned line; /* 1.., 0: the file as a whole */
	char *detail;  /* for people: what is wrong; may be NULL */
};

/*
 * One file of a source that could not be read or understood; the rest of the source was.
 * SOURCE_READ: it was, and holds more than is kept, which takes nothing from the state of
 * the source.
 */
struct gap {
	enum source_id source;
	enum source_state state;
	int error;
	char *path;
	unsigned line;	/* 1.., 0: the whole file */
	uint32_t group; /* NO_GROUP: of no group */
	char *detail;
};

/* What the device tree is called among the tables; no ACPI table is. */
#define DEVICE_TREE_NAME "DT"

/*
 * A file of /sys/firmware/acpi/tables; the bytes are kept only of tables about IOMMUs.
 * Or the device tree, flattened, with the properties of base/device-tree.def.
 */
struct table_file {
	char *name; /* signature, and a number from the second on: DMAR, DMAR1 */
	enum source_state state; /* of its bytes; SOURCE_NOT_ASKED: not about IOMMUs */
	int error;
	uint8_t *bytes; /* as firmware wrote them, unchecked; NULL unless read */
	size_t size;
};

/* A line of /proc/iomem, or an entry of the firmware's own memory map. */
struct memory {
	enum source_id source; /* SOURCE_IOMEM or SOURCE_MEMORY_MAP */
	struct range range;
	unsigned depth; /* iomem: indentation level, 0 outermost */
	unsigned place; /* line of iomem, number of the memory map's entry */
	char *name;
};

enum origin_kind {
	ORIGIN_LIVE,
	ORIGIN_SYSROOT,
	ORIGIN_SNAPSHOT,
};

struct host {
	enum origin_kind origin; /* how this host came to us */
	char *origin_path;	 /* NULL when live */
	struct source sources[SOURCE_COUNT];
	struct kernel kernel;
	struct machine machine;
	struct interrupts interrupts;
	ARRAY_OF(struct interrupt_chip, interrupt_chips); /* by name */
	ARRAY_OF(struct gap, gaps);
	ARRAY_OF(struct iommu, iommus);
	ARRAY_OF(struct group, groups);	  /* sorted by id */
	ARRAY_OF(struct region, regions); /* sorted by group, line */
	ARRAY_OF(struct device, devices); /* sorted by group, name; without group last */
	ARRAY_OF(struct slot, slots);
	ARRAY_OF(struct table_file, tables);
	bool has_device_tree;
	ARRAY_OF(struct memory, memory);
	ARRAY_OF(struct kernel_feature, features);
	/* as the devices stand, by line; only where the log has a fault or a group a
	 * direct region */
	ARRAY_OF(struct resource, resources);
	ARRAY_OF(struct parameter, parameters);
	ARRAY_OF(char *, programs); /* installed: "driverctl" */
	struct distribution distribution;
	ARRAY_OF(char *, boot_files); /* of boot loaders, that are there: absolute */
	ARRAY_OF(char *, nodes);      /* below /dev: "vfio/vfio", "vfio/7", "iommu" */
	ARRAY_OF(struct log_line, log);
	ARRAY_OF(struct qemu_line, qemu_lines); /* by number */
	ARRAY_OF(struct fault, faults);		/* by line */
	struct log_state log_state;
	ARRAY_OF(struct interface, interfaces);
	ARRAY_OF(struct disk_use, disk_uses);
	ARRAY_OF(struct holder, holders);
	ARRAY_OF(struct page_table, page_tables);
	ARRAY_OF(struct mapping, mappings);
	struct iommufd_facts iommufd;
	ARRAY_OF(struct inquiry, inquiries);
	ARRAY_OF(struct msi_state, msi_states);
	ARRAY_OF(struct msix_entry, msix_entries); /* by state, then index */
	ARRAY_OF(struct msi_irq, msi_irqs);	   /* by state */
	/* indices of devices, sorted by name; host_finish makes it */
	size_t *devices_by_name;
};

/* Forgets what the log told. */
void host_clear_log(struct host *host);
/* The same of what QEMU said in it. */
void host_clear_qemu_lines(struct host *host);

void host_init(struct host *host);
void host_clear(struct host *host);

/*
 * Notes what became of a source as a whole. path is absolute, as on the machine. error is
 * a positive errno or 0. detail may be NULL. A source once broken or denied keeps that
 * state.
 */
void host_set_source(struct host *host, enum source_id id, enum source_state state,
		     int error, const char *path, const char *detail);

/* As if nobody had asked for it: its state, and its gaps. */
void host_forget_source(struct host *host, enum source_id id);

/* The state that goes with a negative errno of the root module (or 0). */
enum source_state source_state_of(int result);

/*
 * Notes one file (or line) that could not be read or understood, and lowers the state of
 * its source unless it merely vanished. The same arguments as above; returns the gap.
 */
struct gap *host_add_gap(struct host *host, enum source_id id, enum source_state state,
			 int error, const char *path, unsigned line, const char *detail);

/* Is it one that people are told of? Not of a file that merely vanished. */
bool gap_is_told(const struct gap *gap);
/* Are the devices of an IOMMU not known, though it has none here? */
bool host_lost_devices_of(const struct host *host, const struct iommu *iommu);

/* New element, zeroed but for "none" values; the caller fills in owned strings. */
struct iommu *host_add_iommu(struct host *host, const char *name);
struct group *host_add_group(struct host *host, uint32_t id);
struct device *host_add_device(struct host *host, const char *name);
void host_add_region(struct host *host, struct region region); /* word becomes its own */

/*
 * Sorts and links. False if the facts contradict each other in a way no machine can (two
 * groups with one id, a device or region in a group that is not there, a PCI function
 * that is there twice): only a snapshot or a made-up tree can be so.
 */
bool host_finish(struct host *host) must_check;

/* Makes devices_by_name anew, once names have changed. */
void host_sort_names(struct host *host);

/* NULL if there is none. */
const struct group *host_group(const struct host *host, uint32_t id);
const struct device *host_device(const struct host *host, const char *name);
const char *host_parameter(const struct host *host, const char *module, const char *name);
/* Unknown, too, where nobody has looked. */
enum tristate host_feature(const struct host *host, const char *name);
/* First log line that contains all of a (and b, if not NULL). */
const struct log_line *host_log_find(const struct host *host, const char *a,
				     const char *b);

/* The file that the log is read from. */
const char *host_log_path(const struct host *host);
/* Is that another one than every host has: the one that the user named? */
bool host_log_is_named(const struct host *host);

bool host_has_table(const struct host *host, const char *signature);
/* The first table of a signature whose bytes were read; NULL if there is none. */
const struct table_file *host_table(const struct host *host, const char *signature);
bool host_has_node(const struct host *host, const char *name);
/* Is a program known to be installed? */
bool host_has_program(const struct host *host, const char *name);

/* IOMMU instances without the mock of the kernel's self tests, which serves no device. */
size_t host_real_iommus(const struct host *host);
/* Is there an IOMMU instance of this kind? */
bool host_has_iommu(const struct host *host, enum iommu_kind kind);

/*
 * Was the list of devices of every group read, so that a device in none is known to be in
 * none?
 */
bool host_groups_complete(const struct host *host);

/* True if facts of this source are there, though perhaps not all. */
bool host_source_usable(const struct host *host, enum source_id id);

bool host_is_x86(const struct host *host);
bool host_is_arm64(const struct host *host);
/* By the architecture, or where it is not told (before Linux 6.1) by an IOMMU. */
bool host_is_s390(const struct host *host);
bool host_is_riscv(const struct host *host);
bool host_is_power(const struct host *host);

/*
 * Has a group a device for which firmware's relaxable ranges are meant: a USB controller
 * or display (drivers/iommu/intel/iommu.c, device_rmrr_is_relaxable), or an ISA bridge
 * (the kernel's own range)?
 */
bool group_expects_relaxable(const struct host *host, const struct group *g);
