/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bounded reader of BTF: Documentation/bpf/btf.rst, sections 2 and 4. Header, types and
 * strings are three tables; nothing is followed out of them.
 */
#include "kernel/btf.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/cursor.h"

#define MAGIC_FIRST 0xeb /* of a big-endian kernel; others begin with the second */
#define MAGIC_SECOND 0x9f
#define HEADER_SIZE 24
#define TYPE_SIZE 12
#define MEMBER_SIZE 12

enum kind {
	KIND_STRUCT = 4,
	KIND_UNION = 5,
	KIND_FUNC = 12,
};

/* What follows a type, in bytes: always, and for each of its elements. */
static const struct {
	uint8_t known, always, each;
} tails[] = {
	[1] = { 1, 4, 0 },  /* INT */
	[2] = { 1, 0, 0 },  /* PTR */
	[3] = { 1, 12, 0 }, /* ARRAY */
	[KIND_STRUCT] = { 1, 0, MEMBER_SIZE },
	[KIND_UNION] = { 1, 0, MEMBER_SIZE },
	[6] = { 1, 0, 8 },  /* ENUM */
	[7] = { 1, 0, 0 },  /* FWD */
	[8] = { 1, 0, 0 },  /* TYPEDEF */
	[9] = { 1, 0, 0 },  /* VOLATILE */
	[10] = { 1, 0, 0 }, /* CONST */
	[11] = { 1, 0, 0 }, /* RESTRICT */
	[KIND_FUNC] = { 1, 0, 0 },
	[13] = { 1, 0, 8 },  /* FUNC_PROTO */
	[14] = { 1, 4, 0 },  /* VAR */
	[15] = { 1, 0, 12 }, /* DATASEC */
	[16] = { 1, 0, 0 },  /* FLOAT */
	[17] = { 1, 4, 0 },  /* DECL_TAG */
	[18] = { 1, 0, 0 },  /* TYPE_TAG */
	[19] = { 1, 0, 12 }, /* ENUM64 */
};

/* Names for the same type: TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG. */
static bool is_other_name(unsigned kind)
{
	return (kind >= 8 && kind <= 11) || kind == 18;
}

#define OTHER_NAMES_MAX 8

/* --- The tables --- */

/* A 32-bit number, in the byte order of the kernel. */
static uint32_t number_at(const struct btf *btf, const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return btf->big_endian ? be32toh(value) : le32toh(value);
}

static uint32_t info_of(const struct btf *btf, const uint8_t *t)
{
	return number_at(btf, t + 4);
}

/* The bits above 28 are the sign of bit fields, and zero before them. */
static unsigned kind_of(const struct btf *btf, const uint8_t *t)
{
	return info_of(btf, t) >> 24 & 0x1f;
}

/* How many elements it has; the upper bits are zero where 16 are all there are. */
static uint32_t elements_of(const struct btf *btf, const uint8_t *t)
{
	return info_of(btf, t) & 0xffffff;
}

/* NULL: it would lie behind the strings. */
static const char *string_at(const struct btf *btf, uint32_t offset)
{
	return offset < btf->strings_size ? btf->strings + offset : NULL;
}

static bool is_called(const struct btf *btf, const uint8_t *at, const char *name,
		      size_t len)
{
	const char *s = string_at(btf, number_at(btf, at));

	return s && !strncmp(s, name, len) && !s[len];
}

/*
 * Of no more than the first bytes: millions of types may all have the longest of strings.
 * This is FNV-1a, 32 bits: RFC 9923, section 3.
 */
#define HASHED_MAX 64

static uint32_t hash_of(const char *name, size_t len)
{
	uint32_t hash = 0x811c9dc5;

	for (size_t i = 0; i < len && i < HASHED_MAX && name[i]; i++)
		hash = (hash ^ (uint8_t)name[i]) * 0x01000193;
	return hash;
}

static void add_name(struct btf *btf, uint32_t offset)
{
	const char *name = string_at(btf, number_at(btf, btf->table + offset));
	uint32_t hash = name ? hash_of(name, HASHED_MAX) : 0;
	uint32_t *bucket = &btf->buckets[hash % BTF_BUCKETS];

	if (!name)
		return;
	*ADD(btf, names) = (struct btf_name){ offset, hash, *bucket };
	*bucket = (uint32_t)btf->n_names;
}

/* The next type of a table; false: it goes beyond its end, or is of an unknown kind. */
static bool take_type(struct btf *btf, struct cursor *types)
{
	const uint8_t *t = types->at;
	uint32_t offset = (uint32_t)(t - btf->table);
	unsigned kind;

	cursor_skip(types, TYPE_SIZE);
	if (types->bad)
		return false;
	kind = kind_of(btf, t);
	if (kind >= ARRAY_SIZE(tails) || !tails[kind].known)
		return false;
	cursor_skip(types,
		    tails[kind].always + (size_t)tails[kind].each * elements_of(btf, t));
	if (types->bad)
		return false;
	*ADD(btf, types) = offset;
	if (kind == KIND_STRUCT || kind == KIND_FUNC)
		add_name(btf, offset);
	return true;
}

/* The table whose offset and length stand there; all: what is behind the header. */
static struct cursor table_of(const struct btf *btf, struct cursor all,
			      const uint8_t *offset)
{
	struct cursor c = cursor_from(&all, number_at(btf, offset));

	return cursor_part(&c, number_at(btf, offset + 4));
}

static const char *open_tables(struct btf *btf, const uint8_t *bytes, size_t size)
{
	struct cursor all = cursor_of(bytes, size), types, strings;

	if (size < HEADER_SIZE || bytes[btf->big_endian ? 0 : 1] != MAGIC_FIRST ||
	    bytes[btf->big_endian ? 1 : 0] != MAGIC_SECOND)
		return "is not BTF";
	cursor_skip(&all, number_at(btf, bytes + 4));
	types = table_of(btf, all, bytes + 8);
	strings = table_of(btf, all, bytes + 16);
	if (types.bad || strings.bad)
		return "a table of it goes beyond its end";
	if (!strings.left || strings.at[strings.left - 1])
		return "its strings do not end";
	btf->table = types.at;
	btf->strings = (const char *)strings.at;
	btf->strings_size = (uint32_t)strings.left;
	while (types.left) {
		if (!take_type(btf, &types))
			return "a type of it is of an unknown kind, or goes beyond the "
			       "end";
	}
	return NULL;
}

const char *btf_open(struct btf *btf, const void *bytes, size_t size)
{
	const char *wrong;

	*btf = (struct btf){ .big_endian =
				     size && *(const uint8_t *)bytes == MAGIC_FIRST };
	wrong = open_tables(btf, bytes, size);
	if (wrong)
		btf_clear(btf);
	return wrong;
}

void btf_clear(struct btf *btf)
{
	free(btf->types);
	free(btf->names);
	*btf = (struct btf){ 0 };
}

/* --- Questions --- */

/* NULL: there is no type of this id. */
static const uint8_t *type_of(const struct btf *btf, uint32_t id)
{
	return id && id <= btf->n_types ? btf->table + btf->types[id - 1] : NULL;
}

static bool is_compound(const struct btf *btf, const uint8_t *t)
{
	unsigned kind = kind_of(btf, t);

	return kind == KIND_STRUCT || kind == KIND_UNION;
}

/* The struct or union of an id, by whatever name; NULL: it is none. */
static const uint8_t *compound_of(const struct btf *btf, uint32_t id)
{
	const uint8_t *t = type_of(btf, id);

	for (int i = 0; t && i < OTHER_NAMES_MAX && is_other_name(kind_of(btf, t)); i++)
		t = type_of(btf, number_at(btf, t + 8));
	return t && is_compound(btf, t) ? t : NULL;
}

/* A struct and its anonymous parts; vendors hide members that they add in such. */
#define PARTS_MAX 64

struct parts {
	const uint8_t *part[PARTS_MAX];
	size_t n;
	bool too_many;
};

static void add_part(struct parts *parts, const uint8_t *t)
{
	for (size_t i = 0; i < parts->n; i++) {
		if (parts->part[i] == t)
			return;
	}
	if (parts->n == PARTS_MAX)
		parts->too_many = true;
	else
		parts->part[parts->n++] = t;
}

/* Looks for the member in one part, and adds the anonymous ones of that. */
static bool part_has(const struct btf *btf, struct parts *parts, const uint8_t *t,
		     const char *name)
{
	uint32_t n = elements_of(btf, t);

	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *member = t + TYPE_SIZE + (size_t)i * MEMBER_SIZE;
		const uint8_t *inner;

		if (is_called(btf, member, name, strlen(name)))
			return true;
		inner = is_called(btf, member, "", 0)
				? compound_of(btf, number_at(btf, member + 4))
				: NULL;
		if (inner)
			add_part(parts, inner);
	}
	return false;
}

static enum tristate struct_has(const struct btf *btf, const uint8_t *t, const char *name)
{
	struct parts parts = { .part = { t }, .n = 1 };

	/* Without the code that it is for, a struct is empty, and says nothing. */
	if (!elements_of(btf, t))
		return TRISTATE_UNKNOWN;
	for (size_t i = 0; i < parts.n; i++) {
		if (part_has(btf, &parts, parts.part[i], name))
			return TRISTATE_YES;
	}
	return parts.too_many ? TRISTATE_UNKNOWN : TRISTATE_NO;
}

/*
 * The next type of that kind and name behind one of the same bucket, or, for NULL, the
 * first; NULL: there is none.
 */
static const struct btf_name *next_called(const struct btf *btf, unsigned kind,
					  const char *name, size_t len,
					  const struct btf_name *behind)
{
	uint32_t hash = hash_of(name, len);
	uint32_t i = behind ? behind->next : btf->buckets[hash % BTF_BUCKETS];

	for (; i; i = btf->names[i - 1].next) {
		const struct btf_name *n = &btf->names[i - 1];
		const uint8_t *t = btf->table + n->type;

		if (n->hash == hash && kind_of(btf, t) == kind &&
		    is_called(btf, t, name, len))
			return n;
	}
	return NULL;
}

/* A kernel has one or two; a file that was made to take long has a million. */
#define SAME_NAME_MAX 16

/* Several structs may have the name, where files differ in what they see of it. */
static enum tristate ask_member(const struct btf *btf, const char *name, size_t len,
				const char *member)
{
	const struct btf_name *found = NULL;
	bool any = false, unsure = false;
	unsigned n = 0;

	while ((found = next_called(btf, KIND_STRUCT, name, len, found))) {
		enum tristate has;

		if (n++ == SAME_NAME_MAX)
			return TRISTATE_UNKNOWN;
		has = struct_has(btf, btf->table + found->type, member);
		if (has == TRISTATE_YES)
			return has;
		any = true;
		unsure = unsure || has == TRISTATE_UNKNOWN;
	}
	return any && !unsure ? TRISTATE_NO : TRISTATE_UNKNOWN;
}

static enum tristate ask_function(const struct btf *btf, const char *name, size_t len)
{
	return next_called(btf, KIND_FUNC, name, len, NULL) ? TRISTATE_YES
							    : TRISTATE_UNKNOWN;
}

enum tristate btf_ask(const struct btf *btf, const char *question)
{
	size_t len = strcspn(question, ".(");

	if (!len)
		return TRISTATE_UNKNOWN;
	if (question[len] == '.' && question[len + 1])
		return ask_member(btf, question, len, question + len + 1);
	return strcmp(question + len, "()") ? TRISTATE_UNKNOWN
					    : ask_function(btf, question, len);
}
