/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/range.h"
#include "model/names.h"
#include "model/pci-address.h"

/*
 * Facts of IOMMUs, groups, their regions and devices: what sysfs has of each. They refer
 * to each other by number or index.
 */

#define NO_GROUP UINT32_MAX
#define NO_INDEX SIZE_MAX

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
	uint8_t secondary_bus; /* that it leads to, of a PCI bridge; 0: not known */
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

/* A folder of /sys/bus/pci/slots. */
struct slot {
	char *name;
	struct pci_address address; /* function 0 */
	bool any_device;	    /* it stands for the bus as a whole */
	bool hotplug;		    /* a hot-plug driver serves it */
};

/* Memory of a PCI function: a line of its file `resource`. */
struct resource {
	char *device;
	unsigned line; /* 1..: 1 to 6 are BARs 0 to 5 */
	enum resource_kind kind;
	struct range range; /* addresses of the processor */
};

/* The type as the kernel printed it. */
const char *region_word(const struct region *r);

/* DIRECT or DIRECT_RELAXABLE, so one that the kernel maps 1:1. */
bool region_is_direct(const struct region *r);

/* Is it a device that a node of firmware describes by itself: platform, or AMBA? */
bool device_is_platform(const struct device *d);

/* PCI class codes: PCI Code and ID Assignment Specification; include/linux/pci_ids.h. */
bool device_is_pci_bridge(const struct device *d); /* or a CardBus one */
bool device_is_display(const struct device *d);
bool device_is_usb_controller(const struct device *d);

/* Is a driver bound that hands the device to user space through VFIO? */
bool device_is_bound_to_vfio(const struct device *d);

/*
 * Does the bound driver leave DMA to someone else (struct device_driver,
 * driver_managed_dma)? Such a driver does not keep a group from being given to user
 * space.
 */
bool device_driver_leaves_dma(const struct device *d);
