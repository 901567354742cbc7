/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/range.h"

/*
 * Where QEMU's machine types put the memory of a guest, as far as VFIO maps it for
 * devices. Addresses are guest-physical, which are the I/O addresses of the devices; ends
 * are included.
 */

enum layout_use {
	LAYOUT_RAM,
	LAYOUT_ROM,	 /* the BIOS, which QEMU maps like RAM */
	LAYOUT_BARS,	 /* where the guest's firmware places BARs */
	LAYOUT_GIVEN,	 /* named by the user */
	LAYOUT_HOST_RAM, /* RAM of this host, at its own address */
	LAYOUT_USE_COUNT,
};

struct layout_part {
	struct range range;
	enum layout_use use;
	const char *what; /* for people: "RAM above 4 GiB" */
};

/* A machine type: a row of machines in guest-layout.c. */
struct machine_type;

/* What a guest is to be. */
struct guest_shape {
	const struct machine_type *machine;
	/* Of a versioned type ("pc-q35-7.0"); 0.0: the newest. */
	unsigned major, minor;
	uint64_t ram;	       /* bytes: a multiple of 4 KiB, 1 to GUEST_RAM_MAX */
	uint64_t max_below_4g; /* its property max-ram-below-4g; 0: not given */
	unsigned phys_bits; /* of the guest's CPUs, PHYS_BITS_MIN to _MAX; 0: not given */
	bool is_amd;	    /* its CPUs are AMD's */
};

/* The first version of q35 and pc that keeps RAM clear of AMD's range: 7.1. */
#define AVOIDS_HOLE_MAJOR 7
#define AVOIDS_HOLE_MINOR 1

/* Of x86 in long mode (AMD64, Intel 64) and of Arm's large addresses. */
#define PHYS_BITS_MIN 32
#define PHYS_BITS_MAX 52

#define GUEST_RAM_MAX (UINT64_C(1) << 50)
#define GUEST_PAGE UINT64_C(0x1000)

struct layout {
	ARRAY_OF(struct layout_part, parts); /* ascending; only windows may overlap */
	uint64_t low_ram;		     /* bytes of it below 4 GiB, from the first */
	uint64_t last;	 /* the highest address that the CPUs must reach */
	bool moved;	 /* what is above 4 GiB begins at 1 TiB */
	bool too_high;	 /* phys_bits do not reach it: QEMU does not start */
	bool no_windows; /* where BARs above 4 GiB go hangs on phys_bits, not given */
};

/* The parts of a guest. *out is new, layout_clear releases it. */
void layout_of(const struct guest_shape *shape, struct layout *out);
void layout_clear(struct layout *layout);

/*
 * Reads "q35", "pc-q35-7.0", "q35,max-ram-below-4g=2G" into machine, major, minor and
 * max_below_4g. False: there is no such machine type, or it has no such property.
 */
bool guest_machine(const char *word, struct guest_shape *shape);

/* The type that is meant where none is named; NULL: not known of this architecture. */
const struct machine_type *machine_type_of(const char *architecture);

const char *machine_type_name(const struct machine_type *machine);
/* File and function of QEMU that say where memory goes. */
const char *machine_type_source(const struct machine_type *machine);
bool machine_type_is_x86(const struct machine_type *machine);
/* Can the limit of RAM below 4 GiB be moved? */
bool machine_type_has_low_limit(const struct machine_type *machine);
/* Does this version of a type keep RAM clear of AMD's range below 1 TiB? */
bool shape_avoids_hole(const struct guest_shape *shape);
/* "pc-q35-7.0": as QEMU names it. The caller owns it. */
char *shape_machine_text(const struct guest_shape *shape);

/*
 * A size with its unit as QEMU writes it: "64G", "1536M", "2T". False: it is none, or it
 * is 0, more than GUEST_RAM_MAX, or no whole number of pages.
 */
bool guest_size(const char *word, uint64_t *out);

/* The same written, in the largest unit that fits; the caller owns it. */
char *guest_size_text(uint64_t bytes);

/* "ram": the word of JSON. */
const char *layout_use_name(enum layout_use use);
