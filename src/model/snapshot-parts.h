/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/json-value.h"
#include "model/facts.h"
#include "model/snapshot.h"

/* What the files that load a snapshot share. */

/*
 * Where the loader is, and the first thing that was wrong. The object at hand is read on
 * after it, and nothing else.
 */
struct loader {
	struct host *host;
	const char *array; /* key of the array, NULL: the document */
	size_t index;
	unsigned minor; /* version of the document */
	char *error;
};

/* The members of an object that its rows know, each at the place of its row. */
struct members {
	const struct fact_list *list;
	struct json_value value[FACTS_MAX]; /* at NULL: it is not there */
};

/* --- Single values: snapshot-values.c --- */

/* Notes what is wrong with a key of the object that is being loaded. */
void wrong(struct loader *l, const char *key, const char *what);

/* What the object v has of the rows; noted as wrong is what it has twice. */
void find_members(struct loader *l, struct json_value v, const struct fact_list *list,
		  struct members *out);

/*
 * Has the object a member, and is it not null? Since SNAPSHOT_MINOR_WHOLE what is not
 * there is null, and a member that is left out is noted as wrong.
 */
bool has_member(struct loader *l, const struct members *o, const struct fact *f,
		struct json_value *out);

/* A member of an object, the first of that key; at NULL: none. */
struct json_value json_member_of(struct json_value object, const char *key);

/* A whole number from 0 to max; false, and *out untouched: it is none. */
bool json_whole_number(struct json_value v, uint64_t max, uint64_t *out);

/* The value of a key, or (NULL, 0, false) noted as wrong. */
/* A new string, which the caller owns. One that holds a zero byte is wrong. */
char *string_in(struct loader *l, const char *key, struct json_value v);
bool bool_in(struct loader *l, const char *key, struct json_value v);
/* A whole number from 0 to max. */
uint64_t number_in(struct loader *l, const char *key, struct json_value v, uint64_t max);
/* "0x..." */
uint64_t address_in(struct loader *l, const char *key, struct json_value v);

/*
 * --- What no row can judge: snapshot-check.c ---
 *
 * Of an object (element i of its array) that was loaded from o without an error.
 */

#define CHECK_FACTS(name)                                                          \
	void check_##name(struct loader *l, const struct members *o, void *object, \
			  size_t i)

CHECK_FACTS(kernel);
CHECK_FACTS(msi_state);
CHECK_FACTS(msix_entry);
CHECK_FACTS(msi_irq);
CHECK_FACTS(iommu);
CHECK_FACTS(region);
CHECK_FACTS(qemu_line);
CHECK_FACTS(fault);
CHECK_FACTS(resource);
CHECK_FACTS(device);
CHECK_FACTS(range);
CHECK_FACTS(inquiry);
