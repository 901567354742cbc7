/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved trees, below FUZZ_TREES, in which one file is another one: the first byte is the
 * way of printing, then come the file, "TREE/PATH", to the end of the line, and what it
 * holds. The host is collected and saved; what was saved is loaded and printed.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "fuzz.h"

/* A file that can be replaced, and what it holds. */
struct replaceable {
	char *path; /* below FUZZ_TREES */
	struct text bytes;
};

static struct {
	ARRAY_OF(struct replaceable, file);
} trees;
static struct ways ways;
static struct memory_file saved;
static int folder;

static int compare(const void *a, const void *b)
{
	const struct replaceable *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int note(const char *path, const struct stat *st, int type, struct FTW *where)
{
	struct replaceable *file;

	(void)st;
	(void)where;
	if (type != FTW_F)
		return 0;
	file = ADD(&trees, file);
	file->path = xstrdup(path + strlen(setting("FUZZ_TREES")) + 1);
	if (file_read(path, 1 << 20, &file->bytes))
		broken("%s: cannot be read", path);
	return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	folder = open(setting("FUZZ_TREES"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 || nftw(setting("FUZZ_TREES"), note, 16, FTW_PHYS) ||
	    !trees.n_file)
		broken("%s: no trees", setting("FUZZ_TREES"));
	qsort(trees.file, trees.n_file, sizeof(*trees.file), compare);
	add_host_ways(&ways);
	memory_file_open(&saved);
	return 0;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
	cleanup_close int fd = openat(folder, path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		broken("%s: cannot be written", path);
}

/* Collects the tree that a path begins with, and prints what was collected. */
static void run_tree(const char *path, uint8_t way)
{
	cleanup_free char *root = text_format("%s/%.*s", setting("FUZZ_TREES"),
					      (int)strcspn(path, "/"), path);
	const char *words[] = { "snapshot", "--msi", "--sysroot", root, NULL };
	struct printed p;

	run_program(words, NULL, &p);
	if (!p.size)
		broken("%s: no snapshot: %s", path, p.errors);
	if (way < SAVED_BELOW && !snapshot_returns(p.text, p.size))
		broken("what was saved cannot be loaded");
	memory_file_set(&saved, p.text, p.size);
	printed_clear(&p);
	run_way(&ways, way, "--from", saved.path, &p);
	printed_clear(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data + 1, '\n', size - 1) : NULL;
	const struct replaceable *file;
	struct replaceable key;

	if (!end)
		return 0;
	key.path = xstrndup((const char *)data + 1, (size_t)(end - data) - 1);
	file = bsearch(&key, trees.file, trees.n_file, sizeof(key), compare);
	free(key.path);
	if (!file)
		return 0;
	write_file(file->path, end + 1, (size_t)(data + size - end) - 1);
	run_tree(file->path, *data);
	write_file(file->path, file->bytes.data, file->bytes.len);
	return 0;
}

/* Another file of any tree, with what it holds or with what is there. */
static void change_path(struct buffer *b, size_t end, struct random *r)
{
	const struct replaceable *file = &trees.file[random_below(r, trees.n_file)];

	if (random_below(r, 2))
		buffer_replace(b, end + 1, b->size, file->bytes.data, file->bytes.len);
	buffer_replace(b, 1, end, file->path, strlen(file->path));
}

/* The bytes of another file go in between. */
static void insert_other(struct buffer *b, size_t end, struct random *r)
{
	const struct replaceable *file = &trees.file[random_below(r, trees.n_file)];
	const size_t at = end + 1 + random_below(r, b->size - end);

	if (file->bytes.len)
		buffer_replace(b, at, at, file->bytes.data, file->bytes.len);
}

/* What is a table now mostly gets a length and a checksum that let the parser in. */
static void repair(struct buffer *b, struct random *r)
{
	const char *end = memchr(b->bytes + 1, '\n', b->size - 1);
	const size_t at = end ? (size_t)(end - b->bytes) : 0;

	if (memmem(b->bytes, at, "/acpi/tables/", 13) && random_below(r, 8))
		repair_table((uint8_t *)b->bytes + at + 1, b->size - at - 1);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct random r = { seed };
	struct buffer b = { (char *)data, size, max };
	const char *end = size > 1 ? memchr(b.bytes + 1, '\n', size - 1) : NULL;
	const size_t at = end ? (size_t)(end - b.bytes) : 0;

	if (!end)
		return LLVMFuzzerMutate(data, size, max);
	if (!random_below(&r, 8))
		*data = (uint8_t)random_next(&r);
	switch (random_below(&r, 16)) {
	case 0:
		change_path(&b, at, &r);
		break;
	case 1:
		insert_other(&b, at, &r);
		break;
	default:
		b.size = at + 1 +
			 LLVMFuzzerMutate(data + at + 1, size - at - 1, max - at - 1);
		break;
	}
	repair(&b, &r);
	return b.size;
}
