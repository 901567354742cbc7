/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "firmware/table.h"

/*
 * The IORT table: Arm DEN0049, I/O Remapping Table, up to table revision 6; the kernel's
 * reading of it: drivers/acpi/arm64/iort.c. Nodes refer to each other by their offset in
 * the table.
 */

/* DEN0049 3.1, node types. */
enum iort_type {
	IORT_ITS_GROUP = 0,
	IORT_NAMED_COMPONENT = 1,
	IORT_ROOT_COMPLEX = 2,
	IORT_SMMU = 3, /* SMMUv1 and SMMUv2 */
	IORT_SMMU_V3 = 4,
	IORT_PMCG = 5,
	IORT_RMR = 6,
	IORT_IWB = 7,
	IORT_TYPE_COUNT,
};

/* RMR flags; bits 2 to 9 are the access attributes. */
enum {
	RMR_REMAP_PERMITTED = 0x1,
	RMR_PRIVILEGED = 0x2,
};

/* The only flag of an ID mapping: all input ids become output_base. */
#define IORT_SINGLE_MAPPING 0x1

/* The kernel reads RMR nodes of tables of this revision and later. */
#define IORT_RMR_REVISION 5

struct iort_node {
	uint8_t type; /* enum iort_type, or unknown */
	uint8_t revision;
	uint16_t length;
	unsigned number;	  /* among those of its type, from 0 */
	size_t offset;		  /* in the table: what references name */
	uint32_t flags;		  /* not of ITS group, PMCG, IWB */
	uint64_t base;		  /* SMMU, PMCG (page 0), IWB */
	uint32_t model;		  /* SMMU */
	uint32_t segment;	  /* root complex */
	uint32_t ats;		  /* root complex: bit 0 */
	uint8_t address_limit;	  /* bits; root complex, named component; 0: not said */
	uint32_t device_id_index; /* SMMUv3: the mapping of its own interrupts */
	uint32_t reference;	  /* PMCG: offset of the node it counts for */
	char *name;		  /* path of a named component or IWB; NULL */
	size_t first_mapping, n_mappings;	/* slice of iort.mappings */
	size_t first_its, n_its;		/* ITS group: slice of iort.its_ids */
	size_t first_descriptor, n_descriptors; /* RMR: slice of iort.descriptors */
	size_t record;				/* what is said about it */
};

struct iort_mapping {
	uint32_t input_base;
	uint32_t id_count; /* minus one, as it stands */
	uint32_t output_base;
	uint32_t output_reference; /* offset of a node */
	uint32_t flags;
	size_t offset;
	size_t record;
};

struct iort_rmr_descriptor {
	uint64_t base;
	uint64_t length; /* bytes, as firmware wrote it; may be 0 */
	size_t offset;
	size_t record;
};

struct iort {
	struct table_header header;
	ARRAY_OF(struct iort_node, nodes); /* by offset, upwards */
	ARRAY_OF(struct iort_mapping, mappings);
	ARRAY_OF(struct iort_rmr_descriptor, descriptors);
	ARRAY_OF(uint32_t, its_ids);
};

/*
 * Reads a table. Whatever is wrong is in the records; what can be read is in iort all the
 * same.
 */
void iort_parse(const void *bytes, size_t size, struct iort *iort,
		struct records *records);
void iort_clear(struct iort *iort);

/* The node that begins at an offset; NULL if none does. */
const struct iort_node *iort_node_at(const struct iort *iort, size_t offset);

bool iort_is_smmu(const struct iort_node *node);

/* Has a node an ID mapping that names an SMMU? */
bool iort_leads_to_smmu(const struct iort *iort, const struct iort_node *node);

/* The node of the host bridge of a PCI segment, the first there is; NULL: none. */
const struct iort_node *iort_root_complex(const struct iort *iort, uint32_t segment);

/* The named component of an ACPI path; NULL: none. */
const struct iort_node *iort_component(const struct iort *iort, const char *path);

/* Where an id of a node leads. */
struct iort_stream {
	const struct iort_node *node; /* NULL: it leads nowhere */
	uint32_t id;		      /* there */
};

/*
 * Follows an id of a node upwards to the first SMMU, or to the first ITS group. node may
 * be NULL, which leads nowhere.
 */
struct iort_stream iort_map_to_smmu(const struct iort *iort, const struct iort_node *node,
				    uint32_t id);
struct iort_stream iort_map_to_its_group(const struct iort *iort,
					 const struct iort_node *node, uint32_t id);

/* Is it made of whole 64 KiB, as DEN0049 wants it? */
bool rmr_is_aligned(const struct iort_rmr_descriptor *d);

/*
 * What the kernel lists of a descriptor: what is not aligned to 64 KiB is widened to
 * whole pages of the kernel, page bytes each. Inverted if the length is 0.
 */
struct range rmr_listed_range(const struct iort_rmr_descriptor *d, uint64_t page);

/* "ITS Group", "Root Complex", ... */
const char *iort_type_name(uint8_t type);

/*
 * Second half of iort_parse: what the nodes mean for each other, and what the kernel does
 * with them. Adds to the records.
 */
void iort_judge(const struct iort *iort, struct records *records);
