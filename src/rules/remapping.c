/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why interrupts are not remapped. Lines of the log: drivers/iommu/intel/irq_remapping.c,
 * drivers/iommu/amd/init.c (check_ioapic_information, print_iommu_info) and
 * enable_IR_x2apic in arch/x86/kernel/apic/apic.c. Words of the command line:
 * drivers/iommu/irq_remapping.c and the last. That firmware asks to leave x2APIC off is
 * no cause: the kernel then remaps in xAPIC mode.
 */
#include "rules/remapping.h"
#include "rules/steps.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/text.h"

/* The bit "interrupt remapping" of the extended capabilities: VT-d 4.1, 11.4.3. */
#define ECAP_IR (UINT64_C(1) << 3)

/* One cause. Its evidence is a word, a line of the log, or what add_evidence finds. */
struct cause {
	const char *word; /* of the command line; NULL */
	const char *line; /* of the log; NULL */
	bool (*holds)(const struct judge *j);
	void (*add_evidence)(struct judge *j, struct finding *f);
	const char *because;
	const char *advice;
	const char *look; /* the command of the advice; NULL */
	char *(*make_advice)(const struct judge *j);
};

/* --- AMD: the IVRS lacks an IOAPIC --- */

#define NOT_IN_IVRS "not in IVRS table"
#define NO_SOUTHBRIDGE "No southbridge IOAPIC found"
#define IOAPICS_MAX 16

/* The lines of check_ioapic_information. */
static void add_ioapic_lines(struct judge *j, struct finding *f)
{
	size_t n = 0;

	for (size_t i = 0; i < j->host->n_log && n < IOAPICS_MAX; i++) {
		const struct log_line *l = &j->host->log[i];

		if (strstr(l->text, NOT_IN_IVRS) || strstr(l->text, NO_SOUTHBRIDGE)) {
			finding_add_log(j, f, l);
			n++;
		}
	}
}

static bool lacks_ioapic(const struct judge *j)
{
	return host_log_find(j->host, NOT_IN_IVRS, NULL) ||
	       host_log_find(j->host, NO_SOUTHBRIDGE, NULL);
}

/* The id of "IOAPIC[7] not in IVRS table". */
static bool missing_ioapic(const char *text, uint64_t *id)
{
	static const char before[] = "IOAPIC[";
	const char *s = strstr(text, NOT_IN_IVRS) ? strstr(text, before) : NULL;
	char digits[8] = "";

	if (!s)
		return false;
	s += strlen(before);
	if (strcspn(s, "]") >= sizeof(digits))
		return false;
	memcpy(digits, s, strcspn(s, "]"));
	return text_to_number(digits, 10, UINT8_MAX, id);
}

/* "ivrs_ioapic[7]=BUS:DEV.FN ivrs_ioapic[8]=BUS:DEV.FN", by the ids of the log. */
static char *override_words(const struct judge *j)
{
	bool seen[UINT8_MAX + 1] = { false };
	struct text t = { 0 };

	for (size_t i = 0; i < j->host->n_log; i++) {
		uint64_t id;

		if (!missing_ioapic(j->host->log[i].text, &id) || seen[id])
			continue;
		seen[id] = true;
		text_printf(&t, "%sivrs_ioapic[%u]=BUS:DEV.FN", t.len ? " " : "",
			    (unsigned)id);
	}
	if (!t.len)
		text_add(&t, "ivrs_ioapic[ID]=00:14.0");
	return text_take(&t);
}

#define WHICH_IOAPIC                                                                        \
	"The IOAPIC at the address 0xfec00000 is the southbridge's, 00:14.0 (dmesg | grep " \
	"IOAPIC prints ids and addresses)."

static const char ioapic_missing[] =
	"Update the firmware. Until then boot with {words}. " WHICH_IOAPIC;
static const char ioapic_overridden[] =
	"Update the firmware. Until then correct ivrs_ioapic on the kernel command line: "
	"{words}. " WHICH_IOAPIC;

static char *advise_ioapic(const struct judge *j)
{
	cleanup_free char *words = override_words(j);
	const char *line = j->host->kernel.command_line;
	bool overridden = line && strstr(line, "ivrs_ioapic");

	return text_filled(overridden ? ioapic_overridden : ioapic_missing, "words",
			   words, TEXT_END);
}

/* --- Intel: what the registers and the log say --- */

/* An IOMMU that cannot do it; the kernel wants all to. NULL: there is none. */
static const struct iommu *unit_without(const struct judge *j)
{
	for (size_t i = 0; i < j->host->n_iommus; i++) {
		const struct iommu *iommu = &j->host->iommus[i];

		if (iommu->kind == IOMMU_INTEL && iommu->has_cap &&
		    !(iommu->ecap & ECAP_IR))
			return iommu;
	}
	return NULL;
}

static bool has_unit_without(const struct judge *j)
{
	return unit_without(j);
}

static void add_unit(struct judge *j, struct finding *f)
{
	const struct iommu *iommu = unit_without(j);
	cleanup_free char *path = NULL;

	if (!iommu)
		return;
	path = text_format("/sys/class/iommu/%.64s/intel-iommu/ecap", iommu->name);
	finding_add_evidence(f, path, 1, "bit 3 is not set");
}

static bool is_not_offered(const struct judge *j)
{
	struct dmar_interrupts dmar;

	return dmar_interrupts(j->analysis, &dmar) && !dmar.remapping;
}

/*
 * With CONFIG_IRQ_REMAP the kernel says at least which IOAPIC belongs to which unit, or
 * why not. Only a log that has the lines of that time can lack them.
 */
static bool is_built_without(const struct judge *j)
{
	struct dmar_interrupts dmar;

	return dmar_interrupts(j->analysis, &dmar) && dmar.remapping &&
	       host_log_find(j->host, "DMAR: Host address width", NULL) &&
	       !host_log_find(j->host, "DMAR-IR:", NULL);
}

static void add_silence(struct judge *j, struct finding *f)
{
	const struct log_line *l =
		host_log_find(j->host, "DMAR: Host address width", NULL);

	finding_add_log(j, f, l);
	finding_add_evidence(f, host_log_path(j->host), 0,
			     "no line begins with DMAR-IR:");
}

/* --- AMD without IRQ_REMAP --- */

#define AMD_FOUND "AMD-Vi: Found IOMMU"
#define AMD_FEATURES "AMD-Vi: Extended features"

static const struct log_line *line_of_amd(const struct host *host)
{
	const struct log_line *l = host_log_find(host, AMD_FOUND, NULL);

	return l ? l : host_log_find(host, AMD_FEATURES, NULL);
}

static bool is_silent(const struct judge *j)
{
	return line_of_amd(j->host) &&
	       !host_log_find(j->host, "AMD-Vi:", "nterrupt remapping");
}

static void add_amd_silence(struct judge *j, struct finding *f)
{
	const struct log_line *l = line_of_amd(j->host);

	finding_add_log(j, f, l);
	finding_add_evidence(f, host_log_path(j->host), 0,
			     "no line \"AMD-Vi: Interrupt remapping enabled\"");
}

#define BUILT_WITHOUT "the kernel was built without CONFIG_IRQ_REMAP"
#define LOOK_FOR_BUILD "grep IRQ_REMAP /boot/config-*"
#define BUILD_WITH "Use a kernel with CONFIG_IRQ_REMAP=y (grep IRQ_REMAP /boot/config-*)."

/* The first that holds: what was asked for, what the kernel said, what it had to see. */
static const struct cause causes[] = {
	{
		.word = "intremap=off",
		.because = "the kernel command line switches interrupt remapping off",
		.advice = "Remove intremap=off from the kernel command line.",
	},
	{
		.word = "nointremap",
		.because = "the kernel command line switches interrupt remapping off",
		.advice = "Remove nointremap from the kernel command line.",
	},
	{
		.word = "noapic",
		.because =
			"the kernel command line switches the IOAPICs off, and interrupt "
			"remapping with them",
		.advice = "Remove noapic from the kernel command line.",
	},
	{
		.line = "Not enabling interrupt remapping due to skipped IO-APIC setup",
		.because =
			"the kernel uses no IOAPIC, and without one it remaps no interrupts",
		.advice =
			"Find out why the kernel does not use the IOAPICs: dmesg | grep -i apic.",
		.look = "dmesg | grep -i apic",
	},
	{
		.line = "This system BIOS has enabled interrupt remapping",
		.because =
			"the kernel switches interrupt remapping off on this chipset, which has an erratum",
		.advice =
			"Update the firmware: a newer one may work around the chipset's "
			"erratum. No switch of the firmware setup or of the kernel helps.",
	},
	{
		.holds = lacks_ioapic,
		.add_evidence = add_ioapic_lines,
		.because = "the firmware's IVRS does not list the IOAPICs correctly",
		.look = "dmesg | grep IOAPIC",
		.make_advice = advise_ioapic,
	},
	{
		.line = "has no mapping iommu, interrupt remapping will be disabled",
		.because = "the firmware's DMAR assigns an IOAPIC to no IOMMU",
		.advice = "Update the firmware: its DMAR must list every IOAPIC.",
	},
	{
		.line = "Failed to setup irq remapping for",
		.because = "the kernel could not set up interrupt remapping",
		.advice =
			"Read the lines before \"Failed to setup irq remapping\" in the kernel log: "
			"dmesg | grep DMAR.",
		.look = "dmesg | grep DMAR",
	},
	{
		.holds = is_not_offered,
		.because = "firmware does not offer interrupt remapping",
		.advice =
			"Switch interrupt remapping on in the firmware setup (VT-d, x2APIC). "
			"If it is on there, the chipset lacks it.",
	},
	{
		.holds = has_unit_without,
		.add_evidence = add_unit,
		.because =
			"an IOMMU of this machine cannot remap interrupts, and the kernel "
			"needs all of them to",
		.advice = "No setting helps: the hardware lacks interrupt remapping.",
	},
	{
		.holds = is_built_without,
		.add_evidence = add_silence,
		.because = BUILT_WITHOUT,
		.advice = BUILD_WITH,
		.look = LOOK_FOR_BUILD,
	},
	{
		.holds = is_silent,
		.add_evidence = add_amd_silence,
		.because = BUILT_WITHOUT,
		.advice = BUILD_WITH,
		.look = LOOK_FOR_BUILD,
	},
};

static bool has_word(const struct kernel *kernel, const char *word)
{
	return strcmp(word, "intremap=off")
		       ? kernel_has_word(kernel, word)
		       : kernel_option_has(kernel, "intremap=", "off");
}

static bool cause_holds(const struct judge *j, const struct cause *c)
{
	if (c->word)
		return has_word(&j->host->kernel, c->word);
	return c->line ? host_log_find(j->host, c->line, NULL) != NULL : c->holds(j);
}

/* NULL: none is known, or it is no machine with such causes. */
static const struct cause *cause_of(const struct judge *j)
{
	if (!host_is_x86(j->host) || j->host->interrupts.remapped == TRISTATE_YES)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(causes); i++) {
		if (cause_holds(j, &causes[i]))
			return &causes[i];
	}
	return NULL;
}

const char *remapping_cause(const struct judge *j)
{
	const struct cause *c = cause_of(j);

	return c ? c->because : NULL;
}

static void add_evidence(struct judge *j, struct finding *f, const struct cause *c)
{
	const struct log_line *l = c->line ? host_log_find(j->host, c->line, NULL) : NULL;

	if (l)
		finding_add_log(j, f, l);
	else if (c->word)
		finding_add_evidence(f, "/proc/cmdline", 1, c->word);
	else if (c->add_evidence)
		c->add_evidence(j, f);
}

static const char *general_advice(const struct judge *j, struct steps *steps)
{
	struct dmar_interrupts dmar;

	if (host_is_riscv(j->host))
		return "Wait for a kernel that isolates MSIs on RISC-V: none does yet.";
	if (host_is_guest(j))
		return "Give this VM a virtual IOMMU with interrupt remapping (QEMU: "
		       "intremap=on, or an ITS on Arm).";
	if (host_is_arm64(j->host))
		return "Use a machine whose MSIs go to a GICv3 ITS.";
	steps_look(steps, host_has_iommu(j->host, IOMMU_AMD)
				  ? "dmesg | grep -i -e remap -e AMD-Vi"
				  : "dmesg | grep -i -e remap -e DMAR");
	if (dmar_interrupts(j->analysis, &dmar) && dmar.remapping)
		return "Run: dmesg | grep -i -e remap -e DMAR. Firmware offers interrupt remapping, but "
		       "the kernel does not use it, and the log may say why.";
	if (host_has_iommu(j->host, IOMMU_AMD))
		return "Run: dmesg | grep -i -e remap -e AMD-Vi. The IOMMU is on, and firmware has no "
		       "other switch for AMD's interrupt remapping; the log may say why the kernel "
		       "does not use it.";
	return "Enable interrupt remapping in the firmware setup; dmesg | grep -i remap may "
	       "say why it is off.";
}

static void boot_without(const struct judge *j, struct steps *steps, const char *word)
{
	if (strcmp(word, "intremap=off"))
		steps_boot_without(j->host, steps, word, NULL);
	else
		steps_boot_without(j->host, steps, "intremap=", "off");
}

char *remapping_advice(struct judge *j, struct finding *f)
{
	const struct cause *c = cause_of(j);
	struct steps unused = { 0 };
	struct steps *steps = f ? &f->steps : &unused;

	if (f && c)
		add_evidence(j, f, c);
	if (!c || (host_is_guest(j) && !c->word)) {
		const char *advice = general_advice(j, steps);

		steps_clear(&unused);
		return xstrdup(advice);
	}
	if (f && c->word)
		boot_without(j, steps, c->word);
	else if (f && c->look)
		steps_look(steps, c->look);
	return c->make_advice ? c->make_advice(j) : xstrdup(c->advice);
}
