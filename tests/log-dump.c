/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump FILE: prints the faults that a log tells, one a line, and what else was kept of
 * it. dump FILE N: reads it N times, each time changed in other places; the same N
 * changes the same. What is looked for then is a report of a sanitizer, an end by a
 * signal, or no end.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/root.h"
#include "base/text.h"
#include "collect/collect.h"

static const char *text_or_none(const char *s)
{
	return s ? s : "-";
}

static void print_requester(const struct fault *f)
{
	printf(" %s", words_name(&requester_kind_words, f->requester));
	if (f->requester == REQUESTER_FUNCTION && f->has_segment)
		printf(" %04x:", f->segment);
	if (f->requester == REQUESTER_FUNCTION)
		printf("%s%02x:%02x.%x", f->has_segment ? "" : " ", f->id >> 8,
		       f->id >> 3 & 31, f->id & 7);
	else if (f->requester != REQUESTER_UNKNOWN)
		printf(" 0x%x", f->id);
}

static void print_fault(const struct fault *f)
{
	printf("line %u, %" PRIu64 " times, at %s: %s %s", f->line, f->count,
	       text_or_none(f->time), iommu_kind_name(f->kind), text_or_none(f->iommu));
	print_requester(f);
	printf(" client %s", text_or_none(f->client));
	if (f->has_address)
		printf(" address 0x%" PRIx64, f->address);
	printf("%s %s: %s\n", f->is_interrupt ? " interrupt" : "",
	       words_name(&fault_access_words, f->access), text_or_none(f->reason));
}

static void print_qemu(const struct qemu_line *q)
{
	printf("QEMU %u: %s %s", q->number, words_name(&qemu_says_words, q->says),
	       text_or_none(q->device));
	if (q->group != NO_GROUP)
		printf(" group %u", q->group);
	if (q->has_range)
		printf(" 0x%" PRIx64 "-0x%" PRIx64, q->range.first, q->range.last);
	printf(" errno %d: %s\n", q->error, q->text);
}

static void print_host(const struct host *host)
{
	const struct log_state *s = &host->log_state;

	for (size_t i = 0; i < host->n_faults; i++)
		print_fault(&host->faults[i]);
	printf("wrapped %s, %" PRIu64 " suppressed, %" PRIu64 " not kept\n",
	       tristate_name(s->wrapped), s->suppressed, s->unkept);
	for (size_t i = 0; i < host->n_log; i++)
		printf("kept %u: %s\n", host->log[i].number, host->log[i].text);
	for (size_t i = 0; i < host->n_qemu_lines; i++)
		print_qemu(&host->qemu_lines[i]);
}

/* Reads a copy of the log. */
static bool read_log(const struct text *log, bool print)
{
	struct text copy = { 0 };
	struct host host;
	char *wrong;

	host_init(&host);
	text_reserve(&copy, log->len + 1);
	memcpy(copy.data, log->data, log->len + 1);
	copy.len = log->len;
	wrong = collect_log_text("/log", &copy, &host);
	if (wrong && print)
		fprintf(stderr, "%s\n", wrong);
	if (print)
		print_host(&host);
	free(wrong);
	text_clear(&copy);
	host_clear(&host);
	return !wrong;
}

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Bytes changed, pieces doubled over others, a number blown up, the end cut. */
static void change(struct text *log, uint64_t *state)
{
	static const char odd[] = "0123456789abcdefx[]:., ;=-?\t\n<>";
	size_t n = 1 + next(state) % 24;

	for (; n && log->len; n--) {
		size_t at = next(state) % log->len;
		size_t from = next(state) % log->len;
		size_t length = next(state) % 24;

		if (length > log->len - (at > from ? at : from))
			length = log->len - (at > from ? at : from);
		switch (next(state) % 4) {
		case 0:
			memmove(log->data + at, log->data + from, length);
			break;
		case 1:
			memset(log->data + at, 'f', length);
			break;
		case 2:
			log->data[at] = (char)(next(state) % 255 + 1);
			break;
		default:
			log->data[at] = odd[next(state) % (sizeof(odd) - 1)];
		}
	}
	if (next(state) % 8 == 0) {
		log->len = next(state) % (log->len + 1);
		log->data[log->len] = 0;
	}
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct text log = { 0 }, changed = { 0 };
	uint64_t state = rounds;
	int status;

	if (argc < 2 || file_read(argv[1], 1 << 24, &log))
		return 2;
	text_reserve(&log, 1);
	status = rounds ? 0 : !read_log(&log, true);
	for (; rounds; rounds--) {
		text_reset(&changed);
		text_add(&changed, log.data);
		change(&changed, &state);
		text_reserve(&changed, 1);
		(void)read_log(&changed, false);
	}
	text_clear(&changed);
	text_clear(&log);
	return status;
}
