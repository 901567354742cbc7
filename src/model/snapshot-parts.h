/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/facts.h"
#include "model/json.h"
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

/* --- Single values: snapshot-values.c --- */

/* Notes what is wrong with a key of the object that is being loaded. */
void wrong(struct loader *l, const char *key, const char *what);

/*
 * Has the object a member, and is it not null? Since SNAPSHOT_MINOR_WHOLE what is not
 * there is null, and a member that is left out is noted as wrong.
 */
bool has_member(struct loader *l, struct json_object *o, const struct fact *f,
		struct json_object **out);

/* The value of a key, or (NULL, 0, false) noted as wrong. */
/* json-c ends a string at a zero byte: such a one is wrong. */
const char *string_in(struct loader *l, const char *key, struct json_object *v);
/* The same as a new string. The caller owns it. */
char *text_in(struct loader *l, const char *key, struct json_object *v);
bool bool_in(struct loader *l, const char *key, struct json_object *v);
/* A whole number from 0 to max. */
uint64_t number_in(struct loader *l, const char *key, struct json_object *v,
		   uint64_t max);
/* "0x..." */
uint64_t address_in(struct loader *l, const char *key, struct json_object *v);

/*
 * --- What no row can judge: snapshot-check.c ---
 *
 * Of an object (element i of its array) that was loaded from o without an error.
 */

#define CHECK_FACTS(name) \
	void check_##name(struct loader *l, struct json_object *o, void *object, size_t i)

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
