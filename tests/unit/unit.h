/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "analyze/analyze.h"
#include "base/memory.h"
#include "base/range.h"
#include "base/text.h"
#include "model/host.h"

/*
 * For the unit tests: building a host in a few lines, and checks that say which row of a
 * table failed. CHECK prints the row and goes on to fail the test.
 */

#define CHECK(row, condition)                                                      \
	do {                                                                       \
		if (!(condition))                                                  \
			fail_msg("%s:%d: %s: not so: %s", __FILE__, __LINE__, row, \
				 #condition);                                      \
	} while (0)

#define RANGE(a, b) ((struct range){ (a), (b) })

/* An empty host of a machine: "6.12" or NULL, "x86_64", page size of the processor. */
static inline void build_host(struct host *host, const char *release,
			      const char *architecture, uint64_t page_size)
{
	host_init(host);
	for (int id = 0; id < SOURCE_COUNT; id++)
		host_set_source(host, (enum source_id)id, SOURCE_READ, 0, "/path", NULL);
	if (release) {
		host->kernel.release = xstrdup(release);
		if (sscanf(release, "%u.%u", &host->kernel.major, &host->kernel.minor) !=
		    2)
			fail_msg("%s is no release", release);
	}
	host->kernel.architecture = xstrdup(architecture);
	host->kernel.page_size = page_size;
}

/* A group whose list of regions was read as a whole. */
static inline void build_group(struct host *host, uint32_t id, enum domain_type type)
{
	struct group *g = host_add_group(host, id);

	g->type = type;
	g->devices_state = SOURCE_READ;
	g->regions_state = SOURCE_READ;
	g->regions_size = 100;
}

static inline void build_region(struct host *host, uint32_t group, unsigned line,
				struct range range, enum region_type type)
{
	host_add_region(host, (struct region){ .group = group,
					       .line = line,
					       .range = range,
					       .type = type });
}

/* A PCI function; driver NULL: none. It is behind the host's first IOMMU, if there is
 * one. */
static inline void build_device(struct host *host, const char *name, uint32_t group,
				uint32_t class_code, const char *driver)
{
	struct device *d = host_add_device(host, name);

	d->bus = BUS_PCI;
	if (!pci_address_parse(name, &d->address))
		fail_msg("%s is no PCI address", name);
	d->group = group;
	d->has_ids = true;
	d->class_code = class_code;
	d->vendor = 0x8086;
	d->device = 0x10d3;
	d->driver = driver ? xstrdup(driver) : NULL;
	d->iommu = host->n_iommus ? 0 : NO_INDEX;
}

static inline void build_iommu(struct host *host, enum iommu_kind kind)
{
	host_add_iommu(host, "iommu0")->kind = kind;
}

static inline void build_parameter(struct host *host, const char *module,
				   const char *name, const char *value)
{
	*ADD(host, parameters) =
		(struct parameter){ xstrdup(module), xstrdup(name), xstrdup(value) };
}

/* Finishes the host and analyzes it. */
static inline void build_done(struct host *host, struct analysis *analysis)
{
	assert_true(host_finish(host));
	analyze(host, NULL, analysis);
}
