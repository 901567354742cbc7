/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/iommu of the running machine, without any device: which commands this kernel has,
 * and the option that can be read. Opening the node may load the module (its alias is
 * devname:iommu), so it is opened only where the driver has registered it. Nothing is
 * sent that has an effect: commands are told apart by the error for a struct that is too
 * short for any of them, and an option is read.
 */
#include "kernel-api/iommufd.h"

#include "base/cleanup.h"
#include "collect/collect.h"

#define NODE_PATH "dev/iommu"
/* Where the driver has registered its node (drivers/iommu/iommufd/main.c,
 * iommu_misc_dev). */
#define REGISTERED_PATH "sys/class/misc/iommu"
#define MODULE_PATH "sys/module/iommufd"

/* All of Linux 7.2: include/uapi/linux/iommufd.h. */
static const struct {
	enum iommufd_command command;
	const char *name;
} commands[] = {
	{ IOMMUFD_DESTROY, "DESTROY" },
	{ IOMMUFD_IOAS_ALLOC, "IOAS_ALLOC" },
	{ IOMMUFD_IOAS_ALLOW_IOVAS, "IOAS_ALLOW_IOVAS" },
	{ IOMMUFD_IOAS_COPY, "IOAS_COPY" },
	{ IOMMUFD_IOAS_IOVA_RANGES, "IOAS_IOVA_RANGES" },
	{ IOMMUFD_IOAS_MAP, "IOAS_MAP" },
	{ IOMMUFD_IOAS_UNMAP, "IOAS_UNMAP" },
	{ IOMMUFD_OPTION, "OPTION" },
	{ IOMMUFD_VFIO_IOAS, "VFIO_IOAS" },
	{ IOMMUFD_HWPT_ALLOC, "HWPT_ALLOC" },
	{ IOMMUFD_GET_HW_INFO, "GET_HW_INFO" },
	{ IOMMUFD_HWPT_SET_DIRTY_TRACKING, "HWPT_SET_DIRTY_TRACKING" },
	{ IOMMUFD_HWPT_GET_DIRTY_BITMAP, "HWPT_GET_DIRTY_BITMAP" },
	{ IOMMUFD_HWPT_INVALIDATE, "HWPT_INVALIDATE" },
	{ IOMMUFD_FAULT_QUEUE_ALLOC, "FAULT_QUEUE_ALLOC" },
	{ IOMMUFD_IOAS_MAP_FILE, "IOAS_MAP_FILE" },
	{ IOMMUFD_VIOMMU_ALLOC, "VIOMMU_ALLOC" },
	{ IOMMUFD_VDEVICE_ALLOC, "VDEVICE_ALLOC" },
	{ IOMMUFD_IOAS_CHANGE_PROCESS, "IOAS_CHANGE_PROCESS" },
	{ IOMMUFD_VEVENTQ_ALLOC, "VEVENTQ_ALLOC" },
	{ IOMMUFD_HW_QUEUE_ALLOC, "HW_QUEUE_ALLOC" },
	{ IOMMUFD_TEST, "TEST" },
};

/* Why there is nothing to open, as far as that can be told; NULL: there is. */
static const char *why_absent(const struct reading *r)
{
	bool node = read_exists(r, NODE_PATH) == SOURCE_READ;
	bool registered = read_exists(r, REGISTERED_PATH) == SOURCE_READ;

	if (node && registered)
		return NULL;
	if (registered)
		return "the kernel has iommufd, but there is no /dev/iommu here: a container "
		       "sees only the nodes it was given";
	if (node)
		return "the node is there, but the module iommufd is not loaded";
	if (read_exists(r, MODULE_PATH) == SOURCE_READ)
		return "there is no /dev/iommu, although the module iommufd is there";
	return "there is no /dev/iommu and no module iommufd: the kernel is built without "
	       "IOMMUFD, as Debian's are, or the module is not loaded";
}

static void ask_commands(struct host *host, int fd)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		bool present;
		int result = iommufd_has_command(fd, commands[i].command, &present);

		if (result) {
			host_add_gap(host, SOURCE_IOMMUFD, SOURCE_BROKEN, -result,
				     "/" NODE_PATH, 0, "its commands are not known");
			return;
		}
		if (present)
			*ADD(&host->iommufd, commands) = xstrdup(commands[i].name);
	}
}

static void collect_iommufd(const struct root *root, unsigned wanted, struct host *host)
{
	const struct reading r = reading_of(root, host, SOURCE_IOMMUFD);
	const struct reading whole = reading_whole(root, host, SOURCE_IOMMUFD);
	struct iommufd_facts *f = &host->iommufd;
	cleanup_close int fd = -1;
	const char *absent;

	(void)wanted;
	if (!root->live)
		return;
	absent = why_absent(&r);
	if (absent) {
		host_set_source(host, SOURCE_IOMMUFD, SOURCE_ABSENT, 0, "/" NODE_PATH,
				absent);
		return;
	}
	fd = iommufd_open(root);
	if (read_result(&whole, NODE_PATH, fd < 0 ? fd : 0) != SOURCE_READ)
		return;
	ask_commands(host, fd);
	f->rlimit_mode_known = iommufd_get_option(fd, IOMMUFD_OPTION_RLIMIT_MODE, 0,
						  &f->rlimit_mode) == 0;
}

const struct collector collector_iommufd = {
	.sources = SOURCE_BIT(SOURCE_IOMMUFD),
	.collect = collect_iommufd,
};
