/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/root.h"
#include "kernel-api/iommufd.h"
#include "kernel-api/vfio.h"
#include "model/host.h"

/*
 * Asking the kernel about devices, which is no mere reading: it takes them, moves them to
 * another domain for a moment, and through iommufd may reset them. Who may be asked is
 * decided elsewhere. All that is opened is closed when a function returns, and the kernel
 * then gives the devices back.
 */

/* The calls that are made; a test has its own. All as in kernel-api. */
struct inquiry_calls {
	int (*open_iommufd)(const struct root *root);
	int (*open_device)(const struct root *root, const char *name);
	int (*bind)(int device, int iommufd, uint32_t *id);
	int (*get_hw_info)(int iommufd, uint32_t device, struct hw_info *info);
	int (*alloc_ioas)(int iommufd, uint32_t *ioas);
	int (*attach)(int device, uint32_t ioas, uint32_t *page_table);
	int (*get_iova)(int iommufd, uint32_t ioas, struct iommufd_iova *iova);
	int (*open_group)(const struct root *root, const char *name);
	int (*open_container)(const struct root *root);
	int (*set_container)(int group, int container);
	int (*get_status)(int group, uint32_t *flags);
	int (*get_device)(int group, const char *name);
	int (*set_type1)(int container);
	int (*get_info)(int container, struct vfio_type1_info *info);
};

extern const struct inquiry_calls inquiry_kernel;

/*
 * Asks about each of n devices (indices of the host's, in ascending order, all of them in
 * a group) alone, or through VFIO about those of one group; and then, if together is true
 * and it makes a difference, about all in one IOAS or one container. Adds inquiries, and
 * for what could not be asked gaps of SOURCE_INQUIRIES. An interrupt from the keyboard
 * (or SIGTERM, SIGHUP) ends it between two calls, and takes effect when everything is
 * closed.
 */
void inquire(const struct root *root, const struct inquiry_calls *calls,
	     enum asked_via via, const size_t *devices, size_t n, bool together,
	     struct host *host);
