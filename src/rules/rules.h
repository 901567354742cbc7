/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"
#include "model/findings.h"

/*
 * A rule judges a host. It is a const object at the foot of its code and a line in
 * rules.def; it keeps no state, prints nothing, reads no file. What it says to people in
 * general are fields here; `explain` and the manual show them.
 */

struct ignores;
struct judge;

struct rule {
	const char *id;
	const char *title;	/* one line */
	enum severity severity; /* the worst it can find */
	unsigned needs; /* SOURCE_BIT of each source without which it cannot be checked */
	/*
	 * SOURCE_BIT of each source that adds to what it can find: one that was denied
	 * or is broken leaves the rule checked in part.
	 */
	unsigned uses;
	/*
	 * The table that it judges: an ACPI signature, or DEVICE_TREE_NAME. A host
	 * without the table cannot have the fault; one whose table was not read is not
	 * checked. NULL: none.
	 */
	const char *table;
	/*
	 * It judges firmware entries by themselves, so `decode` can run it too: on a host
	 * of nothing but one table, whatever `needs` says.
	 */
	bool offline;
	/* It judges the file of --ignore-file, when all others have run. */
	bool of_ignores;
	/* What it advises can be done by no command, on no host. */
	bool no_command;
	/* What it finds concerns every device of the host. */
	bool of_host;
	/*
	 * OBSTACLE_BIT of each obstacle that its errors explain: a device that they
	 * name, and that is refused for nothing else, needs no finding beside them.
	 */
	unsigned explains;
	/* What it finds matters to whom the devices are passed through, also to a guest.
	 */
	bool of_assignment;
	/* Its notes, too: they say what the guest has to be given otherwise. */
	bool of_guest;
	/*
	 * findings_add_answers of a rule that says what VFIO or iommufd will answer: what
	 * they did answer, where they were asked, becomes its evidence. NULL.
	 */
	void (*add_answers)(struct judge *j);
	/*
	 * May this host have the fault at all? If not, missing sources do not matter.
	 * NULL: yes.
	 */
	bool (*applies)(const struct host *host, const struct analysis *analysis);
	void (*check)(struct judge *judge);
	/* What memory that must be identity-mapped suffers from; for check_misfit. */
	enum misfit misfit;
	const char *meaning; /* what it is and why it matters */
	/* RESTS_ON what kernels do differently; NULL: they do nothing differently. */
	const enum behaviour *behaviours;
	const char *kernels; /* what else they do, whatever their version; NULL */
	const char
		*advice; /* the way out; also the advice of a finding that has no own */
	/*
	 * The same where the host is known to be a virtual machine, whose firmware is its
	 * hypervisor's; or known to be none. NULL: advice.
	 */
	const char *guest_advice;
	const char *metal_advice;
};

#define RULE(name) extern const struct rule rule_##name;
#include "rules/rules.def"
#undef RULE

/* The behaviours of a rule: ends with BEHAVIOUR_COUNT. */
#define RESTS_ON(...) ((const enum behaviour[]){ __VA_ARGS__, BEHAVIOUR_COUNT })

/* All rules in the order of rules.def. */
extern const struct rule *const rules[];
extern const size_t n_rules;

/* NULL if there is none of this id. */
const struct rule *rule_find(const char *id);

/*
 * Runs the rules for which wanted[i] is true (NULL: all), and sorts what they find.
 * findings must be empty.
 */
void rules_run(const struct host *host, const struct analysis *analysis,
	       const bool *wanted, struct findings *findings);

/*
 * Sets aside what an administrator accepted (model/ignores.h), of what rules_run found,
 * and runs the rules about that. wanted: as for rules_run.
 */
void rules_run_ignores(const struct host *host, const struct analysis *analysis,
		       const bool *wanted, const struct ignores *ignores,
		       struct findings *findings);

/* The same for the rules that judge firmware entries by themselves. */
void rules_run_offline(const struct host *host, const struct analysis *analysis,
		       struct findings *findings);

/* --- For the rules --- */

struct judge {
	const struct host *host;
	const struct analysis *analysis;
	const struct rule *rule;
	struct findings *findings;
	/*
	 * There is a table and no host: it is judged whole, also what no device asks for
	 * or the kernel does not read.
	 */
	bool offline;
	/* For the rules of_ignores: what is judged, and which rules ran (NULL: all). */
	const struct ignores *ignores;
	const bool *wanted;
};

/*
 * A new finding of the running rule. g may be NULL. The pointer is good until the next
 * call. The advice is the rule's own until finding_advise is called.
 *
 * Of one group, and of none, no more are listed than a person may want to read. The last
 * of these says that there are more, concerns all devices of the group or the host, and
 * is as severe as the worst of those: they are lost. is_enough: there were such, so the
 * rule may leave the group.
 */
struct finding *found(struct judge *j, enum severity severity, enum confidence confidence,
		      const struct group *g, const char *fmt, ...) printf_like(5, 6);
bool is_enough(const struct judge *j, const struct group *g);

/*
 * The finding rests on whether the kernel does something, with an IOMMU of this kind.
 * Returns the answer; the row is named once.
 */
enum tristate finding_rests_on(struct judge *j, struct finding *f,
			       enum behaviour behaviour, enum iommu_kind kind);

/* The same where the row says all there is to say about the kernel. */
void finding_does(struct judge *j, struct finding *f, enum behaviour behaviour,
		  enum iommu_kind kind);

/*
 * The kernel refuses a group because of it: calls, errno, log line, and what QEMU then
 * says, which is what people search for.
 */
void finding_refused_by(struct judge *j, struct finding *f, enum behaviour behaviour,
			const struct group *g);

/* Says what the running kernel does about it; its release is put in front. */
void finding_kernel(struct judge *j, struct finding *f, const char *fmt, ...)
	printf_like(3, 4);
void finding_advise(struct finding *f, const char *fmt, ...) printf_like(2, 3);

/* Adds a sentence to the message. */
void finding_say(struct finding *f, const char *fmt, ...) printf_like(2, 3);
/* "The same holds for 3 more ranges."; nothing if n is 0. */
void finding_say_more(struct finding *f, size_t n, const char *one, const char *many);

/*
 * Adds a warning to the advice, where who takes a device away from its driver loses a
 * disk or a network connection that this host uses; or where that could not be seen.
 * Every rule that advises to unbind or rebind a device calls it. advice.c.
 */
void finding_warn_in_use(struct judge *j, struct finding *f, const struct device *d);
/* The warning by itself; the caller owns it. NULL: there is none. */
char *in_use_warning(const struct host *host, const struct device *d);
/* With which it begins where a disk of the device may be in use unseen; its name follows.
 */
extern const char in_use_no_disk[];

/* What guest_advice says where a table is faulty. */
#define ADVICE_GUEST_TABLE                                                                  \
	"Correct the configuration of this VM, or update its hypervisor, which writes its " \
	"firmware tables."

/*
 * The advice is first (in a VM the rule's own for that), and until then to boot with
 * iommu.passthrough=1, where the kernel maps nothing and so loses nothing; unless the
 * command line has it, or the group (may be NULL) is untranslated already. Where this
 * kernel lets root change the type of the group at runtime, or may, the command too.
 */
void finding_advise_passthrough(struct judge *j, struct finding *f, const struct group *g,
				const char *first);

/* Is it a network card of which nothing tells whether this host needs it? */
bool network_is_unseen(const struct host *host, const struct device *d);

/*
 * The devices that this host needs: with a disk in use, or the default route. Of the i-th
 * the name; NULL: it is none after all. A device may be there more than once.
 */
static inline size_t n_devices_in_use(const struct host *host)
{
	return host->n_disk_uses + host->n_interfaces;
}
const char *device_in_use(const struct host *host, size_t i);
/* Is it one of them? */
bool device_is_in_use(const struct judge *j, const struct device *d);

/* Is this host known to be a virtual machine, whose firmware is its hypervisor's? */
bool host_is_guest(const struct judge *j);

/*
 * Functions of one card or chip, which no slot can separate: of one bus and device
 * number, or a virtual function and its physical one.
 */
bool is_one_device(const struct device *a, const struct device *b);
/*
 * May a device be a card that can be moved? Not one on the root bus, which is part of the
 * board, unless a slot is there. What is below a bridge may be soldered all the same.
 */
bool may_be_card(const struct judge *j, const struct device *d);

/* device: index of the host's. */
bool finding_has_device(const struct finding *f, size_t device);
/* A device that suffers. */
void finding_add_device(struct judge *j, struct finding *f, const struct device *d);
/* All devices of a group suffer. */
void finding_add_devices(struct judge *j, struct finding *f, const struct group *g);
/* The device is the cause; whether it suffers too is said by adding it as well. */
void finding_blame(struct judge *j, struct finding *f, const struct device *d);
/* A region, and its line as evidence. */
void finding_add_region(struct judge *j, struct finding *f, const struct region *r);
void finding_add_evidence(struct finding *f, const char *path, unsigned line,
			  const char *text);
/* A line of the kernel log as evidence. */
void finding_add_log(struct judge *j, struct finding *f, const struct log_line *line);
/* A firmware entry, with its place, as evidence, and the devices that it is for. */
void finding_add_entry(struct judge *j, struct finding *f, const struct entry *e);
/* The same without the devices; n_devices: how many it is for, 0: not to be said. */
void finding_add_entry_alone(struct judge *j, struct finding *f, const struct entry *e,
			     size_t n_devices);
/* A place in a firmware table as evidence. table: its signature. */
void finding_add_place(struct finding *f, const char *table, size_t offset,
		       const char *text);
/* A line of a function's file `resource` as evidence. */
void finding_add_resource(struct finding *f, const struct resource *r);
/*
 * What has a line, and all that shares its fault: the devices of its group; or the wide
 * IVMD that made it, with the devices of all groups.
 */
void finding_add_owners(struct judge *j, struct finding *f, const struct region *r);
/* How this kernel refuses a device with a direct region, or what it does instead. */
void finding_refusal(struct judge *j, struct finding *f, const struct group *g);
/* The file `type` of a group as evidence. */
void finding_add_type(struct finding *f, const struct group *g);
/* The bound driver of a device as evidence; nothing if none is. */
void finding_add_driver(struct finding *f, const struct device *d);

/* The verdict about a device for a user is open: VFIO or iommufd, and what is missing. */
void cannot_answer(struct judge *j, size_t device, const char *interface,
		   const char *missing);

/* Notes that the running rule could not be checked (everywhere), and why. */
void cannot_check(struct judge *j, enum source_id source, const char *fmt, ...)
	printf_like(3, 4);

/* The same, because a source could not be read. */
void cannot_check_source(struct judge *j, enum source_id source);

/*
 * Notes that the running rule was checked, but without a table that is there and could
 * not be read. Nothing if there is none, or it was read.
 */
void checked_without_table(struct judge *j, const char *table);

/* The same for a source; nothing if it was read, or this host has none. */
void checked_without_source(struct judge *j, enum source_id source);

/* Adds what the kernel answered to the findings of the running rule. */
void findings_add_answers(struct judge *j);

/*
 * What the kernel logs when it gives an IOMMU up because it cannot map a range: a line of
 * its own, 6.12 only a warning with its place in the code. NULL: nothing.
 */
const struct log_line *log_of_giving_up(const struct host *host);

/* For applies: is a group behind an IOMMU given, or about to be given, to user space? */
bool any_group_for_user(const struct host *host, const struct analysis *a);

/* Views of the analysis. */
const struct group_view *view_of_group(const struct judge *j, const struct group *g);
const struct region_view *view_of_region(const struct judge *j, const struct region *r);
const struct origin *origin_of_region(const struct judge *j, const struct region *r);
/*
 * Is a DMA domain what translates now? Not where the default domain is one, but a
 * user-space driver has the group open.
 */
bool group_is_dma(const struct judge *j, const struct group *g);

/*
 * Is the line that of a wide IVMD, and was it met in an earlier group? Then what a rule
 * says of it is said already.
 */
bool is_repeated(const struct judge *j, const struct region *r);

/* The RMR descriptor that made a line, or a part of it; NULL: none is known. */
const struct entry *rmr_of_line(const struct judge *j, const struct group *g,
				const struct region *r);

/*
 * Does this kernel refuse to give away a group with a DIRECT region? From 6.6 all do
 * (a48ce36e2786), before that only Intel's driver. A kernel of unknown release is taken
 * for new.
 */
bool kernel_refuses_direct(const struct judge *j, const struct group *g);

#define for_each_group(g, host)                      \
	for (const struct group *g = (host)->groups; \
	     g < (host)->groups + (host)->n_groups; g++)

#define for_each_region(r, host, g)                                        \
	for (const struct region *r = (host)->regions + (g)->first_region; \
	     r < (host)->regions + (g)->first_region + (g)->n_regions; r++)

#define for_each_device(d, host, g)                                        \
	for (const struct device *d = (host)->devices + (g)->first_device; \
	     d < (host)->devices + (g)->first_device + (g)->n_devices; d++)

#define for_each_entry(e, j)                                                          \
	for (const struct entry *e = (j)->analysis->firmware.entries;                 \
	     e < (j)->analysis->firmware.entries + (j)->analysis->firmware.n_entries; \
	     e++)

/* The claims of one entry: which devices it is for. */
#define for_each_claim(c, j, e) for_each_claim_of(c, &(j)->analysis->firmware, e)
