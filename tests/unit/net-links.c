/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>

#include "collect/net-links.h"

/* Which of the links, by their indices from 1 on, does a route over one of them use? */
static unsigned used(const struct net_link *rows, size_t n, int routed)
{
	struct net_links links = { 0 };
	unsigned bits = 0;

	for (size_t i = 0; i < n; i++)
		*ADD(&links, list) = rows[i];
	net_link_find(&links, routed)->routed = true;
	net_links_follow(&links);
	for (size_t i = 0; i < n; i++)
		bits |= (unsigned)links.list[i].routed << links.list[i].index;
	free(links.list);
	return bits;
}

#define LINK(number) (1u << (number))

static void test_plain(void **state)
{
	static const struct net_link rows[] = { { .index = 1 }, { .index = 2 } };

	(void)state;
	assert_int_equal(used(rows, ARRAY_SIZE(rows), 2), LINK(2));
}

/* The ports of a bridge: a card and a tap; the card beside it has no part in it. */
static void test_bridge(void **state)
{
	static const struct net_link rows[] = {
		{ .index = 1, .master = 3 },
		{ .index = 2 },
		{ .index = 3 },
		{ .index = 4, .master = 3 },
	};

	(void)state;
	assert_int_equal(used(rows, ARRAY_SIZE(rows), 3), LINK(1) | LINK(3) | LINK(4));
	/* what a port carries itself is nothing to the bridge */
	assert_int_equal(used(rows, ARRAY_SIZE(rows), 1), LINK(1));
}

/* A bridge on a VLAN of a bond of two cards, the order of the list being no help. */
static void test_tower(void **state)
{
	static const struct net_link rows[] = {
		{ .index = 1, .master = 3 },
		{ .index = 2, .master = 3 },
		{ .index = 3 },
		{ .index = 4, .master = 5, .lower = 3 },
		{ .index = 5 },
		{ .index = 6 },
	};

	(void)state;
	assert_int_equal(used(rows, ARRAY_SIZE(rows), 5),
			 LINK(1) | LINK(2) | LINK(3) | LINK(4) | LINK(5));
}

/* The ends of a veth pair stand on each other. */
static void test_circle(void **state)
{
	static const struct net_link rows[] = { { .index = 1, .lower = 2 },
						{ .index = 2, .lower = 1 } };

	(void)state;
	assert_int_equal(used(rows, ARRAY_SIZE(rows), 1), LINK(1) | LINK(2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_bridge),
		cmocka_unit_test(test_tower),
		cmocka_unit_test(test_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
