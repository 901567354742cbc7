/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the kernel command line of this host is changed: by the files and programs of boot
 * loaders that it has. BOOT_IMAGE= on the command line tells that GRUB started the kernel
 * (grub-core/loader/i386/linux.c): both may be installed.
 *
 * grub-mkconfig sources /etc/default/grub as a shell script, so that a line behind the
 * others adds a word whatever stands there. In the menu `$` begins a variable: one
 * backslash for GRUB, and in double quotes of the shell one for each of the two. Menus of
 * blscfg (grubby, rpm-ostree) replace variables in a way that no backslash prevents.
 */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/steps.h"

#define FILES_MAX 3

/* One way. Where `file` is edited, it is; else `add` and `remove` have "%s" for the word.
 */
struct way {
	const char *files[FILES_MAX]; /* all are there */
	const char *distribution;     /* NULL: any */
	enum tristate by_grub;	      /* unknown: either */
	const char *file;	      /* of one line, or GRUB's */
	bool is_script;		      /* GRUB's */
	const char *add, *remove;
	const char *update; /* what makes it take effect; NULL: nothing is needed */
	bool takes_dollar;
};

#define DEFAULT_GRUB "/etc/default/grub"
#define CMDLINE "/etc/kernel/cmdline"

/* The first that fits. */
static const struct way ways[] = {
	{
		.files = { "/run/ostree-booted", "/usr/bin/rpm-ostree" },
		.add = "rpm-ostree kargs --append='%s'",
		.remove = "rpm-ostree kargs --delete='%s'",
	},
	{ .files = { "/run/ostree-booted" } },
	{ .distribution = "nixos" },
	{
		.files = { "/etc/kernel/proxmox-boot-uuids",
			   "/usr/sbin/proxmox-boot-tool", CMDLINE },
		.by_grub = TRISTATE_NO,
		.file = CMDLINE,
		.update = "proxmox-boot-tool refresh",
		.takes_dollar = true,
	},
	{
		.files = { "/etc/kernel/proxmox-boot-uuids",
			   "/usr/sbin/proxmox-boot-tool", DEFAULT_GRUB },
		.by_grub = TRISTATE_YES,
		.file = DEFAULT_GRUB,
		.is_script = true,
		.update = "proxmox-boot-tool refresh",
		.takes_dollar = true,
	},
	{
		.files = { "/usr/sbin/grubby" },
		.add = "grubby --update-kernel=ALL --args='%s'",
		.remove = "grubby --update-kernel=ALL --remove-args='%s'",
	},
	{
		.files = { DEFAULT_GRUB, "/usr/sbin/update-grub" },
		.by_grub = TRISTATE_YES,
		.file = DEFAULT_GRUB,
		.is_script = true,
		.update = "update-grub",
		.takes_dollar = true,
	},
	{
		.files = { DEFAULT_GRUB, "/usr/sbin/grub2-mkconfig" },
		.by_grub = TRISTATE_YES,
		.file = DEFAULT_GRUB,
		.is_script = true,
		.update = "grub2-mkconfig -o /boot/grub2/grub.cfg",
		.takes_dollar = true,
	},
	{
		.files = { DEFAULT_GRUB, "/usr/bin/grub-mkconfig" },
		.by_grub = TRISTATE_YES,
		.file = DEFAULT_GRUB,
		.is_script = true,
		.update = "grub-mkconfig -o /boot/grub/grub.cfg",
		.takes_dollar = true,
	},
	{
		.files = { CMDLINE, "/usr/bin/kernel-install" },
		.by_grub = TRISTATE_NO,
		.file = CMDLINE,
		.update = "kernel-install add %s",
		.takes_dollar = true,
	},
	{
		.files = { "/boot/firmware/cmdline.txt" },
		.by_grub = TRISTATE_NO,
		.file = "/boot/firmware/cmdline.txt",
		.takes_dollar = true,
	},
	{
		.files = { "/boot/cmdline.txt" },
		.by_grub = TRISTATE_NO,
		.file = "/boot/cmdline.txt",
		.takes_dollar = true,
	},
};

static bool has_file(const struct host *host, const char *path)
{
	for (size_t i = 0; i < host->n_boot_files; i++) {
		if (!strcmp(host->boot_files[i], path))
			return true;
	}
	return false;
}

static bool fits(const struct host *host, const struct way *way)
{
	enum tristate grub = !host->kernel.command_line ? TRISTATE_UNKNOWN
			     : kernel_has_word(&host->kernel, "BOOT_IMAGE=")
				     ? TRISTATE_YES
				     : TRISTATE_NO;

	for (size_t i = 0; i < FILES_MAX && way->files[i]; i++) {
		if (!has_file(host, way->files[i]))
			return false;
	}
	return (way->by_grub == TRISTATE_UNKNOWN || way->by_grub == grub) &&
	       (!way->distribution ||
		text_equals(host->distribution.id, way->distribution));
}

/* NULL: none is known, or it cannot be said to it. */
static const struct way *way_of(const struct host *host, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (fits(host, &ways[i]))
			return strchr(word, '$') && !ways[i].takes_dollar ? NULL
									  : &ways[i];
	}
	return NULL;
}

/* Can it stand between quotes, and in a pattern, as it is? It may come from outside. */
static bool is_plain_word(const char *word)
{
	for (const char *s = word; *s; s++) {
		if (!isalnum((unsigned char)*s) && !strchr("_.:,=$+@-", *s))
			return false;
	}
	return *word;
}

/* Each of `chars` with `before` in front; the caller owns it. */
static char *escaped(const char *word, const char *chars, const char *before)
{
	struct text t = { 0 };

	for (const char *s = word; *s; s++)
		text_printf(&t, "%s%c", strchr(chars, *s) ? before : "", *s);
	return text_take(&t);
}

/* Puts the word in the place of "%s"; the caller owns it. */
static char *filled(const char *form, const char *word)
{
	const char *place = strstr(form, "%s");

	return place ? text_format("%.*s%s%s", (int)(place - form), form, word, place + 2)
		     : xstrdup(form);
}

static char *removing_command(const struct way *way, const char *word)
{
	cleanup_free char *pattern = escaped(word, ".$", "\\");

	return text_format("sed -i '%ss/ *\\<%s\\>//' %s",
			   way->is_script ? "/^GRUB_CMDLINE_LINUX/" : "1", pattern,
			   way->file);
}

static char *adding_command(const struct way *way, const char *word)
{
	cleanup_free char *quoted = escaped(word, "$", "\\\\\\");

	if (!way->is_script)
		return text_format("sed -i '1s/$/ %s/' %s", word, way->file);
	return text_format("printf '%%s\\n' 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX "
			   "%s\"' >> %s",
			   quoted, way->file);
}

/* The command of a change; NULL: none is known. */
static char *command_of(const struct way *way, const char *word, bool removes)
{
	const char *form = removes ? way->remove : way->add;

	if (form)
		return filled(form, word);
	if (!way->file)
		return NULL;
	return removes ? removing_command(way, word) : adding_command(way, word);
}

static void change(const struct way *way, struct steps *steps, const char *word,
		   bool removes)
{
	bool known = way && is_plain_word(word);
	bool alone = !known || !(way->file || way->add);
	struct step *step = steps_run(
		steps,
		text_format(removes ? "Remove %s from the kernel command line%s."
				    : "Add %s to the kernel command line%s.",
			    word, alone ? ", then reboot" : ""),
		known ? command_of(way, word, removes) : NULL);

	step->parameter = xstrdup(word);
	step->removes = removes;
}

/* Debian keeps kernels in /boot, others where their modules are. */
static char *kernel_install_argument(const struct host *host)
{
	const struct distribution *d = &host->distribution;
	const char *release = host->kernel.release;
	bool debian =
		text_equals(d->id, "debian") || (d->like && strstr(d->like, "debian"));

	if (!release || !is_plain_word(release))
		return NULL;
	return debian ? text_format("%s /boot/vmlinuz-%s", release, release)
		      : text_format("%s /usr/lib/modules/%s/vmlinuz", release, release);
}

/* What has to be done after the changes. */
static void finish(const struct host *host, const struct way *way, struct steps *steps)
{
	cleanup_free char *argument = NULL;

	if (!way || !(way->file || way->add))
		return;
	if (way->update && strstr(way->update, "%s")) {
		argument = kernel_install_argument(host);
		steps_run(steps, xstrdup("Write the boot entry again."),
			  argument ? filled(way->update, argument) : NULL);
	} else if (way->update) {
		steps_run(steps, xstrdup("Write the boot menu again."),
			  xstrdup(way->update));
	}
	steps_say(steps, xstrdup("Reboot."));
}

void steps_boot_with(const struct host *host, struct steps *steps, const char *word)
{
	const struct way *way = way_of(host, word);

	change(way, steps, word, false);
	finish(host, way, steps);
}
/* The last word of the command line that begins so; the caller owns it. NULL. */
static char *word_beginning(const char *line, const char *option)
{
	const char *found = NULL;
	size_t n = 0;

	for (const char *s = line; s && *s; s += strspn(s, " \t\n")) {
		size_t len = strcspn(s, " \t\n");

		if (text_starts_with(s, option)) {
			found = s;
			n = len;
		}
		s += len;
	}
	return found ? xstrndup(found, n) : NULL;
}

/* The parts of a list behind `option`, without those that are the part; "" if none is
 * left. */
static char *without_part(const char *word, const char *option, const char *part)
{
	struct text t = { 0 };

	for (const char *s = word + strlen(option); *s; s += *s == ',') {
		size_t len = strcspn(s, ",");

		if (len && (len != strlen(part) || strncmp(s, part, len)))
			text_printf(&t, "%s%.*s", t.len ? "," : option, (int)len, s);
		s += len;
	}
	return text_take(&t);
}

void steps_boot_without(const struct host *host, struct steps *steps, const char *option,
			const char *part)
{
	cleanup_free char *word = word_beginning(host->kernel.command_line, option);
	cleanup_free char *rest = word && part ? without_part(word, option, part) : NULL;
	const struct way *way = way_of(host, option);

	if (!word)
		return;
	change(way, steps, word, true);
	if (rest && *rest)
		change(way, steps, rest, false);
	finish(host, way, steps);
}
