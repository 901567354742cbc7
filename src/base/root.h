/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/text.h"

/*
 * The opener of files, but for what the user names (base/file.h). All is read below one
 * folder: "/" for the running machine, or a saved tree. Paths are relative, without a
 * leading slash. Symbolic links, absolute ones too, are resolved inside that folder
 * (openat2 with RESOLVE_IN_ROOT, Linux 5.6; where that is not to be had, part by part),
 * so a hostile tree cannot make us read the machine we run on. Of a saved tree only files
 * and folders are opened, by way of /proc/self/fd; anything else in it is -EOPNOTSUPP. No
 * file is ever opened for writing; root_open_device opens a device node to talk to its
 * driver.
 *
 * All functions return 0 (or an fd, or a count) or a negative errno, and print nothing.
 * Interrupted calls are made again. Collectors do not call these, but collect/read.h.
 */

struct root {
	int fd;
	char *path; /* as the user named it */
	bool live;  /* the running machine */
};

/* path NULL means the running machine. -ENOTDIR, -ENOENT, -EACCES, ... */
int root_open(struct root *root, const char *path) must_check;
void root_close(struct root *root);

/* The largest size that root_read accepts where nothing smaller is sensible. */
#define ROOT_READ_MAX ((size_t)16 << 20)

/*
 * Reads a whole file into *out (replacing what is there). -EFBIG if it is larger than
 * max; -EISDIR for a folder; bytes of value 0 are kept, so compare out->len where they
 * matter.
 */
int root_read(const struct root *root, const char *path, size_t max,
	      struct text *out) must_check;

/*
 * The same for a sysfs attribute, whose show function fills at most one page: one read
 * call.
 */
int root_read_attribute(const struct root *root, const char *path,
			struct text *out) must_check;

/*
 * Reads records from a character device that returns one record a read (/dev/kmsg),
 * without blocking, until it is drained; -EFBIG if there are more than max bytes. A plain
 * file is read as it is.
 */
int root_read_records(const struct root *root, const char *path, size_t max,
		      struct text *out) must_check;

/* Names in a folder, sorted with numbers by value, without "." and "..". */
struct names {
	char *block; /* one allocation that holds all names, each behind what root.c says
		      */
	size_t n;
	char **name;
};

int root_list(const struct root *root, const char *path, struct names *out) must_check;
void names_clear(struct names *names);

/* False if it is known to be no folder; a link to one is none. */
bool names_may_be_folder(const struct names *names, size_t i);
/* True if it is known to be a folder. */
bool names_is_folder(const struct names *names, size_t i);
/* Of sysfs and procfs: another one once the entry was removed and made again. */
uint64_t names_inode(const struct names *names, size_t i);

/* Target of a symbolic link, as it stands in the link. -EINVAL if it is none. */
int root_read_link(const struct root *root, const char *path,
		   struct text *out) must_check;

/*
 * The same for many links of one folder: the folder is opened once (its fd, or a negative
 * errno), and each name in it, which may hold no slash, costs one call.
 */
int root_open_folder(const struct root *root, const char *path) must_check;
int folder_read_link(int folder, const char *name, struct text *out) must_check;

/* 0 if something is there (not opened, not read), else a negative errno. */
int root_exists(const struct root *root, const char *path) must_check;

/* The permission bits of what is there, which is not read; else a negative errno. */
int root_mode(const struct root *root, const char *path, unsigned *mode) must_check;

/*
 * A file that is to be read in pieces, where all of it is too much to ask for: its fd,
 * which the caller closes, or a negative errno; and a piece of it: how many bytes there
 * were, fewer than size at its end, or a negative errno.
 */
int root_open_file(const struct root *root, const char *path) must_check;
int file_read_at(int fd, uint64_t offset, void *out, size_t size) must_check;

/*
 * Maps size bytes of a file of the running machine from offset (a multiple of a page) on,
 * to be read only; munmap(2) ends it. -EXDEV below a saved tree.
 */
int root_map(const struct root *root, const char *path, uint64_t offset, size_t size,
	     const volatile void **out) must_check;

/*
 * Opens a character device of the running machine, for reading and writing, so that its
 * driver can be asked; the caller closes the fd. -EXDEV below a saved tree, -ENODEV where
 * there is something else than a character device.
 */
int root_open_device(const struct root *root, const char *path) must_check;
