/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running kernel: /proc/sys/kernel and /proc/cmdline. kernel.arch exists since Linux
 * 6.1; the page size of a saved tree comes from proc/self/smaps.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define RELEASE_PATH "proc/sys/kernel/osrelease"
#define ARCH_PATH "proc/sys/kernel/arch"
#define SMAPS_PATH "proc/self/smaps"
#define COMMAND_LINE_PATH "proc/cmdline"
#define TAINT_PATH "proc/sys/kernel/tainted"

/* "6.12.107+deb13-amd64": two numbers in front, whatever follows. */
static bool parse_release(const char *release, struct kernel *kernel)
{
	char *end;
	unsigned long major = strtoul(release, &end, 10);
	unsigned long minor;

	if (end == release || *end != '.' || major == 0 || major > 999)
		return false;
	release = end + 1;
	minor = strtoul(release, &end, 10);
	if (end == release || minor > 9999)
		return false;
	kernel->major = (unsigned)major;
	kernel->minor = (unsigned)minor;
	return true;
}

static void collect_release(const struct root *root, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_KERNEL);

	if (read_attribute(&r, RELEASE_PATH, &t) != SOURCE_READ)
		return;
	text_trim_end(t.data);
	if (!parse_release(t.data, &host->kernel)) {
		read_bad_line(&r, RELEASE_PATH, 1, "not a kernel release", t.data);
		return;
	}
	host->kernel.release = text_take(&t);
}

static void collect_architecture(const struct root *root, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_of(root, host, SOURCE_KERNEL);
	const char *arch = read_string(&r, ARCH_PATH, &t);
	struct utsname uts;

	if (arch && arch[strspn(arch, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		read_bad_line(&r, ARCH_PATH, 1, "not an architecture", arch);
	else if (arch)
		host->kernel.architecture = xstrdup(arch);
	else if (root->live && uname(&uts) == 0)
		host->kernel.architecture = xstrdup(uts.machine);
}

/*
 * "ffffd8a5f000-ffffd8a80000 rw-p ... [stack]": the stack ends within the last 2^34 bytes
 * of the addresses of a process (arch_align_stack, STACK_RND_MASK).
 */
static void take_stack(const char *smaps, struct kernel *kernel)
{
	const char *mark = strstr(smaps, "[stack]");
	const char *line = mark;
	uint64_t end;
	char *dash;

	if (!mark)
		return;
	while (line > smaps && line[-1] != '\n')
		line--;
	(void)strtoull(line, &dash, 16);
	end = *dash == '-' ? strtoull(dash + 1, NULL, 16) : 0;
	for (kernel->user_bits = 0; end; end >>= 1)
		kernel->user_bits++;
}

static void collect_page_size(const struct root *root, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_of(root, host, SOURCE_KERNEL);
	const char *s;

	if (root->live)
		host->kernel.page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	if ((root->live && !host_is_arm64(host)) ||
	    !read_text(&r, SMAPS_PATH, ROOT_READ_MAX, &t))
		return;
	if (host_is_arm64(host))
		take_stack(t.data, &host->kernel);
	if (root->live)
		return;
	s = strstr(t.data, "KernelPageSize:");
	if (s) {
		unsigned long kib = strtoul(s + strlen("KernelPageSize:"), NULL, 10);

		if (kib == 4 || kib == 16 || kib == 64)
			host->kernel.page_size = (uint64_t)kib << 10;
	}
}

static void collect_command_line(const struct root *root, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_COMMAND_LINE);

	if (!read_text(&r, COMMAND_LINE_PATH, 64 << 10, &t))
		return;
	text_trim_end(t.data);
	if (strlen(t.data) != strcspn(t.data, "\n") || !text_is_clean(t.data)) {
		read_bad_line(&r, COMMAND_LINE_PATH, 1, "not a kernel command line",
			      t.data);
		return;
	}
	host->kernel.command_line = text_take(&t);
}

static void collect_taint(const struct root *root, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_TAINT);

	if (read_attribute(&r, TAINT_PATH, &t) != SOURCE_READ)
		return;
	text_trim_end(t.data);
	host->kernel.taint_known =
		text_to_number(t.data, 10, UINT64_MAX, &host->kernel.taint);
	if (!host->kernel.taint_known)
		read_bad_line(&r, TAINT_PATH, 1, "not a number", t.data);
}

static void collect_kernel(const struct root *root, unsigned wanted, struct host *host)
{
	if (wanted & SOURCE_BIT(SOURCE_KERNEL)) {
		collect_release(root, host);
		collect_architecture(root, host);
		collect_page_size(root, host);
	}
	if (wanted & SOURCE_BIT(SOURCE_COMMAND_LINE))
		collect_command_line(root, host);
	if (wanted & SOURCE_BIT(SOURCE_TAINT))
		collect_taint(root, host);
}

const struct collector collector_kernel = {
	.sources = SOURCE_BIT(SOURCE_KERNEL) | SOURCE_BIT(SOURCE_COMMAND_LINE) |
		   SOURCE_BIT(SOURCE_TAINT),
	.collect = collect_kernel,
};
