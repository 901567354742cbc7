/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every file that a collector reads, and what is noted where that fails. */
#include "collect/read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/kernel.h"

struct reading reading_of(const struct root *root, struct host *host,
			  enum source_id source)
{
	return (struct reading){ root, host, source, NO_GROUP, false };
}

struct reading reading_of_group(const struct root *root, struct host *host,
				enum source_id source, uint32_t group)
{
	return (struct reading){ root, host, source, group, false };
}

struct reading reading_whole(const struct root *root, struct host *host,
			     enum source_id source)
{
	return (struct reading){ root, host, source, NO_GROUP, true };
}

/* The part behind what there is, up to end; returns where the next one goes. */
static char *add_part(char *at, const char *end, const char *part)
{
	size_t room = (size_t)(end - at), len = strnlen(part, room);

	memcpy(at, part, len);
	return at + len;
}

const char *path_of(char *buffer, const char *folder, const char *name, const char *file)
{
	const char *end = buffer + PATH_SIZE - 1;
	char *at = add_part(buffer, end, folder);

	at = add_part(add_part(at, end, "/"), end, name);
	if (file)
		at = add_part(add_part(at, end, "/"), end, file);
	*at = 0;
	return buffer;
}

/*
 * --- What must be there: the functions of presence.def say what a file that is not there
 * makes of it: SOURCE_ABSENT if such a host may be without it ---
 */

static enum source_state missed_if(bool condition)
{
	return condition ? SOURCE_BROKEN : SOURCE_ABSENT;
}

static enum source_state always(const struct reading *r)
{
	(void)r;
	return SOURCE_BROKEN;
}

static enum source_state never(const struct reading *r)
{
	(void)r;
	return SOURCE_ABSENT;
}

/*
 * Each host has it, but not each copy of one: what needs it is not checked then, and all
 * else is.
 */
static enum source_state always_but_in_copies(const struct reading *r)
{
	return r->root->live ? SOURCE_BROKEN : SOURCE_DENIED;
}

static enum source_state since_6_1(const struct reading *r)
{
	return missed_if(kernel_does_anywhere(r->host, BEHAVIOUR_KERNEL_ARCH_FILE) ==
			 TRISTATE_YES);
}

/* Of a kernel whose release is not known we cannot say that it may be without. */
static enum source_state unless_before_4_19(const struct reading *r)
{
	return missed_if(kernel_does_anywhere(r->host, BEHAVIOUR_GROUP_TYPE_FILE) !=
			 TRISTATE_NO);
}

static enum source_state if_live(const struct reading *r)
{
	return missed_if(r->root->live);
}

static enum source_state if_groups(const struct reading *r)
{
	return missed_if(r->host->n_groups > 0);
}

static enum source_state if_pci_functions(const struct reading *r)
{
	for (size_t i = 0; i < r->host->n_devices; i++) {
		if (r->host->devices[i].bus == BUS_PCI)
			return SOURCE_BROKEN;
	}
	return SOURCE_ABSENT;
}

static const struct {
	enum iommu_kind kind;
	const char *table;
	bool or_device_tree; /* that may tell of it instead */
} tables_of[] = {
#define PRESENCE(path, without)
#define TABLE_OF(kind, table, or_device_tree) { kind, table, or_device_tree },
#include "collect/presence.def"
#undef PRESENCE
#undef TABLE_OF
};

static const char *table_of(const struct host *host, enum iommu_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables_of); i++) {
		if (tables_of[i].kind == kind &&
		    !(tables_of[i].or_device_tree && host->has_device_tree))
			return tables_of[i].table;
	}
	return NULL;
}

const char *missing_table(const struct host *host)
{
	for (size_t i = 0; i < host->n_iommus; i++) {
		const char *table = table_of(host, host->iommus[i].kind);

		if (table && !host_has_table(host, table))
			return table;
	}
	return NULL;
}

/*
 * With an IOMMU that is found through ACPI. A saved tree may lack the whole of
 * /sys/firmware/acpi, which root alone can copy: then it was not looked at.
 */
static enum source_state if_acpi_tells(const struct reading *r)
{
	return missed_if(missing_table(r->host) &&
			 (r->root->live ||
			  source_state_of(root_exists(r->root, "sys/firmware/acpi")) !=
				  SOURCE_ABSENT));
}

static const struct {
	const char *path;
	char last; /* its last character */
	enum source_state (*without)(const struct reading *r);
} presences[] = {
#define PRESENCE(path, without) { path, path[sizeof(path) - 2], without },
#define TABLE_OF(kind, table, or_device_tree)
#include "collect/presence.def"
#undef PRESENCE
#undef TABLE_OF
};

/*
 * Does the path fit? `*` is one name, `**` the rest. *folder: how much of the path goes
 * up to the last name that a `*` stands for; 0: none does.
 */
static bool fits(const char *pattern, const char *path, size_t *folder)
{
	const char *s = path;

	*folder = 0;
	for (;;) {
		size_t n = (size_t)(strchrnul(pattern, '/') - pattern);
		size_t m = (size_t)(strchrnul(s, '/') - s);

		if (n == 2 && !strncmp(pattern, "**", 2))
			return m > 0;
		if (n == 1 && *pattern == '*')
			*folder = (size_t)(s - path) + m;
		else if (n != m || strncmp(pattern, s, n))
			return false;
		if (!pattern[n] || !s[m])
			return pattern[n] == s[m];
		pattern += n + 1;
		s += m + 1;
	}
}

/* --- What became of it --- */

static const char no_link[] =
	"is not a symbolic link: the links are missing, as in a copy that followed them";

/*
 * What a file that is not there makes of it. *gone: it is fine, since what it belongs to
 * is gone, too.
 */
static enum source_state without(const struct reading *r, const char *path, bool *gone)
{
	size_t folder = 0, len = strlen(path);
	char last = len ? path[len - 1] : 0;

	for (size_t i = 0; i < ARRAY_SIZE(presences); i++) {
		cleanup_free char *object = NULL;
		enum source_state state;

		/* There are many rows, and a file that may be missing for each device. */
		if (presences[i].last != '*' && presences[i].last != last)
			continue;
		if (!fits(presences[i].path, path, &folder))
			continue;
		state = presences[i].without(r);
		if (state == SOURCE_ABSENT || !folder)
			return state;
		object = xstrndup(path, folder);
		*gone = source_state_of(root_exists(r->root, object)) == SOURCE_ABSENT;
		return *gone ? SOURCE_ABSENT : state;
	}
	return SOURCE_BROKEN;
}

static enum source_state settle(const struct reading *r, int result, const char *path,
				const char *detail)
{
	enum source_state state = source_state_of(result);
	cleanup_free char *full = NULL;
	bool gone = false;

	if (state == SOURCE_READ && !r->whole)
		return state;
	if (state == SOURCE_ABSENT) {
		state = without(r, path, &gone);
		detail = state == SOURCE_BROKEN
				 ? "is missing, and such a host always has it"
			 : state == SOURCE_DENIED ? "is not in this saved tree"
						  : detail;
	}
	if (!r->whole && state == SOURCE_ABSENT && !gone)
		return state;
	full = text_format("/%s", path);
	if (r->whole)
		host_set_source(r->host, r->source, state, -result, full, detail);
	else
		host_add_gap(r->host, r->source, state, -result, full, 0, detail)->group =
			r->group;
	return state;
}

enum source_state read_file(const struct reading *r, const char *path, size_t max,
			    struct text *out)
{
	int result = root_read(r->root, path, max, out);

	text_reserve(out, 0);
	return settle(r, result, path, NULL);
}

enum source_state read_attribute(const struct reading *r, const char *path,
				 struct text *out)
{
	int result = root_read_attribute(r->root, path, out);

	text_reserve(out, 0);
	return settle(r, result, path, NULL);
}

enum source_state read_records(const struct reading *r, const char *path, size_t max,
			       struct text *out)
{
	int result = root_read_records(r->root, path, max, out);

	text_reserve(out, 0);
	return settle(r, result, path, NULL);
}

enum source_state read_list(const struct reading *r, const char *path, struct names *out)
{
	return settle(r, root_list(r->root, path, out), path, NULL);
}

enum source_state read_list_or_count(const struct reading *r, const char *path,
				     struct names *out, size_t *denied)
{
	int result = root_list(r->root, path, out);

	if (source_state_of(result) != SOURCE_DENIED)
		return settle(r, result, path, NULL);
	++*denied;
	return SOURCE_DENIED;
}

enum source_state read_link(const struct reading *r, const char *path, struct text *out)
{
	int result = root_read_link(r->root, path, out);

	text_reserve(out, 0);
	return settle(r, result, path, result == -EINVAL ? no_link : NULL);
}

enum source_state read_mode(const struct reading *r, const char *path, unsigned *mode)
{
	return settle(r, root_mode(r->root, path, mode), path, NULL);
}

enum source_state read_exists(const struct reading *r, const char *path)
{
	return settle(r, root_exists(r->root, path), path, NULL);
}

enum source_state read_folder(const struct reading *r, const char *path, int *folder)
{
	*folder = root_open_folder(r->root, path);
	return settle(r, *folder < 0 ? *folder : 0, path, NULL);
}

enum source_state read_folder_link(const struct reading *r, int folder, const char *path,
				   const char *name, struct text *out)
{
	int result = folder_read_link(folder, name, out);
	cleanup_free char *whole = NULL;

	text_reserve(out, 0);
	if (!result)
		return SOURCE_READ;
	whole = text_format("%s/%s", path, name);
	return settle(r, result, whole, result == -EINVAL ? no_link : NULL);
}

enum source_state read_result(const struct reading *r, const char *path, int result)
{
	return settle(r, result, path, NULL);
}

void read_gap(const struct reading *r, const char *path, const char *detail)
{
	cleanup_free char *full = text_format("/%s", path);

	host_add_gap(r->host, r->source, SOURCE_BROKEN, 0, full, 0, detail)->group =
		r->group;
}

void note_cut(struct host *host, enum source_id source, const char *path,
	      const char *what, size_t n, size_t max)
{
	cleanup_free char *detail =
		text_format("%zu more %s than the %zu that are kept", n, what, max);

	if (n)
		host_add_gap(host, source, SOURCE_READ, 0, path, 0, detail);
}

void read_cut(const struct reading *r, const char *path, const char *what, size_t n,
	      size_t max)
{
	cleanup_free char *full = text_format("/%s", path);

	note_cut(r->host, r->source, full, what, n, max);
}

void read_bad_line(const struct reading *r, const char *path, unsigned line,
		   const char *what, const char *text)
{
	cleanup_free char *full = text_format("/%s", path);
	cleanup_free char *start = xstrndup(text, 60);
	cleanup_free char *detail = NULL;

	text_clean(start);
	detail = text_format("%s: \"%s\"%s", what, start, strlen(text) > 60 ? "..." : "");
	host_add_gap(r->host, r->source, SOURCE_BROKEN, 0, full, line, detail)->group =
		r->group;
}

static bool holds_zero(const struct text *t)
{
	return t->len && memchr(t->data, 0, t->len);
}

bool read_text(const struct reading *r, const char *path, size_t max, struct text *out)
{
	if (read_file(r, path, max, out) != SOURCE_READ)
		return false;
	if (!out->len) {
		read_gap(r, path, "is empty, and the kernel never leaves it so");
		return false;
	}
	if (!holds_zero(out))
		return true;
	read_bad_line(r, path, 0, "holds a zero byte", out->data);
	return false;
}

const char *read_string(const struct reading *r, const char *path, struct text *buffer)
{
	bool zero;

	if (read_attribute(r, path, buffer) != SOURCE_READ)
		return NULL;
	zero = holds_zero(buffer); /* before trimming makes one */
	text_trim_end(buffer->data);
	if (!zero && text_is_clean(buffer->data) && buffer->data[0])
		return buffer->data;
	read_bad_line(r, path, 1, buffer->len ? "not a line of text" : "is empty",
		      buffer->data);
	return NULL;
}
