/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * A host and one of its guests, compared: what becomes of the interrupts of a device that
 * the host gave to the guest, when the guest has an SMMU of its own (nested translation).
 *
 * The host's kernel programs the device with the address of a doorbell in its software
 * MSI window. The guest's page tables translate that address first, so the guest must
 * keep the window 1:1; the hypervisor asks for it by an RMR of exactly that range, remap
 * not permitted. In the guest that is a direct region, and its kernel refuses to give the
 * device to a guest of its own (from 6.6).
 */

enum nested_state {
	NESTED_UNKNOWN,	    /* something needed for the answer is missing */
	NESTED_CANNOT_TELL, /* several devices of the host may be it, and they differ */
	NESTED_NOT_APPLICABLE, /* no Arm SMMU on the host's side, or on the guest's */
	NESTED_NOT_GIVEN_AWAY, /* on the host no VFIO driver has it */
	NESTED_INTENDED,
	NESTED_MISMATCH, /* a direct range that is meant to be the window, and is not */
	NESTED_REMAP_PERMITTED, /* the window, but relaxable */
	NESTED_OLD_GUEST,	/* as intended, but the guest's kernel refuses nothing */
	NESTED_RANGE_MISSING,	/* the guest has no such range */
};

struct nested_view {
	size_t guest; /* index of the guest's devices */
	/* slice of nested.candidates: which device of the host it is, or may be */
	size_t first_candidate, n_candidates;
	bool named; /* the pair was given; else it is a match by ids */
	enum nested_state state;
	const char *why;     /* of the state; NULL: nothing to say */
	struct range window; /* of the host; only where window_known */
	bool window_known;
	/* The guest's direct range that is (or is meant to be) the window. */
	bool range_known;
	struct range range; /* as the guest's kernel lists it */
	enum region_type type;
	size_t claim;  /* of the guest's claims; NO_INDEX: the line alone is known */
	size_t region; /* the guest's line; NO_INDEX: none */
	/* The guest's own software MSI window: its line; NO_INDEX: none. */
	size_t own_window;
	/* An RMR of the guest that is the window, of which its kernel makes no region:
	 * index of the guest's entries; NO_INDEX: none. */
	size_t unused_entry;
	enum domain_type domain; /* default domain in the guest */
	bool given_on;		 /* the guest gives its group to a user-space driver */
};

struct nested {
	const struct host *guest;
	const struct analysis *guest_analysis;
	ARRAY_OF(struct nested_view, views); /* in the order of the guest's devices */
	ARRAY_OF(size_t, candidates);	     /* indices of the host's devices */
	/* PCI functions of the guest, bridges left out, that match none of the host. */
	size_t n_not_shared;
};

/* A device of the guest and the one of the host that it is. */
struct nested_pair {
	size_t guest, host;
};

/*
 * Compares. *out is zeroed before; guest and its analysis must outlive it. The pairs name
 * devices, each at most once. All other PCI functions are matched by vendor, device and
 * subsystem, with those of the host that are given away; a match by ids is a guess, and
 * one with several is judged only if all lead to the same.
 */
void analyze_nested(const struct host *host, const struct analysis *analysis,
		    const struct host *guest, const struct analysis *guest_analysis,
		    const struct nested_pair *pairs, size_t n_pairs, struct nested *out);
void nested_free(struct nested *nested); /* may be NULL */

/* "intended", "window-mismatch", ... */
const char *nested_state_name(enum nested_state state);

/*
 * What works in the guest and what is lost, for the states that were judged; NULL for the
 * others.
 */
const char *nested_works(const struct nested_view *view);
const char *nested_lost(const struct nested_view *view);
