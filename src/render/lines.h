/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "render/view.h"

/* What the texts for people share. */

/*
 * Prints s between indent and width, breaking at blanks; column is where the line stands.
 * Blanks that do not end a line stay as they are: log lines are quoted to the letter.
 */
void put_wrapped(FILE *out, unsigned width, unsigned indent, unsigned column,
		 const char *s);

/* "  Label     text", continued below its start. Text from outside is cleaned. */
void put_field(const struct view *view, FILE *out, unsigned indent, const char *label,
	       const char *text);

/* "0x8000000-0x80fffff sw-msi"; the caller owns it, as the next one. */
char *region_text(const struct view *view, size_t region);

/* "refused EINVAL" */
char *answer_text(const struct answer *answer);
/* "refused EINVAL at VFIO_IOMMU_MAP_DMA: why", as far as each is known. */
char *answer_at_length(const struct answer *answer);

/*
 * " (by the release of a vendor's kernel: Ubuntu)": what a prediction rests on where it
 * is weaker than a release of upstream; by: of any of its behaviours. Else empty. The
 * caller owns it.
 */
char *vendor_text(const struct host *host, const char *by);

/* A line for each selector that fits nothing. */
void put_unmatched(const struct view *view, FILE *out);

/* Is there a file or a source that could not be read or understood? A line for each. */
bool any_gap(const struct host *host);
void put_gaps(const struct view *view, FILE *out);

/*
 * As many whole sentences as fit into so many lines of so many columns, the first in any
 * case. What stands in quotation marks is not divided. The caller owns it.
 */
char *whole_sentences(const char *s, unsigned columns, unsigned lines);

/*
 * A device's name as admins say it: "04:00.1", where no PCI function of the host is in
 * another domain than 0. Part of the device.
 */
const char *short_name(const struct host *host, const struct device *device);

/* The name of a function without domain 0; what has another is whole. Part of name. */
const char *name_without_domain(const char *name);

/*
 * Short names of n devices (indices of the host's), as many as fit into so many
 * characters, one in any case, and how many more. The caller owns it.
 */
char *names_that_fit(const struct host *host, const size_t *devices, size_t n,
		     size_t room);
