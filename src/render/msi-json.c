/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interrupts of a device, as JSON. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/json.h"
#include "render/msi.h"

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

static struct json_object *irqs_array(const struct view *v, const struct msi_view *m)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < m->n_irqs; i++) {
		const struct msi_irq *irq = &v->host->msi_irqs[m->first_irq + i];
		struct json_object *o = json_object_new_object();

		json_set_int(o, "number", irq->number);
		json_set_bool(o, "msix", irq->is_msix);
		json_set_text_if(o, "chip", irq->chip);
		json_set_text_if(o, "hwirq", irq->hwirq);
		json_set_text_if(o, "type", irq->type);
		json_set_text_if(o, "actions", irq->actions);
		json_object_array_add(array, o);
	}
	return array;
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

struct json_object *msi_object(const struct view *v, const struct device *d)
{
	static const char *const pins[] = { NULL, "INTA", "INTB", "INTC", "INTD" };
	const struct msi_view *m = &v->analysis->msi[device_index(v->host, d)];
	const struct msi_state *s = m->state;
	struct json_object *o, *targets;

	if (!s)
		return NULL;
	o = json_object_new_object();
	json_set_text(o, "state", source_state_name(s->state));
	json_set_text_if(o, "reason", s->why);
	if (s->has_pin && s->pin < ARRAY_SIZE(pins))
		json_set_text(o, "intx", pins[s->pin]);
	if (s->state == SOURCE_READ) {
		json_object_object_add(o, "msi",
				       s->msi.is_there ? msi_capability(&s->msi) : NULL);
		json_object_object_add(o, "msix",
				       s->msix.is_there ? msix_capability(s) : NULL);
	}
	json_object_object_add(o, "irqs", irqs_array(v, m));
	json_set_text(o, "controller", msi_controller_name(m->controller));
	json_set_text(o, "isolated", tristate_name(m->isolated));
	targets = json_object_new_array();
	for (size_t i = 0; i < m->n_targets; i++)
		json_object_array_add(targets, target_object(v, &m->targets[i]));
	json_object_object_add(o, "targets", targets);
	return o;
}
