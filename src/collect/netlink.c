/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which network interfaces hang on which devices, whether they are up, and whether the
 * default route runs over them, directly or through a bridge, bond or VLAN on top of
 * them: who gives such a device to a guest may cut his own connection. Links and routes
 * come over rtnetlink and are those of the running machine; the device of an interface
 * comes from /sys/class/net, of a saved tree too.
 */
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "collect/collect.h"
#include "collect/net-links.h"

#define NET_PATH "sys/class/net"

/* Of devices; virtual ones do not count. */
#define INTERFACES_MAX 1024

/* Virtual ones too, of which a host of many guests has as many as these. */
#define LINKS_MAX 8192

/* What the dumps are read into. */
struct network {
	struct host *host;
	struct net_links links;
	size_t cut; /* links beyond those that are looked at */
};

/*
 * "../../devices/pci0000:00/0000:00:03.0/virtio0/net/eth0": the last PCI function in the
 * path, or else the folder before "net". NULL for virtual interfaces.
 */
static char *device_of_link(char *target)
{
	struct pci_address address;
	char *best = NULL;
	char *last = NULL;
	char *save = NULL;

	if (strstr(target, "/devices/virtual/"))
		return NULL;
	for (char *s = strtok_r(target, "/", &save); s; s = strtok_r(NULL, "/", &save)) {
		if (!strcmp(s, "net"))
			break;
		if (pci_address_parse(s, &address))
			best = s;
		last = s;
	}
	if (!best)
		best = last;
	return best ? xstrdup(best) : NULL;
}

/*
 * The link of an interface into /sys/devices. Where a saved tree has a folder of its own
 * instead, that has a link "device".
 */
static bool read_interface_link(const struct reading *r, const struct names *names,
				size_t i, struct text *t)
{
	bool is_folder = !r->root->live && names_may_be_folder(names, i);
	char path[sizeof(NET_PATH) + NAME_MAX + sizeof("//device")];

	snprintf(path, sizeof(path), NET_PATH "/%s%s", names->name[i],
		 is_folder ? "/device" : "");
	return read_link(r, path, t) == SOURCE_READ;
}

static void collect_interfaces(const struct root *root, struct host *host)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	const struct reading whole = reading_whole(root, host, SOURCE_NETWORK);
	const struct reading r = reading_of(root, host, SOURCE_NETWORK);
	size_t cut = 0;

	/* Who saves a tree seldom thinks of interfaces: then nobody looked for them. */
	if (!root->live && read_exists(&r, NET_PATH) == SOURCE_ABSENT)
		return;
	if (read_list(&whole, NET_PATH, &names) != SOURCE_READ)
		return;
	for (size_t i = 0; i < names.n; i++) {
		struct interface *f;
		char *device;

		if (!read_interface_link(&r, &names, i, &t))
			continue;
		device = device_of_link(t.data);
		if (!device)
			continue;
		if (host->n_interfaces == INTERFACES_MAX) {
			free(device);
			cut++;
			continue;
		}
		f = ADD(host, interfaces);
		f->name = xstrdup(names.name[i]);
		f->device = device;
	}
	read_cut(&r, NET_PATH, "interfaces of devices", cut, INTERFACES_MAX);
}

static size_t interface_index(const struct host *host, const char *name)
{
	for (size_t i = 0; i < host->n_interfaces; i++) {
		if (!strcmp(host->interfaces[i].name, name))
			return i;
	}
	return NO_INDEX;
}

static void take_link(struct nl_object *object, void *data)
{
	struct rtnl_link *link = (struct rtnl_link *)object;
	const char *name = rtnl_link_get_name(link);
	struct network *network = data;
	size_t i = name ? interface_index(network->host, name) : NO_INDEX;
	int other; /* IFLA_LINK is then of another network namespace */

	if (i != NO_INDEX)
		network->host->interfaces[i].up =
			(rtnl_link_get_flags(link) & IFF_UP) ? TRISTATE_YES : TRISTATE_NO;
	if (network->links.n_list == LINKS_MAX) {
		network->cut++;
		return;
	}
	*ADD(&network->links, list) = (struct net_link){
		.index = rtnl_link_get_ifindex(link),
		.master = rtnl_link_get_master(link),
		.lower = rtnl_link_get_link_netnsid(link, &other) < 0
				 ? rtnl_link_get_link(link)
				 : 0,
		.interface = i,
	};
}

static void take_next_hop(struct rtnl_nexthop *hop, void *data)
{
	struct network *network = data;
	struct net_link *l =
		net_link_find(&network->links, rtnl_route_nh_get_ifindex(hop));

	if (l)
		l->routed = true;
}

/* A parsed message of the dump: only a route to everywhere is of interest. */
static void take_route(struct nl_object *object, void *data)
{
	struct rtnl_route *route = (struct rtnl_route *)object;
	struct nl_addr *destination = rtnl_route_get_dst(route);

	if (destination && nl_addr_get_prefixlen(destination) == 0 &&
	    rtnl_route_get_type(route) == RTN_UNICAST)
		rtnl_route_foreach_nexthop(route, take_next_hop, data);
}

/* Where not all links were seen, what is not seen to be used may be. */
static void take_carriers(struct network *network)
{
	net_links_follow(&network->links);
	for (size_t i = 0; i < network->links.n_list; i++) {
		const struct net_link *l = &network->links.list[i];

		if (l->interface == NO_INDEX)
			continue;
		network->host->interfaces[l->interface].default_route =
			l->routed      ? TRISTATE_YES
			: network->cut ? TRISTATE_UNKNOWN
				       : TRISTATE_NO;
	}
}

static int parse_link(struct nl_msg *message, void *data)
{
	nl_msg_parse(message, take_link, data);
	return NL_OK;
}

static int parse_route(struct nl_msg *message, void *data)
{
	nl_msg_parse(message, take_route, data);
	return NL_OK;
}

/*
 * Dumps one table, a message at a time: a router's whole table in memory would be without
 * bound.
 */
static int dump(struct nl_sock *socket, int type, int family, nl_recvmsg_msg_cb_t parse,
		struct network *network)
{
	int result =
		nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, parse, network);

	if (result >= 0)
		result = nl_rtgen_request(socket, type, family, NLM_F_DUMP);
	return result < 0 ? result : nl_recvmsgs_default(socket);
}

/* Links first: routes are told by them. */
static int ask(struct nl_sock *socket, struct network *network)
{
	static const struct {
		int type, family;
		nl_recvmsg_msg_cb_t parse;
	} dumps[] = {
		{ RTM_GETLINK, AF_UNSPEC, parse_link },
		{ RTM_GETROUTE, AF_INET, parse_route },
		{ RTM_GETROUTE, AF_INET6, parse_route },
	};
	int result = nl_connect(socket, NETLINK_ROUTE);

	for (size_t i = 0; i < ARRAY_SIZE(dumps) && result >= 0; i++)
		result = dump(socket, dumps[i].type, dumps[i].family, dumps[i].parse,
			      network);
	return result;
}

static void collect_netlink(const struct root *root, unsigned wanted, struct host *host)
{
	struct network network = { .host = host };
	struct nl_sock *socket;
	int result;

	(void)wanted;
	collect_interfaces(root, host);
	if (!host->n_interfaces || !root->live) /* a saved tree has no netlink */
		return;
	socket = nl_socket_alloc();
	result = socket ? ask(socket, &network) : -NLE_NOMEM;
	if (result >= 0)
		take_carriers(&network);
	else
		host_set_source(host, SOURCE_NETWORK, SOURCE_DENIED, 0, "netlink",
				nl_geterror(result));
	note_cut(host, SOURCE_NETWORK, "netlink", "links between interfaces", network.cut,
		 LINKS_MAX);
	free(network.links.list);
	nl_socket_free(socket);
}

const struct collector collector_netlink = {
	.sources = SOURCE_BIT(SOURCE_NETWORK),
	.collect = collect_netlink,
};
