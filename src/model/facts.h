/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * The facts of a host as rows, from facts.def. What walks them needs to know neither the
 * structs nor the keys.
 */

enum fact_kind {
	FACT_PLACE,   /* no member: the place in the array, as a word */
	FACT_TEXT,    /* char * */
	FACT_NUMBER,  /* any integer */
	FACT_ADDRESS, /* uint64_t, "0x..." */
	FACT_BOOL,
	FACT_WORD,    /* an enum of names.h */
	FACT_INDEX,   /* size_t, into an array of the host that stands before */
	FACT_PCI,     /* struct pci_address */
	FACT_BYTES,   /* uint8_t * and a length */
	FACT_DEVICE,  /* size_t, into host->devices: its name */
	FACT_DEVICES, /* ARRAY_OF such */
	FACT_STRINGS, /* ARRAY_OF(char *) */
	FACT_OBJECTS, /* ARRAY_OF structs, or an array with a place for each word */
	FACT_OBJECT,  /* a struct */
	FACT_KIND_COUNT,
};

/* When a snapshot has null for a fact. */
enum fact_presence {
	FACT_MUST,    /* never; one without the fact is refused */
	FACT_DEFAULT, /* never; an older one that lacks it means `absent` */
	FACT_OR_NULL, /* where the value is `absent`, or the pointer is NULL */
	FACT_IF,      /* where the flag is false */
	FACT_TELLS,   /* the same, and loading sets the flag */
};

/* What a text may hold that tells whose host it is (redact.h). */
enum redact {
	REDACT_UNSAID,	/* nobody has said: no row may have it */
	REDACT_NOTHING, /* words of hardware, kernel or specifications */
	REDACT_WITHIN,	/* anything may stand within */
	/* it is as a whole: */
	REDACT_COMMAND_LINE,
	REDACT_PATH,
	REDACT_INTERFACE,
	REDACT_PROCESS,
	REDACT_MOUNT,
};

struct fact {
	const char *key;
	enum fact_kind kind;
	enum fact_presence presence;
	unsigned since; /* minor version of the snapshot that brought it */
	bool late;	/* it is loaded once the host is sorted */
	size_t offset;	/* of the member */
	size_t size;	/* of the member, or of an element of the array */
	size_t flag;	/* offset of a bool */
	/*
	 * Offset of the number of elements (of INDEX: in the host, of the array that it
	 * means), and of the room for them. Both 0: a fixed length, max.
	 */
	size_t count, room;
	uint64_t max;	    /* of a number; of elements, 0: any number of them */
	uint64_t absent;    /* what a number is where there is none */
	enum redact redact; /* of TEXT and STRINGS */
	const struct enum_words *words;
	const char *what; /* INDEX: what is meant, for people */
	const struct fact_list *parts;
};

struct loader;
struct members;

/* More rows than any list has. */
#define FACTS_MAX 64

struct fact_list {
	const struct fact *rows;
	size_t n;
	size_t size; /* of the struct */
	/*
	 * What no row can judge of the element i of an array, loaded from o; NULL: all is
	 * judged.
	 */
	void (*check)(struct loader *l, const struct members *o, void *object, size_t i);
};

/* All of a host: the members of a snapshot, in their order. */
const struct fact_list *host_facts(void);

void *fact_member(const struct fact *f, const void *object);

/* A number, enum, bool or index; and a pointer; whatever its type. */
uint64_t fact_number(const struct fact *f, const void *object);
void fact_set_number(const struct fact *f, void *object, uint64_t value);
void *fact_pointer(const struct fact *f, const void *object);
void fact_set_pointer(const struct fact *f, void *object, void *p);

/* IF and TELLS: the flag. BYTES and arrays of any length: the length. */
bool *fact_flag(const struct fact *f, void *object);
size_t *fact_length(const struct fact *f, void *object);

/* Elements of an array, or bytes. */
size_t fact_count(const struct fact *f, const void *object);
void *fact_element(const struct fact *f, const void *object, size_t i);
/* A new zeroed element at its end. */
void *fact_add(const struct fact *f, void *object);

/* Is it null in a snapshot? */
bool fact_is_null(const struct fact *f, const void *object);
