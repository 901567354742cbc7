/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/*
 * Reads a table from a file. A name that ends in ".hex" is text: bytes as two digits,
 * "text" as it stands, # to the end of the line is a comment, LL four times is the
 * table's length and CC the byte that makes the checksum right. Everything else is taken
 * as it is.
 */
struct table_bytes {
	ARRAY_OF(uint8_t, bytes);
	size_t length_at, checksum_at; /* 0: not asked for */
};

static inline void add_word(struct table_bytes *t, const char *word)
{
	unsigned value = 0;

	if (!strcmp(word, "LL") && !t->length_at)
		t->length_at = t->n_bytes;
	if (!strcmp(word, "CC"))
		t->checksum_at = t->n_bytes;
	if (strcmp(word, "LL") && strcmp(word, "CC") &&
	    (strlen(word) != 2 || sscanf(word, "%2x", &value) != 1)) {
		fprintf(stderr, "\"%s\" is no byte\n", word);
		exit(3);
	}
	*ADD(t, bytes) = (uint8_t)value;
}

static inline void add_line(struct table_bytes *t, char *line)
{
	for (char *p = line; *p && *p != '#';) {
		char word[3] = { 0 };
		size_t n = 0;

		if (isspace((unsigned char)*p)) {
			p++;
			continue;
		}
		if (*p == '"') {
			for (p++; *p && *p != '"'; p++)
				*ADD(t, bytes) = (uint8_t)*p;
			p += *p == '"';
			continue;
		}
		while (*p && !isspace((unsigned char)*p) && *p != '#' && n < 2)
			word[n++] = *p++;
		add_word(t, word);
	}
}

static inline void finish(struct table_bytes *t)
{
	uint8_t sum = 0;

	for (size_t i = 0; t->length_at && i < 4; i++)
		t->bytes[t->length_at + i] = (uint8_t)(t->n_bytes >> 8 * i);
	for (size_t i = 0; i < t->n_bytes; i++)
		sum = (uint8_t)(sum + t->bytes[i]);
	if (t->checksum_at)
		t->bytes[t->checksum_at] = (uint8_t)-sum;
}

static inline struct table_bytes read_table(const char *path)
{
	struct table_bytes t = { 0 };
	size_t n = strlen(path);
	FILE *f = fopen(path, "rb");
	char line[4096];
	int c;

	if (!f) {
		perror(path);
		exit(3);
	}
	if (n > 4 && !strcmp(path + n - 4, ".hex")) {
		while (fgets(line, sizeof(line), f))
			add_line(&t, line);
		finish(&t);
	} else {
		while ((c = getc(f)) != EOF)
			*ADD(&t, bytes) = (uint8_t)c;
	}
	fclose(f);
	return t;
}
