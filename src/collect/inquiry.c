/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What iommufd and VFIO answer about devices, in the order in which a virtual machine
 * monitor makes the calls. iommufd: open the device's node, bind it, attach it to an
 * empty IOAS, ask for the ranges (Documentation/userspace-api/iommufd.rst and
 * Documentation/driver-api/vfio.rst). VFIO: open the groups, put them into one container,
 * give that a type 1 IOMMU, ask it; no device is opened, so none is reset. The devices of
 * a group that is not viable are asked for: they are refused.
 */
#include "collect/inquiry.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define IOMMUFD_PATH "/dev/iommu"
#define CONTAINER_PATH "/dev/vfio/vfio"

const struct inquiry_calls inquiry_kernel = {
	.open_iommufd = iommufd_open,
	.open_device = vfio_device_open,
	.bind = vfio_device_bind,
	.get_hw_info = iommufd_get_hw_info,
	.alloc_ioas = iommufd_alloc_ioas,
	.attach = vfio_device_attach,
	.get_iova = iommufd_get_iova,
	.open_group = vfio_group_open,
	.open_container = vfio_container_open,
	.set_container = vfio_group_set_container,
	.get_status = vfio_group_get_status,
	.get_device = vfio_group_get_device,
	.set_type1 = vfio_container_set_type1,
	.get_info = vfio_container_get_info,
};

/* One question about one device, or several together. */
struct question {
	const struct root *root;
	const struct inquiry_calls *calls;
	struct host *host;
	struct inquiry answer;
};

/* File descriptors that are closed together. */
struct fds {
	ARRAY_OF(int, fd);
};

static void fds_close(struct fds *fds)
{
	while (fds->n_fd)
		close(fds->fd[--fds->n_fd]);
	free(fds->fd);
}

/* The signals that are held back while devices are open. */
static const int held_signals[] = { SIGINT, SIGTERM, SIGHUP };

/* Has one come? */
static bool interrupted(void)
{
	sigset_t pending;

	if (sigpending(&pending))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(held_signals); i++) {
		if (sigismember(&pending, held_signals[i]) == 1)
			return true;
	}
	return false;
}

/* One that is ignored stays so: blocked, it would be pending. Returns the mask before. */
static sigset_t hold_signals(void)
{
	sigset_t held, before;

	sigemptyset(&held);
	for (size_t i = 0; i < ARRAY_SIZE(held_signals); i++) {
		struct sigaction action;

		if (!sigaction(held_signals[i], NULL, &action) &&
		    action.sa_handler != SIG_IGN)
			sigaddset(&held, held_signals[i]);
	}
	sigprocmask(SIG_BLOCK, &held, &before);
	return before;
}

static const char *reason_of(int result)
{
	if (source_state_of(result) == SOURCE_ABSENT)
		return "it has vanished since it was looked for";
	switch (-result) {
	case EBUSY:
		return "it is in use";
	case EBADMSG:
		return "the kernel's answer makes no sense";
	case EINTR:
		return "interrupted";
	}
	return strerror(-result);
}

/*
 * Notes that the question could not be asked; call: which failed, NULL: opening. What was
 * there a moment ago and is not now is no absence, but a question without an answer.
 * False.
 */
static bool cannot(struct question *q, int result, const char *path, const char *call)
{
	enum source_state state = source_state_of(result);
	cleanup_free char *detail = text_format("%s%s%s", call ? call : "",
						call ? ": " : "", reason_of(result));

	host_add_gap(q->host, SOURCE_INQUIRIES,
		     state == SOURCE_ABSENT ? SOURCE_BROKEN : state, -result, path, 0,
		     detail);
	return false;
}

static const struct device *device_of(const struct question *q, size_t i)
{
	return &q->host->devices[q->answer.devices[i]];
}

/*
 * A call that may refuse a device failed: true if that is the kernel's answer. Not one
 * are errors that say nothing about the device's IOMMU.
 */
static bool refused(struct question *q, int result, const char *call, size_t i,
		    const char *path)
{
	switch (-result) {
	case EBADMSG:
	case EINTR:
	case ENODEV:
	case ENOMEM:
	case ENOTTY:
		return cannot(q, result, path, call);
	}
	q->answer.error = -result;
	q->answer.call = xstrdup(call);
	q->answer.failed_at = q->answer.devices[i];
	return true;
}

/* False after noting it, if the ranges are not as any kernel gives them. */
static bool take_ranges(struct question *q, const struct range *range, size_t n,
			const char *path)
{
	for (size_t i = 0; i < n; i++) {
		if (range_is_inverted(range[i]) ||
		    (i && range[i].first <= range[i - 1].last))
			return cannot(q, -EBADMSG, path, "ranges");
		*ADD(&q->answer, ranges) = range[i];
	}
	q->answer.has_ranges = true;
	return true;
}

/* --- iommufd --- */

static void take_hw_info(struct question *q, int iommufd, uint32_t id)
{
	struct inquiry *a = &q->answer;
	const char *name;
	struct hw_info info;
	int result = q->calls->get_hw_info(iommufd, id, &info);

	if (result) {
		cannot(q, result, IOMMUFD_PATH, "IOMMU_GET_HW_INFO");
		return;
	}
	name = hw_info_type_name(info.type);
	a->has_hardware = true;
	a->hardware = name ? xstrdup(name)
			   : text_format("type %u, not known", (unsigned)info.type);
	a->pasid_bits = info.pasid_bits;
	for (size_t i = 0; i < info.n_fields; i++)
		*ADD(a, fields) = (struct register_field){
			.name = xstrdup(info.field[i].name),
			.meaning = xstrdup(info.field[i].meaning),
			.value = info.field[i].value,
		};
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t capability = info.capabilities & UINT64_C(1) << bit;

		if (!capability)
			continue;
		name = hw_capability_name(capability);
		*ADD(a, capabilities) = name ? xstrdup(name) : text_format("bit %u", bit);
	}
}

static char *node_path(const struct question *q, size_t i)
{
	return text_format("/dev/vfio/devices/%s", device_of(q, i)->vfio_name);
}

/* Opens and binds all devices: their fds, and their ids in the iommufd. */
static bool bind_devices(struct question *q, int iommufd, struct fds *fds, uint32_t *ids)
{
	for (size_t i = 0; i < q->answer.n_devices; i++) {
		cleanup_free char *path = node_path(q, i);
		int fd = interrupted() ? -EINTR
				       : q->calls->open_device(
						 q->root, device_of(q, i)->vfio_name);
		int result;

		if (fd < 0)
			return cannot(q, fd, path, NULL);
		*ADD(fds, fd) = fd;
		result = q->calls->bind(fd, iommufd, &ids[i]);
		if (result)
			return refused(q, result, "VFIO_DEVICE_BIND_IOMMUFD", i, path);
	}
	return true;
}

static bool attach_devices(struct question *q, const struct fds *fds, uint32_t ioas)
{
	for (size_t i = 0; i < q->answer.n_devices; i++) {
		cleanup_free char *path = node_path(q, i);
		uint32_t page_table;
		int result = interrupted()
				     ? -EINTR
				     : q->calls->attach(fds->fd[i], ioas, &page_table);

		if (result)
			return refused(q, result, "VFIO_DEVICE_ATTACH_IOMMUFD_PT", i,
				       path);
	}
	return true;
}

/* True if there is an answer, also if it is a refusal. */
static bool ask_iommufd(struct question *q)
{
	cleanup_close int iommufd = q->calls->open_iommufd(q->root);
	cleanup(fds_close) struct fds fds = { 0 };
	cleanup(iommufd_iova_clear) struct iommufd_iova iova = { 0 };
	cleanup_free uint32_t *ids = xcalloc(q->answer.n_devices, sizeof(*ids));
	uint32_t ioas;
	int result;

	if (iommufd < 0)
		return cannot(q, iommufd, IOMMUFD_PATH, NULL);
	if (!bind_devices(q, iommufd, &fds, ids))
		return false;
	if (q->answer.error)
		return true;
	if (q->answer.n_devices == 1)
		take_hw_info(q, iommufd, ids[0]);
	result = q->calls->alloc_ioas(iommufd, &ioas);
	if (result)
		return cannot(q, result, IOMMUFD_PATH, "IOMMU_IOAS_ALLOC");
	if (!attach_devices(q, &fds, ioas))
		return false;
	if (q->answer.error)
		return true;
	result = q->calls->get_iova(iommufd, ioas, &iova);
	if (result)
		return cannot(q, result, IOMMUFD_PATH, "IOMMU_IOAS_IOVA_RANGES");
	q->answer.alignment = iova.alignment;
	return take_ranges(q, iova.range, iova.n_range, IOMMUFD_PATH);
}

/* --- VFIO type 1 --- */

/* Is this device of the question the first one of its group? Devices come by group. */
static bool begins_group(const struct question *q, size_t i)
{
	return i == 0 || device_of(q, i)->group != device_of(q, i - 1)->group;
}

static bool take_groups(struct question *q, int container, struct fds *fds)
{
	for (size_t i = 0; i < q->answer.n_devices; i++) {
		cleanup_free char *name =
			text_format("%u", (unsigned)device_of(q, i)->group);
		cleanup_free char *path = text_format("/dev/vfio/%s", name);
		int fd, result;

		if (!begins_group(q, i))
			continue;
		fd = interrupted() ? -EINTR : q->calls->open_group(q->root, name);
		if (fd < 0)
			return cannot(q, fd, path, NULL);
		*ADD(fds, fd) = fd;
		result = q->calls->set_container(fd, container);
		if (result)
			return refused(q, result, "VFIO_GROUP_SET_CONTAINER", i, path);
	}
	return true;
}

/*
 * A kernel without the claim of groups lets one come as far as this while a driver of the
 * host has a device of it, and then refuses its devices (vfio_group_get_device_fd of
 * 5.10, drivers/vfio/vfio.c).
 */
static bool ask_not_viable(struct question *q, const struct fds *groups)
{
	size_t group = 0;

	for (size_t i = 0; i < q->answer.n_devices; i++) {
		cleanup_free char *path =
			text_format("/dev/vfio/%u", (unsigned)device_of(q, i)->group);
		uint32_t flags;
		int fd, result;

		if (!begins_group(q, i))
			continue;
		fd = groups->fd[group++];
		result = q->calls->get_status(fd, &flags);
		if (result)
			return cannot(q, result, path, "VFIO_GROUP_GET_STATUS");
		if (flags & VFIO_GROUP_IS_VIABLE)
			continue;
		result = q->calls->get_device(fd, device_of(q, i)->name);
		if (result < 0)
			return refused(q, result, "VFIO_GROUP_GET_DEVICE_FD", i, path);
		close(result);
	}
	return true;
}

static bool take_info(struct question *q, int container)
{
	cleanup(vfio_type1_info_clear) struct vfio_type1_info info = { 0 };
	int result = q->calls->get_info(container, &info);

	if (result)
		return cannot(q, result, CONTAINER_PATH, "VFIO_IOMMU_GET_INFO");
	q->answer.page_sizes = info.page_sizes;
	q->answer.has_available = info.has_available;
	q->answer.available = info.available;
	q->answer.has_migration = info.has_migration;
	q->answer.dirty_page_sizes = info.dirty_page_sizes;
	q->answer.dirty_bitmap_max = info.dirty_bitmap_max;
	return !info.has_ranges ||
	       take_ranges(q, info.range, info.n_range, CONTAINER_PATH);
}

static bool ask_vfio(struct question *q)
{
	cleanup_close int container = q->calls->open_container(q->root);
	cleanup(fds_close) struct fds groups = { 0 };
	int result;

	if (container < 0)
		return cannot(q, container, CONTAINER_PATH, NULL);
	if (!take_groups(q, container, &groups))
		return false;
	if (q->answer.error)
		return true;
	result = interrupted() ? -EINTR : q->calls->set_type1(container);
	if (result == -ENODEV) { /* not the device: the kernel has no such backend */
		host_add_gap(q->host, SOURCE_INQUIRIES, SOURCE_BROKEN, ENODEV,
			     CONTAINER_PATH, 0, "the kernel has no IOMMU of type 1");
		return false;
	}
	if (result)
		return refused(q, result, "VFIO_SET_IOMMU", 0, CONTAINER_PATH);
	if (!ask_not_viable(q, &groups))
		return false;
	return q->answer.error || take_info(q, container);
}

/* --- All questions --- */

static void ask(const struct root *root, const struct inquiry_calls *calls,
		enum asked_via via, const size_t *devices, size_t n, struct host *host)
{
	struct question q = {
		.root = root,
		.calls = calls,
		.host = host,
		.answer = { .via = via, .failed_at = NO_INDEX },
	};

	for (size_t i = 0; i < n; i++)
		*ADD(&q.answer, devices) = devices[i];
	if (via == ASKED_IOMMUFD ? ask_iommufd(&q) : ask_vfio(&q))
		*ADD(host, inquiries) = q.answer;
	else
		inquiry_clear(&q.answer);
}

/*
 * So many devices, from the first one on, are one question at least: VFIO gives away a
 * group as a whole.
 */
static size_t asked_with(enum asked_via via, const size_t *devices, size_t n,
			 const struct host *host)
{
	uint32_t group = host->devices[devices[0]].group;
	size_t same = 1;

	while (via == ASKED_VFIO && same < n &&
	       host->devices[devices[same]].group == group)
		same++;
	return same;
}

static bool differs_together(enum asked_via via, const size_t *devices, size_t n,
			     const struct host *host)
{
	return asked_with(via, devices, n, host) < n;
}

void inquire(const struct root *root, const struct inquiry_calls *calls,
	     enum asked_via via, const size_t *devices, size_t n, bool together,
	     struct host *host)
{
	sigset_t before = hold_signals();

	host_set_source(host, SOURCE_INQUIRIES, SOURCE_READ, 0,
			via == ASKED_IOMMUFD ? IOMMUFD_PATH : CONTAINER_PATH, NULL);
	for (size_t i = 0, same; i < n && !interrupted(); i += same) {
		same = asked_with(via, devices + i, n - i, host);
		ask(root, calls, via, devices + i, same, host);
	}
	if (together && differs_together(via, devices, n, host) && !interrupted())
		ask(root, calls, via, devices, n, host);
	if (interrupted())
		host_add_gap(host, SOURCE_INQUIRIES, SOURCE_BROKEN, EINTR,
			     via == ASKED_IOMMUFD ? IOMMUFD_PATH : CONTAINER_PATH, 0,
			     "the questions were interrupted");
	sigprocmask(SIG_SETMASK, &before, NULL);
}
