/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/findings.h"
#include "model/host.h"

/*
 * What to do, with the commands for this host: in findings and in plans. Each of these
 * adds one step or more. Names that came from the machine and cannot stand in a line for
 * the shell have no command.
 */

/* A step with words alone; it takes over the text. The pointer is good until the next. */
struct step *steps_say(struct steps *steps, char *text);
/* The same with a command, which it takes over too; NULL: none is known. */
struct step *steps_run(struct steps *steps, char *text, char *command);
/* A command that changes nothing, or only loads a driver, and says what it does itself.
 */
void steps_look(struct steps *steps, const char *command);
/* To ask the kernel for a device. */
void steps_query(struct steps *steps, const struct device *d);
/* What may be lost by the last step; it takes over the text, which may be NULL. */
void steps_risk(struct steps *steps, char *risk);

/* Is there a step with this command? */
bool steps_have(const struct steps *steps, const char *command);

/*
 * To put a device into the hands of its VFIO driver, and back. load: also load that
 * driver. False: how that is done for a device of its bus is not known.
 */
bool steps_bind(const struct host *host, struct steps *steps, const struct device *d,
		bool load);
/* The command that loads the VFIO driver of a device; NULL: nothing is to be loaded. */
char *loading_command(const struct host *host, const struct device *d);
/* To take a device from its driver. */
void steps_unbind(const struct host *host, struct steps *steps, const struct device *d);
/* To bind a driver to it, the kernel's choice. */
void steps_probe(struct steps *steps, const struct device *d);

/* To let a physical function be without its n virtual functions, and back. */
void steps_remove_functions(struct steps *steps, const struct device *physical, size_t n);

/* To give a group of this type another one: "identity". */
void steps_set_type(struct steps *steps, const struct group *g, const char *type);

/* To set a parameter of a module, Y or N; the module is loaded first where it is not. */
void steps_set_parameter(const struct host *host, struct steps *steps, const char *module,
			 const char *name, bool on);
/* To load vfio-platform so that it wants no reset; where it is there, it goes first. */
void steps_load_without_reset(const struct host *host, struct steps *steps);
/*
 * To do without isolated interrupts, and back: for VFIO type1, and as another way for
 * iommufd where it is there. Nothing where the parameters could not be read.
 */
void steps_allow_unsafe(const struct host *host, struct steps *steps);
/* What is risked by that. */
extern const char risk_of_unsafe[];

/* To boot with a word more on the kernel command line. */
void steps_boot_with(const struct host *host, struct steps *steps, const char *word);
/*
 * To boot without a word: one that is `option`; or of the list behind "option=" without
 * this part (NULL: without the list). Nothing if it is not there.
 */
void steps_boot_without(const struct host *host, struct steps *steps, const char *option,
			const char *part);
