/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which machine it is, and which firmware it has: /sys/class/dmi/id
 * (drivers/firmware/dmi-id.c; CONFIG_DMIID), else the property `model` of the device
 * tree's root. Serial numbers and the UUID are not looked at.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define DMI_PATH "sys/class/dmi/id"
#define MODEL_PATH "sys/firmware/devicetree/base/model"
#define TEXT_MAX 200 /* an SMBIOS string is shorter */

/*
 * The text of a file; NULL: it is not there, or tells nothing. A device tree's strings
 * end with a zero byte.
 */
static char *read_name(const struct reading *r, const char *path)
{
	cleanup(text_clear) struct text t = { 0 };
	const char *s;

	if (read_attribute(r, path, &t) != SOURCE_READ)
		return NULL;
	text_trim_end(t.data);
	s = t.data + strspn(t.data, " \t");
	return *s ? xstrndup(s, TEXT_MAX) : NULL;
}

static void collect_machine(const struct root *root, unsigned wanted, struct host *host)
{
	struct machine *m = &host->machine;
	const struct reading r = reading_of(root, host, SOURCE_MACHINE);
	const struct {
		const char *path;
		char **text;
	} files[] = {
		{ DMI_PATH "/sys_vendor", &m->vendor },
		{ DMI_PATH "/product_name", &m->product },
		{ DMI_PATH "/board_name", &m->board },
		{ DMI_PATH "/bios_vendor", &m->firmware_vendor },
		{ DMI_PATH "/bios_version", &m->firmware_version },
		{ DMI_PATH "/bios_date", &m->firmware_date },
		{ MODEL_PATH, &m->model },
	};
	const char *path = "/" DMI_PATH;
	bool any = false;

	(void)wanted;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		*files[i].text = read_name(&r, files[i].path);
		any = any || *files[i].text;
	}
	if (m->model && !m->vendor && !m->product)
		path = "/" MODEL_PATH;
	host_set_source(host, SOURCE_MACHINE, any ? SOURCE_READ : SOURCE_ABSENT, 0, path,
			any ? NULL : "neither DMI nor a device tree");
}

const struct collector collector_machine = {
	.sources = SOURCE_BIT(SOURCE_MACHINE),
	.collect = collect_machine,
};
