/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interrupts of a device, for people. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/lines.h"
#include "render/msi.h"

/* So many addresses of a table are listed one by one. */
#define TARGETS_MAX 8

static void put_capabilities(const struct view *v, const struct msi_state *s, FILE *out)
{
	const struct msix_capability *x = &s->msix;
	cleanup_free char *msi = NULL, *msix = NULL;

	if (s->msi.is_there && s->msi.enabled)
		msi = text_format(
			"enabled, %u of %u vectors, address 0x%" PRIx64 " data 0x%x",
			s->msi.n_enabled, s->msi.n_capable, s->msi.address, s->msi.data);
	else if (s->msi.is_there)
		msi = text_format("not enabled, %u vectors", s->msi.n_capable);
	if (x->is_there)
		msix = text_format("%s%s, %u vectors, table in BAR %u at 0x%" PRIx32,
				   x->enabled ? "enabled" : "not enabled",
				   x->enabled && x->masked ? " but masked" : "",
				   x->n_vectors, x->bar, x->offset);
	put_field(v, out, 4, "MSI", msi ? msi : "no capability");
	put_field(v, out, 4, "MSI-X", msix ? msix : "no capability");
	if (s->table_why) {
		cleanup_free char *why = text_format("table not read: %s", s->table_why);

		put_field(v, out, 4, "", why);
	} else if (x->enabled && s->table_state == SOURCE_NOT_ASKED) {
		put_field(v, out, 4, "", "table not read, see --read-msix");
	}
}

/* What lies there, where it has a name. */
static char *target_name(const struct view *v, const struct msi_target *t)
{
	if (t->doorbell != NO_INDEX)
		return xstrdup(v->analysis->doorbells.list[t->doorbell].origin);
	return t->region == NO_INDEX ? xstrdup(msi_place_name(t->place))
				     : region_text(v, t->region);
}

static void put_targets(const struct view *v, const struct msi_view *m, FILE *out)
{
	for (size_t i = 0; i < m->n_targets && i < TARGETS_MAX; i++) {
		const struct msi_target *t = &m->targets[i];
		cleanup_free char *name = target_name(v, t);
		cleanup_free char *s =
			text_format("%u to 0x%" PRIx64 " (%s): %s: %s", t->n_vectors,
				    t->address, name,
				    t->fits == TRISTATE_YES  ? "as it must be"
				    : t->fits == TRISTATE_NO ? "wrong"
							     : "not known whether right",
				    t->why);

		put_field(v, out, 4, i ? "" : "Vectors", s);
	}
	if (m->n_targets > TARGETS_MAX) {
		cleanup_free char *more = text_format(
			"and %zu more %s", m->n_targets - TARGETS_MAX,
			one_or_many(m->n_targets - TARGETS_MAX, "address", "addresses"));

		put_field(v, out, 4, "", more);
	}
}

static void put_controller(const struct view *v, const struct msi_view *m, FILE *out)
{
	cleanup_free char *s = NULL;

	if (!m->irq)
		return;
	s = text_format("%s (/sys/kernel/irq/%u/chip_name: %s); %s",
			msi_controller_text(m->controller), m->irq->number, m->irq->chip,
			m->isolated == TRISTATE_YES  ? "isolates MSIs"
			: m->isolated == TRISTATE_NO ? "does not isolate MSIs"
						     : "whether it isolates MSIs is not "
						       "known");
	put_field(v, out, 4, "Chip", s);
}

void put_msi(const struct view *v, const struct device *d, FILE *out)
{
	const struct msi_view *m = &v->analysis->msi[device_index(v->host, d)];
	const struct msi_state *s = m->state;

	if (!s)
		return;
	if (s->state == SOURCE_READ) {
		put_capabilities(v, s, out);
	} else {
		cleanup_free char *why = text_format(
			"%s: %s", s->state == SOURCE_DENIED ? "not readable" : "not read",
			s->why ? s->why : source_state_name(s->state));

		put_field(v, out, 4, "MSI", why);
	}
	if (s->has_pin && s->pin <= 4) {
		cleanup_free char *pin =
			text_format(s->pin ? "INT%c" : "none", (char)('A' + s->pin - 1));

		put_field(v, out, 4, "INTx", pin);
	}
	put_controller(v, m, out);
	put_targets(v, m, out);
}
