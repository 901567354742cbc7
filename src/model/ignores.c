/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings that an administrator accepted. */
#include "model/ignores.h"

#include <stdlib.h>
#include <string.h>

static void ignore_clear(struct ignore *ignore)
{
	free(ignore->rule);
	free(ignore->groups);
	free(ignore->regions);
	free(ignore->devices);
	free(ignore->until);
	free(ignore->reason);
	free(ignore->text);
	*ignore = (struct ignore){ 0 };
}

void ignores_clear(struct ignores *ignores)
{
	for (size_t i = 0; i < ignores->n_list; i++)
		ignore_clear(&ignores->list[i]);
	free(ignores->list);
	free(ignores->path);
	*ignores = (struct ignores){ 0 };
}

/* Are all devices that suffer selected? Where none does, all that are the cause. */
static bool fits_devices(const struct ignore *ignore, const struct finding *f)
{
	bool any_victim = false;

	for (size_t i = 0; i < f->n_devices; i++)
		any_victim = any_victim || f->devices[i].victim;
	for (size_t i = 0; i < f->n_devices; i++) {
		const struct involved *d = &f->devices[i];

		if ((d->victim || !any_victim) && !ignore->devices[d->device])
			return false;
	}
	return true;
}

static bool fits_regions(const struct ignore *ignore, const struct finding *f)
{
	for (size_t i = 0; i < f->n_regions; i++) {
		if (!ignore->regions[f->regions[i]])
			return false;
	}
	return true;
}

bool ignore_fits(const struct ignore *ignore, const struct host *host,
		 const struct finding *f)
{
	const struct group *g = host_group(host, f->group);

	if (strcmp(ignore->rule, f->id))
		return false;
	if (ignore->all)
		return true;
	if (f->of_host)
		return false;
	if (f->n_devices)
		return fits_devices(ignore, f);
	return g ? ignore->groups[g - host->groups]
		 : f->n_regions && fits_regions(ignore, f);
}

/* The first valid entry that fits; NULL. */
static const struct ignore *entry_for(const struct ignores *ignores,
				      const struct host *host, const struct finding *f)
{
	for (size_t i = 0; i < ignores->n_list; i++) {
		const struct ignore *ignore = &ignores->list[i];

		if (!ignore->expired && ignore_fits(ignore, host, f))
			return ignore;
	}
	return NULL;
}

void findings_ignore(struct findings *findings, const struct host *host,
		     const struct ignores *ignores)
{
	size_t kept = 0;

	for (size_t i = 0; i < findings->n_list; i++) {
		struct finding *f = &findings->list[i];
		const struct ignore *ignore = entry_for(ignores, host, f);

		if (ignore) {
			f->ignored = xstrdup(ignore->reason);
			*ADD(findings, ignored) = *f;
		} else {
			findings->list[kept++] = *f;
		}
	}
	findings->n_list = kept;
}
