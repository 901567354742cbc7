/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reserved regions of a device tree, as of_iommu_get_resv_regions finds them.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "firmware/dtb-parts.h"

/* More cells than this in one number, and the kernel is busy for ever. */
#define NUMBER_CELLS_MAX 64

/* --- Marks --- */

void regions_mark(struct dt_work *w, size_t node)
{
	const struct dt_prop *p = dt_prop(&w->tree, node, DT_MEMORY_REGION);

	if (dt_has(&w->tree, node, DT_IOMMU_ADDRESSES))
		w->roles[node] |= ROLE_REGION;
	if (!p)
		return;
	for (size_t i = 0; i < dt_n_cells(p) && w->tree.steps; i++) {
		size_t target = dt_by_phandle(&w->tree, dt_cell(p, i));

		if (target != DT_NONE)
			w->roles[target] |= ROLE_REGION;
	}
	node = dt_dma_parent(&w->tree, node);
	if (node != DT_NONE)
		w->roles[node] |= ROLE_BUS;
}

/* --- The list of a node --- */

/* Cells of an address and a size for a device, as of_translate_dma_region has them. */
static bool cells_of_device(struct dt_work *w, size_t device, uint32_t *n_address,
			    uint32_t *n_size)
{
	size_t parent = dt_dma_parent(&w->tree, device);

	*n_address = dt_bus_address_cells(&w->tree, parent);
	*n_size = dt_bus_size_cells(&w->tree, parent);
	return parent != DT_NONE && *n_address <= NUMBER_CELLS_MAX &&
	       *n_size <= NUMBER_CELLS_MAX;
}

static void note_cells(struct reader *r, const char *name, const struct dt_prop *p,
		       size_t first, size_t n)
{
	note_text(r, name, p->offset + 4 * first, 4 * n, FORM_CELLS,
		  cells_text(p, first, n));
}

static void add_element(struct dt_work *w, struct dt_list *list, const struct dt_prop *p,
			struct dt_element e, uint32_t n_address)
{
	struct cursor c = { .at = p->value + 4 * e.at,
			    .left = 4 * e.length,
			    .offset = p->offset + 4 * e.at };
	struct reader r = reader_begin(w->records, c, "IOMMU Address", 2);
	size_t address = e.length - 1 < n_address ? e.length - 1 : n_address;

	note_number(&r, "phandle", c.offset, 4, FORM_HEX, dt_cell(p, e.at));
	note_text(&r, "device", c.offset, 4, FORM_TEXT,
		  xstrdup(dt_path(&w->tree, e.device)));
	note_cells(&r, "address", p, e.at + 1, address);
	note_cells(&r, "size", p, e.at + 1 + address, e.length - 1 - address);
	e.record = r.record;
	*ADD(w, elements) = e;
	list->n++;
}

/* Why the list is no list of whole elements. */
static void say_remainder(struct dt_work *w, const struct dt_list *list,
			  const struct dt_prop *p, size_t device, size_t wanted)
{
	struct reader r = work_reader(w, w->record_of[list->node]);
	size_t at = dt_n_cells(p) - list->remainder;

	if (device == DT_NONE)
		record_problem(
			&r,
			"iommu-addresses: %zu cells are left behind the last whole "
			"element; cell %zu, 0x%x, is not a phandle",
			list->remainder, at, dt_cell(p, at));
	else
		record_problem(
			&r,
			"iommu-addresses: the last element has %zu cells; one of %s "
			"has %zu, by the cells of its bus %s",
			list->remainder, dt_path(&w->tree, device), wanted,
			dt_path(&w->tree, dt_dma_parent(&w->tree, device)));
	if (p->length % 4)
		record_problem(&r, "iommu-addresses is not made of whole cells");
}

void regions_read_list(struct dt_work *w, size_t node)
{
	const struct dt_prop *p = dt_prop(&w->tree, node, DT_IOMMU_ADDRESSES);
	struct dt_list *list = ADD(w, lists);
	size_t n = dt_n_cells(p), at = 0, wanted = 0, device = DT_NONE;

	list->node = node;
	list->first = w->n_elements;
	while (at < n && work_has_room(w, w->n_elements)) {
		uint32_t n_address, n_size;
		struct dt_element e = { .at = at };

		device = dt_by_phandle(&w->tree, dt_cell(p, at));
		if (device == DT_NONE ||
		    !cells_of_device(w, device, &n_address, &n_size)) {
			device = DT_NONE;
			break;
		}
		e.device = device;
		wanted = 1 + (size_t)n_address + n_size;
		e.length = wanted > n - at ? n - at : wanted;
		add_element(w, list, p, e, n_address);
		if (wanted > n - at)
			break;
		at += wanted;
	}
	list->remainder = n - at;
	if (list->remainder || p->length % 4)
		say_remainder(w, list, p, device, wanted);
}

static struct dt_list *list_of(struct dt_work *w, size_t node)
{
	size_t low = 0, high = w->n_lists;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (w->lists[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	return low < w->n_lists && w->lists[low].node == node ? &w->lists[low] : NULL;
}

/* The element that a cell is in; NULL. */
static struct dt_element *element_at(struct dt_work *w, const struct dt_list *list,
				     size_t cell)
{
	size_t low = list->first, high = list->first + list->n;
	struct dt_element *e;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (w->elements[middle].at <= cell)
			low = middle;
		else
			high = middle;
	}
	if (low == high)
		return NULL;
	e = &w->elements[low];
	return e->at <= cell && cell - e->at < e->length ? e : NULL;
}

/* --- One region --- */

struct walk {
	size_t device, iommu;
	struct dt_list *list;
	const struct dt_prop *p; /* iommu-addresses */
	uint32_t n_address, n_size;
	bool reg_is_there, reg_is_readable;
	struct range reg;
};

/* The last 64 bits of n cells. */
static uint64_t read_beyond(const struct dt_work *w, const struct dt_prop *p, size_t at,
			    size_t n)
{
	uint64_t value = 0;

	for (size_t i = n > 2 ? n - 2 : 0; i < n; i++)
		value = value << 32 | dt_cell_beyond(&w->tree, p, at + i);
	return value;
}

/* iommu_resv_region_get_type */
static enum dtb_kind kind_of(const struct walk *walk, struct range iova, uint64_t size)
{
	if (!size)
		return DTB_EMPTY;
	if (!walk->reg_is_readable || walk->reg.first >= walk->reg.last)
		return DTB_RESERVED;
	return range_equals(iova, walk->reg) ? DTB_DIRECT : DTB_NON_IDENTITY;
}

/* With the cells of the bus that the region's own node is on, is it exactly reg? */
static bool is_reg_with_own_cells(const struct dt_work *w, const struct walk *walk,
				  size_t at)
{
	size_t parent = w->tree.nodes[walk->list->node].parent,
	       left = dt_n_cells(walk->p) - at;
	uint32_t n_address = dt_bus_address_cells(&w->tree, parent),
		 n_size = dt_bus_size_cells(&w->tree, parent);
	uint64_t first, size;

	if (!walk->reg_is_readable ||
	    (n_address == walk->n_address && n_size == walk->n_size) ||
	    n_address > left || n_size > left - n_address ||
	    n_address > NUMBER_CELLS_MAX || n_size > NUMBER_CELLS_MAX)
		return false;
	first = read_beyond(w, walk->p, at, n_address);
	size = read_beyond(w, walk->p, at + n_address, n_size);
	return size && first == walk->reg.first && first + size - 1 == walk->reg.last;
}

/* Where the list has several elements, which one; e is the one the cell is in. */
static char *name_of(struct dt_work *w, const struct walk *walk, size_t cell,
		     const struct dt_element *e)
{
	const char *path = dt_path(&w->tree, walk->list->node);

	if (!e || e->at != cell)
		return text_format("%s cell %zu", path, cell);
	if (walk->list->n < 2)
		return xstrdup(path);
	return text_format("%s element %zu", path,
			   (size_t)(e - &w->elements[walk->list->first]));
}

/* Fills in what the kernel makes of the element behind the phandle in a cell. */
static void read_region(struct dt_work *w, const struct walk *walk, size_t cell,
			struct dtb_region *region)
{
	size_t at = cell + 1, end = at + walk->n_address + walk->n_size;
	uint32_t cells[DT_CELLS_MAX];

	for (size_t i = 0; i < DT_CELLS_MAX; i++)
		cells[i] = dt_cell_beyond(&w->tree, walk->p, at + i);
	region->has_reg = walk->reg_is_there && walk->reg_is_readable;
	if (region->has_reg)
		region->reg = walk->reg;
	region->remainder_cells = (unsigned)walk->list->remainder;
	if (end > dt_n_cells(walk->p))
		region->missing_cells = (unsigned)(end - dt_n_cells(walk->p));
	region->reads_reg_with_own_cells = is_reg_with_own_cells(w, walk, at);
	region->translation_failed =
		!walk->n_size ||
		!dt_translate_dma(&w->tree, walk->device, cells, &region->iova.first);
	if (walk->reg_is_there && !walk->reg_is_readable) {
		region->kind = DTB_UNREADABLE;
		region->iova = (struct range){ 0 };
	} else if (region->translation_failed) {
		region->kind = DTB_FAILED;
		region->iova = (struct range){ 0 };
	} else {
		uint64_t size =
			read_beyond(w, walk->p, at + walk->n_address, walk->n_size);

		region->iova.last = region->iova.first + size - 1;
		region->kind = kind_of(walk, region->iova, size);
	}
}

/* --- What is said about it --- */

static void say_evidence(const struct walk *walk, const struct dtb_region *region,
			 struct reader *r)
{
	if (region->missing_cells)
		record_problem(r,
			       "%u of its cells lie behind the end of the property: the "
			       "kernel reads what follows in the blob",
			       region->missing_cells);
	if (region->is_collision)
		record_problem(
			r,
			"iommu-addresses: cell %zu is not a phandle, but the kernel takes "
			"it for that of %s",
			region->element, region->device_node);
	if (dtb_region_is_listed(region) && range_is_inverted(region->iova))
		record_problem(r, "the range ends before it starts");
	if (region->kind == DTB_EMPTY)
		record_problem(r, "its size is 0");
	if (region->kind == DTB_FAILED)
		record_problem(r, walk->n_size
					  ? "its address is in none of the dma-ranges "
					    "of the buses above"
					  : "the device's bus has no cells for a size");
}

/* Why no device with an IOMMU asks for the region; NULL: one does. */
static const char *why_not_asked(const struct dt_work *w, const struct dtb_region *region)
{
	if (region->device_disabled)
		return "no device is made of a disabled node";
	if (region->iommu == DTB_NONE)
		return "the device is behind no IOMMU";
	if (w->dtb->iommus[region->iommu].disabled)
		return "the IOMMU of the device is disabled";
	return NULL;
}

/* Why the kernel makes no region of what a device asks for; NULL: it does. */
static const char *why_not_made(const struct dtb_region *region)
{
	switch (region->kind) {
	case DTB_EMPTY:
		return "\"Cannot reserve IOVA region of 0 size\"";
	case DTB_UNREADABLE:
		return "reg of its node cannot be read";
	case DTB_FAILED:
		return "its address has no meaning on the buses above";
	default:
		return NULL;
	}
}

static void say_fate(const struct dtb_region *region, const char *not_asked,
		     struct reader *r)
{
	if (not_asked)
		record_fate(r, FATE_IGNORED, "%s", not_asked);
	else if (region->kind == DTB_NON_IDENTITY)
		record_fate(r, FATE_USED_BROKEN,
			    "\"treating non-direct mapping ... as reservation\": nothing "
			    "is mapped");
	else if (region->kind == DTB_EMPTY)
		record_fate(r, FATE_IGNORED, "%s", why_not_made(region));
	else if (region->kind == DTB_UNREADABLE)
		record_fate(r, FATE_IGNORED, "\"failed to parse memory region %s\"",
			    region->region_node);
	else if (region->kind == DTB_FAILED)
		record_fate(r, FATE_FATAL,
			    "it reads on at address 0, and the probe of the device "
			    "crashes");
	else
		record_fate(r, FATE_USED, NULL);
}

static void say_reservation(const struct dt_work *w, const struct walk *walk,
			    const struct dtb_region *region, const char *not_asked,
			    struct reader *r)
{
	const char *why = not_asked ? not_asked : why_not_made(region);
	size_t at = region->element + 1;
	struct reservation v = reservation_of(
		read_beyond(w, walk->p, at, walk->n_address),
		read_beyond(w, walk->p, at + walk->n_address, walk->n_size));

	if (!why) {
		v.listed = region->iova;
		v.becomes =
			region->kind == DTB_DIRECT ? BECOMES_DIRECT : BECOMES_RESERVED;
		if (!range_equals(v.listed, v.written))
			why = "through dma-ranges";
	}
	record_reserves(r, v, why);
}

/* --- The regions of a device --- */

static const struct dtb_region *add_region(struct dt_work *w, const struct walk *walk,
					   size_t cell)
{
	struct dt_element *e = element_at(w, walk->list, cell);
	bool is_first = !e || e->at != cell || !e->is_taken;
	struct dtb_region *region;
	struct reader r;

	if (!work_has_room(w, w->dtb->n_regions))
		return NULL;
	region = ADD(w->dtb, regions);
	region->device_node = dt_path(&w->tree, walk->device);
	region->node = walk->list->node;
	region->region_node = dt_path(&w->tree, walk->list->node);
	region->name = name_of(w, walk, cell, e);
	region->is_collision = e && e->at != cell;
	region->device_disabled = w->tree.nodes[walk->device].disabled;
	region->iommu = walk->iommu;
	region->element = cell;
	region->offset = walk->p->offset + 4 * cell;
	region->record = e && e->at == cell ? e->record : w->record_of[walk->list->node];
	if (e && e->at == cell)
		e->is_taken = true;
	read_region(w, walk, cell, region);
	r = work_reader(w, region->record);
	if (is_first) {
		const char *not_asked = why_not_asked(w, region);

		say_evidence(walk, region, &r);
		say_reservation(w, walk, region, not_asked, &r);
		say_fate(region, not_asked, &r);
	}
	return region;
}

/* The kernel's loop over one list, for one device; false: it would crash. */
static bool walk_list(struct dt_work *w, const struct walk *walk)
{
	size_t n = dt_n_cells(walk->p), at = 0;

	while (at < n && w->tree.steps) {
		const struct dtb_region *region;

		if (dt_by_phandle(&w->tree, dt_cell(walk->p, at)) != walk->device) {
			at++;
			continue;
		}
		region = add_region(w, walk, at);
		if (!region || region->kind == DTB_FAILED)
			return false;
		at += 1 + (size_t)walk->n_address + walk->n_size;
	}
	return true;
}

void regions_of_device(struct dt_work *w, size_t node)
{
	const struct dt_prop *p = dt_prop(&w->tree, node, DT_MEMORY_REGION);
	struct reader r = work_reader(w, w->record_of[node]);
	struct walk walk = { .device = node, .iommu = links_iommu_of(w, node) };

	if (!cells_of_device(w, node, &walk.n_address, &walk.n_size))
		walk.n_address = walk.n_size = 0; /* then every address fails */
	for (size_t i = 0; i < dt_n_cells(p) && w->tree.steps; i++) {
		size_t target = dt_by_phandle(&w->tree, dt_cell(p, i));

		if (target == DT_NONE && dt_cell(p, i))
			record_problem(&r,
				       "memory-region: the phandle 0x%x is of no node",
				       dt_cell(p, i));
		walk.list = target == DT_NONE ? NULL : list_of(w, target);
		if (!walk.list)
			continue;
		walk.p = dt_prop(&w->tree, target, DT_IOMMU_ADDRESSES);
		walk.reg_is_there = dt_has(&w->tree, target, DT_REG);
		walk.reg = (struct range){ 0 };
		walk.reg_is_readable =
			walk.reg_is_there &&
			dt_reg(&w->tree, target, &walk.reg.first, &walk.reg.last);
		if (!walk_list(w, &walk))
			return;
	}
}

static void say_not_taken(struct dt_work *w, const struct dt_list *list,
			  const struct dt_element *e)
{
	static const char why[] = "memory-region of the device does not name this node";
	const struct dt_prop *p = dt_prop(&w->tree, list->node, DT_IOMMU_ADDRESSES);
	struct reader r = work_reader(w, e->record);
	uint32_t n_address, n_size;

	if (cells_of_device(w, e->device, &n_address, &n_size))
		record_reserves(
			&r,
			reservation_of(read_beyond(w, p, e->at + 1, n_address),
				       read_beyond(w, p, e->at + 1 + n_address, n_size)),
			why);
	record_fate(&r, FATE_IGNORED, "%s", why);
}

void regions_finish(struct dt_work *w)
{
	for (size_t l = 0; l < w->n_lists; l++) {
		const struct dt_list *list = &w->lists[l];

		for (size_t i = list->first; i < list->first + list->n; i++) {
			if (!w->elements[i].is_taken)
				say_not_taken(w, list, &w->elements[i]);
		}
	}
}
