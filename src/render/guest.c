/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest beside its host (`check --guest`), as text and as JSON. */
#include "render/guest.h"

#include <inttypes.h>

#include "analyze/nested.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "render/grid.h"
#include "render/json.h"
#include "render/lines.h"

static const char *host_name(const struct view *v, const struct nested_view *nv, size_t i)
{
	return v->host->devices[v->analysis->nested->candidates[nv->first_candidate + i]]
		.name;
}

static bool is_selected(const struct view *v, const struct nested_view *nv)
{
	for (size_t i = 0; i < nv->n_candidates; i++) {
		if (v->devices[v->analysis->nested->candidates[nv->first_candidate + i]])
			return true;
	}
	return false;
}

/* --- Text --- */

static char *host_text(const struct view *v, const struct nested_view *nv)
{
	if (nv->n_candidates > 1)
		return text_format("one of %zu (by ids)", nv->n_candidates);
	return text_format("%s%s", host_name(v, nv, 0), nv->named ? "" : " (by ids)");
}

static char *range_text(const struct nested_view *nv)
{
	return nv->range_known
		       ? text_format("0x%" PRIx64 "-0x%" PRIx64 " %s", nv->range.first,
				     nv->range.last, region_type_name(nv->type))
		       : xstrdup("-");
}

static char *verdict_text(const struct nested_view *nv)
{
	return text_format("%s%s%s", nested_state_name(nv->state), nv->why ? ": " : "",
			   nv->why ? nv->why : "");
}

static void put_table(const struct view *v, FILE *out)
{
	static const char *const columns[] = { "GUEST DEVICE", "HOST DEVICE", "RANGE",
					       "VERDICT" };
	const struct nested *n = v->analysis->nested;
	struct grid *t = grid_new(&(struct grid_options){ 0 });

	for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
		grid_add_column(t, columns[c], false);
	for (size_t i = 0; i < n->n_views; i++) {
		const struct nested_view *nv = &n->views[i];

		if (!is_selected(v, nv))
			continue;
		grid_add_row(t);
		grid_set(t, 0, xstrdup(n->guest->devices[nv->guest].name));
		grid_set(t, 1, host_text(v, nv));
		grid_set(t, 2, range_text(nv));
		grid_set(t, 3, verdict_text(nv));
	}
	grid_print(t, out);
}

void put_guest(const struct view *v, FILE *out)
{
	const struct nested *n = v->analysis->nested;
	const struct kernel *k = &n->guest->kernel;
	struct text t = { 0 };
	cleanup_free char *line = NULL;

	text_printf(&t, "%s: Linux %s, %s; %zu %s compared", n->guest->origin_path,
		    k->release ? k->release : "(unknown)",
		    k->architecture ? k->architecture : "architecture unknown",
		    n->n_views, one_or_many(n->n_views, "device", "devices"));
	if (n->n_not_shared)
		text_printf(&t, ", %zu that %s none of this host", n->n_not_shared,
			    one_or_many(n->n_not_shared, "matches", "match"));
	line = text_take(&t);
	put_field(v, out, 0, "Guest", line);
	if (n->n_views)
		put_table(v, out);
	fputc('\n', out);
}

/* --- JSON --- */

static struct json_object *guest_range(const struct nested_view *nv)
{
	struct json_object *o = range_object(nv->range);

	json_set_text(o, "type", region_type_name(nv->type));
	return o;
}

static struct json_object *device_object(const struct view *v,
					 const struct nested_view *nv)
{
	const struct nested *n = v->analysis->nested;
	struct json_object *o = json_object_new_object();
	struct json_object *hosts = json_object_new_array();

	json_set_text(o, "device", n->guest->devices[nv->guest].name);
	for (size_t i = 0; i < nv->n_candidates; i++)
		json_object_array_add(hosts, json_text(host_name(v, nv, i)));
	json_object_object_add(o, "host_devices", hosts);
	json_set_text(o, "matched_by", nv->named ? "name" : "ids");
	json_set_text(o, "verdict", nested_state_name(nv->state));
	json_set_text(o, "reason", nv->why);
	if (nv->window_known)
		json_object_object_add(o, "host_window", range_object(nv->window));
	if (nv->own_window != NO_INDEX) {
		json_object_object_add(
			o, "guest_window",
			range_object(n->guest->regions[nv->own_window].range));
		json_object_object_add(o, "range",
				       nv->range_known ? guest_range(nv) : NULL);
	}
	if (nv->claim != NO_INDEX) {
		cleanup_free char *entry =
			claim_text(n->guest_analysis,
				   &n->guest_analysis->firmware.claims[nv->claim]);

		json_set_text(o, "entry", entry);
	}
	if (nv->domain != DOMAIN_NOT_READ)
		json_set_text(o, "domain", domain_type_name(nv->domain));
	if (nested_works(nv)) {
		json_set_bool(o, "given_on", nv->given_on);
		json_set_text(o, "works", nested_works(nv));
		json_set_text(o, "lost", nested_lost(nv));
	}
	return o;
}

struct json_object *guest_object(const struct view *v)
{
	const struct nested *n = v->analysis->nested;
	struct json_object *o = json_object_new_object();
	struct json_object *devices = json_object_new_array();

	json_object_object_add(o, "source", source_object(n->guest));
	json_set_text(o, "kernel_release", n->guest->kernel.release);
	json_set_text(o, "architecture", n->guest->kernel.architecture);
	for (size_t i = 0; i < n->n_views; i++) {
		if (is_selected(v, &n->views[i]))
			json_object_array_add(devices, device_object(v, &n->views[i]));
	}
	json_object_object_add(o, "devices", devices);
	json_set_int(o, "not_shared", (int64_t)n->n_not_shared);
	return o;
}
