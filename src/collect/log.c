/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel log, /dev/kmsg (Documentation/ABI/testing/dev-kmsg): records
 * "prio,seq,time,flags;text" with continuation lines that begin with a blank. In a saved
 * tree dev/kmsg may also be the text that dmesg prints. Only lines about IOMMUs, VFIO and
 * firmware faults are kept. The log is a ring: what is not in it may have happened all
 * the same.
 */
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define LOG_PATH "dev/kmsg"

/* The kernel's largest log buffer is 2^25 bytes (LOG_BUF_SHIFT, init/Kconfig). */
#define LOG_MAX ((size_t)48 << 20)

/* So many lines are kept; a log that repeats itself tells nothing more. */
#define LINES_MAX 4096

static bool is_of_interest(const char *s)
{
	static const char *const words[] = {
		"DMAR",
		"AMD-Vi",
		"iommu",
		"IOMMU",
		"smmu",
		"SMMU",
		"vfio",
		"VFIO",
		"RMR",
		"Firmware Bug",
		"Table Upgrade",
		"IORT:",
		"VIOT:",
		"ITS [mem",
		"ITS@0x",
		"workaround for ITS",
		"GICv2m:",
		"Reused DEV table",
		"Translation is already enabled",
		"Device is not trusted",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strstr(s, words[i]))
			return true;
	}
	return false;
}

/*
 * What stands behind "6,1234,5678,-;" (a record), or "<6>" and "[    1.234567] " (printed
 * by dmesg).
 */
static const char *text_of(const char *line)
{
	size_t n = strspn(line, "0123456789");
	const char *semicolon;

	if (n && line[n] == ',' && (semicolon = strchr(line, ';')))
		return semicolon + 1;
	if (*line == '<' && strchr(line, '>'))
		line = strchr(line, '>') + 1;
	if (*line == '[') {
		n = strspn(line + 1, " 0123456789.");
		if (n && line[n + 1] == ']')
			return line + n + 2 + strspn(line + n + 2, " ");
	}
	return line;
}

static void take_line(struct host *host, const char *line, unsigned number)
{
	struct log_line *l;
	const char *s = text_of(line);

	if (!is_of_interest(s) || host->n_log >= LINES_MAX)
		return;
	l = ADD(host, log);
	l->number = number;
	l->text = xstrndup(s, 1000);
	text_clean(l->text);
}

static void collect_log(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_LOG);
	unsigned number = 0;
	bool complete;
	char *rest;
	char *line;

	(void)wanted;
	if (read_records(&r, LOG_PATH, LOG_MAX, &t) != SOURCE_READ)
		return;
	if (t.len && memchr(t.data, 0, t.len)) {
		host_set_source(host, SOURCE_LOG, SOURCE_BROKEN, 0, "/" LOG_PATH,
				"holds a zero byte: not a log");
		return;
	}
	rest = t.data;
	while ((line = text_next_line(&rest, &complete))) {
		if (*line != ' ') /* not a continuation of the record before */
			take_line(host, line, ++number);
	}
}

const struct collector collector_log = {
	.sources = SOURCE_BIT(SOURCE_LOG),
	.collect = collect_log,
};
