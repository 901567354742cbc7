/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What would make a guest fit: each change is tried before it is proposed. */
#include <stdlib.h>

#include "analyze/fit.h"
#include "base/cleanup.h"

/* What becomes of the same question about another guest. */
static enum fit_state state_with(const struct fit_question *q,
				 const struct guest_shape *shape)
{
	struct fit_question other = *q;
	enum fit_state state;
	struct fit f;

	other.shape = shape;
	fit_judge(&other, &f);
	state = f.state;
	fit_clear(&f);
	return state;
}

static bool would_fit(const struct fit_question *q, const struct guest_shape *shape)
{
	return state_with(q, shape) <= FIT_LOST;
}

static void advise(struct fit *f, enum fit_advice_kind kind, uint64_t value)
{
	*ADD(f, advice) = (struct fit_advice){ kind, value };
}

static void try_newer(const struct fit_question *q, struct fit *f)
{
	struct guest_shape s = *f->shape;

	s.major = s.minor = 0;
	if (f->shape->major && !shape_avoids_hole(f->shape) && shape_avoids_hole(&s) &&
	    would_fit(q, &s))
		advise(f, FIT_NEWER_MACHINE, 0);
}

/* Whole GiB, as QEMU wants it: the more RAM below 4 GiB, the better. */
static void try_low_limit(const struct fit_question *q, struct fit *f)
{
	struct guest_shape s = *f->shape;

	for (uint64_t gib = 3; gib && machine_type_has_low_limit(s.machine); gib--) {
		s.max_below_4g = gib << 30;
		if (s.max_below_4g >= f->layout.low_ram || !would_fit(q, &s))
			continue;
		advise(f, FIT_LOW_LIMIT, s.max_below_4g);
		return;
	}
}

static void try_phys_bits(const struct fit_question *q, struct fit *f)
{
	struct guest_shape s = *f->shape;

	if (!f->layout.too_high)
		return;
	while (s.phys_bits < PHYS_BITS_MAX && f->layout.last >> s.phys_bits)
		s.phys_bits++;
	if (would_fit(q, &s))
		advise(f, FIT_PHYS_BITS, s.phys_bits);
}

/* BARs that firmware places at the top come down with it: to where the IOMMU ends. */
static void try_fewer_bits(const struct fit_question *q, struct fit *f)
{
	struct guest_shape s = f->shape ? *f->shape : (struct guest_shape){ 0 };

	while (s.phys_bits > PHYS_BITS_MIN) {
		s.phys_bits--;
		if ((UINT64_C(1) << s.phys_bits) - 1 > f->space.last ||
		    state_with(q, &s) != FIT_YES)
			continue;
		advise(f, FIT_FEWER_BITS, s.phys_bits);
		return;
	}
}

/* Down to what lies below the first address in the way. */
static void try_less_ram(const struct fit_question *q, struct fit *f)
{
	struct guest_shape s = *f->shape;
	uint64_t unit = s.ram >> 30 > 1 ? UINT64_C(1) << 30 : UINT64_C(1) << 20;
	uint64_t low = 0, high = (s.ram - 1) / unit; /* `low` fits, or is 0 */

	while (low < high) {
		uint64_t middle = low + (high - low + 1) / 2;

		s.ram = middle * unit;
		if (would_fit(q, &s))
			low = middle;
		else
			high = middle - 1;
	}
	if (low)
		advise(f, FIT_LESS_RAM, low * unit);
}

static void try_without(const struct fit_question *q, struct fit *f)
{
	cleanup_free const struct group **rest = xcalloc(q->n_groups, sizeof(*rest));
	struct fit_question fewer = *q;

	fewer.groups = rest;
	fewer.n_groups = q->n_groups - 1;
	for (size_t left = 0; q->n_groups > 1 && left < q->n_groups; left++) {
		for (size_t i = 0; i < fewer.n_groups; i++)
			rest[i] = q->groups[i < left ? i : i + 1];
		if (would_fit(&fewer, f->shape))
			advise(f, FIT_WITHOUT_GROUP, q->groups[left]->id);
	}
}

/* So many groups are left out one by one. */
#define WITHOUT_MAX 16

void fit_of(const struct fit_question *q, struct fit *out)
{
	fit_judge(q, out);
	if (out->state == FIT_LOST)
		try_fewer_bits(q, out);
	if (out->state != FIT_NO)
		return;
	if (q->shape) {
		try_newer(q, out);
		try_low_limit(q, out);
		try_phys_bits(q, out);
		try_less_ram(q, out);
	}
	if (q->n_groups <= WITHOUT_MAX)
		try_without(q, out);
}
