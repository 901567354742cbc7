/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"
#include "model/json.h"
#include "model/snapshot.h"

/* What the files of the snapshot share. */

/*
 * Where the loader is, and the first thing that was wrong. Everything reads on after it.
 */
struct loader {
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
 * there is null, and a member that is left out is noted as wrong. out may be NULL.
 */
bool has_member(struct loader *l, struct json_object *o, const char *key,
		struct json_object **out);

/* A string of the object; NULL: absent, or noted as wrong. */
const char *load_string(struct loader *l, struct json_object *o, const char *key,
			bool required);
/* The same as a new string; never NULL, or NULL if it is absent. The caller owns it. */
char *load_text(struct loader *l, struct json_object *o, const char *key);
char *load_text_if(struct loader *l, struct json_object *o, const char *key);
bool load_bool(struct loader *l, struct json_object *o, const char *key);
/* A whole number from 0 to max. */
uint64_t load_number(struct loader *l, struct json_object *o, const char *key,
		     uint64_t max, uint64_t if_absent);
/* An address "0x..."; it must be there, or false if it is absent. */
uint64_t load_address(struct loader *l, struct json_object *o, const char *key);
bool load_address_if(struct loader *l, struct json_object *o, const char *key,
		     uint64_t *out);
/* --- snapshot-load.c --- */

/* An array of the document; NULL if it is absent. since: the minor version with it. */
struct json_object *find_array(struct loader *l, struct json_object *document,
			       const char *key, unsigned since);

/* A word of one of the enums of names.h. */
#define LOAD_WORD(l, o, key, parse, out)                       \
	do {                                                   \
		const char *s_ = load_string(l, o, key, true); \
		if (s_ && !parse(s_, out))                     \
			wrong(l, key, "is not a known word");  \
	} while (0)

/* --- Inquiries and iommufd: snapshot-inquiry.c --- */

void load_iommufd(struct loader *l, struct json_object *document, struct host *host);
/* After host_finish: inquiries name devices by their place. */
void load_inquiries(struct loader *l, struct json_object *document, struct host *host);
