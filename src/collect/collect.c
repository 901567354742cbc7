/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collect/collect.h"

#include <string.h>

#include "base/cleanup.h"

static const struct collector *const collectors[] = {
#define COLLECTOR(name) &collector_##name,
#include "collect/collectors.def"
#undef COLLECTOR
};

static void run_collectors(const struct root *root, unsigned wanted, bool late,
			   struct host *host)
{
	for (size_t i = 0; i < ARRAY_SIZE(collectors); i++) {
		if (collectors[i]->sources & wanted && collectors[i]->late == late)
			collectors[i]->collect(root, wanted, host);
	}
}

void collect_host(const struct root *root, unsigned wanted, struct host *host)
{
	host_init(host);
	host->origin = root->live ? ORIGIN_LIVE : ORIGIN_SYSROOT;
	host->origin_path = root->live ? NULL : xstrdup(root->path);
	run_collectors(root, wanted, false, host);
	/*
	 * Ids come from folder names, so they are unique; devices are added below their
	 * group.
	 */
	if (!host_finish(host))
		host_set_source(host, SOURCE_GROUPS, SOURCE_BROKEN, 0,
				"/sys/kernel/iommu_groups",
				"the same group or device is listed twice");
	else
		run_collectors(root, wanted, true, host);
}

static char *absolute(const char *path)
{
	return text_format("/%s", path);
}

bool collect_note(struct host *host, enum source_id id, int result, const char *path)
{
	cleanup_free char *full = absolute(path);

	host_set_source(host, id, source_state_of(result), -result, full, NULL);
	return result == 0;
}

void collect_gap(struct host *host, enum source_id id, int result, const char *path,
		 uint32_t group)
{
	cleanup_free char *full = absolute(path);

	if (result)
		host_add_gap(host, id, source_state_of(result), -result, full, 0, NULL)
			->group = group;
}

void collect_bad_line(struct host *host, enum source_id id, const char *path,
		      unsigned line, uint32_t group, const char *what, const char *text)
{
	cleanup_free char *full = absolute(path);
	cleanup_free char *start = xstrndup(text, 60);
	cleanup_free char *detail = NULL;

	text_clean(start);
	detail = text_format("%s: \"%s\"%s", what, start, strlen(text) > 60 ? "..." : "");
	host_add_gap(host, id, SOURCE_BROKEN, 0, full, line, detail)->group = group;
}

static bool holds_zero(const struct text *t)
{
	return t->len && memchr(t->data, 0, t->len);
}

bool collect_text(const struct root *root, struct host *host, enum source_id id,
		  const char *path, size_t max, struct text *out)
{
	if (!collect_note(host, id, root_read(root, path, max, out), path))
		return false;
	text_reserve(out, 0);
	if (!holds_zero(out))
		return true;
	collect_bad_line(host, id, path, 0, NO_GROUP, "holds a zero byte", out->data);
	return false;
}

const char *collect_string(const struct root *root, struct host *host, enum source_id id,
			   const char *path, struct text *buffer)
{
	int result = root_read_attribute(root, path, buffer);

	if (source_state_of(result) == SOURCE_ABSENT)
		return NULL;
	if (result) {
		collect_gap(host, id, result, path, NO_GROUP);
		return NULL;
	}
	text_reserve(buffer, 0);
	result = holds_zero(buffer); /* before trimming makes one */
	text_trim_end(buffer->data);
	if (result || !text_is_clean(buffer->data) || !buffer->data[0]) {
		collect_bad_line(host, id, path, 1, NO_GROUP,
				 buffer->len ? "not a line of text" : "is empty",
				 buffer->data);
		return NULL;
	}
	return buffer->data;
}
