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
#define PATH_SIZE 512

/*
 * The driver of the device that the instance is: DRIVER= in its uevent. NULL: it has
 * none.
 */
static char *read_driver(const struct root *root, const char *name, struct text *t)
{
	char path[PATH_SIZE];
	bool complete;
	char *rest;
	char *line;

	snprintf(path, sizeof(path), CLASS_PATH "/%s/device/uevent", name);
	if (root_read_attribute(root, path, t) || !t->data)
		return NULL;
	rest = t->data;
	while ((line = text_next_line(&rest, &complete))) {
		if (text_starts_with(line, "DRIVER=") && text_is_clean(line))
			return xstrdup(line + strlen("DRIVER="));
	}
	return NULL;
}

/*
 * The drivers name their instances: dmar%d (drivers/iommu/intel/dmar.c), ivhd%d
 * (amd/init.c), smmu3.%pa (arm-smmu-v3.c), smmu.%pa (arm-smmu.c), apple-dart.%s;
 * virtio-iommu takes the name of its transport device, so there the driver decides.
 */
static enum iommu_kind kind_of(const struct iommu *i)
{
	static const struct {
		const char *prefix;
		enum iommu_kind kind;
	} kinds[] = {
		{ "dmar", IOMMU_INTEL },       { "ivhd", IOMMU_AMD },
		{ "smmu3.", IOMMU_SMMUV3 },    { "smmu.", IOMMU_SMMU },
		{ "apple-dart.", IOMMU_DART }, { "iommufd_selftest_iommu", IOMMU_MOCK },
	};

	/* In the driver core a virtio driver is named after its module: virtio_iommu. */
	if (i->driver && !strcmp(i->driver, "virtio_iommu"))
		return IOMMU_VIRTIO;
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		if (text_starts_with(i->name, kinds[k].prefix))
			return kinds[k].kind;
	}
	return IOMMU_OTHER;
}

/* A hexadecimal attribute; false if it is not there. Garbage is noted. */
static bool read_hex(const struct root *root, struct host *host, const char *name,
		     const char *attribute, uint64_t *out, struct text *t)
{
	char path[PATH_SIZE];
	const char *s;

	snprintf(path, sizeof(path), CLASS_PATH "/%s/%s", name, attribute);
	s = collect_string(root, host, SOURCE_IOMMU_CLASS, path, t);
	if (!s)
		return false;
	if (text_to_number(s, 16, UINT64_MAX, out))
		return true;
	collect_bad_line(host, SOURCE_IOMMU_CLASS, path, 1, NO_GROUP,
			 "not a hexadecimal number", s);
	return false;
}

static char *read_string(const struct root *root, struct host *host, const char *name,
			 const char *attribute, struct text *t)
{
	char path[PATH_SIZE];
	const char *s;

	snprintf(path, sizeof(path), CLASS_PATH "/%s/%s", name, attribute);
	s = collect_string(root, host, SOURCE_IOMMU_CLASS, path, t);
	return s ? xstrdup(s) : NULL;
}

static void read_intel(const struct root *root, struct host *host, struct iommu *i,
		       struct text *t)
{
	bool has_cap = read_hex(root, host, i->name, "intel-iommu/cap", &i->cap, t);
	bool has_ecap = read_hex(root, host, i->name, "intel-iommu/ecap", &i->ecap, t);

	i->has_cap = has_cap && has_ecap;
	i->address = read_string(root, host, i->name, "intel-iommu/address", t);
	i->version = read_string(root, host, i->name, "intel-iommu/version", t);
}

/*
 * "29d3:0": two registers; which is first depends on the kernel (6.1 prints EFR2 first).
 */
static void read_amd(const struct root *root, struct host *host, struct iommu *i,
		     struct text *t)
{
	char path[PATH_SIZE];
	const char *s;
	char *colon;

	i->has_cap = read_hex(root, host, i->name, "amd-iommu/cap", &i->cap, t);
	snprintf(path, sizeof(path), CLASS_PATH "/%s/amd-iommu/features", i->name);
	s = collect_string(root, host, SOURCE_IOMMU_CLASS, path, t);
	if (!s)
		return;
	colon = strchr(t->data, ':');
	if (colon)
		*colon = 0;
	i->has_features =
		text_to_number(s, 16, UINT64_MAX, &i->features[0]) &&
		(!colon || text_to_number(colon + 1, 16, UINT64_MAX, &i->features[1]));
	if (!i->has_features)
		collect_bad_line(host, SOURCE_IOMMU_CLASS, path, 1, NO_GROUP,
				 "not a pair of feature registers", s);
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

static void read_devices(const struct root *root, struct host *host, size_t iommu,
			 const struct by_name *index)
{
	cleanup(names_clear) struct names links = { 0 };
	char path[PATH_SIZE];
	int result;

	snprintf(path, sizeof(path), CLASS_PATH "/%s/devices", host->iommus[iommu].name);
	result = root_list(root, path, &links);
	if (source_state_of(result) >= SOURCE_DENIED)
		collect_gap(host, SOURCE_IOMMU_CLASS, result, path, NO_GROUP);
	host->iommus[iommu].n_devices = links.n;
	for (size_t i = 0; i < links.n; i++) {
		struct by_name key = { .name = links.name[i] };
		const struct by_name *found =
			bsearch(&key, index, host->n_devices, sizeof(key), compare);

		if (found)
			host->devices[found->index].iommu = iommu;
	}
}

static void collect_iommus(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	cleanup_free struct by_name *index = NULL;
	int result = root_list(root, CLASS_PATH, &names);

	(void)wanted;
	if (!collect_note(host, SOURCE_IOMMU_CLASS, result, CLASS_PATH))
		return;
	index = index_devices(host);
	for (size_t n = 0; n < names.n; n++) {
		struct iommu *i = host_add_iommu(host, names.name[n]);

		i->driver = read_driver(root, i->name, &t);
		i->kind = kind_of(i);
		if (i->kind == IOMMU_INTEL)
			read_intel(root, host, i, &t);
		if (i->kind == IOMMU_AMD)
			read_amd(root, host, i, &t);
		read_devices(root, host, n, index);
	}
}

const struct collector collector_iommu_class = {
	.sources = SOURCE_BIT(SOURCE_IOMMU_CLASS),
	.collect = collect_iommus,
};
