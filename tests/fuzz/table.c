/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A firmware table: it goes through every parser (that of BTF too), whatever its
 * signature is, and through `decode`.
 */
#include <string.h>

#include "fuzz.h"

#include "firmware/dmar.h"
#include "firmware/dtb.h"
#include "firmware/iort.h"
#include "firmware/ivrs.h"
#include "firmware/madt.h"
#include "firmware/viot.h"
#include "kernel/btf.h"
#include "kernel/kernel.h"

static struct memory_file file;

/* True if every number that points into an array of an IORT stays inside. */
static bool iort_is_sound(const struct iort *iort)
{
	for (size_t i = 0; i < iort->n_nodes; i++) {
		const struct iort_node *n = &iort->nodes[i];

		if (iort_node_at(iort, n->offset) != n ||
		    n->n_mappings > iort->n_mappings - n->first_mapping ||
		    n->n_descriptors > iort->n_descriptors - n->first_descriptor ||
		    n->n_its > iort->n_its_ids - n->first_its)
			return false;
	}
	return true;
}

/* True if every number of a device tree that points into an array stays inside. */
static bool dtb_is_sound(const struct dtb *dtb, const struct records *records)
{
	for (size_t i = 0; i < dtb->n_regions; i++) {
		const struct dtb_region *r = &dtb->regions[i];

		if (r->record >= records->n_record ||
		    (r->iommu != DTB_NONE && r->iommu >= dtb->n_iommus))
			return false;
	}
	for (size_t i = 0; i < dtb->n_links; i++) {
		const struct dtb_link *link = &dtb->links[i];

		if (link->iommu >= dtb->n_iommus || link->record >= records->n_record)
			return false;
	}
	for (size_t i = 0; i < dtb->n_iommus; i++) {
		if (dtb->iommus[i].record >= records->n_record)
			return false;
	}
	return true;
}

/* Asks all that the program ever asks; answers are words, whatever the bytes. */
static bool btf_is_sound(const struct btf *btf)
{
	bool sound = true;

	for (int b = 0; b < BEHAVIOUR_COUNT; b++) {
		for (size_t i = 0; i < BEHAVIOUR_SIGNS_MAX; i++) {
			const struct sign *s = &behaviours[b].signs[i];

			sound = sound && (s->kind != SIGN_BTF ||
					  btf_ask(btf, s->text) < TRISTATE_COUNT);
		}
	}
	return sound;
}

/* Reads the bytes as each kind of table, whatever their signature is. */
static bool read_as_all(const uint8_t *bytes, size_t size)
{
	struct records records[6] = { 0 };
	struct dmar dmar = { 0 };
	struct ivrs ivrs = { 0 };
	struct iort iort = { 0 };
	struct viot viot = { 0 };
	struct madt madt = { 0 };
	struct dtb dtb = { 0 };
	struct btf btf;
	bool sound;

	dmar_parse(bytes, size, &dmar, &records[0]);
	ivrs_parse(bytes, size, &ivrs, &records[1]);
	iort_parse(bytes, size, &iort, &records[2]);
	viot_parse(bytes, size, &viot, &records[3]);
	dtb_parse(bytes, size, &dtb, &records[4]);
	madt_parse(bytes, size, &madt, &records[5]);
	(void)btf_open(&btf, bytes, size);
	sound = btf_is_sound(&btf);
	btf_clear(&btf);
	for (size_t i = 0; i < dmar.n_entries; i++)
		sound = sound && dmar.entries[i].n_scopes <=
					 dmar.n_scopes - dmar.entries[i].first_scope;
	for (size_t i = 0; i < ivrs.n_ivhds; i++)
		sound = sound && ivrs.ivhds[i].n_entries <=
					 ivrs.n_entries - ivrs.ivhds[i].first_entry;
	for (size_t i = 0; i < madt.n_frames; i++)
		sound = sound && madt.frames[i].record < records[5].n_record;
	sound = sound && iort_is_sound(&iort) && dtb_is_sound(&dtb, &records[4]);
	dmar_clear(&dmar);
	ivrs_clear(&ivrs);
	iort_clear(&iort);
	viot_clear(&viot);
	madt_clear(&madt);
	dtb_clear(&dtb);
	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		records_clear(&records[i]);
	return sound;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	memory_file_open(&file);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ways[] = { "-v", "--json" };
	const char *words[] = { "decode", ways[size % ARRAY_SIZE(ways)], file.path,
				NULL };
	struct printed printed;

	if (!read_as_all(data, size))
		broken("a number points outside its array");
	memory_file_set(&file, data, size);
	run_program(words, NULL, &printed);
	printed_clear(&printed);
	return 0;
}

/* A length, a count or an offset that firmware gets wrong, somewhere. */
static void put_odd_number(struct random *r, uint8_t *bytes, size_t size)
{
	static const uint64_t edges[] = { 0,
					  1,
					  3,
					  4,
					  8,
					  16,
					  20,
					  0x7f,
					  0x80,
					  0xff,
					  0x7fff,
					  0x8000,
					  0xffff,
					  1u << 31,
					  UINT32_MAX,
					  0xfff,
					  1ULL << 63,
					  UINT64_MAX,
					  UINT64_MAX - 0xfff };
	const size_t width = (size_t)1 << random_below(r, 4);
	const uint64_t value = random_below(r, 2)
				       ? edges[random_below(r, ARRAY_SIZE(edges))]
				       : size + 8 - random_below(r, 16);
	const size_t at = width < size ? random_below(r, size - width) : 0;

	for (size_t i = 0; i < width && at + i < size; i++)
		bytes[at + i] = (uint8_t)(value >> 8 * i);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct random r = { seed };

	if (random_below(&r, 4))
		size = LLVMFuzzerMutate(data, size, max);
	else
		put_odd_number(&r, data, size);
	if (random_below(&r, 8))
		repair_table(data, size);
	return size;
}
