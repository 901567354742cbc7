/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the kernel command line of this host is changed: its distribution (os-release(5),
 * ID and ID_LIKE), and which files and programs of boot loaders there are. Nothing of
 * those is read or run.
 */
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define OS_RELEASE_MAX 16384
#define WORDS_MAX 200 /* of ID_LIKE; the longest that are known have 30 */

static const char *const files[] = {
	"run/ostree-booted",
	"usr/bin/rpm-ostree",
	"etc/kernel/proxmox-boot-uuids",
	"usr/sbin/proxmox-boot-tool",
	"usr/sbin/grubby",
	"etc/default/grub",
	"usr/sbin/update-grub",
	"usr/sbin/grub2-mkconfig",
	"usr/bin/grub-mkconfig",
	"etc/kernel/cmdline",
	"usr/bin/kernel-install",
	"boot/firmware/cmdline.txt",
	"boot/cmdline.txt",
};

/* Lower-case words as os-release(5) has them, with one blank between. */
static bool are_words(const char *s)
{
	return *s && strlen(s) <= WORDS_MAX &&
	       !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._- ")];
}

/* The value of KEY=VALUE without its quotes, in place; NULL: another key. */
static char *value_of(char *line, const char *key)
{
	size_t n = strlen(key), len;
	char *value = line + n + 1;

	if (strncmp(line, key, n) || line[n] != '=')
		return NULL;
	len = strlen(value);
	if (len >= 2 && (*value == '"' || *value == '\'') && value[len - 1] == *value) {
		value[len - 1] = 0;
		value++;
	}
	return value;
}

static void take_value(const struct reading *r, const char *path, unsigned number,
		       const char *value, char **out)
{
	if (!value || *out)
		return;
	if (are_words(value))
		*out = xstrdup(value);
	else
		read_bad_line(r, path, number, "no word of os-release", value);
}

static bool read_os_release(const struct reading *r, const char *path)
{
	struct distribution *d = &r->host->distribution;
	cleanup(text_clear) struct text t = { 0 };
	char *rest, *line;
	bool complete;

	if (read_file(r, path, OS_RELEASE_MAX, &t) != SOURCE_READ)
		return false;
	rest = t.data;
	for (unsigned n = 1; (line = text_next_line(&rest, &complete)); n++) {
		take_value(r, path, n, value_of(line, "ID"), &d->id);
		take_value(r, path, n, value_of(line, "ID_LIKE"), &d->like);
	}
	return true;
}

static void collect_boot_setup(const struct root *root, unsigned wanted,
			       struct host *host)
{
	const struct reading r = reading_of(root, host, SOURCE_BOOT_SETUP);
	bool any;

	(void)wanted;
	any = read_os_release(&r, "etc/os-release") ||
	      read_os_release(&r, "usr/lib/os-release");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (read_exists(&r, files[i]) == SOURCE_READ)
			*ADD(host, boot_files) = text_format("/%s", files[i]);
	}
	any = any || host->n_boot_files;
	host_set_source(host, SOURCE_BOOT_SETUP, any ? SOURCE_READ : SOURCE_ABSENT, 0,
			"/etc/os-release",
			any ? NULL : "no file of a boot loader either");
}

const struct collector collector_boot_setup = {
	.sources = SOURCE_BIT(SOURCE_BOOT_SETUP),
	.collect = collect_boot_setup,
};
