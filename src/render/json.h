/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"
#include "model/json.h"
#include "render/view.h"

/* Begins a document as all begin but snapshots: which schema, its version, and whose. */
void json_begin_document(struct json_writer *w, FILE *out);

/* The same of a document that is one line, as of many. */
void json_begin_line(struct json_writer *w, FILE *out);

/* Parts of the JSON document that stand in several places. The caller owns them. */

struct json_object *range_object(struct range r);
struct json_object *ranges_array(const struct range *ranges, size_t n);
struct json_object *strings_array(char *const *strings, size_t n);

/* Leaves the key out of what is not known. */
void json_set_tristate(struct json_object *o, const char *key, enum tristate value);

/* Sets "entry" to the firmware entry of a claim; not where claim is NO_INDEX. */
void json_set_entry(struct json_object *o, const struct view *view, size_t claim);

/* What an interface is predicted to answer. */
struct json_object *answer_object(const struct view *view, const struct answer *answer);

/* How a host was read. */
struct json_object *source_object(const struct host *host);

struct json_object *evidence_array(const struct evidence *evidence, size_t n);

/* What is to be done, in parts. */
struct json_object *steps_array(const struct steps *steps);

/* A line of reserved_regions. index: of host->regions. */
struct json_object *region_object(const struct view *view, size_t index);

/* The members of the document that only a run with findings has. */
void put_findings(struct json_writer *w, const struct view *view);
