/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "collect/collect.h"

/*
 * For the unit tests of collectors: a tree of files out of a text, what is collected from
 * it, and as a text what was noted on the way. In each line of the text of a tree one of
 *
 *   PATH = CONTENT     a file of one line; "\n" in it begins another (written "\\n" in C)
 *   PATH : CONTENT     the same without the newline at its end
 *   PATH -> TARGET     a symbolic link
 *   PATH /             a folder
 *   PATH |             a named pipe
 *   PATH @ SIZE WORDS  a file of so many bytes: zeros but for 32-bit little-endian words,
 *                      PLACE=VALUE each, all in hexadecimal digits
 *   pci PATH CLASS [DRIVER]
 *                      a PCI function, its class in hexadecimal digits: its folder below
 *                      sys/devices/pci0000:00, its uevent, and its link of the bus
 *   live               the tree is taken for the running machine
 */

struct tree {
	char folder[64];
	struct root root;
};

static inline int tree_remove_one(const char *path, const struct stat *s, int type,
				  struct FTW *ftw)
{
	(void)s;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void tree_remove(struct tree *t)
{
	root_close(&t->root);
	nftw(t->folder, tree_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Makes the folders above it; where it goes to, which the caller frees. */
static inline char *tree_place(const struct tree *t, const char *path)
{
	char *full = text_format("%s/%s", t->folder, path);

	for (char *s = full + strlen(t->folder) + 1; (s = strchr(s, '/')); s++) {
		*s = 0;
		assert_true(!mkdir(full, 0700) || errno == EEXIST);
		*s = '/';
	}
	return full;
}

static inline void tree_put_bytes(const struct tree *t, const char *path,
				  const void *bytes, size_t n)
{
	cleanup_free char *place = tree_place(t, path);
	cleanup_close int fd =
		open(place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
}

/* What a backslash and this letter stand for in the text of a tree. */
static inline char tree_letter(char c)
{
	return c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? '\0' : c;
}

static inline void tree_put(const struct tree *t, const char *path, const char *content,
			    const char *end)
{
	const size_t n = strlen(content) + strlen(end);
	cleanup_free char *bytes = xcalloc(n + 1, 1);
	size_t used = 0;

	for (const char *s = content; *s; s++) {
		const bool is_escape = *s == '\\' && s[1];

		s += is_escape;
		bytes[used++] = is_escape ? tree_letter(*s) : *s;
	}
	memcpy(bytes + used, end, strlen(end));
	tree_put_bytes(t, path, bytes, used + strlen(end));
}

static inline void tree_link(const struct tree *t, const char *path, const char *target)
{
	cleanup_free char *place = tree_place(t, path);

	assert_int_equal(symlink(target, place), 0);
}

static inline void tree_folder(const struct tree *t, const char *path)
{
	cleanup_free char *inside = text_format("%s/", path);

	free(tree_place(t, inside));
}

static inline void tree_pipe(const struct tree *t, const char *path)
{
	cleanup_free char *place = tree_place(t, path);

	assert_int_equal(mkfifo(place, 0600), 0);
}

/* "100 0=10d38086 4=100007" */
static inline void tree_put_words(const struct tree *t, const char *path, char *words)
{
	char *rest = words;
	const size_t size = strtoul(words, &rest, 16);
	cleanup_free uint8_t *bytes = xcalloc(size, 1);

	while (*rest) {
		const size_t at = strtoul(rest, &rest, 16);
		const unsigned long value = strtoul(rest + 1, &rest, 16);

		for (size_t i = 0; i < 4 && at + i < size; i++)
			bytes[at + i] = (uint8_t)(value >> 8 * i);
	}
	tree_put_bytes(t, path, bytes, size);
}

/* "0000:00:1c.0/0000:01:00.0 10802 nvme" */
static inline void tree_pci(const struct tree *t, char *path)
{
	char *class_code = strchr(path, ' '), *driver;
	const char *slash, *name;
	cleanup_free char *uevent = NULL, *content = NULL, *link = NULL, *target = NULL;

	assert_non_null(class_code);
	*class_code++ = 0;
	driver = strchr(class_code, ' ');
	if (driver)
		*driver++ = 0;
	slash = strrchr(path, '/');
	name = slash ? slash + 1 : path;
	uevent = text_format("sys/devices/pci0000:00/%s/uevent", path);
	content = text_format(
		"PCI_CLASS=%s\\nPCI_ID=8086:10D3\\nPCI_SUBSYS_ID=8086:0000\\n"
		"PCI_SLOT_NAME=%s%s%s",
		class_code, name, driver ? "\\nDRIVER=" : "", driver ? driver : "");
	tree_put(t, uevent, content, "\n");
	link = text_format("sys/bus/pci/devices/%s", name);
	target = text_format("../../../devices/pci0000:00/%s", path);
	tree_link(t, link, target);
}

static inline void tree_line(struct tree *t, char *line)
{
	char *sign = strchr(line, ' '), *content = sign;

	if (!strcmp(line, "live")) {
		t->root.live = true;
		return;
	}
	if (text_starts_with(line, "pci ")) {
		tree_pci(t, line + strlen("pci "));
		return;
	}
	assert_non_null(sign);
	*sign++ = 0;
	content = sign + strcspn(sign, " ");
	content += *content == ' ';
	if (*sign == '=')
		tree_put(t, line, content, "\n");
	else if (*sign == ':')
		tree_put(t, line, content, "");
	else if (*sign == '@')
		tree_put_words(t, line, content);
	else if (*sign == '|')
		tree_pipe(t, line);
	else if (*sign == '-')
		tree_link(t, line, content);
	else
		tree_folder(t, line);
}

/* Makes the tree. */
static inline void tree_make(struct tree *t, const char *text)
{
	cleanup_free char *copy = xstrdup(text);
	char *rest = copy, *line;
	bool complete;

	strcpy(t->folder, "/tmp/iommu-resv-unit.XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	assert_int_equal(root_open(&t->root, t->folder), 0);
	while ((line = text_next_line(&rest, &complete)))
		tree_line(t, line);
}

static inline bool tree_has_gap_of(const struct host *host, const struct source *s)
{
	for (size_t i = 0; i < host->n_gaps; i++) {
		if (text_equals(host->gaps[i].path, s->path))
			return true;
	}
	return false;
}

/* A line for each gap, "STATE PATH:LINE: DETAIL", and for each source that is one. */
static inline void tree_tell_gaps(const struct host *host, struct text *out)
{
	for (size_t i = 0; i < host->n_gaps; i++) {
		const struct gap *g = &host->gaps[i];

		text_printf(out, "%s %s:%u: %s\n", source_state_name(g->state), g->path,
			    g->line, g->detail ? g->detail : strerror(g->error));
	}
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		const struct source *s = &host->sources[i];

		if (s->state >= SOURCE_DENIED && !tree_has_gap_of(host, s))
			text_printf(out, "%s %s: %s\n", source_state_name(s->state),
				    s->path, s->detail ? s->detail : strerror(s->error));
	}
}

struct tree_row {
	const char *what;
	const char *tree;
	const char *want; /* what tell says of it, and then the gaps */
};

/*
 * Collects the wanted sources from the tree of each row, in front of which the same base
 * stands, and compares what is told with what the row wants. tell may collect more.
 */
static inline void
tree_judge(const struct tree_row *rows, size_t n, const char *base, unsigned wanted,
	   void (*tell)(const struct root *root, struct host *host, struct text *out))
{
	for (size_t i = 0; i < n; i++) {
		cleanup_free char *text = text_format("%s%s", base, rows[i].tree);
		cleanup(text_clear) struct text out = { 0 };
		struct tree t;
		struct host host;

		tree_make(&t, text);
		collect_host(&t.root, wanted, &host);
		text_add(&out, "");
		tell(&t.root, &host, &out);
		tree_tell_gaps(&host, &out);
		host_clear(&host);
		tree_remove(&t);
		if (strcmp(out.data, rows[i].want))
			fail_msg("%s: it is\n%snot\n%s", rows[i].what, out.data,
				 rows[i].want);
	}
}
