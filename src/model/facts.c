/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of facts.def, and how they reach what they describe. */
#include "model/facts.h"

#include <stdlib.h>
#include <string.h>

#include "model/snapshot-parts.h"

/* As the kernel's MAX_ERRNO, include/linux/err.h. */
#define ERRNO_MAX 4095
/* More than this are in no answer of the kernel. */
#define ELEMENTS_MAX (1 << 16)

/* --- The rows --- */

/* Where a member is; it does not compile where the member is of another type. */
#define OFFSET(s, m, type) \
	(offsetof(struct s, m) + 0 * sizeof(_Generic(((struct s *)0)->m, type : 0)))
#define MEMBER(s, m, type) .offset = OFFSET(s, m, type), .size = sizeof(type)
#define NUMBER_IN(s, m) \
	.offset = offsetof(struct s, m), .size = sizeof(((struct s *)0)->m)
#define ARRAY_IN(s, m)                                                        \
	.offset = offsetof(struct s, m), .size = sizeof(*((struct s *)0)->m), \
	.count = OFFSET(s, n_##m, size_t), .room = OFFSET(s, cap_##m, size_t)
#define FLAG(s, m) .flag = OFFSET(s, m, bool)

#define ROW(kind_, presence_, key_, ...) \
	{ .key = key_, .kind = FACT_##kind_, .presence = FACT_##presence_, __VA_ARGS__ },

#define FACTS(list) static const struct fact list##_rows[] = {
#define END_FACTS(list, s, check)                                              \
	}                                                                      \
	;                                                                      \
	_Static_assert(ARRAY_SIZE(list##_rows) <= FACTS_MAX, "room for all");  \
	static const struct fact_list list##_list = { list##_rows,             \
						      ARRAY_SIZE(list##_rows), \
						      sizeof(struct s), check };

#define PLACE(s, k, tag) ROW(PLACE, MUST, k, .words = &tag##_words)
#define TEXT(s, m, k, ...) ROW(TEXT, MUST, k, MEMBER(s, m, char *), ##__VA_ARGS__)
#define TEXT_OR_NULL(s, m, k, ...) \
	ROW(TEXT, OR_NULL, k, MEMBER(s, m, char *), ##__VA_ARGS__)
#define NUMBER(s, m, k, top, ...) \
	ROW(NUMBER, DEFAULT, k, NUMBER_IN(s, m), .max = top, ##__VA_ARGS__)
#define NUMBER_IF(s, m, k, top, f, ...) \
	ROW(NUMBER, IF, k, NUMBER_IN(s, m), .max = top, FLAG(s, f), ##__VA_ARGS__)
#define NUMBER_TELLS(s, m, k, top, f, ...) \
	ROW(NUMBER, TELLS, k, NUMBER_IN(s, m), .max = top, FLAG(s, f), ##__VA_ARGS__)
#define GROUP_ID(s, m, k, ...)                                            \
	ROW(NUMBER, MUST, k, MEMBER(s, m, uint32_t), .max = NO_GROUP - 1, \
	    .absent = NO_GROUP, ##__VA_ARGS__)
#define GROUP_ID_OR_NULL(s, m, k, ...)                                       \
	ROW(NUMBER, OR_NULL, k, MEMBER(s, m, uint32_t), .max = NO_GROUP - 1, \
	    .absent = NO_GROUP, ##__VA_ARGS__)
#define ADDRESS(s, m, k, ...) ROW(ADDRESS, MUST, k, MEMBER(s, m, uint64_t), ##__VA_ARGS__)
#define ADDRESS_OR_0(s, m, k, ...) \
	ROW(ADDRESS, DEFAULT, k, MEMBER(s, m, uint64_t), ##__VA_ARGS__)
#define ADDRESS_IF(s, m, k, f, ...) \
	ROW(ADDRESS, IF, k, MEMBER(s, m, uint64_t), FLAG(s, f), ##__VA_ARGS__)
#define ADDRESS_TELLS(s, m, k, f, ...) \
	ROW(ADDRESS, TELLS, k, MEMBER(s, m, uint64_t), FLAG(s, f), ##__VA_ARGS__)
#define BOOL(s, m, k, ...) ROW(BOOL, DEFAULT, k, MEMBER(s, m, bool), ##__VA_ARGS__)
#define WORD(s, m, k, tag, ...) \
	ROW(WORD, MUST, k, MEMBER(s, m, enum tag), .words = &tag##_words, ##__VA_ARGS__)
#define WORD_OR_NULL(s, m, k, tag, none, ...)                                \
	ROW(WORD, OR_NULL, k, MEMBER(s, m, enum tag), .words = &tag##_words, \
	    .absent = none, ##__VA_ARGS__)
#define INDEX(s, m, k, array, meant, ...)                            \
	ROW(INDEX, MUST, k, MEMBER(s, m, size_t), .max = UINT32_MAX, \
	    .count = offsetof(struct host, n_##array), .what = meant, ##__VA_ARGS__)
#define INDEX_OR_NULL(s, m, k, array, meant, ...)                          \
	ROW(INDEX, OR_NULL, k, MEMBER(s, m, size_t), .max = UINT32_MAX,    \
	    .absent = NO_INDEX, .count = offsetof(struct host, n_##array), \
	    .what = meant, ##__VA_ARGS__)
#define PCI(s, m, k, ...) \
	ROW(PCI, MUST, k, MEMBER(s, m, struct pci_address), ##__VA_ARGS__)
#define BYTES_OR_NULL(s, m, k, length, ...)             \
	ROW(BYTES, OR_NULL, k, MEMBER(s, m, uint8_t *), \
	    .count = OFFSET(s, length, size_t), ##__VA_ARGS__)
#define DEVICE_OR_NULL(s, m, k, ...) \
	ROW(DEVICE, OR_NULL, k, MEMBER(s, m, size_t), .absent = NO_INDEX, ##__VA_ARGS__)
#define DEVICES(s, m, k, ...) ROW(DEVICES, MUST, k, ARRAY_IN(s, m), ##__VA_ARGS__)
#define STRINGS(s, m, k, ...) ROW(STRINGS, MUST, k, ARRAY_IN(s, m), ##__VA_ARGS__)
#define OBJECTS(s, m, k, list, ...) \
	ROW(OBJECTS, MUST, k, ARRAY_IN(s, m), .parts = &list##_list, ##__VA_ARGS__)
#define OBJECTS_LATE(s, m, k, list, ...) \
	OBJECTS(s, m, k, list, .late = true, ##__VA_ARGS__)
#define OBJECTS_TELLS(s, m, k, list, f, ...)                                      \
	ROW(OBJECTS, TELLS, k, ARRAY_IN(s, m), .parts = &list##_list, FLAG(s, f), \
	    ##__VA_ARGS__)
#define SOURCES(s, m, k, list)                                          \
	ROW(OBJECTS, MUST, k, .offset = offsetof(struct s, m),          \
	    .size = sizeof(((struct s *)0)->m[0]), .max = SOURCE_COUNT, \
	    .parts = &list##_list)
#define OBJECT(s, m, k, list, ...) \
	ROW(OBJECT, MUST, k, NUMBER_IN(s, m), .parts = &list##_list, ##__VA_ARGS__)
/* an object of members of the same struct */
#define PART_TELLS(s, k, list, f, ...)                                         \
	ROW(OBJECT, TELLS, k, .size = sizeof(struct s), .parts = &list##_list, \
	    FLAG(s, f), ##__VA_ARGS__)

#include "model/facts.def"

const struct fact_list *host_facts(void)
{
	return &host_list;
}

/* --- What they describe --- */

static const void *at(const void *object, size_t offset)
{
	return (const char *)object + offset;
}

static void *at_mutable(void *object, size_t offset)
{
	return (char *)object + offset;
}

void *fact_member(const struct fact *f, const void *object)
{
	return (char *)(uintptr_t)object + f->offset;
}

uint64_t fact_number(const struct fact *f, const void *object)
{
	const void *member = at(object, f->offset);
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (f->size) {
	case sizeof(u8):
		memcpy(&u8, member, sizeof(u8));
		return u8;
	case sizeof(u16):
		memcpy(&u16, member, sizeof(u16));
		return u16;
	case sizeof(u32):
		memcpy(&u32, member, sizeof(u32));
		return u32;
	default:
		memcpy(&u64, member, sizeof(u64));
		return u64;
	}
}

void fact_set_number(const struct fact *f, void *object, uint64_t value)
{
	void *member = at_mutable(object, f->offset);
	const uint8_t u8 = (uint8_t)value;
	const uint16_t u16 = (uint16_t)value;
	const uint32_t u32 = (uint32_t)value;

	switch (f->size) {
	case sizeof(u8):
		memcpy(member, &u8, sizeof(u8));
		break;
	case sizeof(u16):
		memcpy(member, &u16, sizeof(u16));
		break;
	case sizeof(u32):
		memcpy(member, &u32, sizeof(u32));
		break;
	default:
		memcpy(member, &value, sizeof(value));
	}
}

void *fact_pointer(const struct fact *f, const void *object)
{
	void *p;

	memcpy(&p, at(object, f->offset), sizeof(p));
	return p;
}

void fact_set_pointer(const struct fact *f, void *object, void *p)
{
	memcpy(at_mutable(object, f->offset), &p, sizeof(p));
}

bool *fact_flag(const struct fact *f, void *object)
{
	return at_mutable(object, f->flag);
}

size_t *fact_length(const struct fact *f, void *object)
{
	return at_mutable(object, f->count);
}

size_t fact_count(const struct fact *f, const void *object)
{
	return f->count ? *(const size_t *)at(object, f->count) : (size_t)f->max;
}

void *fact_element(const struct fact *f, const void *object, size_t i)
{
	/* an array of fixed length stands in the object itself */
	char *first = f->count ? fact_pointer(f, object) : fact_member(f, object);

	return first + i * f->size;
}

void *fact_add(const struct fact *f, void *object)
{
	size_t *n = fact_length(f, object);
	size_t *room = at_mutable(object, f->room);
	void *array = grow_array(fact_pointer(f, object), *n, room, f->size);

	fact_set_pointer(f, object, array);
	return (char *)array + (*n)++ * f->size;
}

bool fact_is_null(const struct fact *f, const void *object)
{
	switch (f->presence) {
	case FACT_OR_NULL:
		if (f->kind == FACT_TEXT || f->kind == FACT_BYTES)
			return !fact_pointer(f, object);
		return fact_number(f, object) == f->absent;
	case FACT_IF:
	case FACT_TELLS:
		return !*(const bool *)at(object, f->flag);
	default:
		return false;
	}
}

/* --- Their end --- */

static void clear_rows(const struct fact_list *list, void *object);

static void clear_elements(const struct fact *f, void *object)
{
	for (size_t i = 0; i < fact_count(f, object); i++) {
		void *element = fact_element(f, object, i);

		if (f->kind == FACT_OBJECTS)
			clear_rows(f->parts, element);
		else if (f->kind == FACT_STRINGS)
			free(*(char **)element);
	}
	if (f->count)
		free(fact_pointer(f, object));
}

static void clear_rows(const struct fact_list *list, void *object)
{
	for (const struct fact *f = list->rows; f < list->rows + list->n; f++) {
		switch (f->kind) {
		case FACT_TEXT:
		case FACT_BYTES:
			free(fact_pointer(f, object));
			break;
		case FACT_OBJECT:
			clear_rows(f->parts, fact_member(f, object));
			break;
		case FACT_OBJECTS:
		case FACT_STRINGS:
		case FACT_DEVICES:
			clear_elements(f, object);
			break;
		default:
			break;
		}
	}
}

void host_clear(struct host *host)
{
	free(host->origin_path);
	free(host->devices_by_name);
	clear_rows(&host_list, host);
	*host = (struct host){ 0 };
}

/* Of the host: frees the elements of an array, which is empty then. */
static void empty(struct host *host, size_t offset)
{
	for (const struct fact *f = host_list.rows; f < host_list.rows + host_list.n;
	     f++) {
		if (f->offset != offset)
			continue;
		clear_elements(f, host);
		fact_set_pointer(f, host, NULL);
		*fact_length(f, host) = 0;
		*(size_t *)at_mutable(host, f->room) = 0;
	}
}

void host_clear_log(struct host *host)
{
	empty(host, offsetof(struct host, log));
	empty(host, offsetof(struct host, faults));
	host_clear_qemu_lines(host);
	host->log_state = (struct log_state){ TRISTATE_UNKNOWN, 0, 0 };
}

void host_clear_qemu_lines(struct host *host)
{
	empty(host, offsetof(struct host, qemu_lines));
}

void inquiry_clear(struct inquiry *inquiry)
{
	clear_rows(&inquiry_list, inquiry);
	*inquiry = (struct inquiry){ 0 };
}
