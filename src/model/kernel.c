/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows from the architecture and the command line of a kernel. */
#include <string.h>

#include "base/text.h"
#include "model/host.h"

bool kernel_has_word(const struct kernel *kernel, const char *word)
{
	const char *s = kernel->command_line;
	size_t len = strlen(word);

	while (s && *s) {
		size_t n = strcspn(s, " \t\n");

		if (n >= len && !strncmp(s, word, len) &&
		    (n == len || word[len - 1] == '='))
			return true;
		s += n;
		s += strspn(s, " \t\n");
	}
	return false;
}

static bool architecture_is(const struct host *host, const char *name)
{
	return host->kernel.architecture && !strcmp(host->kernel.architecture, name);
}

bool host_is_x86(const struct host *host)
{
	return architecture_is(host, "x86_64") || architecture_is(host, "i686");
}

bool kernel_option_has(const struct kernel *kernel, const char *option, const char *word)
{
	const char *s = kernel->command_line;
	size_t len = strlen(option);

	while (s && *s) {
		size_t n = strcspn(s, " \t\n");

		if (n > len && !strncmp(s, option, len)) {
			for (const char *w = s + len; w < s + n;
			     w += strcspn(w, ", \t\n") + 1) {
				if (text_starts_with(w, word))
					return true;
			}
		}
		s += n;
		s += strspn(s, " \t\n");
	}
	return false;
}

const char *kernel_iommu_off(const struct kernel *kernel)
{
	static const char *const options[] = { "iommu=", "intel_iommu=", "amd_iommu=" };
	static const char *const words[] = { "iommu=off", "intel_iommu=off",
					     "amd_iommu=off" };

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (kernel_option_has(kernel, options[i], "off"))
			return words[i];
	}
	return NULL;
}

bool host_has_iommu(const struct host *host, enum iommu_kind kind)
{
	for (size_t i = 0; i < host->n_iommus; i++) {
		if (host->iommus[i].kind == kind)
			return true;
	}
	return false;
}

bool host_is_s390(const struct host *host)
{
	return architecture_is(host, "s390x") || host_has_iommu(host, IOMMU_S390);
}

bool host_is_riscv(const struct host *host)
{
	return architecture_is(host, "riscv64") || host_has_iommu(host, IOMMU_RISCV);
}

bool host_is_power(const struct host *host)
{
	return architecture_is(host, "ppc64le") || architecture_is(host, "ppc64") ||
	       host_has_iommu(host, IOMMU_SPAPR) || host_has_iommu(host, IOMMU_PAMU);
}

bool host_is_arm64(const struct host *host)
{
	return architecture_is(host, "aarch64") || architecture_is(host, "aarch64_be");
}
