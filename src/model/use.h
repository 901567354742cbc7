/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/names.h"

/*
 * Facts of who uses a device: a process, the network, a disk that is mounted.
 */

/* A process that has something of VFIO or iommufd open. */
struct holder {
	uint32_t pid;
	char *command; /* name of the process */
	enum holding holding;
	char *what; /* "7" of /dev/vfio/7, "vfio0", "0000:01:00.0", "iommu" */
};

struct interface {
	char *name;
	char *device; /* sysfs name of the device it belongs to */
	enum tristate up;
	/* Does it run over it, also through a bridge, bond or VLAN on top of it? */
	enum tristate default_route;
};

#define DISK_USES_MAX 256 /* the first ones are kept */

/* What this host uses a disk for. */
struct disk_use {
	/* Sysfs name of a device that takes the disk away when it goes; NULL: not known
	 */
	char *device;
	char *block; /* "nvme0n1p2", "sda"; NULL: not known */
	char *what;  /* where it is mounted, or "swap" */
	char *type;  /* of the file system, or "swap" */
};
