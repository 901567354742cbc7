/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of a plan: sysfs as Documentation/ABI/testing/sysfs-bus-pci and
 * sysfs-bus-platform have it (driver_override, drivers_probe, sriov_numvfs), or driverctl
 * where it is installed.
 */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/planning.h"

/* Buses whose devices take a driver_override, and what VFIO has for them. */
static const struct {
	const char *folder; /* of /sys/bus; NULL: no commands are known */
	const char *driver;
} buses[BUS_KIND_COUNT] = {
	[BUS_PCI] = { "pci", "vfio-pci" },
	[BUS_PLATFORM] = { "platform", "vfio-platform" },
	[BUS_FSL_MC] = { "fsl-mc", "vfio-fsl-mc" },
};

static const char *folder_of(const struct device *d)
{
	return buses[d->bus].folder;
}

/* Can a name stand in a line for the shell as it is? It came from the machine. */
static bool is_plain(const char *name)
{
	for (const char *s = name; *s; s++) {
		if (!isalnum((unsigned char)*s) && !strchr("_.:@+-", *s))
			return false;
	}
	return *name && *name != '-';
}

static void run(struct plan_step *step, char *command)
{
	*ADD(step, commands) = command;
}

static void take_back(struct plan_step *step, char *command)
{
	*ADD(step, undo) = command;
}

static bool is_loaded(const struct host *host, const char *driver)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].driver && !strcmp(host->devices[i].driver, driver))
			return true;
	}
	return false;
}

/* With nothing but sysfs. */
static void bind_by_sysfs(struct plan_step *step, const struct device *d)
{
	const char *bus = folder_of(d);
	const char *driver = buses[d->bus].driver;
	cleanup_free char *path = text_format("/sys/bus/%s/devices/%s", bus, d->name);

	run(step, text_format("echo %s > %s/driver_override", driver, path));
	if (d->driver)
		run(step, text_format("echo %s > %s/driver/unbind", d->name, path));
	run(step, text_format("echo %s > /sys/bus/%s/drivers_probe", d->name, bus));
	take_back(step, text_format("echo > %s/driver_override", path));
	take_back(step, text_format("echo %s > %s/driver/unbind", d->name, path));
	if (d->driver)
		take_back(step, text_format("echo %s > /sys/bus/%s/drivers_probe",
					    d->name, bus));
}

static void bind_by_driverctl(struct plan_step *step, const struct device *d)
{
	run(step,
	    text_format("driverctl set-override %s %s", d->name, buses[d->bus].driver));
	take_back(step, text_format("driverctl unset-override %s", d->name));
}

/* driverctl loads the driver itself. */
static void load(const struct planner *p, struct plan_step *step, const char *driver)
{
	cleanup_free char *command = text_format("modprobe %s", driver);

	for (size_t s = 0; s < p->plan->n_steps; s++) {
		for (size_t i = 0; i < p->plan->steps[s].n_commands; i++) {
			if (!strcmp(p->plan->steps[s].commands[i], command))
				return;
		}
	}
	if (!is_loaded(p->judge.host, driver))
		run(step, xstrdup(command));
}

void step_bind(const struct planner *p, struct plan_step *step, const struct device *d)
{
	if (!folder_of(d) || !is_plain(d->name)) {
		free(step->advice);
		step->advice = text_format(
			"How %s is bound to a VFIO driver is not known here.", d->name);
	} else if (d->bus == BUS_PCI && host_has_program(p->judge.host, "driverctl")) {
		bind_by_driverctl(step, d);
	} else {
		load(p, step, buses[d->bus].driver);
		bind_by_sysfs(step, d);
	}
}

void step_remove_functions(const struct planner *p, struct plan_step *step,
			   const struct device *physical)
{
	size_t n = p->judge.analysis->devices[device_index(p->judge.host, physical)]
			   .n_virtual;
	cleanup_free char *path =
		text_format("/sys/bus/pci/devices/%s/sriov_numvfs", physical->name);

	if (!is_plain(physical->name))
		return;
	run(step, text_format("echo 0 > %s", path));
	take_back(step, text_format("echo %zu > %s", n, path));
}

/*
 * It can be written while the module is there (drivers/vfio/vfio_iommu_type1.c, S_IRUGO |
 * S_IWUSR); vfio loads the module with its default (MODULE_SOFTDEP), so that what is said
 * to modprobe may come too late.
 */
void step_allow_unsafe(const struct planner *p, struct plan_step *step)
{
	static const char parameter[] =
		"/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts";
	const struct host *host = p->judge.host;

	if (host->sources[SOURCE_MODULES].state != SOURCE_READ)
		return;
	if (!host_parameter(host, "vfio_iommu_type1", "allow_unsafe_interrupts"))
		run(step, xstrdup("modprobe vfio_iommu_type1"));
	run(step, text_format("echo Y > %s", parameter));
	take_back(step, text_format("echo N > %s", parameter));
	free(step->risk);
	step->risk =
		xstrdup("The commands are the insecure way: they switch the protection "
			"off for every device, and a guest can then send any interrupt "
			"to this host, to crash it or take it over.");
}
