/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/attribute.h"
#include "analyze/demand.h"
#include "analyze/fault.h"
#include "analyze/tables.h"
#include "kernel/kernel.h"
#include "model/findings.h"
#include "model/host.h"

/*
 * What the facts of a host mean: which of the two kinds an `msi` line is, per device
 * whether and how it gets its 1:1 mappings, what VFIO and iommufd will answer on this
 * kernel, and which I/O addresses a user may map. Nothing here is saved; everything
 * follows from the host.
 */

/*
 * The window of software MSIs: MSI_IOVA_BASE 0x8000000 and MSI_IOVA_LENGTH 0x100000 of
 * drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c, arm-smmu/arm-smmu.c and virtio-iommu.c.
 */
#define SW_MSI_WINDOW ((struct range){ 0x8000000, 0x80fffff })

struct region_view {
	enum region_type type; /* REGION_MSI or REGION_SW_MSI told apart */
	enum confidence confidence;
	const char *why; /* how the kind is known */
};

enum requirement {
	REQUIRED_NO,
	REQUIRED_RELAXABLE,
	REQUIRED_YES,
	REQUIRED_UNKNOWN,
};

enum provider {
	PROVIDER_UNKNOWN,
	PROVIDER_PASSTHROUGH,
	PROVIDER_DIRECT_MAPPINGS,
	PROVIDER_NOTHING,
};

struct identity {
	enum requirement required;
	enum provider provider;
	enum proof proof;
	const char *why; /* how `required` is known, or what is missing */
	/* that proves `required`; NULL: none */
	const struct log_line *logged;
};

enum verdict {
	VERDICT_UNKNOWN,
	VERDICT_OK,
	VERDICT_OK_BUT,
	VERDICT_REFUSED,
};

/* What one interface will answer when a device is given to a user-space driver. */
struct answer {
	enum verdict verdict;
	int error;	  /* positive errno; 0: none */
	const char *call; /* where it fails: the ioctl's name, or "bind"; NULL */
	const char *log;  /* the line the kernel logs, without its prefix; NULL */
	/* Such a line of this boot, which proves the refusal; NULL: not there. */
	const struct log_line *logged;
	const struct qemu_line *qemu; /* the same of QEMU, which was refused so */
	/* the reason, what is lost, or what is missing; NULL: nothing to say */
	const char *why;
	size_t culprit; /* the device to blame where that is another one; NO_INDEX */
	size_t claim;	/* the firmware entry to blame: of analysis.firmware.claims;
			   NO_INDEX */
};

/* Does it work, be it with losses? */
static inline bool answer_is_yes(const struct answer *answer)
{
	return answer->verdict == VERDICT_OK || answer->verdict == VERDICT_OK_BUT;
}

/* Something that keeps a device from user space, whatever else does. */
enum obstacle_kind {
	OBSTACLE_BRIDGE,	    /* it is a PCI bridge */
	OBSTACLE_VIRTUAL_FUNCTIONS, /* it is a physical function whose VFs are there */
	OBSTACLE_RESET,		    /* vfio-platform cannot reset it */
	OBSTACLE_NO_GROUP,	    /* it is in no IOMMU group */
	OBSTACLE_COHERENCY,	    /* its IOMMU is not coherent with the caches */
	OBSTACLE_DRIVER,	    /* another device of the group with a kernel driver */
	OBSTACLE_DIRECT,	    /* a direct region of its group */
	OBSTACLE_ADDRESSES,	    /* the regions leave no I/O address to map */
	OBSTACLE_INTERRUPTS,	    /* MSIs are not isolated */
	OBSTACLE_TWO_WINDOWS, /* iommufd only: a hardware and a software MSI region */
	OBSTACLE_COUNT,
};

#define OBSTACLE_BIT(kind) (1u << (kind))

/* How the kernel refuses the device because of it. */
struct obstacle {
	enum obstacle_kind kind;
	int error;	  /* positive errno */
	const char *call; /* see struct answer */
	const char *log;  /* see struct answer */
	const char *why;
	size_t device; /* to blame, the device itself included; NO_INDEX: not known */
	size_t claim; /* OBSTACLE_DIRECT: of analysis.firmware.claims; NO_INDEX: not known
		       */
	enum behaviour behaviour; /* of the kernel, that it rests on */
	enum decided_by known_by; /* that the kernel does so */
};

/* Where this kernel refuses a device because of it: to type1, or else to iommufd. */
const char *refusing_call(const struct host *host, enum behaviour behaviour,
			  enum iommu_kind kind, bool type1);

/* Can nothing that is done on this host, firmware left alone, take it away? */
bool obstacle_is_final(const struct obstacle *obstacle);

/* "0000:01:00.0 uses the driver hpilo": no sentence of its own. The caller owns it. */
struct analysis;
char *obstacle_text(const struct host *host, const struct analysis *analysis,
		    const struct obstacle *obstacle);

/* Whether a device passes what may find an obstacle of one kind. */
struct passed_gate {
	enum obstacle_kind kind;
	enum tristate passes; /* with everything else as it is now */
	const char *missing;  /* TRISTATE_UNKNOWN: what is not known; else NULL */
};

struct assignment {
	struct answer vfio, iommufd;
	/* What type1 asks, in the order of the kernel; what it does not get to is none.
	 */
	struct passed_gate gates[OBSTACLE_COUNT];
	size_t n_gates;
	/*
	 * All that stands in the way of type1, in the order in which the kernel meets
	 * it. The first is the answer; who takes it away meets the next. Owned.
	 */
	struct obstacle *obstacles;
	size_t n_obstacles;
	bool iommufd_missing; /* this host is known to have no iommufd */
};

/*
 * Does the driver of a device keep its group with the kernel? Not one that hands it to a
 * user, or is about to, or that leaves DMA alone.
 */
bool device_keeps_group(const struct host *host, const struct analysis *analysis,
			size_t device);

/*
 * All obstacles of a device in one sentence, one that is final first: "EINVAL for good
 * (RMRR 4 of 0000:01:00.0); before that EPERM (0000:01:00.0 uses the driver hpilo)". The
 * caller owns it; NULL: there is none.
 */
char *obstacles_text(const struct host *host, const struct analysis *analysis,
		     const struct assignment *assign);

/* What turns the writes of a device into interrupts. */
enum msi_controller {
	MSI_CONTROLLER_UNKNOWN,
	MSI_CONTROLLER_REMAPPED, /* x86, through the interrupt remapping of an IOMMU */
	MSI_CONTROLLER_VECTOR,	 /* x86, straight to a processor */
	MSI_CONTROLLER_ITS,
	MSI_CONTROLLER_GICV2M,
	MSI_CONTROLLER_MBI,
	MSI_CONTROLLER_LS_SCFG,
	MSI_CONTROLLER_ITS_V5,
	MSI_CONTROLLER_MIP,    /* Raspberry Pi 5 */
	MSI_CONTROLLER_IMSIC,  /* RISC-V */
	MSI_CONTROLLER_BRIDGE, /* the host bridge's own, if it has one */
	MSI_CONTROLLER_NONE,   /* the device has no MSI domain */
	MSI_CONTROLLER_OTHER,
	MSI_CONTROLLER_COUNT,
};

/* Which controller firmware sends the MSIs of a device to. */
struct msi_parent {
	enum msi_controller controller; /* UNKNOWN: firmware was not read, or is silent */
	bool has_pre_its;
	const char *table; /* ACPI signature; NULL: of the device tree */
	size_t offset;	   /* of its node, in that table */
	const char *node;  /* of the device, or its host bridge, in the device tree */
};

/* A page of an MSI controller that takes writes, by the firmware tables; physical. */
struct doorbell {
	struct range page;
	enum msi_controller controller;
	char *origin;	   /* "MADT GIC ITS 0", "device tree /intc@8000000/its@8080000" */
	const char *table; /* ACPI signature; NULL: of the device tree */
	size_t offset;	   /* in that table */
};

/* Where an address that a device writes its interrupts to lies. */
enum msi_place {
	MSI_PLACE_UNKNOWN,
	MSI_PLACE_HW_WINDOW, /* which is not translated */
	MSI_PLACE_SW_WINDOW, /* where the kernel maps doorbells for users */
	MSI_PLACE_DOORBELL,  /* the physical address of one */
	MSI_PLACE_DIRECT,    /* in a range that is mapped 1:1 */
	MSI_PLACE_IOVA,	     /* an address that the kernel gave out */
	MSI_PLACE_OUTSIDE,   /* none of them */
	MSI_PLACE_COUNT,
};

/* An address that vectors of a device are programmed to. */
struct msi_target {
	uint64_t address;
	bool is_msix;
	unsigned n_vectors;
	enum msi_place place;
	enum tristate fits; /* is it where it must be? */
	const char *why;    /* it must, or it does not */
	size_t region;	    /* the line it lies in; NO_INDEX */
	size_t doorbell;    /* of analysis.doorbells.list; NO_INDEX */
};

/* How a device sends its interrupts, where that was looked at. */
struct msi_view {
	const struct msi_state *state; /* NULL: nobody looked */
	enum msi_controller controller;
	const struct msi_irq *irq; /* the vector that tells; NULL */
	/* else: the chip of its own in /proc/interrupts; NULL */
	const struct interrupt_chip *chip;
	struct msi_parent parent; /* else */
	size_t first_irq, n_irqs; /* slice of host->msi_irqs */
	/* Can it trigger no interrupt but its own? */
	enum tristate isolated;
	ARRAY_OF(struct msi_target, targets);
};

struct device_view {
	bool for_user;	  /* bound to a VFIO driver, or named as about to be */
	size_t n_virtual; /* virtual functions of it that are here */
};

struct group_view {
	enum iommu_kind kind; /* of the IOMMU behind its devices */
	size_t iommu;	      /* NO_INDEX: not known */
	uint64_t page_size;   /* smallest page of its domains, bytes */
	bool page_size_known; /* else assumed */
	bool for_user;	      /* a device of it is */
	/* VFIO without an IOMMU, or mediated devices: not attached to one */
	bool untranslated;
	/* its name, which would tell, could not be read, and it has no default domain */
	bool maybe_untranslated;
	/* its list of regions was cut, denied, broken or not read */
	bool maybe_incomplete;
	size_t n_direct, n_relaxable, n_hw_msi,
		n_sw_msi; /* lines, inverted ones included */
	/*
	 * Who has the group or a device of it open, so that its default domain is not
	 * what translates now: index of host->holders; NO_INDEX: nobody is known to.
	 */
	size_t holder;
	bool open_as_group; /* by /dev/vfio/GROUP, whoever holder is */
};

struct iommu_view {
	/* bits of I/O address that the kernel uses; 0: not known */
	unsigned address_width;
	bool aperture_known;
	bool aperture_assumed;	/* the IOMMU may be able to do more than is known of it */
	uint64_t aperture_last; /* of a domain for users; UINT64_MAX where not known */
	uint64_t page_sizes;	/* bit n: pages of 2^n bytes; 0: not known */
	enum tristate pass_through;
	bool efr_known; /* AMD: the feature registers, put in order */
	uint64_t efr, efr2;
	const char *why;
};

/* Is an IOMMU coherent with the caches, as VFIO wants it? */
struct coherency {
	enum tristate coherent;
	const char *why;
	bool by_device; /* TRISTATE_NO of the unit, but a device may be by itself */
};

/* What isolates MSIs, as far as the machine as a whole tells. */
struct isolation {
	enum tristate isolated;
	const char *path;      /* the file that tells */
	const char *why;       /* what it tells */
	enum tristate pre_its; /* an ITS with a pre-ITS in front isolates nothing */
};

/*
 * Does what serves the MSIs of a group isolate them? By the controllers of its devices,
 * or else by what the machine has.
 */
struct group_isolation {
	enum tristate isolated;
	size_t device;			   /* the one that tells; NO_INDEX: none does */
	const struct interrupt_chip *chip; /* or one in use by others; NULL */
};

struct doorbells {
	ARRAY_OF(struct doorbell, list);
	bool known; /* a table that names them all was read */
};

struct inquiry_view; /* analyze/inquiry.h */

/* What made the kernel give up an IOMMU, as far as a table tells. */
enum absence_cause {
	ABSENCE_OTHER, /* it gave up none, or something else did: see the text */
	ABSENCE_WIDTH, /* a firmware entry ends beyond the last address it translates */
	ABSENCE_PERMISSION, /* a firmware entry may be neither read nor written */
	ABSENCE_SCOPE,	    /* a DMAR scope names a device of the other kind */
};

/* Why there is no group. */
struct absence {
	enum no_iommu cause;
	char *text; /* for people; NULL: there are groups */
	ARRAY_OF(struct evidence, evidence);
	/* Also where other units have groups: then the entry's devices are in none. */
	enum absence_cause fault;
	char *given_up;		     /* the same for people; NULL: ABSENCE_OTHER */
	const struct demand *demand; /* of the entry to blame; NULL: none is */
};

/* A line of the log that names a device, as a word of its own. */
struct mention {
	size_t device; /* of the host */
	size_t line;   /* of host->log */
};

struct log_view {
	ARRAY_OF(struct mention, mentions); /* by device, then line */
	/* a kernel patched so says that it takes every RMRR for relaxable; NULL */
	const struct log_line *relaxing;
};

struct analysis {
	struct log_view log;
	struct region_view *regions; /* as many as host->regions, and so on */
	struct origin *origins;	     /* of the regions */
	struct device_view *devices;
	struct group_view *groups;
	struct iommu_view *iommus;
	struct coherency *coherency; /* of the IOMMUs */
	struct isolation isolation;
	struct doorbells doorbells;
	struct msi_view *msi;	   /* of the devices */
	struct identity *identity; /* of the devices */
	struct assignment *assign; /* of the devices */
	size_t n_devices;
	struct group_isolation *group_isolation;
	struct tables tables;
	struct firmware firmware;
	struct outcomes outcomes;
	struct fault_view *faults; /* as many as host->faults */
	struct demands demands;
	struct inquiry_view *inquiries;
	size_t n_inquiries;
	enum tristate groups_wait; /* see groups_wait_for_drivers */
	struct absence absence;
	struct nested *nested; /* the comparison with a guest; NULL: with none */
};

/*
 * Works out everything. assigned: for each device of the host, true if it is to be judged
 * as if it were about to be given to a user-space driver; NULL: none is.
 */
void analyze(const struct host *host, const bool *assigned, struct analysis *analysis);
void analysis_clear(struct analysis *analysis);

/*
 * Will a device that is in no group now join one when a driver is bound? So it is on
 * older kernels behind IOMMUs that firmware nodes describe (virtio-iommu, Arm SMMU),
 * unless firmware is known to put none in front of it. Unknown where the kernel does not
 * tell, or the IOMMUs of the host differ.
 */
enum tristate device_joins_with_driver(const struct host *host, const struct analysis *a,
				       const struct device *d);

/* What firmware says of an IOMMU in front of a device. */
enum front_kind {
	FRONT_UNKNOWN,	/* firmware was not read, or this table is not about it */
	FRONT_NONE,	/* it puts none there */
	FRONT_DISABLED, /* one that is disabled */
	FRONT_THERE,
};

struct front {
	enum front_kind kind;
	const char *node;  /* device tree: of the device or its host bridge; NULL */
	const char *iommu; /* device tree: the IOMMU's node; NULL */
	const char *table; /* ACPI signature; NULL: of the device tree */
	size_t offset;	   /* of the root complex or component, in that table */
};

struct front device_front(const struct host *host, const struct analysis *a,
			  const struct device *d);

/*
 * There is no group, and this is why: every device that firmware puts behind an IOMMU
 * waits for a driver to join one.
 */
enum tristate groups_wait_for_drivers(const struct host *host, const struct analysis *a);

/* Why no group can come of it, without a full stop; NULL: one can. The caller owns it. */
char *front_text(const struct front *front);

/* The first device that a line names; NULL: none that is here. */
const struct device *log_device(const struct host *host, const char *line);

/* The first line of the log that has a text and names the device; NULL: there is none. */
const struct log_line *log_of_device(const struct host *host, const struct analysis *a,
				     size_t device, const char *text);

/* By which the kernel refused it in this boot since a direct region is its own; NULL. */
const struct log_line *log_direct_refusal(const struct host *host,
					  const struct analysis *a, size_t device);

/* Index of a group, region or device of the host, for the arrays of the analysis. */
static inline size_t group_index(const struct host *host, const struct group *group)
{
	return (size_t)(group - host->groups);
}

static inline size_t region_index(const struct host *host, const struct region *region)
{
	return (size_t)(region - host->regions);
}

static inline size_t device_index(const struct host *host, const struct device *device)
{
	return (size_t)(device - host->devices);
}

static inline struct claim_slice claims_of_group(const struct host *host,
						 const struct analysis *a,
						 const struct group *group)
{
	return a->firmware.of_group[group_index(host, group)];
}

static inline struct claim_slice claims_of_device(const struct analysis *a, size_t device)
{
	return a->firmware.of_device[device];
}

static inline const struct entry_outcome *outcome_of(const struct analysis *a,
						     const struct entry *entry)
{
	return &a->outcomes.of_entry[entry - a->firmware.entries];
}

/* The words for the enums above. */
const char *coverage_name(enum coverage coverage);
const char *loss_text(enum loss loss);
const char *requirement_name(enum requirement requirement);
const char *provider_name(enum provider provider);
const char *proof_name(enum proof proof);
const char *verdict_name(enum verdict verdict);
const char *obstacle_name(enum obstacle_kind kind);
const char *msi_controller_name(enum msi_controller controller);
/* "a GICv3 ITS" */
const char *msi_controller_text(enum msi_controller controller);
const char *msi_place_name(enum msi_place place);

/* A list of ranges, in ascending order; apart unless an inverted region was cut out. */
struct ranges {
	ARRAY_OF(struct range, range);
	bool overlapping;
};

void ranges_clear(struct ranges *ranges);

/*
 * Cuts a region out, exactly as vfio_iommu_resv_exclude does: also an inverted one, which
 * the kernel takes for one that overlaps and which so splits a range without removing
 * anything.
 */
void ranges_exclude(struct ranges *ranges, struct range region);

/*
 * The I/O addresses that a user may map once a group is attached: the aperture without
 * the regions of the group, relaxable ones excepted. Mirrors vfio_iommu_resv_exclude
 * (drivers/vfio/vfio_iommu_type1.c), which does not round to pages. Adds to nothing: *out
 * is new. False if the end of the aperture is not known (it is then taken as all ones).
 */
bool usable_iova(const struct host *host, const struct analysis *analysis,
		 const struct group *group, struct ranges *out);

/* The same for all of several groups together (one container or IOAS). */
bool usable_iova_of_set(const struct host *host, const struct analysis *analysis,
			const struct group *const *groups, size_t n, struct ranges *out);
