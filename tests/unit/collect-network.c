/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interfaces, links and routes, and uevents. libnl's calls that reach the kernel are ours
 * here: the linker finds these first. One of them fails, or they bring what a row says.
 */
#include "tree.h"

#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <sys/socket.h>

#include "collect/kernel-events.h"

/* --- A netlink of our own --- */

enum call {
	CALL_NONE,
	CALL_ALLOC,
	CALL_CONNECT,
	CALL_MODIFY_CB,
	CALL_REQUEST,
	CALL_RECVMSGS,
	CALL_BUFFER_SIZE,
	CALL_PASSCRED,
	CALL_NONBLOCKING,
	CALL_MEMBERSHIP,
	CALL_COUNT,
};

struct link_row {
	int index;
	const char *name; /* NULL: not told */
	int master, lower;
	int netns; /* of lower, and it is another; 0: ours */
	bool up;
};

struct route_row {
	const char *to;	  /* as nl_addr_parse takes it; NULL: no destination */
	int over, beside; /* indices of links; 0: none */
	unsigned char type;
};

static struct {
	enum call fails;
	unsigned passes; /* so often it does not */
	unsigned open;	 /* sockets */
	int protocol;
	int dumped, family;
	nl_recvmsg_msg_cb_t parse;
	void *argument;
	struct nl_object *object; /* that is being parsed */
	const struct link_row *links;
	size_t n_links;
	unsigned more_links; /* behind those, from index 1000 on */
	const struct route_row *routes;
	size_t n_routes;
} kernel;

static int result_of(enum call call)
{
	if (kernel.fails != call)
		return 0;
	return kernel.passes ? (kernel.passes--, 0) : -NLE_PERM;
}

struct nl_sock *nl_socket_alloc(void)
{
	static char socket;

	if (result_of(CALL_ALLOC))
		return NULL;
	kernel.open++;
	return (struct nl_sock *)(void *)&socket;
}

void nl_socket_free(struct nl_sock *socket)
{
	kernel.open -= socket != NULL;
}

int nl_connect(struct nl_sock *socket, int protocol)
{
	assert_non_null(socket);
	kernel.protocol = protocol;
	return result_of(CALL_CONNECT);
}

int nl_socket_modify_cb(struct nl_sock *socket, enum nl_cb_type type,
			enum nl_cb_kind kind, nl_recvmsg_msg_cb_t parse, void *argument)
{
	assert_non_null(socket);
	assert_int_equal(type, NL_CB_VALID);
	assert_int_equal(kind, NL_CB_CUSTOM);
	kernel.parse = parse;
	kernel.argument = argument;
	return result_of(CALL_MODIFY_CB);
}

int nl_rtgen_request(struct nl_sock *socket, int type, int family, int flags)
{
	assert_non_null(socket);
	assert_int_equal(flags, NLM_F_DUMP);
	kernel.dumped = type;
	kernel.family = family;
	return result_of(CALL_REQUEST);
}

int nl_msg_parse(struct nl_msg *message, void (*take)(struct nl_object *, void *),
		 void *argument)
{
	assert_null(message);
	take(kernel.object, argument);
	return 0;
}

/* Hands the object to the parser, as a message of it would come. */
static void bring(void *object)
{
	kernel.object = object;
	assert_int_equal(kernel.parse(NULL, kernel.argument), NL_OK);
	nl_object_put(object);
}

static void bring_link(const struct link_row *row)
{
	struct rtnl_link *l = rtnl_link_alloc();

	rtnl_link_set_ifindex(l, row->index);
	if (row->name)
		rtnl_link_set_name(l, row->name);
	rtnl_link_set_master(l, row->master);
	rtnl_link_set_link(l, row->lower);
	if (row->netns)
		rtnl_link_set_link_netnsid(l, row->netns);
	if (row->up)
		rtnl_link_set_flags(l, IFF_UP);
	bring(l);
}

static void add_hop(struct rtnl_route *route, int index)
{
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();

	rtnl_route_nh_set_ifindex(hop, index);
	rtnl_route_add_nexthop(route, hop);
}

static void bring_route(const struct route_row *row)
{
	struct rtnl_route *r = rtnl_route_alloc();
	struct nl_addr *to = NULL;

	if (row->to && !nl_addr_parse(row->to, kernel.family, &to)) {
		rtnl_route_set_dst(r, to);
		nl_addr_put(to);
	}
	rtnl_route_set_type(r, row->type);
	add_hop(r, row->over);
	if (row->beside)
		add_hop(r, row->beside);
	bring(r);
}

int nl_recvmsgs_default(struct nl_sock *socket)
{
	assert_non_null(socket);
	if (kernel.dumped == RTM_GETLINK) {
		for (size_t i = 0; i < kernel.n_links; i++)
			bring_link(&kernel.links[i]);
		for (int i = 0; i < (int)kernel.more_links; i++)
			bring_link(&(struct link_row){ .index = 1000 + i });
	} else if (kernel.family == AF_INET) {
		for (size_t i = 0; i < kernel.n_routes; i++)
			bring_route(&kernel.routes[i]);
	}
	return result_of(CALL_RECVMSGS);
}

/* --- Interfaces and routes --- */

#define ETH0 \
	"sys/class/net/eth0 -> ../../devices/pci0000:00/0000:00:03.0/virtio0/net/eth0\n"
#define ETH1 "sys/class/net/eth1 -> ../../devices/pci0000:00/0000:00:04.0/net/eth1\n"

static void tell(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_interfaces; i++) {
		const struct interface *f = &host->interfaces[i];

		text_printf(out, "%s %s up %s route %s\n", f->name, f->device,
			    tristate_name(f->up), tristate_name(f->default_route));
	}
	assert_int_equal(kernel.open, 0);
}

static const struct tree_row saved[] = {
	{ "not looked at", "", "" },
	{ "the last PCI function of the path",
	  "sys/class/net/eth0 -> ../../devices/pci0000:00/0000:00:1c.0/0000:02:00.0/net/eth0\n",
	  "eth0 0000:02:00.0 up unknown route unknown\n" },
	{ "a platform device, before net",
	  "sys/class/net/eth0 -> ../../devices/platform/soc/ff540000.ethernet/net/eth0\n",
	  "eth0 ff540000.ethernet up unknown route unknown\n" },
	{ "a link that names nothing", "sys/class/net/eth0 -> /\n", "" },
	{ "a virtual one", "sys/class/net/lo -> ../../devices/virtual/net/lo\n", "" },
	{ "a copy that followed the links",
	  "sys/class/net/eth0/device -> ../../../0000:00:03.0\nsys/class/net/lo/mtu = 1\n",
	  "eth0 0000:00:03.0 up unknown route unknown\n" },
	{ "a link in a folder that is a file", "sys/class/net/eth0 = 1\n",
	  "broken /sys/class/net/eth0:0: is not a symbolic link: the links are missing, "
	  "as in a copy that followed them\n" },
	{ "no folder", "sys/class/net = 1\n", "" },
	{ "no folder on the running machine", "live\n", "" },
};

/*
 * eth0 is a port of br0; eth1 carries VLAN 5. Link 6 has its lower link, of the same
 * number as eth1, in another namespace.
 */
static const struct link_row links[] = {
	{ .index = 1, .name = "lo", .up = true },
	{ .index = 2, .name = "eth0", .master = 4, .up = true },
	{ .index = 3, .name = "eth1" },
	{ .index = 4, .name = "br0", .up = true },
	{ .index = 5, .name = "eth1.5", .lower = 3, .up = true },
	{ .index = 6, .name = "veth0", .lower = 3, .netns = 7 },
	{ .index = 7 },
};

#define TREE "live\n" ETH0 ETH1

static const struct {
	struct tree_row tree;
	struct route_row route[2];
} routed[] = {
	{ { "none", TREE,
	    "eth0 0000:00:03.0 up yes route no\neth1 0000:00:04.0 up no route no\n" },
	  { { NULL, 0, 0, 0 } } },
	{ { "over the bridge", TREE,
	    "eth0 0000:00:03.0 up yes route yes\neth1 0000:00:04.0 up no route no\n" },
	  { { "0.0.0.0/0", 4, 0, RTN_UNICAST } } },
	{ { "over the VLAN", TREE,
	    "eth0 0000:00:03.0 up yes route no\neth1 0000:00:04.0 up no route yes\n" },
	  { { "0.0.0.0/0", 5, 0, RTN_UNICAST } } },
	{ { "over both, and one that nobody knows", TREE,
	    "eth0 0000:00:03.0 up yes route yes\neth1 0000:00:04.0 up no route yes\n" },
	  { { "0.0.0.0/0", 2, 3, RTN_UNICAST }, { "0.0.0.0/0", 99, 0, RTN_UNICAST } } },
	{ { "over what stands in another namespace", TREE,
	    "eth0 0000:00:03.0 up yes route no\neth1 0000:00:04.0 up no route no\n" },
	  { { "0.0.0.0/0", 6, 0, RTN_UNICAST } } },
	{ { "to a part of the world, and without a destination", TREE,
	    "eth0 0000:00:03.0 up yes route no\neth1 0000:00:04.0 up no route no\n" },
	  { { "10.0.0.0/8", 2, 0, RTN_UNICAST }, { NULL, 3, 0, RTN_UNICAST } } },
	{ { "that leads nowhere", TREE,
	    "eth0 0000:00:03.0 up yes route no\neth1 0000:00:04.0 up no route no\n" },
	  { { "0.0.0.0/0", 2, 0, RTN_BLACKHOLE } } },
};

#define NETWORK SOURCE_BIT(SOURCE_NETWORK)

static void start_kernel(void)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.links = links;
	kernel.n_links = ARRAY_SIZE(links);
}

static void test_saved(void **state)
{
	(void)state;
	start_kernel();
	tree_judge(saved, ARRAY_SIZE(saved), "", NETWORK, tell);
	assert_null(kernel.parse); /* the running machine's netlink is not asked */
}

static void test_routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(routed); i++) {
		start_kernel();
		kernel.routes = routed[i].route;
		kernel.n_routes = ARRAY_SIZE(routed[i].route);
		tree_judge(&routed[i].tree, 1, "", NETWORK, tell);
		assert_int_equal(kernel.protocol, NETLINK_ROUTE);
		assert_int_equal(kernel.family, AF_INET6); /* asked last */
	}
}

/* Where there are more than are looked at, what is not seen to be used may be. */
static void test_many_links(void **state)
{
	static const struct route_row route = { "0.0.0.0/0", 4, 0, RTN_UNICAST };
	static const struct tree_row all = {
		"as many as are looked at", TREE,
		"eth0 0000:00:03.0 up yes route yes\neth1 0000:00:04.0 up no route no\n"
	};
	static const struct tree_row cut = {
		"one more", TREE,
		"eth0 0000:00:03.0 up yes route yes\neth1 0000:00:04.0 up no route unknown\n"
		"read netlink:0: 1 more links between interfaces than the 8192 that are kept\n"
	};

	(void)state;
	start_kernel();
	kernel.routes = &route;
	kernel.n_routes = 1;
	kernel.more_links = 8192 - ARRAY_SIZE(links);
	tree_judge(&all, 1, "", NETWORK, tell);
	kernel.more_links++;
	tree_judge(&cut, 1, "", NETWORK, tell);
}

/* Whichever call fails, nothing is known of any interface, and that is said. */
static void test_refused(void **state)
{
	static const struct tree_row row = {
		"a call that fails", TREE,
		"eth0 0000:00:03.0 up unknown route unknown\n"
		"eth1 0000:00:04.0 up unknown route unknown\n"
		"denied netlink: Operation not permitted\n"
	};
	static const struct tree_row later = {
		"the second time it is called", TREE,
		"eth0 0000:00:03.0 up yes route unknown\n"
		"eth1 0000:00:04.0 up no route unknown\n"
		"denied netlink: Operation not permitted\n"
	};
	static const struct tree_row first = {
		"no socket", TREE,
		"eth0 0000:00:03.0 up unknown route unknown\n"
		"eth1 0000:00:04.0 up unknown route unknown\n"
		"denied netlink: Out of memory\n"
	};
	static const enum call calls[] = { CALL_CONNECT, CALL_MODIFY_CB, CALL_REQUEST };

	(void)state;
	start_kernel();
	kernel.fails = CALL_ALLOC;
	tree_judge(&first, 1, "", NETWORK, tell);
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		start_kernel();
		kernel.fails = calls[i];
		tree_judge(&row, 1, "", NETWORK, tell);
	}
	for (unsigned passes = 0; passes < 3; passes++) {
		start_kernel();
		kernel.fails = CALL_RECVMSGS;
		kernel.passes = passes;
		tree_judge(&later, 1, "", NETWORK, tell);
	}
}

/* --- Uevents --- */

int nl_socket_set_buffer_size(struct nl_sock *socket, int receive, int send)
{
	assert_non_null(socket);
	assert_true(receive > 0);
	assert_int_equal(send, 0);
	return result_of(CALL_BUFFER_SIZE);
}

int nl_socket_set_passcred(struct nl_sock *socket, int on)
{
	assert_non_null(socket);
	assert_int_equal(on, 1);
	return result_of(CALL_PASSCRED);
}

int nl_socket_set_nonblocking(const struct nl_sock *socket)
{
	assert_non_null(socket);
	return result_of(CALL_NONBLOCKING);
}

int nl_socket_add_membership(struct nl_sock *socket, int group)
{
	assert_non_null(socket);
	assert_int_equal(group, 1);
	return result_of(CALL_MEMBERSHIP);
}

void nl_socket_disable_seq_check(struct nl_sock *socket)
{
	assert_non_null(socket);
}

int nl_socket_set_msg_buf_size(struct nl_sock *socket, size_t size)
{
	assert_non_null(socket);
	assert_true(size >= 4096);
	return 0;
}

/* What waits in the socket, in this order; -NLE_AGAIN behind it. */
struct message {
	const char *text; /* NULL: an error */
	int error;
	uint32_t pid; /* of the sender */
	bool is_anonymous;
};

static struct {
	const struct message *message;
	size_t n, taken;
	unsigned again; /* the last one so often once more */
} waiting;

int nl_recv(struct nl_sock *socket, struct sockaddr_nl *from, unsigned char **bytes,
	    struct ucred **who)
{
	const struct message *m;

	assert_non_null(socket);
	if (waiting.taken == waiting.n && !waiting.again)
		return -NLE_AGAIN;
	if (waiting.taken == waiting.n)
		waiting.again--;
	else
		waiting.taken++;
	m = &waiting.message[waiting.taken - 1];
	if (!m->text)
		return m->error;
	*from = (struct sockaddr_nl){ .nl_family = AF_NETLINK, .nl_pid = m->pid };
	*bytes = (unsigned char *)xstrdup(m->text);
	*who = m->is_anonymous ? NULL : xcalloc(1, sizeof(**who));
	return (int)strlen(m->text);
}

static void test_open(void **state)
{
	struct kernel_events events;
	const char *why = NULL;

	(void)state;
	start_kernel();
	assert_true(kernel_events_open(&events, &why));
	assert_int_equal(kernel.protocol, NETLINK_KOBJECT_UEVENT);
	kernel_events_close(&events);
	assert_int_equal(kernel.open, 0);
	for (int call = CALL_ALLOC; call < CALL_COUNT; call++) {
		const bool is_ours = call < CALL_MODIFY_CB || call > CALL_RECVMSGS;

		start_kernel();
		kernel.fails = (enum call)call;
		assert_int_equal(kernel_events_open(&events, &why), !is_ours);
		if (is_ours)
			assert_string_equal(why, call == CALL_ALLOC
							 ? "Out of memory"
							 : "Operation not permitted");
		else
			kernel_events_close(&events);
		assert_null(events.socket);
		assert_int_equal(kernel.open, 0);
	}
}

/* Takes what waits; how many uevents that were. */
static size_t take(const struct message *message, size_t n, unsigned again, bool *works,
		   bool *lost)
{
	struct kernel_events events;
	struct burst burst = { 0 };
	const char *why = NULL;
	size_t taken;

	start_kernel();
	waiting.message = message;
	waiting.n = n;
	waiting.taken = 0;
	waiting.again = again;
	assert_true(kernel_events_open(&events, &why));
	*works = kernel_events_take(&events, 1, &burst, &why);
	assert_true(*works == !why);
	taken = burst.n;
	*lost = burst.lost;
	burst_clear(&burst);
	kernel_events_close(&events);
	return taken;
}

static void test_take(void **state)
{
	static const struct {
		const char *name;
		struct message message[3];
		size_t taken;
		bool works, lost;
		size_t left; /* of three */
	} rows[] = {
		{ "three",
		  { { .text = "add@/a" }, { .text = "add@/b" }, { .text = "add@/c" } },
		  3,
		  true,
		  false,
		  0 },
		{ "one of udevd's",
		  { { .text = "add@/a", .pid = 7 },
		    { .text = "add@/b" },
		    { .text = "add@/c" } },
		  2,
		  true,
		  false,
		  0 },
		{ "nobody's",
		  { { .text = "add@/a", .is_anonymous = true },
		    { .text = "add@/b" },
		    { .text = "x" } },
		  1,
		  true,
		  false,
		  0 },
		{ "nothing in it",
		  { { .text = "" }, { .text = "add@/b" }, { .text = "add@/c" } },
		  2,
		  true,
		  false,
		  0 },
		{ "too long",
		  { { .error = -NLE_MSG_TRUNC },
		    { .text = "add@/b" },
		    { .text = "add@/c" } },
		  2,
		  true,
		  false,
		  0 },
		{ "without an address",
		  { { .error = -NLE_NOADDR }, { .text = "add@/b" }, { .text = "x" } },
		  1,
		  true,
		  false,
		  0 },
		{ "more than could wait",
		  { { .text = "add@/a" }, { .error = -NLE_NOMEM }, { .text = "add@/c" } },
		  2,
		  true,
		  true,
		  0 },
		{ "no more",
		  { { .text = "add@/a" }, { .error = -NLE_AGAIN }, { .text = "add@/c" } },
		  1,
		  true,
		  false,
		  1 },
		{ "a broken socket",
		  { { .text = "add@/a" },
		    { .error = -NLE_BAD_SOCK },
		    { .text = "add@/c" } },
		  1,
		  false,
		  false,
		  1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool works, lost;
		size_t taken = take(rows[i].message, 3, 0, &works, &lost);

		CHECK(rows[i].name, works == rows[i].works);
		CHECK(rows[i].name, lost == rows[i].lost);
		CHECK(rows[i].name, taken == rows[i].taken);
		CHECK(rows[i].name, waiting.n - waiting.taken == rows[i].left);
	}
}

/* Whoever sends without end does not keep anybody from the rest of the work. */
static void test_flood(void **state)
{
	static const struct message flood = { "add@/a", 0, 0, false };
	bool works, lost;

	(void)state;
	assert_int_equal(take(&flood, 1, 5000, &works, &lost), 1024);
	assert_true(works);
	assert_int_equal(waiting.again, 5000 - 1023);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_saved),	   cmocka_unit_test(test_routes),
		cmocka_unit_test(test_many_links), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_open),	   cmocka_unit_test(test_take),
		cmocka_unit_test(test_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
