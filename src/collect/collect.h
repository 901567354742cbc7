/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "collect/read.h"

/*
 * Reading a machine. A collector reads its sources once, below one root, adds facts to
 * the host, and notes for each source what became of it. It judges nothing and prints
 * nothing; collectors do not call each other and run in the order of collectors.def.
 */

struct collector {
	unsigned sources; /* SOURCE_BIT of each source it reads */
	/*
	 * It looks at the regions of groups, so it runs when the host is sorted and
	 * linked, and adds no group, region or device.
	 */
	bool late;
	/*
	 * wanted: the bits of this run; a source whose bit is not set stays "not asked".
	 */
	void (*collect)(const struct root *root, unsigned wanted, struct host *host);
};

#define COLLECTOR(name) extern const struct collector collector_##name;
#include "collect/collectors.def"
#undef COLLECTOR

/*
 * Fills an empty host with the facts of the wanted sources (SOURCE_BIT of each) and
 * finishes it. Its groups and devices were all there at once: while they come and go it
 * waits and reads all again, for two seconds, and then has none and says why.
 */
void collect_host(const struct root *root, unsigned wanted, struct host *host);

/*
 * The log of a finished host from a file that dmesg, journalctl or syslog wrote, instead
 * of what was read as its log; path: what the file is called. The text is changed. NULL,
 * or what is wrong with it, "its last boot is of Linux 6.1.0, and ...": the caller owns
 * it, and the host is then not to be used.
 */
char *collect_log_text(const char *path, struct text *text, struct host *host) must_check;

/*
 * How PCI functions send their interrupts: for those of the finished host whose flag is
 * set in devices. wanted: of SOURCES_OF_DEVICES. It reads configuration spaces, and with
 * SOURCE_MSIX_TABLES the memory of devices; one that is asleep is left alone.
 */
void collect_msi(const struct root *root, unsigned wanted, const bool *devices,
		 struct host *host);

/*
 * What the kernel's BTF and the modes of its files tell of its behaviours: the signs of
 * behaviours.def, as features of the host.
 */
void collect_features(const struct root *root, struct host *host);

/*
 * The vectors that the MSI-X table of a function has in use; for collect_msi. command:
 * the register of its configuration space.
 */
void collect_msix_table(const struct root *root, struct host *host, size_t state,
			uint16_t command);
