/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/range.h"
#include "base/record.h"

/*
 * A flattened device tree: Devicetree Specification 0.4, chapter 5, read through libfdt;
 * the bindings reserved-memory and iommu; and what Linux makes of them:
 * drivers/iommu/of_iommu.c and drivers/of/address.c of 7.2. Kernels before 6.3 do not
 * know `iommu-addresses`.
 *
 * A region belongs to a device if the device's `memory-region` names its node, and an
 * element of that node's `iommu-addresses` names the device. Address and size of the
 * element have the cell counts of the device's parent, not those of the node they stand
 * in: a common mistake, which gives a region that nobody meant.
 *
 * Nodes are named by their path, "/pcie@10000000/ethernet@1,0", as the link of_node of a
 * device in sysfs has it below /sys/firmware/devicetree/base.
 */

#define DTB_NONE SIZE_MAX

enum dtb_kind {
	DTB_DIRECT,	  /* iova is reg: the kernel maps it 1:1 */
	DTB_RESERVED,	  /* no reg, or one of at most one byte: kept free, not mapped */
	DTB_NON_IDENTITY, /* iova is not reg: kept free, not mapped, with a warning */
	DTB_EMPTY,	  /* size 0: "Cannot reserve IOVA region of 0 size", no region */
	DTB_UNREADABLE,	  /* reg cannot be translated: "failed to parse memory region" */
	DTB_FAILED,	  /* the address cannot be translated, and the kernel crashes */
};

/*
 * One element of `iommu-addresses`, for the device it names. Only the kinds up to
 * DTB_NON_IDENTITY are in the kernel's list (dtb_region_is_listed). The paths are the
 * tree's (dtb.paths).
 */
struct dtb_region {
	const char *device_node;
	const char *region_node;
	size_t node; /* the same for all elements of a property */
	char *name;  /* for people: "/reserved-memory/buf@7c000000 element 0" */
	enum dtb_kind kind;
	/*
	 * As the kernel lists it: translated through the dma-ranges of the buses above.
	 * Inverted where firmware made it so; {0, 0} for DTB_FAILED and DTB_UNREADABLE;
	 * of DTB_EMPTY first is right.
	 */
	struct range iova;
	bool has_reg;		 /* the node has a reg that could be read */
	struct range reg;	 /* its first entry, translated through `ranges` */
	bool translation_failed; /* of iova */
	/*
	 * Evidence of a wrong cell count. The property is a list of (phandle, address,
	 * size), each element with the cells of its own device's parent: cells that are
	 * left over behind the last whole element (of the property as a whole, the same
	 * in each of its regions).
	 */
	unsigned remainder_cells;
	/*
	 * Cells of this element that lie behind the property's end: the kernel reads
	 * whatever stands there, in the blob that it booted with. iova holds what stands
	 * in this blob.
	 */
	unsigned missing_cells;
	/*
	 * Read with the cell counts of its own parent, /reserved-memory, which are not
	 * those of the device's parent, the element would be exactly reg.
	 */
	bool reads_reg_with_own_cells;
	/*
	 * The number that was taken for this device's phandle is no phandle: it is in the
	 * address or size of another device's element, over which the kernel moves one
	 * cell at a time.
	 */
	bool is_collision;
	bool device_disabled; /* its node or one above is: no such device is made */
	size_t iommu;	/* of dtb.iommus, in front of the device; DTB_NONE: none, and the
			   kernel never asks for the region */
	size_t element; /* cell of the property where it begins, with the phandle */
	size_t offset;	/* of that cell in the blob */
	size_t record;	/* what is said about it: the one of the region's node */
};

/* A node that `iommus` or `iommu-map` of another node refer to. */
struct dtb_iommu {
	const char *node;
	char *compatible; /* the first; NULL */
	bool has_base;
	uint64_t base; /* of its registers: first entry of reg, translated */
	bool disabled; /* by `status`, of it or a node above: nothing is behind it */
	bool coherent; /* dma-coherent, of it or a node above (of_dma_is_coherent) */
	size_t offset; /* of the node in the blob */
	size_t record;
};

/*
 * Who is behind which IOMMU: one for each element of `iommus` (a device) and of
 * `iommu-map` (a host bridge, a range of requester ids).
 */
struct dtb_link {
	const char *node;
	bool is_map;
	size_t iommu;	 /* of dtb.iommus */
	uint32_t rid;	 /* map: first requester id, bus << 8 | devfn */
	uint32_t n_rids; /* map: how many */
	uint32_t mask;	 /* map: iommu-map-mask, or all ones */
	/*
	 * The first cell of what the IOMMU is told: the stream or endpoint of the device,
	 * or of the map's first requester id. Only where it is the only cell.
	 */
	bool has_stream;
	uint32_t stream;
	size_t offset; /* of the element in the blob */
	size_t record;
};

/* A PCI host bridge: a node of device_type "pci" whose parent is not one. */
struct dtb_bridge {
	const char *node;
	bool has_domain;
	uint32_t domain;    /* linux,pci-domain: the segment of its PCI addresses */
	bool ats_supported; /* devices below may use ATS (of_pci_iommu_init) */
};

/*
 * Memory as a PCI host bridge sees it, in addresses of its bus: an element of its
 * `ranges`, which processors reach, or of its `dma-ranges`, which devices do.
 */
struct dtb_window {
	const char *node; /* of the bridge */
	bool is_dma;
	struct range range;
	size_t offset; /* of the element in the blob */
};

enum dtb_doorbell_kind {
	DTB_DOORBELL_ITS,
	DTB_DOORBELL_GICV2M,
	DTB_DOORBELL_MBI,
	DTB_DOORBELL_LS_SCFG,
};

/* Where an MSI controller takes the writes of devices. */
struct dtb_doorbell {
	const char *node;
	enum dtb_doorbell_kind kind;
	struct range page; /* physical */
	size_t offset;	   /* of the node in the blob */
};

enum dtb_msi_kind {
	DTB_MSI_OTHER,
	DTB_MSI_ITS,
	DTB_MSI_ITS_V5,
	DTB_MSI_GICV2M,
	DTB_MSI_MBI,
	DTB_MSI_LS_SCFG,
	DTB_MSI_MIP,
	DTB_MSI_IMSIC,
};

/*
 * Who sends its MSIs to which controller: one for each element of `msi-parent` (a device,
 * or a host bridge as a whole) and of `msi-map` (a host bridge, a range of requester
 * ids).
 */
struct dtb_msi_link {
	const char *node;
	const char *controller; /* its node */
	enum dtb_msi_kind kind;
	bool disabled;	  /* the controller */
	bool has_pre_its; /* socionext,synquacer-pre-its: it isolates nothing */
	bool is_map;
	uint32_t rid, n_rids, mask; /* map: as in struct dtb_link */
	size_t offset;		    /* of the element in the blob */
};

/* Memory of a picture that firmware set up, which the display goes on reading. */
struct dtb_framebuffer {
	const char *node;
	struct range range; /* physical */
	size_t offset;	    /* of the node in the blob */
};

struct dtb {
	ARRAY_OF(struct dtb_region, regions);
	ARRAY_OF(struct dtb_iommu, iommus);
	ARRAY_OF(struct dtb_link, links);
	ARRAY_OF(struct dtb_bridge, bridges);
	ARRAY_OF(struct dtb_window, windows);
	ARRAY_OF(struct dtb_doorbell, doorbells);
	ARRAY_OF(struct dtb_framebuffer, framebuffers);
	ARRAY_OF(struct dtb_msi_link, msi_links);
	ARRAY_OF(const char *, coherent); /* nodes with dma-coherent */
	ARRAY_OF(char *, paths);	  /* of the nodes that are named above */
};

/*
 * Reads a blob. Whatever is wrong is in the records; of a blob whose structure is broken
 * nothing else is there, and records.malformed is set. Trees of more than 65,536 nodes,
 * or 62 levels, and lists that refer to more than a million elements, are cut, and
 * records.malformed says so.
 */
void dtb_parse(const void *bytes, size_t size, struct dtb *dtb, struct records *records);
void dtb_clear(struct dtb *dtb);

/* Does it begin as a blob does (0xd00dfeed, big endian)? */
bool dtb_is_blob(const void *bytes, size_t size);

/* The length that its header announces, unchecked; 0 if there is no whole header. */
size_t dtb_total_size(const void *bytes, size_t size);

/* Is it in the kernel's list of reserved regions (6.3 and newer, device behind an IOMMU)?
 */
static inline bool dtb_region_is_listed(const struct dtb_region *r)
{
	return r->kind <= DTB_NON_IDENTITY;
}

/* The host bridge of a PCI domain, by linux,pci-domain or as the only one; NULL. */
const struct dtb_bridge *dtb_bridge_of(const struct dtb *dtb, uint32_t domain);

/*
 * The MSI controller of a requester id below a host bridge, and of a device by itself;
 * NULL: the tree names none. The link is the tree's.
 */
const struct dtb_msi_link *dtb_msi_of_rid(const struct dtb *dtb, const char *node,
					  uint32_t rid);
const struct dtb_msi_link *dtb_msi_of_node(const struct dtb *dtb, const char *node);

/*
 * The IOMMU in front of a requester id below a host bridge, and of a device by itself
 * (`iommus`); DTB_NONE: the tree puts none there.
 */
size_t dtb_iommu_of_rid(const struct dtb *dtb, const char *node, uint32_t rid);
size_t dtb_iommu_of_node(const struct dtb *dtb, const char *node);

/* Has a node, or one above, dma-coherent (of_dma_is_coherent)? */
bool dtb_node_coherent(const struct dtb *dtb, const char *node);

/*
 * Is that the stream (or endpoint) which a link gives a device? Of a map: to the
 * requester id, bus << 8 | devfn, of a device below the bridge; else rid does not matter.
 */
bool dtb_link_has_stream(const struct dtb_link *link, uint32_t rid, uint32_t stream);
