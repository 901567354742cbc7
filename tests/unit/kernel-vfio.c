/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "kernel-api/abi.h"
#include "kernel-api/vfio.h"

/*
 * A kernel of our own: every ioctl of this program ends here. It can also be one that
 * lies.
 */
static struct {
	unsigned calls;
	unsigned long request;
	uintptr_t argument;
	int error;	  /* what each call fails with, 0: it succeeds */
	int result;	  /* of a call that succeeds */
	uint8_t sent[64]; /* the struct of the last request, as far as it says it goes */
	uint8_t answer[4096]; /* as much of it as has room is copied */
	uint32_t answer_size; /* what argsz becomes where that is too little room */
	uint32_t grows;	      /* by so many from call to call */
} kernel;

static bool has_struct(unsigned long request)
{
	return request != ABI_VFIO_REQUEST(ABI_VFIO_SET_IOMMU) &&
	       request != ABI_VFIO_REQUEST(ABI_VFIO_GROUP_SET_CONTAINER) &&
	       request != ABI_VFIO_REQUEST(ABI_VFIO_GROUP_GET_DEVICE_FD);
}

static void take_and_answer(uint8_t *argument)
{
	uint32_t argsz;
	struct abi_vfio_type1_info head;

	memcpy(&argsz, argument, sizeof(argsz));
	memcpy(kernel.sent, argument,
	       argsz < sizeof(kernel.sent) ? argsz : sizeof(kernel.sent));
	if (!kernel.answer_size)
		return;
	if (argsz >= kernel.answer_size) {
		/* argsz stays, unless the answer has one of its own */
		memcpy(argument + 4, kernel.answer + 4, kernel.answer_size - 4);
		return;
	}
	memcpy(&head, kernel.answer, sizeof(head));
	head.argsz = kernel.answer_size;
	head.cap_offset = 0;
	memcpy(argument, &head, sizeof(head));
	kernel.answer_size += kernel.grows;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list ap;

	(void)fd;
	va_start(ap, request);
	kernel.argument = va_arg(ap, uintptr_t);
	va_end(ap);
	kernel.calls++;
	kernel.request = request;
	if (has_struct(request))
		take_and_answer((uint8_t *)kernel.argument);
	if (kernel.error) {
		errno = kernel.error;
		return -1;
	}
	return kernel.result;
}

static int reset(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	return 0;
}

/* --- writing an answer ----------------------------------------------------------------
 */

struct buffer {
	uint8_t bytes[4096];
	size_t size;
};

static void put(struct buffer *b, const void *bytes, size_t size)
{
	assert_true(b->size + size <= sizeof(b->bytes));
	memcpy(b->bytes + b->size, bytes, size);
	b->size += size;
}

static void put16(struct buffer *b, uint16_t value)
{
	put(b, &value, sizeof(value));
}

static void put32(struct buffer *b, uint32_t value)
{
	put(b, &value, sizeof(value));
}

static void put64(struct buffer *b, uint64_t value)
{
	put(b, &value, sizeof(value));
}

static void put_head(struct buffer *b, uint32_t flags, uint32_t cap_offset)
{
	b->size = 0;
	put32(b, 0); /* argsz, see done */
	put32(b, flags);
	put64(b, 0x40201000);
	put32(b, cap_offset);
	put32(b, 0);
}

static void put_cap(struct buffer *b, uint16_t id, uint16_t version, uint32_t next)
{
	put16(b, id);
	put16(b, version);
	put32(b, next);
}

static void done(struct buffer *b)
{
	uint32_t argsz = (uint32_t)b->size;

	memcpy(b->bytes, &argsz, sizeof(argsz));
}

/* What 7.2 says on an Intel IOMMU of 39 bits: its three capabilities in its order. */
static void put_usual(struct buffer *b)
{
	put_head(b, 3, 24);
	put_cap(b, 2, 1, 56);
	put32(b, 0);
	put32(b, 0);
	put64(b, 0x1000);
	put64(b, 0x10000000);
	put_cap(b, 3, 1, 72);
	put32(b, 65535);
	put32(b, 0);
	put_cap(b, 1, 1, 0);
	put32(b, 2);
	put32(b, 0);
	put64(b, 0);
	put64(b, 0xfedfffff);
	put64(b, 0xfef00000);
	put64(b, 0x7fffffffff);
	done(b);
}

/* Decodes a copy that ends where the bytes end, so that sanitizers see a read behind it.
 */
static int decode(const struct buffer *b, size_t size, struct vfio_type1_info *info)
{
	uint8_t *copy = malloc(size ? size : 1);
	int error;

	memcpy(copy, b->bytes, size);
	error = vfio_decode_type1_info(copy, size, info);
	free(copy);
	return error;
}

/* --- type 1
 * ------------------------------------------------------------------------------ */

static void test_usual(void **state)
{
	struct vfio_type1_info info = { 0 };
	struct buffer b;

	(void)state;
	put_usual(&b);
	assert_int_equal(decode(&b, b.size, &info), 0);
	assert_int_equal(info.page_sizes, 0x40201000);
	assert_true(info.has_ranges);
	assert_int_equal(info.n_range, 2);
	assert_true(range_equals(info.range[0], RANGE(0, 0xfedfffff)));
	assert_true(range_equals(info.range[1], RANGE(0xfef00000, 0x7fffffffff)));
	assert_true(info.has_migration);
	assert_int_equal(info.dirty_page_sizes, 0x1000);
	assert_int_equal(info.dirty_bitmap_max, 0x10000000);
	assert_true(info.has_available);
	assert_int_equal(info.available, 65535);
	vfio_type1_info_clear(&info);
}

/* Cut anywhere, a whole answer in front of other bytes, and all the buffer's bytes
 * changed. */
static void test_cut(void **state)
{
	struct vfio_type1_info info = { 0 };
	struct buffer b;

	(void)state;
	put_usual(&b);
	for (size_t size = 0; size < b.size; size++) {
		assert_int_equal(decode(&b, size, &info),
				 size < 20 ? -EBADMSG : -EMSGSIZE);
		assert_null(info.range);
		assert_int_equal(info.page_sizes, 0);
	}
	/* argsz says less than the buffer holds: the rest is not looked at */
	for (uint32_t argsz = 0; argsz < b.size; argsz++) {
		memcpy(b.bytes, &argsz, sizeof(argsz));
		assert_int_equal(decode(&b, b.size, &info), -EBADMSG);
	}
	put_usual(&b);
	for (size_t at = 0; at < b.size; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			b.bytes[at] ^= (uint8_t)(1u << bit);
			if (!decode(&b, b.size, &info))
				assert_true(info.n_range <= 2);
			b.bytes[at] ^= (uint8_t)(1u << bit);
		}
	}
	vfio_type1_info_clear(&info);
}

static void test_flags(void **state)
{
	struct vfio_type1_info info = { 0 };
	struct buffer b;

	(void)state;
	put_head(&b, 0, 24); /* neither page sizes nor capabilities */
	done(&b);
	assert_int_equal(decode(&b, b.size, &info), 0);
	assert_int_equal(info.page_sizes, 0);
	assert_false(info.has_ranges);
	put_head(&b, 2, 0); /* capabilities, but none */
	done(&b);
	assert_int_equal(decode(&b, b.size, &info), 0);
	assert_false(info.has_ranges);
	put_head(&b, 0xfffffffd, 0xffffffff); /* flags that are newer */
	done(&b);
	assert_int_equal(decode(&b, b.size, &info), 0);
	assert_int_equal(info.page_sizes, 0x40201000);
}

/* A fixed part larger than ours, capabilities that are newer, and versions of old ones.
 */
static void test_newer(void **state)
{
	struct vfio_type1_info info = { 0 };
	struct buffer b;

	(void)state;
	put_head(&b, 3, 40);
	put64(&b, UINT64_MAX);
	put64(&b, UINT64_MAX);
	put_cap(&b, 77, 1, 56);
	put64(&b, UINT64_MAX);
	put_cap(&b, 1, 2, 72);
	put32(&b, UINT32_MAX);
	put32(&b, UINT32_MAX);
	put_cap(&b, 3, 1, 0);
	put32(&b, 5);
	done(&b);
	assert_int_equal(decode(&b, b.size, &info), 0);
	assert_false(info.has_ranges);
	assert_true(info.has_available);
	assert_int_equal(info.available, 5);
}

static void test_chain(void **state)
{
	static const struct {
		const char *name;
		uint32_t first, next;
		int error;
	} rows[] = {
		{ "ends", 24, 0, 0 },
		{ "next one", 24, 40, 0 },
		{ "to itself", 24, 24, -EBADMSG },
		{ "back into the fixed part", 24, 8, -EBADMSG },
		{ "into its own header", 24, 31, -EBADMSG },
		{ "right behind its header, which is too short", 24, 32, -EBADMSG },
		{ "back and forth", 40, 24, -EBADMSG },
		{ "first in the fixed part", 16, 0, -EBADMSG },
		{ "first at the fixed part's last byte", 23, 0, -EBADMSG },
		{ "first at the end", 56, 0, -EBADMSG },
		{ "first with half a header", 52, 0, -EBADMSG },
		{ "first behind the end", 57, 0, -EBADMSG },
		{ "first far away", UINT32_MAX, 0, -EBADMSG },
		{ "next at the end", 24, 56, -EBADMSG },
		{ "next with half a header", 24, 52, -EBADMSG },
		{ "next far away", 24, UINT32_MAX, -EBADMSG },
		{ "next almost far away", 24, UINT32_MAX - 7, -EBADMSG },
	};
	struct vfio_type1_info info = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buffer b;

		put_head(&b, 3, rows[i].first);
		put_cap(&b, 3, 1, rows[i].next);
		put64(&b, 9);
		put_cap(&b, 9, 1, rows[i].first == 40 ? rows[i].next : 0);
		put64(&b, 0);
		done(&b);
		CHECK(rows[i].name, decode(&b, b.size, &info) == rows[i].error);
		CHECK(rows[i].name, info.has_available == !rows[i].error);
	}
}

/* Counts that do not fit what is there, also where 16 times the count fits again. */
static void test_range_counts(void **state)
{
	static const struct {
		uint32_t n;
		int error;
	} rows[] = {
		{ 0, 0 },
		{ 1, 0 },
		{ 2, 0 },
		{ 3, -EBADMSG },
		{ 0x10000000, -EBADMSG },
		{ 0x10000001, -EBADMSG },
		{ 0x10000002, -EBADMSG },
		{ UINT32_MAX, -EBADMSG },
	};
	struct vfio_type1_info info = { 0 };
	struct buffer b;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		put_usual(&b);
		memcpy(b.bytes + 72 + 8, &rows[i].n, sizeof(rows[i].n));
		assert_int_equal(decode(&b, b.size, &info), rows[i].error);
		assert_int_equal(info.n_range, rows[i].error ? 0 : rows[i].n);
	}
	/* the ranges may not reach into the next capability */
	put_head(&b, 3, 24);
	put_cap(&b, 1, 1, 48);
	put32(&b, 1);
	put32(&b, 0);
	put64(&b, 0);
	put_cap(&b, 3, 1, 0);
	put64(&b, 1);
	done(&b);
	assert_int_equal(decode(&b, b.size, &info), -EBADMSG);
	vfio_type1_info_clear(&info);
}

/* The same capability twice: which of them would be right? */
static void test_twice(void **state)
{
	static const size_t length[] = { [1] = 16, [2] = 32, [3] = 16 };
	struct vfio_type1_info info = { 0 };

	(void)state;
	for (uint16_t id = 1; id <= 3; id++) {
		struct buffer b;

		put_head(&b, 3, 24);
		put_cap(&b, id, 1, (uint32_t)(24 + length[id]));
		for (size_t n = 8; n < length[id]; n += 8)
			put64(&b, 0);
		put_cap(&b, id, 1, 0);
		for (size_t n = 8; n < length[id]; n += 8)
			put64(&b, 0);
		done(&b);
		assert_int_equal(decode(&b, b.size, &info), -EBADMSG);
	}
}

static void test_get_info(void **state)
{
	struct vfio_type1_info info = { 0 };
	struct buffer b;

	(void)state;
	put_usual(&b);
	memcpy(kernel.answer, b.bytes, b.size);
	kernel.answer_size = (uint32_t)b.size;
	assert_int_equal(vfio_container_get_info(1, &info), 0);
	assert_int_equal(kernel.calls, 1);
	assert_int_equal(info.n_range, 2);

	/* an answer that does not fit at first */
	put_head(&b, 3, 24);
	put_cap(&b, 1, 1, 0);
	put32(&b, 200);
	put32(&b, 0);
	for (uint64_t i = 0; i < 200; i++) {
		put64(&b, i << 32);
		put64(&b, i << 32 | 0xffff);
	}
	done(&b);
	memcpy(kernel.answer, b.bytes, b.size);
	kernel.answer_size = (uint32_t)b.size;
	kernel.calls = 0;
	assert_int_equal(vfio_container_get_info(1, &info), 0);
	assert_int_equal(kernel.calls, 2);
	assert_int_equal(info.n_range, 200);
	assert_true(range_equals(info.range[199], RANGE(UINT64_C(199) << 32,
							UINT64_C(199) << 32 | 0xffff)));

	kernel.grows = 8; /* for ever */
	kernel.answer_size = 2000;
	kernel.calls = 0;
	kernel.grows = 1000;
	assert_int_equal(vfio_container_get_info(1, &info), -EAGAIN);
	assert_true(kernel.calls < 10);
	assert_null(info.range);
	kernel.grows = 0;
	kernel.answer_size = VFIO_INFO_MAX + 1;
	assert_int_equal(vfio_container_get_info(1, &info), -EFBIG);
	kernel.answer_size = UINT32_MAX;
	assert_int_equal(vfio_container_get_info(1, &info), -EFBIG);
	kernel.answer_size = 0;
	kernel.error = ENOTTY;
	assert_int_equal(vfio_container_get_info(1, &info), -ENOTTY);
	kernel.error = 0;
	kernel.result = 1; /* no number is an answer to it */
	assert_int_equal(vfio_container_get_info(1, &info), -EBADMSG);
}

/* --- the other calls
 * ------------------------------------------------------------------------ */

static void test_container(void **state)
{
	(void)state;
	assert_int_equal(vfio_container_set_type1(1), 0);
	assert_int_equal(kernel.argument, 3); /* the number itself */
	kernel.error = EPERM;
	assert_int_equal(vfio_container_set_type1(1), -EPERM);
}

static void test_group(void **state)
{
	struct abi_vfio_group_status status = { .flags = 1 };
	uint32_t flags;

	(void)state;
	memcpy(kernel.answer, &status, sizeof(status));
	kernel.answer_size = sizeof(status);
	assert_int_equal(vfio_group_get_status(1, &flags), 0);
	assert_int_equal(flags, VFIO_GROUP_IS_VIABLE);
	kernel.answer_size = 0;

	assert_int_equal(vfio_group_set_container(1, 5), 0);
	assert_int_equal(kernel.request, _IO(';', 104));
	kernel.result = 9;
	assert_int_equal(vfio_group_get_device(1, "0000:00:05.0"), 9);
	assert_string_equal((const char *)kernel.argument, "0000:00:05.0");
	kernel.error = ENODEV;
	assert_int_equal(vfio_group_get_device(1, "0000:00:05.0"), -ENODEV);
	assert_int_equal(vfio_group_set_container(1, 5), -ENODEV);
}

/* What is sent is the oldest layout, with no flag. */
static void test_device(void **state)
{
	const struct abi_vfio_bind bind = { .argsz = 16, .iommufd = 7 };
	const struct abi_vfio_attach attach = { .argsz = 12, .pt_id = 2 };
	struct abi_vfio_bind bound = { .iommufd = 7, .out_devid = 11 };
	uint32_t id;

	(void)state;
	memcpy(kernel.answer, &bound, sizeof(bound));
	kernel.answer_size = sizeof(bound);
	assert_int_equal(vfio_device_bind(1, 7, &id), 0);
	assert_int_equal(id, 11);
	assert_memory_equal(kernel.sent, &bind, sizeof(bind));
	kernel.answer_size = 0;
	assert_int_equal(vfio_device_attach(1, 2, &id), 0);
	assert_int_equal(id, 2);
	assert_memory_equal(kernel.sent, &attach, sizeof(attach));
	kernel.error = EINVAL;
	assert_int_equal(vfio_device_bind(1, 7, &id), -EINVAL);
	assert_int_equal(vfio_device_attach(1, 2, &id), -EINVAL);
}

/* A name is one word: nothing else can be opened with it. */
static void test_names(void **state)
{
	static const char *const bad[] = {
		"", ".", "..", "../null", "vfio/../../null", "/null", "vfio 0", "vfio0\n"
	};
	struct root root;

	(void)state;
	assert_int_equal(root_open(&root, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK(bad[i], vfio_device_open(&root, bad[i]) == -EINVAL);
		CHECK(bad[i], vfio_group_open(&root, bad[i]) == -EINVAL);
	}
	assert_int_equal(vfio_device_open(&root, "vfio999999"), -ENOENT);
	assert_int_equal(vfio_group_open(&root, "noiommu-999999"), -ENOENT);
	root_close(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_usual, reset),
		cmocka_unit_test_setup(test_cut, reset),
		cmocka_unit_test_setup(test_flags, reset),
		cmocka_unit_test_setup(test_newer, reset),
		cmocka_unit_test_setup(test_chain, reset),
		cmocka_unit_test_setup(test_range_counts, reset),
		cmocka_unit_test_setup(test_twice, reset),
		cmocka_unit_test_setup(test_get_info, reset),
		cmocka_unit_test_setup(test_container, reset),
		cmocka_unit_test_setup(test_group, reset),
		cmocka_unit_test_setup(test_device, reset),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("kernel-vfio", tests, NULL, NULL);
}
