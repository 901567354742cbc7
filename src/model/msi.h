/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/names.h"

/*
 * Facts of interrupts: of the machine as a whole, and how functions send their MSIs.
 */

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
