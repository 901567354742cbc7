/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of QEMU, 2.5 to 10: hw/vfio/common.c, container.c, iommufd.c, listener.c and
 * helpers.c (functions moved between these), backends/iommufd.c; and libvirt's own at the
 * start of a VM: qemuLogOperation, src/qemu/qemu_process.c.
 */
#include "collect/log-qemu.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define TEXT_MAX 1000

/* How a line of QEMU's names its program; what stands before is the journal's. */
static const char *const programs[] = { "qemu-system-", "qemu-kvm: ", "kvm: ", "QEMU[" };

/* A form: what stands in the line; the first that fits counts. */
static const struct form {
	const char *text;
	enum qemu_says says;
} forms[] = {
	{ "vfio_container_dma_map(", QEMU_MAP },
	{ "vfio_dma_map(", QEMU_MAP },
	{ "VFIO_MAP_DMA failed: ", QEMU_MAP },
	{ "VFIO_MAP_DMA: ", QEMU_MAP },
	{ "IOMMU_IOAS_MAP failed: ", QEMU_MAP },
	{ "vfio_listener_region_add received unaligned region", QEMU_UNALIGNED },
	{ " is not viable", QEMU_NOT_VIABLE },
	{ "no iommu_group found", QEMU_NO_GROUP },
	{ "ailed to set group container", QEMU_SET_CONTAINER }, /* f, since 4.0 F */
	{ "ailed to set iommu for container", QEMU_SET_IOMMU },
	{ "error getting device from group ", QEMU_GET_DEVICE },
	{ "error bind device fd=", QEMU_BIND_IOMMUFD },
	{ "error attach ", QEMU_ATTACH_IOMMUFD },
};

/* strerror of the C library, in the language of most logs; and numbers. */
static const struct {
	const char *text;
	int error;
} errors[] = {
	{ "Operation not permitted", EPERM },
	{ "Invalid argument", EINVAL },
	{ "Device or resource busy", EBUSY },
	{ "No such device", ENODEV },
	{ "No such file or directory", ENOENT },
	{ "Permission denied", EACCES },
	{ "Cannot allocate memory", ENOMEM },
	{ "Bad address", EFAULT },
	{ "File exists", EEXIST },
	{ "No space left on device", ENOSPC },
	{ "Operation not supported", EOPNOTSUPP },
	{ ": -22", EINVAL },
	{ ": -12", ENOMEM },
	{ ": -14", EFAULT },
	{ " = -22", EINVAL },
	{ " = -12", ENOMEM },
	{ " = -14", EFAULT },
};

static const struct form *form_of(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (strstr(text, forms[i].text))
			return &forms[i];
	}
	return NULL;
}

/* Where QEMU's own text begins; NULL: the line is another program's. */
static const char *text_of_qemu(const char *line)
{
	const char *first = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		const char *s = strstr(line, programs[i]);

		if (s && (!first || s < first))
			first = s;
	}
	return first;
}

/* The errno that stands last behind the form; 0: none is told. */
static int error_in(const char *text, const struct form *form)
{
	const char *from = strstr(text, form->text);

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		if (strstr(from, errors[i].text))
			return errors[i].error;
	}
	return 0;
}

/* "dma_map(0x55d0c2d0a000, 0x380000000000, 0x10000000, 0x7f...": address and size. */
static bool take_range(const char *text, struct range *out)
{
	static const char word[] = "dma_map(";
	const char *s = strstr(text, word);
	uint64_t value[3];
	char *end;

	if (!s)
		return false;
	s += strlen(word);
	for (size_t i = 0; i < ARRAY_SIZE(value); i++) {
		s += strspn(s, " ");
		if (!text_starts_with(s, "0x"))
			return false;
		value[i] = strtoull(s, &end, 16);
		if (*end != ',')
			return false;
		s = end + 1;
	}
	if (!value[2] || value[2] - 1 > UINT64_MAX - value[1])
		return false;
	*out = (struct range){ value[1], value[1] + (value[2] - 1) };
	return true;
}

/* A word of the letters of an address: does it name a function? "01:00.0" is of domain 0.
 */
static char *function_named(const char *word, size_t length)
{
	struct pci_address address;
	char name[PCI_ADDRESS_SIZE + 5];

	if (length < strlen("01:00.0") || length >= PCI_ADDRESS_SIZE)
		return NULL;
	memcpy(name, word, length);
	name[length] = 0;
	if (pci_address_parse(name, &address))
		return xstrdup(name);
	memcpy(name, "0000:", 5);
	memcpy(name + 5, word, length);
	name[5 + length] = 0;
	return pci_address_parse(name, &address) ? xstrdup(name) : NULL;
}

/* The first PCI function that the line names; the caller owns it. NULL: none. */
static char *device_in(const char *text)
{
	static const char letters[] = "0123456789abcdefABCDEF:.";

	for (const char *s = text; (s = strpbrk(s, letters));) {
		size_t length = strspn(s, letters);
		size_t trimmed = length;
		char *name;

		while (trimmed && (s[trimmed - 1] == ':' || s[trimmed - 1] == '.'))
			trimmed--;
		name = function_named(s, trimmed);
		if (name)
			return name;
		s += length;
	}
	return NULL;
}

/* "group 13 is ...", "from group 13: ..."; NO_GROUP: none is told. */
static uint32_t group_in(const char *text)
{
	static const char word[] = "group ";

	for (const char *s = text; (s = strstr(s, word));) {
		size_t n;
		uint64_t id;
		cleanup_free char *number = NULL;

		s += strlen(word);
		n = strspn(s, "0123456789");
		number = xstrndup(s, n);
		if (n && text_to_number(number, 10, NO_GROUP - 1, &id))
			return (uint32_t)id;
	}
	return NO_GROUP;
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool is_same(const struct qemu_line *a, const struct qemu_line *b)
{
	return a->says == b->says && a->group == b->group && a->error == b->error &&
	       a->has_range == b->has_range && range_equals(a->range, b->range) &&
	       is_same_text(a->device, b->device);
}

/* Takes over the device. */
static void keep(struct host *host, struct qemu_line *l, const char *text, size_t *cut)
{
	bool is_full = host->n_qemu_lines >= QEMU_LINES_MAX, is_known = false;

	for (size_t i = 0; i < host->n_qemu_lines && !is_known; i++)
		is_known = is_same(&host->qemu_lines[i], l);
	*cut += is_full && !is_known;
	if (is_full || is_known) {
		free(l->device);
		return;
	}
	l->text = xstrndup(text, TEXT_MAX);
	text_clean(l->text);
	*ADD(host, qemu_lines) = *l;
}

bool qemu_line_take(struct host *host, const char *line, unsigned number, size_t *cut)
{
	const char *text = text_of_qemu(line);
	const struct form *form = text ? form_of(text) : NULL;
	struct qemu_line l = { .number = number, .group = NO_GROUP };

	if (!form)
		return false;
	l.says = form->says;
	l.error = error_in(text, form);
	l.has_range = form->says == QEMU_MAP && take_range(text, &l.range);
	l.group = group_in(text);
	l.device = device_in(text);
	keep(host, &l, text, cut);
	return true;
}

/*
 * "2025-11-14 10:00:00.000+0000: starting up libvirt version: 9.0.0, ...": no line of a
 * journal begins so, where any program may have written the rest.
 */
static bool is_start(const char *line)
{
	static const char word[] = ": starting up libvirt version: ";
	size_t date = strspn(line, "0123456789-"), n;

	if (date != strlen("2025-11-14") || line[date] != ' ')
		return false;
	n = date + 1 + strspn(line + date + 1, "0123456789:.+-");
	return n > date + 1 && text_starts_with(line + n - 1, word);
}

bool qemu_line_is_start(const char *line, char **release)
{
	static const char word[] = ", kernel: ";
	const char *kernel;
	size_t n;

	if (!is_start(line))
		return false;
	kernel = strstr(line, word);
	n = kernel ? strcspn(kernel + strlen(word), ", ") : 0;
	*release = n && n < 128 ? xstrndup(kernel + strlen(word), n) : NULL;
	return true;
}
