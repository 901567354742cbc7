/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of findings and plans: sysfs as Documentation/ABI/testing/sysfs-bus-pci
 * and sysfs-bus-platform have it (driver_override, drivers_probe, sriov_numvfs), or
 * driverctl where it is installed.
 */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"
#include "rules/steps.h"

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

struct step *steps_say(struct steps *steps, char *text)
{
	struct step *step = ADD(steps, list);

	step->text = text;
	return step;
}

struct step *steps_run(struct steps *steps, char *text, char *command)
{
	struct step *step = steps_say(steps, text);

	step->command = command;
	return step;
}

void steps_look(struct steps *steps, const char *command)
{
	steps_run(steps, text_format("Run %s.", command), xstrdup(command));
}

void steps_query(struct steps *steps, const struct device *d)
{
	if (is_plain(d->name))
		steps_run(steps, text_format("Ask the kernel for %s.", d->name),
			  text_format("iommu-resv query %s", d->name));
}

void steps_risk(struct steps *steps, char *risk)
{
	struct step *last = &steps->list[steps->n_list - 1];

	free(last->risk);
	last->risk = risk;
}

/* What takes steps back, behind what is there; it takes over the command. */
static void steps_take_back(struct steps *steps, char *command)
{
	*ADD(steps, undo) = command;
}

bool steps_have(const struct steps *steps, const char *command)
{
	for (size_t i = 0; i < steps->n_list; i++) {
		if (text_equals(steps->list[i].command, command))
			return true;
	}
	return false;
}

/* --- Drivers --- */

static bool is_loaded(const struct host *host, const char *driver)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].driver && !strcmp(host->devices[i].driver, driver))
			return true;
	}
	return false;
}

static void run_unbind(const struct host *host, struct steps *steps,
		       const struct device *d)
{
	steps_run(steps, text_format("Unbind %s from its driver %s.", d->name, d->driver),
		  text_format("echo %s > /sys/bus/%s/devices/%s/driver/unbind", d->name,
			      folder_of(d), d->name));
	steps_risk(steps, in_use_warning(host, d));
}

static char *probe_command(const struct device *d)
{
	return text_format("echo %s > /sys/bus/%s/drivers_probe", d->name, folder_of(d));
}

void steps_unbind(const struct host *host, struct steps *steps, const struct device *d)
{
	if (folder_of(d) && is_plain(d->name) && d->driver)
		run_unbind(host, steps, d);
}

void steps_probe(struct steps *steps, const struct device *d)
{
	if (folder_of(d) && is_plain(d->name))
		steps_run(steps, text_format("Bind a driver to %s.", d->name),
			  probe_command(d));
}

/* With nothing but sysfs. */
static void bind_by_sysfs(const struct host *host, struct steps *steps,
			  const struct device *d)
{
	const char *bus = folder_of(d);
	const char *driver = buses[d->bus].driver;
	cleanup_free char *path = text_format("/sys/bus/%s/devices/%s", bus, d->name);

	steps_run(steps, text_format("Reserve %s for %s.", d->name, driver),
		  text_format("echo %s > %s/driver_override", driver, path));
	if (d->driver)
		run_unbind(host, steps, d);
	steps_run(steps, text_format("Bind %s to %s.", d->name, driver),
		  probe_command(d));
	steps_take_back(steps, text_format("echo > %s/driver_override", path));
	steps_take_back(steps, text_format("echo %s > %s/driver/unbind", d->name, path));
	if (d->driver)
		steps_take_back(steps, probe_command(d));
}

static void bind_by_driverctl(struct steps *steps, const struct device *d)
{
	const char *driver = buses[d->bus].driver;

	steps_run(steps, text_format("Bind %s to %s.", d->name, driver),
		  text_format("driverctl set-override %s %s", d->name, driver));
	steps_take_back(steps, text_format("driverctl unset-override %s", d->name));
}

static bool has_driverctl(const struct host *host, const struct device *d)
{
	return d->bus == BUS_PCI && host_has_program(host, "driverctl");
}

/* driverctl loads the driver itself. */
char *loading_command(const struct host *host, const struct device *d)
{
	const char *driver = buses[d->bus].driver;

	return !driver || has_driverctl(host, d) || is_loaded(host, driver)
		       ? NULL
		       : text_format("modprobe %s", driver);
}

bool steps_bind(const struct host *host, struct steps *steps, const struct device *d,
		bool load)
{
	char *command;

	if (!folder_of(d) || !is_plain(d->name))
		return false;
	command = load ? loading_command(host, d) : NULL;
	if (command)
		steps_run(steps, text_format("Load %s.", buses[d->bus].driver), command);
	if (has_driverctl(host, d))
		bind_by_driverctl(steps, d);
	else
		bind_by_sysfs(host, steps, d);
	return true;
}

void steps_remove_functions(struct steps *steps, const struct device *physical, size_t n)
{
	cleanup_free char *path =
		text_format("/sys/bus/pci/devices/%s/sriov_numvfs", physical->name);

	if (!is_plain(physical->name))
		return;
	steps_run(steps,
		  text_format("Remove the virtual functions of %s.", physical->name),
		  text_format("echo 0 > %s", path));
	steps_take_back(steps, text_format("echo %zu > %s", n, path));
}

/* --- Groups --- */

void steps_set_type(struct steps *steps, const struct group *g, const char *type)
{
	cleanup_free char *path =
		text_format("/sys/kernel/iommu_groups/%u/type", (unsigned)g->id);

	steps_run(steps,
		  text_format("Give group %u the domain type %s.", (unsigned)g->id, type),
		  text_format("echo %s > %s", type, path));
	steps_take_back(steps,
			text_format("echo %s > %s", domain_type_name(g->type), path));
}

/* --- Modules --- */

void steps_set_parameter(const struct host *host, struct steps *steps, const char *module,
			 const char *name, bool on)
{
	cleanup_free char *path =
		text_format("/sys/module/%s/parameters/%s", module, name);

	if (!host_parameter(host, module, name))
		steps_run(steps, text_format("Load %s.", module),
			  text_format("modprobe %s", module));
	steps_run(steps, text_format("Set %s of %s to %c.", name, module, on ? 'Y' : 'N'),
		  text_format("echo %c > %s", on ? 'Y' : 'N', path));
	steps_take_back(steps, text_format("echo %c > %s", on ? 'N' : 'Y', path));
}

/* The parameter cannot be written: 0444 in drivers/vfio/platform/vfio_platform.c. */
void steps_load_without_reset(const struct host *host, struct steps *steps)
{
	if (host_parameter(host, "vfio_platform", "reset_required"))
		steps_run(steps, xstrdup("Unload vfio-platform."),
			  xstrdup("modprobe -r vfio-platform"));
	steps_run(steps, xstrdup("Load vfio-platform so that it wants no reset."),
		  xstrdup("modprobe vfio-platform reset_required=0"));
	steps_risk(steps, xstrdup("Nothing resets a device between its users, who may "
				  "find what the last one left in it."));
}

const char risk_of_unsafe[] =
	"These commands are insecure: they switch the protection off for every device. A "
	"guest can then send any interrupt to this host, to crash it or take it over.";

/*
 * It can be written while the module is there (drivers/vfio/vfio_iommu_type1.c and
 * drivers/iommu/iommufd/device.c, S_IRUGO | S_IWUSR); vfio loads the module with its
 * default (MODULE_SOFTDEP), so that what is said to modprobe may come too late.
 */
void steps_allow_unsafe(const struct host *host, struct steps *steps)
{
	static const char *const modules[] = { "vfio_iommu_type1", "iommufd" };
	static const char name[] = "allow_unsafe_interrupts";

	if (host->sources[SOURCE_MODULES].state != SOURCE_READ)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		size_t first = steps->n_list;

		if (i && !host_parameter(host, modules[i], name))
			continue;
		steps_set_parameter(host, steps, modules[i], name, true);
		steps_risk(steps, xstrdup(risk_of_unsafe));
		steps->list[first].alternative = first > 0;
	}
}
