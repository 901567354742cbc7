/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/memory.h"
#include "base/range.h"
#include "model/names.h"
#include "model/pci-address.h"

/*
 * The machine as it was read: facts with their origin, and no meaning. Collectors
 * and the snapshot loader fill it, host_finish sorts it, and from then on it is const.
 * What a member is called in a snapshot, and what it may be, is a row of facts.def.
 * Objects refer to each other by number or name. The host owns all it points to.
 *
 * Strings are as the machine gave them; renderers clean them.
 */

#define NO_GROUP UINT32_MAX
#define NO_INDEX SIZE_MAX

/* What became of one source as a whole. */
struct source {
	enum source_state state;
	int error;     /* positive errno, or 0 */
	char *path;    /* absolute, as on the machine; NULL while not asked */
	unsigned line; /* 1.., 0: the file as a whole */
	char *detail;  /* for people: what is wrong; may be NULL */
};

/*
 * One file of a source that could not be read or understood; the rest of the source was.
 */
struct gap {
	enum source_id source;
	enum source_state state;
	int error;
	char *path;
	unsigned line;	/* 1.., 0: the whole file */
	uint32_t group; /* NO_GROUP: of no group */
	char *detail;
};

struct kernel {
	char *release;	       /* NULL: not known */
	unsigned major, minor; /* 0, 0: not known */
	char *architecture;    /* uname -m; NULL: not known */
	uint64_t page_size;    /* bytes; 0: not known */
	/*
	 * Arm: bits of a process' addresses, by where its stack ends: VA_BITS of the
	 * kernel, but 48 for one with 52 (STACK_TOP_MAX); 0: not known
	 */
	unsigned user_bits;
	char *command_line; /* NULL: not known */
	bool taint_known;
	uint64_t taint; /* Documentation/admin-guide/tainted-kernels.rst */
	enum tristate virtualized;
	char *hypervisor; /* which, where something tells; NULL */
};

/* Each text is as the machine's maker wrote it; NULL: not told. */
struct machine {
	char *vendor, *product, *board;
	char *firmware_vendor, *firmware_version, *firmware_date;
	char *model; /* of a device tree */
};

/* Words of os-release(5): "ubuntu", and "debian", or several; NULL: not told. */
struct distribution {
	char *id, *like;
};

/* An instance of /sys/class/iommu. */
struct iommu {
	char *name;
	enum iommu_kind kind;
	char *driver; /* of its parent device; NULL */
	bool has_cap; /* Intel: cap and ecap; AMD: cap only */
	uint64_t cap, ecap;
	bool has_features; /* AMD: the two numbers in the order they are printed */
	uint64_t features[2];
	char *address;	  /* Intel: register base, hex; NULL */
	char *version;	  /* Intel; NULL */
	size_t n_devices; /* links in its devices folder */
};

struct group {
	uint32_t id;
	char *name; /* NULL: unnamed */
	enum domain_type type;
	enum source_state devices_state; /* of the folder devices */
	enum source_state regions_state; /* of reserved_regions */
	int regions_error;
	size_t regions_size; /* bytes read */
	bool regions_cut;    /* the last line does not end */
	/* Set by host_finish: slices of host->regions and host->devices. */
	size_t first_region, n_regions;
	size_t first_device, n_devices;
};

struct region {
	uint32_t group;
	unsigned line;	       /* of reserved_regions, 1.. */
	struct range range;    /* may be inverted */
	enum region_type type; /* as printed: never SW_MSI unless the kernel says so */
	char *word;	       /* REGION_UNKNOWN: the type as printed; else NULL */
};

struct device {
	char *name; /* name of its sysfs folder, without the suffix of a name collision */
	char *link; /* name in the group's devices folder where that differs; NULL */
	enum bus_kind bus;
	uint32_t group;		    /* NO_GROUP: in none */
	struct pci_address address; /* PCI */
	bool has_ids;
	uint32_t class_code; /* 24 bits: base, sub, interface */
	uint16_t vendor, device, subvendor, subdevice;
	char *driver;	     /* NULL: none bound */
	bool driver_unknown; /* what tells the driver could not be read */
	size_t iommu;	     /* index of host->iommus, NO_INDEX: none or not known */
	/*
	 * Where a PCI function stands: the function above it, and the bus its host bridge
	 * begins with. Only where topology_known.
	 */
	bool topology_known;
	char *parent; /* sysfs name of the bridge above; NULL: on the root bus */
	uint8_t root_bus;
	enum tristate is_virtual_function;
	char *physical_function; /* of a VF; NULL */
	/* Below a port that faces outwards (file `removable`); TRISTATE_UNKNOWN: no file
	 */
	enum tristate removable;
	/*
	 * Bits of address that its driver says it has (dma_mask_bits of PCI); 0: not
	 * known. A function without a driver has the default of 32.
	 */
	unsigned dma_bits;
	/* Its node below /sys/firmware/devicetree/base, "/pcie@10000000/..."; NULL */
	char *of_node;
	char *compatible;    /* of that node, the first: "amd,xgbe-seattle-v1a"; NULL */
	char *vfio_name;     /* "vfio0", while bound to a VFIO driver; NULL */
	char *firmware_path; /* ACPI path, "\\_SB_.COM0", of other than PCI; NULL */
};

/* What the device tree is called among the tables; no ACPI table is. */
#define DEVICE_TREE_NAME "DT"

/*
 * A file of /sys/firmware/acpi/tables; the bytes are kept only of tables about IOMMUs.
 * Or the device tree, flattened, with the properties of base/device-tree.def.
 */
struct table_file {
	char *name; /* signature, and a number from the second on: DMAR, DMAR1 */
	enum source_state state; /* of its bytes; SOURCE_NOT_ASKED: not about IOMMUs */
	int error;
	uint8_t *bytes; /* as firmware wrote them, unchecked; NULL unless read */
	size_t size;
};

/* A folder of /sys/bus/pci/slots. */
struct slot {
	char *name;
	struct pci_address address; /* function 0 */
	bool any_device;	    /* it stands for the bus as a whole */
	bool hotplug;		    /* a hot-plug driver serves it */
};

/* A line of /proc/iomem, or an entry of the firmware's own memory map. */
struct memory {
	enum source_id source; /* SOURCE_IOMEM or SOURCE_MEMORY_MAP */
	struct range range;
	unsigned depth; /* iomem: indentation level, 0 outermost */
	unsigned place; /* line of iomem, number of the memory map's entry */
	char *name;
};

/* Memory of a PCI function: a line of its file `resource`. */
struct resource {
	char *device;
	unsigned line; /* 1..: 1 to 6 are BARs 0 to 5 */
	enum resource_kind kind;
	struct range range; /* addresses of the processor */
};

/* Evidence about interrupt isolation, from /proc/interrupts. */
struct interrupts {
	enum tristate remapped; /* a chip name starts with "IR-" */
	enum tristate its;	/* a chip name contains "ITS-" */
	enum tristate gicv2m;
};

#define INTERRUPT_CHIPS_MAX 4096 /* the first ones by name are kept */

/* A chip of /proc/interrupts that is about MSIs, or a GIC: the first line of each. */
struct interrupt_chip {
	char *name; /* "ITS-PCI-MSIX-0002:01:00.0" */
	unsigned line;
};

struct parameter {
	char *module;
	char *name;
	char *value;
};

#define LOG_LINES_MAX 4096 /* so many are kept: one that repeats itself tells no more */

/* A line of the kernel log that is about IOMMUs, VFIO or firmware bugs. */
struct log_line {
	unsigned number; /* counted from the oldest line, 1.. */
	char *text;
	char *time; /* as it stands there; NULL: not told */
};

#define QEMU_LINES_MAX 256 /* so many different ones are kept */

/* A line of QEMU's in the log: what the kernel refused it. */
struct qemu_line {
	unsigned number; /* of the log, as of struct log_line */
	char *text;
	enum qemu_says says;
	char *device;	/* the PCI function that it names; NULL */
	uint32_t group; /* NO_GROUP: it names none */
	int error;	/* positive errno; 0: it tells none */
	bool has_range; /* QEMU_MAP */
	struct range range;
};

#define FAULTS_MAX 512	   /* so many different ones are kept */
#define FAULT_TEXT_MAX 160 /* of a name, a reason or a time; the rest is cut */

/*
 * A DMA that an IOMMU refused in this boot, as the kernel logged it. Faults that differ
 * in nothing but their time are one.
 */
struct fault {
	unsigned line;	      /* of the log: the first; host->log has its text */
	uint64_t count;	      /* lines, at least one */
	char *time;	      /* of the first, as it stands in the log; NULL: not told */
	enum iommu_kind kind; /* whose driver says so */
	char *iommu; /* as the driver names it: "15000000.iommu"; NULL: not told */
	enum requester_kind requester;
	bool has_segment; /* of a function; AMD's driver tells it since 6.0 */
	uint32_t segment;
	uint32_t id;	   /* of the requester, by its kind; 0: not told */
	char *client;	   /* the device, where the kernel names it; NULL */
	bool is_interrupt; /* it was to trigger an interrupt */
	bool has_address;
	uint64_t address; /* Intel: of the page */
	enum fault_access access;
	char *reason; /* "PTE Read access is not set", "F_TRANSLATION"; NULL: not told */
};

/* What the log says about itself. */
struct log_state {
	enum tristate wrapped; /* are its oldest lines of this boot lost? */
	uint64_t suppressed;   /* lines about faults that the kernel left out */
	uint64_t unkept;       /* lines about faults beyond FAULTS_MAX different ones */
};

/* A process that has something of VFIO or iommufd open. */
struct holder {
	uint32_t pid;
	char *command; /* name of the process */
	enum holding holding;
	char *what; /* "7" of /dev/vfio/7, "vfio0", "0000:01:00.0", "iommu" */
};

/*
 * A page table that was looked at, for a device whose group has direct regions; or what
 * was traced of its making.
 */
struct page_table {
	char *device;
	enum source_id source; /* SOURCE_PAGE_TABLES or SOURCE_TRACE */
	bool incomplete;       /* events were lost: what is missing may have been there */
};

/* What a page table maps within (or around) the direct regions of the group. */
struct mapping {
	size_t table;	   /* index of host->page_tables */
	struct range iova; /* whole pages */
	uint64_t physical; /* of its first byte */
};

/* What /dev/iommu says without any device. */
struct iommufd_facts {
	ARRAY_OF(char *, commands); /* "IOAS_ALLOC", ..., without the prefix IOMMU_ */
	bool rlimit_mode_known;
	uint64_t
		rlimit_mode; /* pinned memory is charged to 0: the user, 1: the process */
};

/* A field of a register of the IOMMU, by the name that its specification has for it. */
struct register_field {
	char *name, *meaning;
	uint64_t value;
};

/*
 * What the kernel answered when it was asked about one device, or about several together
 * (in one IOAS or one container). A question that it could not be asked is a gap of
 * SOURCE_INQUIRIES instead.
 */
struct inquiry {
	enum asked_via via;
	ARRAY_OF(size_t, devices); /* indices of host->devices, at least one */
	int error;		   /* positive errno of the call that failed; 0: none */
	char *call;		   /* the ioctl that failed; NULL: none */
	size_t failed_at;	   /* the device it was made for; NO_INDEX: none failed */
	bool has_ranges;
	ARRAY_OF(struct range, ranges); /* may be mapped; ascending, none in another */
	uint64_t alignment; /* iommufd: of addresses and lengths, in bytes; 0: not told */
	uint64_t page_sizes; /* VFIO: bit n: pages of 2^n bytes; 0: not told */
	bool has_available;
	uint32_t available;			     /* VFIO: mappings that may be made */
	bool has_migration;			     /* VFIO: the log of dirty pages */
	uint64_t dirty_page_sizes, dirty_bitmap_max; /* as page_sizes; bytes */
	bool has_hardware; /* iommufd, one device: what follows */
	char *hardware;	   /* what its registers are: "intel-vtd", "none", "type 9" */
	ARRAY_OF(struct register_field, fields);
	ARRAY_OF(char *, capabilities); /* "dirty-tracking", ... */
	unsigned pasid_bits;		/* width of the PASIDs it may use; 0: none */
};

/* The MSI capability of a function: PCI Express Base Specification 6.0, 7.7.1. */
struct msi_capability {
	bool is_there;
	bool enabled;
	unsigned n_capable, n_enabled; /* vectors: 1, 2, 4, ... 32 */
	uint64_t address;
	uint16_t data;
};

/* The MSI-X capability, 7.7.2 there. */
struct msix_capability {
	bool is_there;
	bool enabled;
	bool masked; /* all vectors, by the function mask */
	unsigned n_vectors;
	unsigned bar;	 /* which holds the table: 0 to 5 */
	uint32_t offset; /* of the table in it */
};

/* How a PCI function that was asked about sends its interrupts. */
struct msi_state {
	char *device;
	/*
	 * What became of its configuration space. SOURCE_NOT_ASKED: left alone, since to
	 * read it would wake the function. SOURCE_DENIED: only the first 64 bytes may be
	 * read, and capabilities stand behind them.
	 */
	enum source_state state;
	int error;
	char *why;    /* it was not read; NULL */
	bool has_pin; /* the next one is known */
	unsigned pin; /* 1 to 4: INTA to INTD; 0: it has no INTx */
	struct msi_capability msi;
	struct msix_capability msix;
	enum source_state table_state; /* of the MSI-X table */
	char *table_why;	       /* it was not read; NULL */
};

/* An unmasked entry of an MSI-X table. */
struct msix_entry {
	size_t state; /* index of host->msi_states */
	unsigned index;
	uint64_t address;
	uint32_t data;
};

/* A vector of a function, as /sys/kernel/irq has it. */
struct msi_irq {
	size_t state; /* index of host->msi_states */
	unsigned number;
	bool is_msix;
	char *chip;    /* name of the interrupt chip; NULL: not known, and so on */
	char *hwirq;   /* its number there */
	char *type;    /* "edge" */
	char *actions; /* who handles it */
};

struct interface {
	char *name;
	char *device; /* sysfs name of the device it belongs to */
	enum tristate up;
	enum tristate default_route;
};

#define DISK_USES_MAX 256 /* the first ones are kept */

/* What this host uses a disk for. */
struct disk_use {
	/* Sysfs name of a device that takes the disk away when it goes; NULL: not known
	 */
	char *device;
	char *block; /* "nvme0n1p2", "sda"; NULL: not known */
	char *what;  /* where it is mounted, or "swap" */
	char *type;  /* of the file system, or "swap" */
};

enum origin_kind {
	ORIGIN_LIVE,
	ORIGIN_SYSROOT,
	ORIGIN_SNAPSHOT,
};

#define KERNEL_FEATURES_MAX 1024 /* far more than behaviours.def asks for */

/*
 * Something that the running kernel has or lacks, by which its behaviours are told: a
 * question to its BTF ("dev_iommu.require_direct", "pt_iommu_amdv1_init()"), or a mode of
 * a file ("/sys/kernel/iommu_groups/N/type 0644").
 */
struct kernel_feature {
	char *name;
	enum tristate there; /* unknown: looked, and that does not tell */
};

struct host {
	enum origin_kind origin; /* how this host came to us */
	char *origin_path;	 /* NULL when live */
	struct source sources[SOURCE_COUNT];
	struct kernel kernel;
	struct machine machine;
	struct interrupts interrupts;
	ARRAY_OF(struct interrupt_chip, interrupt_chips); /* by name */
	ARRAY_OF(struct gap, gaps);
	ARRAY_OF(struct iommu, iommus);
	ARRAY_OF(struct group, groups);	  /* sorted by id */
	ARRAY_OF(struct region, regions); /* sorted by group, line */
	ARRAY_OF(struct device, devices); /* sorted by group, name; without group last */
	ARRAY_OF(struct slot, slots);
	ARRAY_OF(struct table_file, tables);
	bool has_device_tree;
	ARRAY_OF(struct memory, memory);
	ARRAY_OF(struct kernel_feature, features);
	/* as the devices stand, by line; only where the log has a fault or a group a
	 * direct region */
	ARRAY_OF(struct resource, resources);
	ARRAY_OF(struct parameter, parameters);
	ARRAY_OF(char *, programs); /* installed: "driverctl" */
	struct distribution distribution;
	ARRAY_OF(char *, boot_files); /* of boot loaders, that are there: absolute */
	ARRAY_OF(char *, nodes);      /* below /dev: "vfio/vfio", "vfio/7", "iommu" */
	ARRAY_OF(struct log_line, log);
	ARRAY_OF(struct qemu_line, qemu_lines); /* by number */
	ARRAY_OF(struct fault, faults);		/* by line */
	struct log_state log_state;
	ARRAY_OF(struct interface, interfaces);
	ARRAY_OF(struct disk_use, disk_uses);
	ARRAY_OF(struct holder, holders);
	ARRAY_OF(struct page_table, page_tables);
	ARRAY_OF(struct mapping, mappings);
	struct iommufd_facts iommufd;
	ARRAY_OF(struct inquiry, inquiries);
	ARRAY_OF(struct msi_state, msi_states);
	ARRAY_OF(struct msix_entry, msix_entries); /* by state, then index */
	ARRAY_OF(struct msi_irq, msi_irqs);	   /* by state */
	/* indices of devices, sorted by name; host_finish makes it */
	size_t *devices_by_name;
};

/* Forgets what the log told. */
void host_clear_log(struct host *host);
/* The same of what QEMU said in it. */
void host_clear_qemu_lines(struct host *host);

/* Releases what an inquiry points to. */
void inquiry_clear(struct inquiry *inquiry);

void host_init(struct host *host);
void host_clear(struct host *host);

/*
 * Notes what became of a source as a whole. path is absolute, as on the machine. error is
 * a positive errno or 0. detail may be NULL. A source once broken or denied keeps that
 * state.
 */
void host_set_source(struct host *host, enum source_id id, enum source_state state,
		     int error, const char *path, const char *detail);

/* As if nobody had asked for it: its state, and its gaps. */
void host_forget_source(struct host *host, enum source_id id);

/* The state that goes with a negative errno of the root module (or 0). */
enum source_state source_state_of(int result);

/*
 * Notes one file (or line) that could not be read or understood, and lowers the state of
 * its source unless it merely vanished. The same arguments as above; returns the gap.
 */
struct gap *host_add_gap(struct host *host, enum source_id id, enum source_state state,
			 int error, const char *path, unsigned line, const char *detail);

/* New element, zeroed but for "none" values; the caller fills in owned strings. */
struct iommu *host_add_iommu(struct host *host, const char *name);
struct group *host_add_group(struct host *host, uint32_t id);
struct device *host_add_device(struct host *host, const char *name);
void host_add_region(struct host *host, struct region region); /* word becomes its own */

/*
 * Sorts and links. False if the facts contradict each other in a way no machine can (two
 * groups with one id, a device or region in a group that is not there, a PCI function
 * that is there twice): only a snapshot or a made-up tree can be so.
 */
bool host_finish(struct host *host) must_check;

/* NULL if there is none. */
const struct group *host_group(const struct host *host, uint32_t id);
const struct device *host_device(const struct host *host, const char *name);
const char *host_parameter(const struct host *host, const char *module, const char *name);
/* Unknown, too, where nobody has looked. */
enum tristate host_feature(const struct host *host, const char *name);
/* First log line that contains all of a (and b, if not NULL). */
const struct log_line *host_log_find(const struct host *host, const char *a,
				     const char *b);

/* The file that the log is read from. */
const char *host_log_path(const struct host *host);

bool host_has_table(const struct host *host, const char *signature);
/* The first table of a signature whose bytes were read; NULL if there is none. */
const struct table_file *host_table(const struct host *host, const char *signature);
bool host_has_node(const struct host *host, const char *name);
/* Is a program known to be installed? */
bool host_has_program(const struct host *host, const char *name);

/* IOMMU instances without the mock of the kernel's self tests, which serves no device. */
size_t host_real_iommus(const struct host *host);

/*
 * Was the list of devices of every group read, so that a device in none is known to be in
 * none?
 */
bool host_groups_complete(const struct host *host);

/* True if facts of this source are there, though perhaps not all. */
bool host_source_usable(const struct host *host, enum source_id id);

/* Is a word on the kernel command line (whole word, or the part up to a trailing '=')? */
bool kernel_has_word(const struct kernel *kernel, const char *word);

/*
 * Does an option that takes a comma list, like "intel_iommu=", have a word, like
 * "sm_off"? Drivers match by prefix (intel_iommu_setup, parse_amd_iommu_options), and so
 * does this.
 */
bool kernel_option_has(const struct kernel *kernel, const char *option, const char *word);

/*
 * The word that switches the IOMMU off on this command line, for people; NULL if none
 * does.
 */
const char *kernel_iommu_off(const struct kernel *kernel);

/*
 * The patch of Proxmox (pve-kernel, "Add relaxable RMRR option") that takes every RMRR
 * for relaxable: its option of intel_iommu=.
 */
#define RELAX_RMRR "relax_rmrr"

/*
 * "LENOVO ThinkPad X1", and "LENOVO N32ET86W of 03/14/2023"; not what makers leave in
 * place of a name. The caller owns them; NULL: nothing tells.
 */
char *machine_name(const struct machine *m);
char *machine_firmware(const struct machine *m);

/* The type as the kernel printed it. */
const char *region_word(const struct region *r);

/* DIRECT or DIRECT_RELAXABLE, so one that the kernel maps 1:1. */
bool region_is_direct(const struct region *r);

bool host_is_x86(const struct host *host);
bool host_is_arm64(const struct host *host);
/* By the architecture, or where it is not told (before Linux 6.1) by an IOMMU. */
bool host_is_s390(const struct host *host);
bool host_is_riscv(const struct host *host);
bool host_is_power(const struct host *host);

/* Is it a device that a node of firmware describes by itself: platform, or AMBA? */
bool device_is_platform(const struct device *d);

/* PCI class codes: PCI Code and ID Assignment Specification; include/linux/pci_ids.h. */
bool device_is_pci_bridge(const struct device *d); /* or a CardBus one */
bool device_is_display(const struct device *d);
bool device_is_usb_controller(const struct device *d);

/*
 * Has a group a device for which firmware's relaxable ranges are meant: a USB controller
 * or display (drivers/iommu/intel/iommu.c, device_rmrr_is_relaxable), or an ISA bridge
 * (the kernel's own range)?
 */
bool group_expects_relaxable(const struct host *host, const struct group *g);

/* Is a driver bound that hands the device to user space through VFIO? */
bool device_is_bound_to_vfio(const struct device *d);

/*
 * Does the bound driver leave DMA to someone else (struct device_driver,
 * driver_managed_dma)? Such a driver does not keep a group from being given to user
 * space.
 */
bool device_driver_leaves_dma(const struct device *d);
