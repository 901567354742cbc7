/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tables N FILE...: reads N tables that are made from those of the files by changing
 * them: bytes, numbers in the places where lengths, counts and offsets are, pieces left
 * out, doubled, swapped, tables cut. Each goes through every parser (that of BTF too) and
 * through `decode`.
 * The same N makes the same tables everywhere. What is looked for is a report of a
 * sanitizer, an end by a signal, or no end; prints TAP.
 */
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../firmware/read-table.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "firmware/dmar.h"
#include "firmware/dtb.h"
#include "firmware/iort.h"
#include "firmware/ivrs.h"
#include "firmware/madt.h"
#include "firmware/viot.h"
#include "kernel/btf.h"
#include "kernel/kernel.h"

#define SIZE_LIMIT 8192

struct random {
	uint64_t state;
};

/* splitmix64 */
static uint64_t next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static size_t below(struct random *r, size_t n)
{
	return n ? (size_t)(next(r) % n) : 0;
}

/* A number that firmware gets wrong: small, at the edge of a size, or anything. */
static uint64_t odd_number(struct random *r, size_t size)
{
	static const uint64_t edges[] = { 0,
					  1,
					  2,
					  3,
					  4,
					  5,
					  15,
					  16,
					  19,
					  20,
					  21,
					  0x7f,
					  0x80,
					  0xff,
					  0x7fff,
					  0x8000,
					  0xffff,
					  0xfff0,
					  1 << 16,
					  1u << 31,
					  UINT32_MAX,
					  UINT64_MAX,
					  UINT64_MAX - 0xfff };

	switch (below(r, 4)) {
	case 0:
		return edges[below(r, ARRAY_SIZE(edges))];
	case 1:
		return size + 8 - below(r, 16);
	case 2:
		return below(r, size + 1);
	default:
		return next(r);
	}
}

static void put_number(struct random *r, uint8_t *bytes, size_t size)
{
	size_t width = (size_t)1 << below(r, 4), at;
	uint64_t value = odd_number(r, size);

	if (width > size)
		return;
	at = below(r, size - width + 1);
	for (size_t i = 0; i < width; i++)
		bytes[at + i] = (uint8_t)(value >> 8 * i);
}

/* A piece of the table over, before or in place of another one; the new size. */
static size_t move_piece(struct random *r, uint8_t *bytes, size_t size)
{
	size_t length = below(r, 64), from = below(r, size), to = below(r, size);
	uint8_t piece[64];

	if (length > size - from)
		length = size - from;
	memcpy(piece, bytes + from, length);
	switch (below(r, 3)) {
	case 0: /* leave it out */
		memmove(bytes + from, bytes + from + length, size - from - length);
		return size - length;
	case 1: /* once more */
		if (size + length > SIZE_LIMIT)
			return size;
		memmove(bytes + to + length, bytes + to, size - to);
		memcpy(bytes + to, piece, length);
		return size + length;
	default: /* over another */
		memcpy(bytes + to, piece, length < size - to ? length : size - to);
		return size;
	}
}

static size_t mutate(struct random *r, uint8_t *bytes, size_t size)
{
	size_t changes = 1 + below(r, 6);

	while (changes-- && size) {
		switch (below(r, 8)) {
		case 0:
			bytes[below(r, size)] ^= (uint8_t)(1 << below(r, 8));
			break;
		case 1:
			bytes[below(r, size)] = (uint8_t)next(r);
			break;
		case 2:
			size = move_piece(r, bytes, size);
			break;
		case 3:
			if (!below(r, 4))
				size = below(r, size + 1);
			break;
		default:
			put_number(r, bytes, size);
			break;
		}
	}
	if (size > 1 && bytes[0] == 0x9f && bytes[1] == 0xeb) /* BTF has neither */
		return size;
	/* mostly a length and a checksum that let the parser in */
	if (dtb_is_blob(bytes, size)) {
		size_t n = size >= 8 && below(r, 8) ? 4 : 0;

		for (size_t i = 0; i < n; i++)
			bytes[4 + i] = (uint8_t)(size >> (24 - 8 * i));
		return size;
	}
	if (size >= TABLE_HEADER_SIZE && below(r, 8)) {
		uint8_t sum = 0;

		for (size_t i = 0; i < 4; i++)
			bytes[4 + i] = (uint8_t)(size >> 8 * i);
		bytes[9] = 0;
		for (size_t i = 0; i < size; i++)
			sum = (uint8_t)(sum + bytes[i]);
		bytes[9] = (uint8_t)-sum;
	}
	return size;
}

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

/* The file that `decode` reads, in memory. */
struct file {
	int fd;
	char *path;
};

/* What `decode` prints goes where stdout and stderr of the caller lead. */
static bool decode(const struct file *file, const uint8_t *bytes, size_t size, bool json)
{
	char *operands[] = { file->path };
	struct options options = { .json = json,
				   .selectors = operands,
				   .n_selectors = 1 };
	int status;

	if (ftruncate(file->fd, 0) || pwrite(file->fd, bytes, size, 0) != (ssize_t)size)
		return false;
	status = command_decode.run(&options);
	return status == FAILED || (status >= 0 && status <= 3);
}

static size_t fuzz(const struct table_bytes *t, const struct file *file, size_t n,
		   uint64_t seed)
{
	struct random r = { seed };
	size_t unsound = 0;

	while (n--) {
		uint8_t *bytes = xcalloc(1, SIZE_LIMIT);
		size_t size = t->n_bytes < SIZE_LIMIT ? t->n_bytes : SIZE_LIMIT;
		uint8_t *exact;

		memcpy(bytes, t->bytes, size);
		size = mutate(&r, bytes, size);
		/* no byte too many, so that a sanitizer sees the first one that is */
		exact = xcalloc(1, size ? size : 1);
		memcpy(exact, bytes, size);
		free(bytes);
		unsound += !read_as_all(exact, size) || !decode(file, exact, size, n & 1);
		free(exact);
	}
	return unsound;
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	size_t files = argc > 2 ? (size_t)argc - 2 : 0, failed = 0;
	struct file file = { memfd_create("table", 0), NULL };
	FILE *tap = stdout;

	file.path = text_format("/proc/self/fd/%d", file.fd);
	/* sanitizers write to the descriptor, not to the stream */
	stdout = stderr = fopen("/dev/null", "w");
	if (file.fd < 0 || !stdout)
		return 3;

	for (size_t i = 0; i < files; i++) {
		struct table_bytes t = read_table(argv[i + 2]);
		size_t share = n / files + (i < n % files),
		       unsound = fuzz(&t, &file, share, i + 1);
		const char *name = strrchr(argv[i + 2], '/');

		failed += unsound > 0;
		fprintf(tap, "%sok %zu - %zu tables from %s\n", unsound ? "not " : "",
			i + 1, share, name ? name + 1 : argv[i + 2]);
		fflush(tap);
		free(t.bytes);
	}
	fprintf(tap, "1..%zu\n", files);
	fflush(tap);
	fclose(stdout);
	free(file.path);
	close(file.fd);
	return failed > 0;
}
