/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * What single firmware tables say, beyond what all have in common (analyze/tables.h):
 * texts, ranges and values, for the steps of the analysis and for the rules. Each is
 * answered by the file of its table; where there is no such table, by nothing or zero.
 */

/* --- DMAR --- */

/* The place of the flags in the table: VT-d specification, 8.1. */
#define DMAR_FLAGS_OFFSET 37

/* What the table says of interrupts. */
struct dmar_interrupts {
	uint8_t flags; /* as they stand */
	bool remapping;
	bool x2apic_opt_out;
};

/* False if the table was not read, or not all of it made sense. */
bool dmar_interrupts(const struct analysis *a, struct dmar_interrupts *out);

/* The last address of the host address width; UINT64_MAX: of 64 bits or more. */
uint64_t dmar_last_address(const struct analysis *a);

/* "00:1c.4/00.0", of analysis.firmware.scopes; the caller owns it. */
char *scope_view_text(const struct analysis *a, const struct scope_view *scope);

/*
 * The next unit (DRHD) whose scopes are displays only, one of them the device. *from is 0
 * before the first call.
 */
struct dmar_unit {
	uint64_t base; /* of its registers */
	size_t offset;
};
bool dmar_next_graphics_unit(const struct host *host, const struct analysis *a,
			     size_t device, size_t *from, struct dmar_unit *out);

/*
 * Does a scope name the function of a requester id? The bridges of its path must be
 * there, with a folder pci_bus or a function below that tells their bus.
 */
bool dmar_scope_names(const struct host *host, const struct analysis *a,
		      const struct scope_view *scope, uint16_t id);

/* The segment of the unit (DRHD) whose registers are at base; false: there is none. */
bool dmar_unit_segment(const struct analysis *a, uint64_t base, uint32_t *segment);

/* The segment of all units; false: they serve several, or not all of the table was read.
 */
bool dmar_only_segment(const struct analysis *a, uint32_t *segment);

/* --- IVRS --- */

/* IVinfo of the table's header. */
struct ivrs_info {
	uint32_t value;
	size_t offset;
	bool dma_protection; /* firmware used the IOMMU against DMA before the boot */
};

struct ivrs_info ivrs_info(const struct analysis *a);

/* An entry of the IVRS. */
struct ivmd_view {
	uint8_t type;
	bool is_exclusion;
	uint32_t segment;
	uint16_t first_id, last_id; /* requester ids it covers, both included */
};

struct ivmd_view ivmd_view(const struct analysis *a, const struct entry *e);

/* "device ids 0000-0fff (buses 00-0f)"; the caller owns it. */
char *ivmd_ids(const struct analysis *a, const struct entry *e);

/* A device that a unit of the kernel's choice names by its ACPI hardware id. */
struct ivrs_acpi_device {
	const char *hid;
	uint32_t segment;
	uint16_t id;
	size_t offset;
};

/* The next one. *from is 0 before the first call. */
bool ivrs_next_acpi_device(const struct analysis *a, size_t *from,
			   struct ivrs_acpi_device *out);

/* --- IORT --- */

unsigned iort_revision(const struct analysis *a);

/* Is the table's revision one of which the kernel reads RMR nodes? */
bool iort_rmrs_are_read(const struct analysis *a);

/* Why the entry's node is for no device, whatever the table's revision; NULL. */
const char *rmr_useless(const struct analysis *a, const struct entry *e);

/* Does this kernel skip the node, because each of its ID mappings covers one stream? */
bool rmr_is_skipped(const struct entry *e);

/* Does each ID mapping of the entry's node cover one stream? */
bool rmr_is_of_single_streams(const struct analysis *a, const struct entry *e);

/* Has a device the first stream of one of the node's ID mappings? */
bool rmr_begins_with(const struct analysis *a, const struct entry *e,
		     const struct device *d);

/* Is the entry made of whole 64 KiB, as the specification wants it? */
bool rmr_is_whole(const struct analysis *a, const struct entry *e);

/* Is the entry the only range of its RMR node, and has the node no flag? */
bool rmr_is_bare(const struct analysis *a, const struct entry *e);

/* How many ITS the groups of the table name, each once. */
size_t iort_count_its(const struct analysis *a);

/* Has a device's DMA this stream id at the SMMU whose registers are at base? */
bool iort_has_stream(const struct analysis *a, const struct device *d, uint64_t base,
		     uint32_t id);

/* The registers of the only SMMU of a kind; false: there is none, or several. */
bool iort_only_smmu(const struct analysis *a, bool v3, uint64_t *base);

/* --- Device tree --- */

/* An entry of the device tree, as far as the tree itself tells. */
struct dt_view {
	const char *device_node;
	const char *region_node;
	bool is_for_iommu;    /* device and IOMMU are there and not disabled */
	bool is_listed;	      /* the kernel makes a region of it */
	bool is_non_identity; /* and at another address than its memory */
	struct range reg;     /* of the region's node, physical */
	/* Evidence of wrong cell counts, see struct dtb_region. */
	bool reads_reg_with_own_cells;
	unsigned remainder_cells, missing_cells;
};

struct dt_view dt_view(const struct analysis *a, const struct entry *e);

/*
 * Which controller serves the MSIs of a device, by one of the tables: host bridge or
 * named component of the IORT, host bridge or node of the device tree.
 */
struct msi_parent iort_msi_parent(const struct analysis *a, const struct device *d);
struct msi_parent dtb_msi_parent(const struct analysis *a, const struct device *d);

/*
 * Has an ITS of the tree a pre-ITS in front? Unknown: no tree was read that has MSIs.
 */
enum tristate dtb_has_pre_its(const struct analysis *a);

/* The IOMMU in front of a device, by one of the tables. */
struct front iort_front(const struct analysis *a, const struct device *d);
struct front dtb_front(const struct analysis *a, const struct device *d);

/* --- SMMUs, by IORT and device tree --- */

/* How many the IORT describes. */
size_t iort_smmus(const struct analysis *a);

/*
 * Is the one whose registers are at base coherent with the caches, as the kernel takes it
 * from this table? Unknown: it does not have that one.
 */
enum tristate iort_smmu_coherent(const struct analysis *a, uint64_t base, bool v3);
enum tristate dtb_iommu_coherent(const struct analysis *a, uint64_t base);

/*
 * Is a device's own DMA coherent, by dma-coherent of its node or of one above? A device
 * without a node has none (device_get_dma_attr). Unknown: the tree was not read whole.
 */
enum tristate dtb_device_coherent(const struct analysis *a, const struct device *d);

/*
 * Has a device's DMA this stream or endpoint id, by `iommus` or `iommu-map`? iommu: name
 * of the IOMMU that tells it, which has the address of its registers in front
 * ("15000000.iommu"); NULL, or a name without one: at some IOMMU.
 */
bool dtb_has_stream(const struct analysis *a, const struct device *d, const char *iommu,
		    uint32_t id);

/*
 * Is this a device's endpoint id at the virtual IOMMU? Of PCI functions, and of platform
 * devices whose memory /proc/iomem tells; never where there are several IOMMUs, whose ids
 * are their own.
 */
bool viot_has_endpoint(const struct host *host, const struct analysis *a,
		       const struct device *d, uint32_t id);

/* An IOMMU that the tree puts devices behind: one that is enabled, if there is one. */
struct tree_iommu {
	const char *node, *compatible; /* compatible: NULL, it has none */
	bool disabled;
};

bool dtb_iommu(const struct analysis *a, struct tree_iommu *out);

/*
 * What a function's host bridge passes on, in addresses of its bus: to memory (dma), or
 * from processors to devices. *windows is added to; the bridge's node, or NULL: the tree
 * has none for it.
 */
const char *dtb_windows(const struct analysis *a, const struct device *d, bool dma,
			struct ranges *windows);

/* The boot framebuffer that an address lies in; false: in none that the tree has. */
struct tree_memory {
	const char *node;
	struct range range;
};
bool dtb_framebuffer_at(const struct analysis *a, uint64_t address,
			struct tree_memory *out);
