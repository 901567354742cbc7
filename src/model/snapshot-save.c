/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host as JSON: the rows of facts.def, walked. */
#include "model/snapshot.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "model/facts.h"
#include "model/json.h"

static struct json_object *save_rows(const struct host *host,
				     const struct fact_list *list, const void *object);

static struct json_object *save_pci(const struct pci_address *address)
{
	char s[PCI_ADDRESS_SIZE];

	return json_text(pci_address_print(*address, s));
}

static struct json_object *save_bytes(const struct fact *f, const void *object)
{
	cleanup_free char *hex =
		text_of_bytes(fact_pointer(f, object), fact_count(f, object));

	return json_text(hex);
}

static struct json_object *save_element(const struct host *host, const struct fact *f,
					const void *element)
{
	switch (f->kind) {
	case FACT_STRINGS:
		return json_text(*(char *const *)element);
	case FACT_DEVICES:
		return json_text(host->devices[*(const size_t *)element].name);
	default:
		return save_rows(host, f->parts, element);
	}
}

static struct json_object *save_array(const struct host *host, const struct fact *f,
				      const void *object)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < fact_count(f, object); i++)
		json_object_array_add(array,
				      save_element(host, f, fact_element(f, object, i)));
	return array;
}

static struct json_object *save_fact(const struct host *host, const struct fact *f,
				     const void *object)
{
	if (fact_is_null(f, object))
		return NULL;
	switch (f->kind) {
	case FACT_PLACE:
		return json_text(words_name(
			f->words,
			(size_t)((const struct source *)object - host->sources)));
	case FACT_TEXT:
		return json_text(fact_pointer(f, object));
	case FACT_NUMBER:
	case FACT_INDEX:
		return json_object_new_int64((int64_t)fact_number(f, object));
	case FACT_ADDRESS:
		return json_address(fact_number(f, object));
	case FACT_BOOL:
		return json_object_new_boolean(fact_number(f, object) != 0);
	case FACT_WORD:
		return json_text(words_name(f->words, fact_number(f, object)));
	case FACT_PCI:
		return save_pci(fact_member(f, object));
	case FACT_BYTES:
		return save_bytes(f, object);
	case FACT_DEVICE:
		return json_text(host->devices[fact_number(f, object)].name);
	case FACT_OBJECT:
		return save_rows(host, f->parts, fact_member(f, object));
	default:
		return save_array(host, f, object);
	}
}

static struct json_object *save_rows(const struct host *host,
				     const struct fact_list *list, const void *object)
{
	struct json_object *o = json_object_new_object();

	for (const struct fact *f = list->rows; f < list->rows + list->n; f++)
		json_object_object_add(o, f->key, save_fact(host, f, object));
	return o;
}

/* A member of the document; an array one element a line, since there may be many. */
static void write_fact(struct json_writer *w, const struct host *host,
		       const struct fact *f)
{
	if (f->kind != FACT_OBJECTS && f->kind != FACT_STRINGS) {
		json_member(w, f->key, save_fact(host, f, host));
		return;
	}
	json_begin_array(w, f->key);
	for (size_t i = 0; i < fact_count(f, host); i++)
		json_element(w, save_element(host, f, fact_element(f, host, i)));
	json_end_array(w);
}

void snapshot_save(const struct host *host, FILE *out)
{
	struct json_object *version = json_object_new_array();
	const struct fact_list *list = host_facts();
	struct json_writer w;

	json_object_array_add(version, json_object_new_int(SNAPSHOT_MAJOR));
	json_object_array_add(version, json_object_new_int(SNAPSHOT_MINOR));
	json_begin(&w, out);
	json_member(&w, "schema", json_text(SNAPSHOT_SCHEMA));
	json_member(&w, "schema_version", version);
	json_member(&w, "tool_version", json_text(PACKAGE_VERSION));
	for (const struct fact *f = list->rows; f < list->rows + list->n; f++)
		write_fact(&w, host, f);
	json_end(&w);
}
