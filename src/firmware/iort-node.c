/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes of an IORT: the names of their types, and looking one up. */
#include "base/attr.h"
#include "firmware/iort.h"

const char *iort_type_name(uint8_t type)
{
	static const char *const names[IORT_TYPE_COUNT] = {
		[IORT_ITS_GROUP] = "ITS Group",
		[IORT_NAMED_COMPONENT] = "Named Component",
		[IORT_ROOT_COMPLEX] = "Root Complex",
		[IORT_SMMU] = "SMMUv1/2",
		[IORT_SMMU_V3] = "SMMUv3",
		[IORT_PMCG] = "PMCG",
		[IORT_RMR] = "RMR",
		[IORT_IWB] = "IWB",
	};

	return type < IORT_TYPE_COUNT ? names[type] : "Unknown";
}

const struct iort_node *iort_node_at(const struct iort *iort, size_t offset)
{
	size_t low = 0, high = iort->n_nodes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (iort->nodes[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < iort->n_nodes && iort->nodes[low].offset == offset
		       ? &iort->nodes[low]
		       : NULL;
}
