/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/* What the log has of QEMU, against what is predicted of a device. */

/* Was a device or group refused? Else it is about a mapping. */
bool qemu_line_refuses(const struct qemu_line *line);

/* "EPERM at VFIO_SET_IOMMU", "its group is not viable"; the caller owns it. */
char *qemu_line_text(const struct qemu_line *line);

/* Does it name the device, or nothing but its group? */
bool qemu_line_is_about(const struct qemu_line *line, const struct device *d);

/* Of the two answers the one to the interface that QEMU used. */
const struct answer *qemu_line_answer(const struct qemu_line *line,
				      const struct assignment *assign);

/*
 * Is the refusal the predicted one: of its errno, or where none is told, for what is in
 * the way?
 */
bool qemu_line_agrees(const struct qemu_line *line, const struct assignment *assign);

/*
 * A line that refuses a device as is predicted of it, to iommufd or else to type1; NULL:
 * there is none.
 */
const struct qemu_line *qemu_proof(const struct host *host, size_t device,
				   const struct assignment *assign, bool iommufd);
