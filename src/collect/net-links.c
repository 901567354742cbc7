/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which network links a route runs over, down to those of devices. */
#include "collect/net-links.h"

struct net_link *net_link_find(struct net_links *links, int index)
{
	for (size_t i = 0; i < links->n_list; i++) {
		if (links->list[i].index == index)
			return &links->list[i];
	}
	return NULL;
}

/* Marks what carries a routed link; true if any of it was not yet. */
static bool follow(struct net_links *links, const struct net_link *upper)
{
	bool any = false;

	for (size_t i = 0; i < links->n_list; i++) {
		struct net_link *l = &links->list[i];
		bool carries = l->index == upper->lower || l->master == upper->index;

		if (!carries || l->routed)
			continue;
		l->routed = true;
		any = true;
	}
	return any;
}

void net_links_follow(struct net_links *links)
{
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < links->n_list; i++) {
			if (links->list[i].routed)
				again = follow(links, &links->list[i]) || again;
		}
	}
}
