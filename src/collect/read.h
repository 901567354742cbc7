/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/root.h"
#include "model/host.h"

/*
 * The only way for collectors to a file. What became of it is in the host before the
 * caller sees it, so nobody can drop an error: one that was denied or is broken is a gap
 * (or the state of the source), and a file that is not there is one too unless
 * presence.def says that such a host may be without it. What the caller does not get is
 * never an error number, only the state: SOURCE_READ; SOURCE_ABSENT, and that is fine;
 * SOURCE_DENIED or SOURCE_BROKEN, and that is noted.
 */

/* What is being read, and for which source. */
struct reading {
	const struct root *root;
	struct host *host;
	enum source_id source;
	uint32_t group; /* whose loss it would be; NO_GROUP */
	bool whole; /* the file, or folder, is the source: its state is the source's */
};

/* A part of a source. */
struct reading reading_of(const struct root *root, struct host *host,
			  enum source_id source);
/* The same, of one group. */
struct reading reading_of_group(const struct root *root, struct host *host,
				enum source_id source, uint32_t group);
/* What the source as a whole is read from. */
struct reading reading_whole(const struct root *root, struct host *host,
			     enum source_id source);

#define PATH_SIZE 512 /* longer than any path below a device or group of sysfs */

/*
 * Puts "folder/name/file" into a buffer of PATH_SIZE, and returns it; what does not fit
 * is cut off. file may be NULL. There are several for each device, and snprintf takes
 * longer than the kernel does.
 */
const char *path_of(char *buffer, const char *folder, const char *name, const char *file);

/*
 * Paths are relative to the root, without a leading slash. What is put into *out is as
 * base/root.h says; text is never NULL where SOURCE_READ is returned.
 */
enum source_state read_file(const struct reading *r, const char *path, size_t max,
			    struct text *out) must_check;
enum source_state read_attribute(const struct reading *r, const char *path,
				 struct text *out) must_check;
enum source_state read_records(const struct reading *r, const char *path, size_t max,
			       struct text *out) must_check;
enum source_state read_list(const struct reading *r, const char *path,
			    struct names *out) must_check;
/*
 * The same, where many may be denied: that is counted, and the caller notes the sum.
 */
enum source_state read_list_or_count(const struct reading *r, const char *path,
				     struct names *out, size_t *denied) must_check;
enum source_state read_link(const struct reading *r, const char *path,
			    struct text *out) must_check;
/* *mode: the permission bits, as those of chmod(2). */
enum source_state read_mode(const struct reading *r, const char *path,
			    unsigned *mode) must_check;
enum source_state read_exists(const struct reading *r, const char *path) must_check;

/* A folder with many links: its fd, which the caller closes; and the target of one. */
enum source_state read_folder(const struct reading *r, const char *path,
			      int *folder) must_check;
enum source_state read_folder_link(const struct reading *r, int folder, const char *path,
				   const char *name, struct text *out) must_check;

/*
 * A small attribute as one trimmed string, in buffer (reused by the next call). NULL if
 * it is not there, or after noting what is wrong with it.
 */
const char *read_string(const struct reading *r, const char *path,
			struct text *buffer) must_check;

/*
 * A text file that the kernel never leaves empty: as read_file, and false, after noting
 * it, if it is, or holds a zero byte.
 */
bool read_text(const struct reading *r, const char *path, size_t max,
	       struct text *out) must_check;

/* Notes what became of what somebody else opened: 0, or a negative errno. */
enum source_state read_result(const struct reading *r, const char *path,
			      int result) must_check;

/* Notes a file that was read and cannot be what it says. */
void read_gap(const struct reading *r, const char *path, const char *detail);

/*
 * Notes that of a file, which was read, n more are not kept than the max that are: what,
 * in the plural. n 0: nothing is noted.
 */
void read_cut(const struct reading *r, const char *path, const char *what, size_t n,
	      size_t max);

/* The same of a path that is whole. */
void note_cut(struct host *host, enum source_id source, const char *path,
	      const char *what, size_t n, size_t max);

/* Notes a line that is not what it should be; quotes its start. */
void read_bad_line(const struct reading *r, const char *path, unsigned line,
		   const char *what, const char *text);

/*
 * The ACPI table without which this host could not have the IOMMUs that it has; NULL: it
 * may be without any, or has_table has it.
 */
const char *missing_table(const struct host *host);
