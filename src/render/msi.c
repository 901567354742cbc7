/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interrupts of a device: sections of `show --msi` and of the device's JSON. */
#include "render/msi.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/json.h"
#include "render/lines.h"

/* So many addresses of a table are listed one by one. */
#define TARGETS_MAX 8

static const struct msi_view *view_of(const struct view *v, size_t device)
{
	return &v->analysis->msi[device];
}

/* What became of the configuration space. */
static void tell_state(struct telling *t, size_t device)
{
	const struct msi_state *s = view_of(t->view, device)->state;

	json_set_text(t->o, "state", source_state_name(s->state));
	json_set_text_if(t->o, "reason", s->why);
}

static const char *pin_name(const struct msi_state *s)
{
	static const char *const pins[] = { NULL, "INTA", "INTB", "INTC", "INTD" };

	return s->has_pin && s->pin < ARRAY_SIZE(pins) ? pins[s->pin] : NULL;
}

static void tell_pin(struct telling *t, size_t device)
{
	const struct msi_state *s = view_of(t->view, device)->state;

	if (!s->has_pin || (s->pin && !pin_name(s)))
		return;
	put_line(t, "%s", s->pin ? pin_name(s) : "none");
	json_set_text(t->o, "intx", pin_name(s));
}

static struct json_object *msi_capability(const struct msi_capability *c)
{
	struct json_object *o = json_object_new_object();

	json_set_bool(o, "enabled", c->enabled);
	json_set_int(o, "vectors", c->n_capable);
	if (!c->enabled)
		return o;
	json_set_int(o, "vectors_enabled", c->n_enabled);
	json_set_address(o, "address", c->address);
	json_set_address(o, "data", c->data);
	return o;
}

static void tell_msi(struct telling *t, size_t device)
{
	const struct msi_state *s = view_of(t->view, device)->state;
	const struct msi_capability *c = &s->msi;

	if (s->state != SOURCE_READ) {
		put_line(t, "%s: %s",
			 s->state == SOURCE_DENIED ? "not readable" : "not read",
			 s->why ? s->why : source_state_name(s->state));
		return;
	}
	if (!c->is_there)
		put_line(t, "no capability");
	else if (!c->enabled)
		put_line(t, "not enabled, %u vectors", c->n_capable);
	else
		put_line(t, "enabled, %u of %u vectors, address 0x%" PRIx64 " data 0x%x",
			 c->n_enabled, c->n_capable, c->address, c->data);
	json_object_object_add(t->o, "msi", c->is_there ? msi_capability(c) : NULL);
}

static struct json_object *msix_capability(const struct msi_state *s)
{
	const struct msix_capability *c = &s->msix;
	struct json_object *o = json_object_new_object();

	json_set_bool(o, "enabled", c->enabled);
	json_set_bool(o, "masked", c->masked);
	json_set_int(o, "vectors", c->n_vectors);
	json_set_int(o, "table_bar", c->bar);
	json_set_address(o, "table_offset", c->offset);
	json_set_text(o, "table_state", source_state_name(s->table_state));
	json_set_text_if(o, "table_reason", s->table_why);
	return o;
}

static void tell_msix(struct telling *t, size_t device)
{
	const struct msi_state *s = view_of(t->view, device)->state;
	const struct msix_capability *c = &s->msix;

	if (s->state != SOURCE_READ)
		return;
	if (c->is_there)
		put_line(t, "%s%s, %u vectors, table in BAR %u at 0x%" PRIx32,
			 c->enabled ? "enabled" : "not enabled",
			 c->enabled && c->masked ? " but masked" : "", c->n_vectors,
			 c->bar, c->offset);
	else
		put_line(t, "no capability");
	if (s->table_why)
		put_line(t, "table not read: %s", s->table_why);
	else if (c->enabled && s->table_state == SOURCE_NOT_ASKED)
		put_line(t, "table not read, see --read-msix");
	json_object_object_add(t->o, "msix", c->is_there ? msix_capability(s) : NULL);
}

static void tell_irqs(struct telling *t, size_t device)
{
	const struct msi_view *m = view_of(t->view, device);
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < m->n_irqs; i++) {
		const struct msi_irq *irq = &t->view->host->msi_irqs[m->first_irq + i];
		struct json_object *one = json_object_new_object();

		json_set_int(one, "number", irq->number);
		json_set_bool(one, "msix", irq->is_msix);
		json_set_text_if(one, "chip", irq->chip);
		json_set_text_if(one, "hwirq", irq->hwirq);
		json_set_text_if(one, "type", irq->type);
		json_set_text_if(one, "actions", irq->actions);
		json_object_array_add(array, one);
	}
	json_object_object_add(t->o, "irqs", array);
}

static void tell_chip(struct telling *t, size_t device)
{
	const struct msi_view *m = view_of(t->view, device);

	if (m->irq)
		put_line(t, "%s (/sys/kernel/irq/%u/chip_name: %s); %s",
			 msi_controller_text(m->controller), m->irq->number, m->irq->chip,
			 m->isolated == TRISTATE_YES  ? "isolates MSIs"
			 : m->isolated == TRISTATE_NO ? "does not isolate MSIs"
						      : "whether it isolates MSIs is not "
							"known");
	json_set_text(t->o, "controller", msi_controller_name(m->controller));
	json_set_text(t->o, "isolated", tristate_name(m->isolated));
}

/* What lies there, where it has a name. */
static char *target_name(const struct view *v, const struct msi_target *t)
{
	if (t->doorbell != NO_INDEX)
		return xstrdup(v->analysis->doorbells.list[t->doorbell].origin);
	return t->region == NO_INDEX ? xstrdup(msi_place_name(t->place))
				     : region_text(v, t->region);
}

static void put_target(struct telling *t, const struct msi_target *target)
{
	cleanup_free char *name = target_name(t->view, target);

	put_line(t, "%u to 0x%" PRIx64 " (%s): %s: %s", target->n_vectors,
		 target->address, name,
		 target->fits == TRISTATE_YES  ? "as it must be"
		 : target->fits == TRISTATE_NO ? "wrong"
					       : "not known whether right",
		 target->why);
}

static struct json_object *target_object(const struct view *v, const struct msi_target *t)
{
	struct json_object *o = json_object_new_object();

	json_set_address(o, "address", t->address);
	json_set_bool(o, "msix", t->is_msix);
	json_set_int(o, "vectors", t->n_vectors);
	json_set_text(o, "place", msi_place_name(t->place));
	json_set_text(o, "fits", tristate_name(t->fits));
	json_set_text(o, "reason", t->why);
	if (t->doorbell != NO_INDEX)
		json_set_text(o, "doorbell",
			      v->analysis->doorbells.list[t->doorbell].origin);
	return o;
}

static void tell_targets(struct telling *t, size_t device)
{
	const struct msi_view *m = view_of(t->view, device);
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < m->n_targets; i++) {
		if (i < TARGETS_MAX)
			put_target(t, &m->targets[i]);
		json_object_array_add(array, target_object(t->view, &m->targets[i]));
	}
	if (m->n_targets > TARGETS_MAX)
		put_line(t, "and %zu more %s", m->n_targets - TARGETS_MAX,
			 one_or_many(m->n_targets - TARGETS_MAX, "address", "addresses"));
	json_object_object_add(t->o, "targets", array);
}

/* People read the legacy pin behind MSI and MSI-X, JSON has it before them. */
static const struct section sections[] = {
	{ .tell = tell_state },
	{ .tell = tell_pin },
	{ .label = "MSI", .tell = tell_msi },
	{ .label = "MSI-X", .tell = tell_msix },
	{ .label = "INTx", .tell = tell_pin, .lines_only = true },
	{ .tell = tell_irqs },
	{ .label = "Chip", .tell = tell_chip },
	{ .label = "Vectors", .tell = tell_targets },
};

void put_msi(struct telling *t, size_t device)
{
	if (view_of(t->view, device)->state)
		put_sections(sections, ARRAY_SIZE(sections), t->view, device, t->indent,
			     t->out);
}

void set_msi(struct telling *t, size_t device)
{
	struct json_object *o;

	if (!view_of(t->view, device)->state)
		return;
	o = json_object_new_object();
	set_sections(sections, ARRAY_SIZE(sections), t->view, device, o);
	json_object_object_add(t->o, "msi", o);
}
