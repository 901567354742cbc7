/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By what else than its release the kernel tells which changes it has: its types in
 * /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF; readable by all), and the mode of the
 * groups' file `type` (iommu_group_attr_type, drivers/iommu/iommu.c). What is asked is in
 * behaviours.def. The BTF of modules is not read: it builds on this one.
 */
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"
#include "kernel/btf.h"
#include "kernel/kernel.h"

#define BTF_PATH "sys/kernel/btf/vmlinux"
/* Those of distributions have 3 to 6 MiB; with all drivers built in it is more. */
#define BTF_MAX ((size_t)64 << 20)

static void add_feature(struct host *host, const char *name, enum tristate there)
{
	*ADD(host, features) = (struct kernel_feature){ xstrdup(name), there };
}

static bool is_asked(const struct host *host, const char *name)
{
	for (size_t i = 0; i < host->n_features; i++) {
		if (!strcmp(host->features[i].name, name))
			return true;
	}
	return false;
}

static void ask_signs(const struct btf *btf, const struct behaviour_row *row,
		      struct host *host)
{
	for (size_t i = 0; i < BEHAVIOUR_SIGNS_MAX; i++) {
		const struct sign *s = &row->signs[i];

		if (s->kind == SIGN_BTF && !is_asked(host, s->text))
			add_feature(host, s->text, btf_ask(btf, s->text));
	}
}

static void collect_btf(const struct root *root, struct host *host)
{
	const struct reading r = reading_whole(root, host, SOURCE_BTF);
	cleanup(text_clear) struct text t = { 0 };
	struct btf btf;
	const char *wrong;

	if (read_file(&r, BTF_PATH, BTF_MAX, &t) != SOURCE_READ)
		return;
	wrong = btf_open(&btf, t.data, t.len);
	if (wrong)
		read_gap(&r, BTF_PATH, wrong);
	for (int b = 0; !wrong && b < BEHAVIOUR_COUNT; b++)
		ask_signs(&btf, &behaviours[b], host);
	btf_clear(&btf);
}

/* Of any group: they have the same. A copy keeps no modes that one could trust. */
static void collect_mode(const struct root *root, struct host *host)
{
	const struct reading r = reading_of(root, host, SOURCE_GROUPS);
	cleanup_free char *path = NULL;
	unsigned mode;

	if (!root->live || !host->n_groups)
		return;
	path = text_format("sys/kernel/iommu_groups/%u/type",
			   (unsigned)host->groups[0].id);
	if (read_mode(&r, path, &mode) == SOURCE_READ)
		add_feature(host, SIGN_TYPE_WRITABLE,
			    mode & 0200 ? TRISTATE_YES : TRISTATE_NO);
}

void collect_features(const struct root *root, struct host *host)
{
	collect_btf(root, host);
	collect_mode(root, host);
}
