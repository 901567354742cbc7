/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of the output, and their kinds. */
#include <ctype.h>

#include "base/attr.h"
#include "base/memory.h"
#include "cmd/explain.h"
#include "rules/rules.h"

const struct word words[] = {
#define WORD(word_kind, word_id, word_title, word_meaning, ...) \
	{ .kind = WORD_##word_kind,                             \
	  .id = word_id,                                        \
	  .title = word_title,                                  \
	  .meaning = word_meaning,                              \
	  __VA_ARGS__ },
#include "cmd/words.def"
#undef WORD
};

const size_t n_words = ARRAY_SIZE(words);

/* How a kind is called before a title, and above a list. */
struct kind_names {
	const char *one, *many;
};

static const struct kind_names kinds[WORD_KIND_COUNT] = {
	[WORD_REGION] = { "Region type", "Region types" },
	[WORD_IDENTITY] = { "Identity state",
			    "Identity state of a device, and its values" },
	[WORD_DOMAIN] = { "Domain type", "Types of a default domain" },
	[WORD_VERDICT] = { "Answer", "Verdicts, and other answers" },
	[WORD_OBSTACLE] = { "Obstacle",
			    "Obstacles to passthrough, in the order of the kernel" },
	[WORD_ERRNO] = { "Errno", "Errnos" },
	[WORD_CALL] = { "Call", "Calls that are refused" },
	[WORD_FIRMWARE] = { "Firmware",
			    "Firmware tables, their entries, and what sysfs shows of them" },
	[WORD_INTERRUPT] = { "Interrupts", "Interrupts" },
	[WORD_REASON] = { "Reason", "Reasons why an address is usable, or not" },
	[WORD_GUEST] = { "Guest", "A guest beside its host" },
	[WORD_FIT] = { "Guest's memory",
		       "A guest's memory map, and what to change in it" },
	[WORD_ABSENCE] = { "No IOMMU group", "Why a host has no IOMMU group" },
	[WORD_IOMMU] = { "IOMMU or bus", "IOMMUs and buses" },
	[WORD_HOLDER] = { "In use", "What a process has open" },
	[WORD_MEMORY] = { "PCI memory", "Memory of PCI functions" },
	[WORD_FAULT] = { "DMA fault", "DMA faults" },
	[WORD_BASIS] = { "Basis", "How a statement is known" },
	[WORD_SEVERITY] = { "Severity", "Severities" },
	[WORD_STATE] = { "State of a source", "States of a source" },
	[WORD_SOURCE] = { "Source", "Sources of facts" },
	[WORD_TERM] = { "Term", "Terms of the field" },
	[WORD_LABEL] = { "Label", "Labels: what stands at the left of a line" },
};

const char *word_kind_name(enum word_kind kind)
{
	return kinds[kind].one;
}

const char *word_kind_heading(enum word_kind kind)
{
	return kinds[kind].many;
}

/* Of a letter of a word: "SW_MSI", "sw msi" and "sw-msi" are one. */
static char fold(char c)
{
	return c == ' ' || c == '_' ? '-' : (char)tolower((unsigned char)c);
}

char *word_folded(const char *word)
{
	char *copy = xstrdup(word);

	for (char *s = copy; *s; s++)
		*s = fold(*s);
	return copy;
}

bool is_same_word(const char *a, const char *b)
{
	while (*a && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}
