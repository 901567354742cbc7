/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a device tree asks for with iommu-addresses, and what the kernel makes of it. */
#include <inttypes.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/* No IOMMU that Linux knows takes wider addresses. */
#define ADDRESS_MAX (((uint64_t)1 << 56) - 1)

/* Is it of the tree, and does the kernel ask for it, as far as the tree itself tells? */
static bool is_asked_for(const struct judge *j, const struct entry *e)
{
	return e->table == &table_dtb && !e->ignored &&
	       dt_view(j->analysis, e).is_for_iommu;
}

static bool is_judged(const struct judge *j, const struct entry *e)
{
	return e->table == &table_dtb && (j->offline || is_asked_for(j, e));
}

/* A fault of an entry for a device that is not here does nobody harm now. */
static enum severity severity_of(const struct judge *j, const struct entry *e)
{
	if (!is_asked_for(j, e))
		return SEVERITY_WARNING;
	return outcome_of(j->analysis, e)->state == ENTRY_NO_DEVICE ? SEVERITY_INFO
								    : SEVERITY_ERROR;
}

/* What shows that the cell counts are wrong, as a sentence; NULL: nothing does. */
static const char *reason_for_cells(const struct judge *j, const struct entry *e)
{
	struct dt_view r = dt_view(j->analysis, e);

	if (r.reads_reg_with_own_cells)
		return "With the cells of the node above it, it would be exactly reg.";
	if (r.missing_cells)
		return "Its last element is cut, and the kernel reads on behind its end.";
	if (r.remainder_cells)
		return "Cells are left over behind its last element.";
	if (r.is_listed &&
	    (e->written.first > ADDRESS_MAX || e->written.last > ADDRESS_MAX))
		return "It gives an address of more than 56 bits.";
	return NULL;
}

static bool has_wrong_cells(const struct judge *j, const struct entry *e)
{
	return is_judged(j, e) && reason_for_cells(j, e);
}

/* --- dt-non-identity --- */

/* By whether the kernel asks for it. */
static const char *const non_identity_wordings[] = {
	[false] =
		"The device tree wants {memory} of {node} mapped for {device} at the I/O "
		"address {address}, not at its physical address.",
	[true] =
		"The kernel does not map {memory} for {device}. The device tree wants this "
		"memory of {node} at the I/O address {address}, and the kernel can only "
		"identity-map. It keeps these I/O addresses free.",
};

static void report_non_identity(struct judge *j, const struct entry *e)
{
	struct dt_view r = dt_view(j->analysis, e);
	const struct text_word words[] = {
		{ "device", xstrdup(r.device_node) },
		{ "memory", text_of_range(r.reg) },
		{ "node", xstrdup(r.region_node) },
		{ "address", text_format("0x%" PRIx64, e->written.first) },
	};
	cleanup_free char *message = text_fill(non_identity_wordings[is_asked_for(j, e)],
					       words, ARRAY_SIZE(words));
	struct finding *f =
		found(j, severity_of(j, e), CONFIDENCE_DERIVED, NULL, "%s", message);

	finding_add_entry(j, f, e);
	if (!is_asked_for(j, e))
		return;
	finding_kernel(j, f,
		       "lists 0x%" PRIx64 "-0x%" PRIx64
		       " as reserved, and logs \"treating non-direct mapping ... as "
		       "reservation\" each time the regions are read.",
		       e->written.first, e->written.last);
}

static void check_dt_non_identity(struct judge *j)
{
	for_each_entry (e, j) {
		if (is_judged(j, e) && dt_view(j->analysis, e).is_non_identity &&
		    e->type != REGION_UNKNOWN && !has_wrong_cells(j, e))
			report_non_identity(j, e);
	}
}

const struct rule rule_dt_non_identity = {
	.id = "dt-non-identity",
	.title = "The device tree asks for a mapping that is not an identity mapping",
	.severity = SEVERITY_ERROR,
	.table = DEVICE_TREE_NAME,
	.offline = true,
	.no_command = true,
	.check = check_dt_non_identity,
	.meaning =
		"iommu-addresses of a reserved-memory node differs from its reg: firmware left the "
		"device with a mapping of that memory to another I/O address, and the device may "
		"still use it. Linux can only continue identity mappings. A boot display behind a "
		"loader that translates loses its picture, and its DMA faults.",
	.behaviours = RESTS_ON(BEHAVIOUR_DT_REGIONS),
	.advice =
		"Let the boot loader hand the device over with an identity mapping, and make "
		"iommu-addresses equal to reg. Or stop the device before the kernel starts, and leave "
		"out reg where nothing is to be mapped.",
};

/* --- dt-wrong-cells --- */

static bool is_of_one_property(const struct entry *a, const struct entry *b)
{
	return a->table == b->table && a->node == b->node;
}

/* Has an earlier entry of the same property the fault? */
static bool is_reported(struct judge *j, const struct entry *e)
{
	for_each_entry (o, j) {
		if (o == e)
			break;
		if (is_of_one_property(o, e) && has_wrong_cells(j, o))
			return true;
	}
	return false;
}

/* Of the entries of one property with that fault: one that the kernel asks for, or e. */
static const struct entry *worst_of(struct judge *j, const struct entry *e)
{
	for_each_entry (o, j) {
		if (is_of_one_property(o, e) && has_wrong_cells(j, o) &&
		    is_asked_for(j, o))
			return o;
	}
	return e;
}

/* By whether the kernel asks for it. */
static const char *const cell_wordings[] = {
	[false] = "iommu-addresses of {node} does not have the cell counts of the bus of "
		  "{device}. {reason}",
	[true] =
		"The kernel reads another range than was meant. iommu-addresses of {node} "
		"does not have the cell counts of the bus of {device}. {reason}",
};

static void report_cells(struct judge *j, const struct entry *e)
{
	struct dt_view r = dt_view(j->analysis, e);
	bool is_proven =
		r.reads_reg_with_own_cells || r.remainder_cells || r.missing_cells;
	const struct text_word words[] = {
		{ "node", xstrdup(r.region_node) },
		{ "device", xstrdup(r.device_node) },
		{ "reason", xstrdup(reason_for_cells(j, e)) },
	};
	cleanup_free char *message =
		text_fill(cell_wordings[is_asked_for(j, e)], words, ARRAY_SIZE(words));
	struct finding *f = found(j, severity_of(j, e),
				  is_proven ? CONFIDENCE_DERIVED : CONFIDENCE_HEURISTIC,
				  NULL, "%s", message);

	for_each_entry (o, j) {
		if (is_of_one_property(o, e) && has_wrong_cells(j, o))
			finding_add_entry(j, f, o);
	}
	if (r.is_listed && is_asked_for(j, e))
		finding_kernel(j, f,
			       "reads 0x%" PRIx64 "-0x%" PRIx64 " and lists it as %s.",
			       e->listed.first, e->listed.last,
			       region_type_name(outcome_of(j->analysis, e)->type));
}

static void check_dt_wrong_cells(struct judge *j)
{
	for_each_entry (e, j) {
		if (has_wrong_cells(j, e) && !is_reported(j, e))
			report_cells(j, worst_of(j, e));
	}
}

const struct rule rule_dt_wrong_cells = {
	.id = "dt-wrong-cells",
	.title = "iommu-addresses has the wrong cell counts",
	.severity = SEVERITY_ERROR,
	.table = DEVICE_TREE_NAME,
	.offline = true,
	.no_command = true,
	.check = check_dt_wrong_cells,
	.meaning =
		"Address and size of an element of iommu-addresses have the cells of the bus that its "
		"device is on, not those of reserved-memory. For a PCI function these are 3 (flags, "
		"high, low) and 2. With other counts the kernel reads a range that nobody meant, "
		"reserves it, and does not map the right one. It logs nothing.",
	.behaviours = RESTS_ON(BEHAVIOUR_DT_REGIONS),
	.advice =
		"Correct the device tree: each element is the phandle of the device, then the "
		"address in #address-cells and the size in #size-cells of the device's parent.",
};
