/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * The network links of a host, and over which of them a route runs: a bridge, a bond, a
 * VLAN or a macvlan has no device, but stands on links that do.
 */

struct net_link {
	int index;	  /* of the interface */
	int master;	  /* of the bridge or bond that it is a port of; 0: none */
	int lower;	  /* of the link that it stands on (IFLA_LINK); 0: none */
	size_t interface; /* of the host, where it is a device's; else NO_INDEX */
	bool routed;
};

struct net_links {
	ARRAY_OF(struct net_link, list);
};

/* The link of an index; NULL: it is not known. */
struct net_link *net_link_find(struct net_links *links, int index);

/* A route runs over what a routed link stands on, and over each port of it. */
void net_links_follow(struct net_links *links);
