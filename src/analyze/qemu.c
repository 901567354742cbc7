/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refusals that QEMU met, and which prediction each is about. */
#include "analyze/qemu.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

/* By what QEMU says: the call that failed; or how people say it, and what it proves. */
static const struct meaning {
	const char *call; /* whose errno QEMU prints; NULL: none */
	bool iommufd;
	const char *text;
	enum obstacle_kind proof;
} meanings[QEMU_SAYS_COUNT] = {
	[QEMU_NO_GROUP] = { .text = "no IOMMU group", .proof = OBSTACLE_NO_GROUP },
	[QEMU_NOT_VIABLE] = { .text = "its group is not viable",
			      .proof = OBSTACLE_DRIVER },
	[QEMU_SET_CONTAINER] = { .call = "VFIO_GROUP_SET_CONTAINER" },
	[QEMU_SET_IOMMU] = { .call = "VFIO_SET_IOMMU" },
	[QEMU_GET_DEVICE] = { .call = "VFIO_GROUP_GET_DEVICE_FD" },
	[QEMU_BIND_IOMMUFD] = { .call = "VFIO_DEVICE_BIND_IOMMUFD", .iommufd = true },
	[QEMU_ATTACH_IOMMUFD] = { .call = "VFIO_DEVICE_ATTACH_IOMMUFD_PT",
				  .iommufd = true },
	[QEMU_MAP] = { .text = "a mapping" },
	[QEMU_UNALIGNED] = { .text = "nothing" },
};

/* One that another process has open is no refusal of the device. */
bool qemu_line_refuses(const struct qemu_line *line)
{
	return line->says != QEMU_MAP && line->says != QEMU_UNALIGNED &&
	       line->error != EBUSY;
}

char *qemu_line_text(const struct qemu_line *line)
{
	const struct meaning *m = &meanings[line->says];

	if (!m->call)
		return xstrdup(m->text);
	return line->error ? text_format("%s at %s", errno_name(line->error), m->call)
			   : text_format("at %s", m->call);
}

bool qemu_line_is_about(const struct qemu_line *line, const struct device *d)
{
	if (line->device)
		return !strcmp(line->device, d->name);
	return line->group != NO_GROUP && line->group == d->group;
}

const struct answer *qemu_line_answer(const struct qemu_line *line,
				      const struct assignment *assign)
{
	return meanings[line->says].iommufd ? &assign->iommufd : &assign->vfio;
}

static bool has_obstacle(const struct assignment *assign, enum obstacle_kind kind)
{
	for (size_t i = 0; i < assign->n_obstacles; i++) {
		if (assign->obstacles[i].kind == kind)
			return true;
	}
	return false;
}

bool qemu_line_agrees(const struct qemu_line *line, const struct assignment *assign)
{
	const struct meaning *m = &meanings[line->says];
	const struct answer *a = qemu_line_answer(line, assign);

	if (a->verdict != VERDICT_REFUSED)
		return false;
	if (!m->call)
		return has_obstacle(assign, m->proof);
	return !line->error || line->error == a->error;
}

const struct qemu_line *qemu_proof(const struct host *host, size_t device,
				   const struct assignment *assign, bool iommufd)
{
	for (size_t i = 0; i < host->n_qemu_lines; i++) {
		const struct qemu_line *l = &host->qemu_lines[i];

		if (qemu_line_refuses(l) && meanings[l->says].iommufd == iommufd &&
		    qemu_line_is_about(l, &host->devices[device]) &&
		    qemu_line_agrees(l, assign))
			return l;
	}
	return NULL;
}
