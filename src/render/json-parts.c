/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects that stand in several places of the JSON document. */
#include "base/cleanup.h"
#include "render/json.h"

struct json_object *range_object(struct range r)
{
	struct json_object *o = json_object_new_object();

	json_set_address(o, "first", r.first);
	json_set_address(o, "last", r.last);
	return o;
}

struct json_object *source_object(const struct host *host)
{
	static const char *const kinds[] = {
		[ORIGIN_LIVE] = "live",
		[ORIGIN_SYSROOT] = "sysroot",
		[ORIGIN_SNAPSHOT] = "snapshot",
	};
	struct json_object *o = json_object_new_object();

	json_set_text(o, "kind", kinds[host->origin]);
	json_set_text(o, "path", host->origin_path);
	return o;
}

struct json_object *answer_object(const struct view *v, const struct answer *a)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "verdict", verdict_name(a->verdict));
	json_set_text(o, "errno", a->error ? errno_name(a->error) : NULL);
	json_set_text(o, "call", a->call);
	json_set_text(o, "log", a->log);
	json_set_text(o, "reason", a->why);
	if (a->logged || a->qemu)
		json_set_text(o, "known_by", "log");
	if (a->culprit != NO_INDEX && a->verdict == VERDICT_REFUSED)
		json_set_text(o, "because_of", v->host->devices[a->culprit].name);
	if (a->claim != NO_INDEX) {
		cleanup_free char *entry =
			claim_text(v->analysis, &v->analysis->firmware.claims[a->claim]);

		json_set_text(o, "entry", entry);
	}
	return o;
}
