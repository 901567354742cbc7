/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sys/class/iommu: drivers/iommu/iommu-sysfs.c. The attributes of Intel and AMD
 * instances: Documentation/ABI/testing/sysfs-class-iommu-intel-iommu and -amd-iommu.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define CLASS_PATH "sys/class/iommu"

/*
 * The driver of the device that the instance is: DRIVER= in its uevent. NULL: it has
 * none.
 */
static char *read_driver(const struct reading *r, const char *name, struct text *t)
{
	char path[PATH_SIZE];
	bool complete;
	char *rest;
	char *line;

	snprintf(path, sizeof(path), CLASS_PATH "/%s/device", name);
	if (read_exists(r, path) != SOURCE_READ)
		return NULL;
	snprintf(path, sizeof(path), CLASS_PATH "/%s/device/uevent", name);
	if (!read_text(r, path, ROOT_READ_MAX, t))
		return NULL;
	rest = t->data;
	while ((line = text_next_line(&rest, &complete))) {
		if (text_starts_with(line, "DRIVER=") && text_is_clean(line))
			return xstrdup(line + strlen("DRIVER="));
	}
	return NULL;
}

/*
 * What an instance is called, and the driver of the device that it is: the call of
 * iommu_device_sysfs_add in each driver of drivers/iommu and in
 * arch/powerpc/kernel/iommu.c. virtio-iommu and many of systems on a chip take the name
 * of their device, so there the driver decides; an instance of PAMU, s390 and RISC-V has
 * no device.
 */
static const struct kind_row {
	const char *name;   /* it begins so; NULL: any */
	const char *driver; /* "": it has none; NULL: any */
	enum iommu_kind kind;
} kind_rows[] = {
	/* In the driver core a virtio driver is named after its module: virtio_iommu. */
	{ NULL, "virtio_iommu", IOMMU_VIRTIO },
	{ "dmar", NULL, IOMMU_INTEL },
	{ "ivhd", NULL, IOMMU_AMD },
	{ "smmu3.", NULL, IOMMU_SMMUV3 },
	{ "smmu.", NULL, IOMMU_SMMU },
	{ "apple-dart.", NULL, IOMMU_DART },
	{ "iommufd_selftest_iommu", NULL, IOMMU_MOCK },
	{ "riscv-iommu@", NULL, IOMMU_RISCV },
	{ "s390-iommu.", NULL, IOMMU_S390 },
	{ "iommu-phb", NULL, IOMMU_SPAPR },
	{ "mtk-iommu.", NULL, IOMMU_MEDIATEK },
	{ "msm-smmu.", NULL, IOMMU_MSM },
	{ NULL, "rk_iommu", IOMMU_ROCKCHIP },
	{ NULL, "mtk-iommu", IOMMU_MEDIATEK },
	{ NULL, "mtk-iommu-v1", IOMMU_MEDIATEK },
	{ NULL, "exynos-sysmmu", IOMMU_EXYNOS },
	{ NULL, "sun50i-iommu", IOMMU_SUN50I },
	{ NULL, "ipmmu-vmsa", IOMMU_IPMMU },
	/* tegra_smmu_probe: the memory controller's driver makes it */
	{ NULL, "tegra-mc", IOMMU_TEGRA },
	{ NULL, "sprd-iommu", IOMMU_SPRD },
	{ NULL, "msm_iommu", IOMMU_MSM },
	{ NULL, "omap-iommu", IOMMU_OMAP },
	{ NULL, "qcom-iommu", IOMMU_QCOM },
	{ NULL, "vsi-iommu", IOMMU_VSI },
	{ NULL, "bcm2712-iommu", IOMMU_BCM2712 }, /* Raspberry Pi's kernel */
	/* pamu_domain_init: one for all, and without a device */
	{ "iommu0", "", IOMMU_PAMU },
};

static bool fits(const struct kind_row *row, const struct iommu *i)
{
	const char *driver = i->driver ? i->driver : "";

	return (!row->name || text_starts_with(i->name, row->name)) &&
	       (!row->driver || !strcmp(driver, row->driver));
}

static enum iommu_kind kind_of(const struct iommu *i)
{
	for (size_t k = 0; k < ARRAY_SIZE(kind_rows); k++) {
		if (fits(&kind_rows[k], i))
			return kind_rows[k].kind;
	}
	return IOMMU_OTHER;
}

/* A hexadecimal attribute; false if it is not there. Garbage is noted. */
static bool read_hex(const struct reading *r, const char *name, const char *attribute,
		     uint64_t *out, struct text *t)
{
	char path[PATH_SIZE];
	const char *s;

	snprintf(path, sizeof(path), CLASS_PATH "/%s/%s", name, attribute);
	s = read_string(r, path, t);
	if (!s)
		return false;
	if (text_to_number(s, 16, UINT64_MAX, out))
		return true;
	read_bad_line(r, path, 1, "not a hexadecimal number", s);
	return false;
}

static char *read_word(const struct reading *r, const char *name, const char *attribute,
		       struct text *t)
{
	char path[PATH_SIZE];
	const char *s;

	snprintf(path, sizeof(path), CLASS_PATH "/%s/%s", name, attribute);
	s = read_string(r, path, t);
	return s ? xstrdup(s) : NULL;
}

static void read_intel(const struct reading *r, struct iommu *i, struct text *t)
{
	bool has_cap = read_hex(r, i->name, "intel-iommu/cap", &i->cap, t);
	bool has_ecap = read_hex(r, i->name, "intel-iommu/ecap", &i->ecap, t);

	i->has_cap = has_cap && has_ecap;
	i->address = read_word(r, i->name, "intel-iommu/address", t);
	i->version = read_word(r, i->name, "intel-iommu/version", t);
}

/*
 * "29d3:0": two registers; which is first depends on the kernel (6.1 prints EFR2 first).
 */
static void read_amd(const struct reading *r, struct iommu *i, struct text *t)
{
	char path[PATH_SIZE];
	const char *s;
	char *colon;

	i->has_cap = read_hex(r, i->name, "amd-iommu/cap", &i->cap, t);
	snprintf(path, sizeof(path), CLASS_PATH "/%s/amd-iommu/features", i->name);
	s = read_string(r, path, t);
	if (!s)
		return;
	colon = strchr(t->data, ':');
	if (colon)
		*colon = 0;
	i->has_features =
		text_to_number(s, 16, UINT64_MAX, &i->features[0]) &&
		(!colon || text_to_number(colon + 1, 16, UINT64_MAX, &i->features[1]));
	if (!i->has_features)
		read_bad_line(r, path, 1, "not a pair of feature registers", s);
}

/*
 * Names of devices as the links give them, to the devices collected before; built once.
 */
struct by_name {
	const char *name;
	size_t index;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct by_name *)a)->name,
		      ((const struct by_name *)b)->name);
}

static struct by_name *index_devices(const struct host *host)
{
	struct by_name *index = xcalloc(host->n_devices, sizeof(*index));

	for (size_t i = 0; i < host->n_devices; i++)
		index[i] = (struct by_name){ host->devices[i].name, i };
	qsort(index, host->n_devices, sizeof(*index), compare);
	return index;
}

/*
 * An IOMMU serves only devices that are in a group (iommu_init_device): one that is in
 * none was lost on the way to us, or is just being plugged or unplugged.
 */
static void note_outsider(const struct reading *r, const char *folder, const char *name)
{
	const struct reading groups = reading_of(r->root, r->host, SOURCE_GROUPS);
	char path[2 * PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (host_groups_complete(r->host) && read_exists(&groups, path) == SOURCE_READ)
		read_gap(&groups, path, "is served by this IOMMU but is in no group");
}

static void read_devices(const struct reading *r, size_t iommu,
			 const struct by_name *index)
{
	cleanup(names_clear) struct names links = { 0 };
	struct host *host = r->host;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), CLASS_PATH "/%s/devices", host->iommus[iommu].name);
	if (read_list(r, path, &links) != SOURCE_READ)
		return;
	host->iommus[iommu].n_devices = links.n;
	for (size_t i = 0; i < links.n; i++) {
		struct by_name key = { .name = links.name[i] };
		const struct by_name *found =
			bsearch(&key, index, host->n_devices, sizeof(key), compare);

		if (found)
			host->devices[found->index].iommu = iommu;
		if (!found || host->devices[found->index].group == NO_GROUP)
			note_outsider(r, path, links.name[i]);
	}
}

/*
 * These list a window of MSIs for each device: intel_iommu_get_resv_regions,
 * amd_iommu_get_resv_regions, arm_smmu_get_resv_regions (both SMMU drivers),
 * viommu_get_resv_regions.
 */
static bool lists_msi_window(enum iommu_kind kind)
{
	return kind == IOMMU_INTEL || kind == IOMMU_AMD || kind == IOMMU_SMMUV3 ||
	       kind == IOMMU_SMMU || kind == IOMMU_VIRTIO;
}

static bool has_such_device(const struct host *host, uint32_t group)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];

		if (d->group == group && d->iommu != NO_INDEX &&
		    lists_msi_window(host->iommus[d->iommu].kind))
			return true;
	}
	return false;
}

/* An empty list of regions, of a group that cannot have one. */
static void note_empty_lists(const struct root *root, struct host *host)
{
	for (size_t i = 0; i < host->n_groups; i++) {
		struct group *g = &host->groups[i];
		struct reading r = reading_of_group(root, host, SOURCE_GROUPS, g->id);
		char path[PATH_SIZE];

		if (g->regions_state != SOURCE_READ || g->regions_size ||
		    !has_such_device(host, g->id))
			continue;
		snprintf(path, sizeof(path),
			 "sys/kernel/iommu_groups/%u/reserved_regions", (unsigned)g->id);
		read_gap(&r, path, "is empty, and this IOMMU always lists an MSI window");
		g->regions_state = SOURCE_BROKEN;
	}
}

static void collect_iommus(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	cleanup_free struct by_name *index = NULL;
	const struct reading whole = reading_whole(root, host, SOURCE_IOMMU_CLASS);
	const struct reading r = reading_of(root, host, SOURCE_IOMMU_CLASS);

	(void)wanted;
	if (read_list(&whole, CLASS_PATH, &names) != SOURCE_READ)
		return;
	index = index_devices(host);
	for (size_t n = 0; n < names.n; n++) {
		struct iommu *i = host_add_iommu(host, names.name[n]);

		i->driver = read_driver(&r, i->name, &t);
		i->kind = kind_of(i);
		if (i->kind == IOMMU_INTEL)
			read_intel(&r, i, &t);
		if (i->kind == IOMMU_AMD)
			read_amd(&r, i, &t);
		read_devices(&r, n, index);
	}
	note_empty_lists(root, host);
}

const struct collector collector_iommu_class = {
	.sources = SOURCE_BIT(SOURCE_IOMMU_CLASS),
	.collect = collect_iommus,
};
