/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel log, /dev/kmsg (Documentation/ABI/testing/dev-kmsg): records
 * "prio,seq,time,flags;text" with continuation lines that begin with a blank. In a saved
 * tree dev/kmsg may also be the text that dmesg prints. Of the last boot in it, only
 * lines of the kernel about IOMMUs, VFIO and firmware faults are kept, and QEMU's about
 * VFIO, which a journal or libvirt's file has. The log is a ring: what is not in it may
 * have happened all the same.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"
#include "collect/log-fault.h"
#include "collect/log-line.h"
#include "collect/log-qemu.h"
#include "collect/read.h"

#define LOG_PATH "dev/kmsg"

/* The kernel's largest log buffer is 2^25 bytes (LOG_BUF_SHIFT, init/Kconfig). */
#define LOG_MAX ((size_t)48 << 20)

/* What makes a line worth keeping; sorted by nothing. */
static const char *const words[] = {
	"DMAR",
	"AMD-Vi",
	"iommu",
	"IOMMU",
	"smmu",
	"SMMU",
	"vfio",
	"VFIO",
	"RMR",
	"Firmware Bug",
	"Table Upgrade",
	"IORT:",
	"VIOT:",
	"ITS [mem",
	"ITS@0x",
	"workaround for ITS",
	"GICv2m:",
	"Reused DEV table",
	"Translation is already enabled",
	"Device is not trusted",
	"interrupt remapping",
};

#define FIRST_LETTERS "DAiIsSvVRFTGw" /* of the words */

/* Most lines have none of the words: they are passed over once, not once for each. */
static bool is_of_interest(const char *s)
{
	for (s = strpbrk(s, FIRST_LETTERS); s; s = strpbrk(s + 1, FIRST_LETTERS)) {
		for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
			if (words[i][0] == *s && text_starts_with(s, words[i]))
				return true;
		}
	}
	return false;
}

/* A log on its way to a host. */
struct log_reader {
	struct host *host;
	struct fault_reader faults;
	unsigned number;     /* of the last line */
	bool counts_records; /* a line that goes on with the one before has no number */
	bool is_first;	     /* no line was taken yet */
	char *banner;	     /* release of the kernel whose boot it is; NULL: not told */
	char *vm_kernel;     /* the same, of the last start of a VM by libvirt */
	bool is_of_vm;	     /* it is libvirt's file of a VM, so not the kernel's */
	size_t n_cut;	     /* lines that are not kept */
	size_t n_qemu_cut;   /* the same of what QEMU said */
};

/*
 * Of a log with too many lines the first are kept, where the IOMMUs started, and the
 * last, which go round in what is left.
 */
#define FIRST_LINES (LOG_LINES_MAX / 2)
#define LAST_LINES (LOG_LINES_MAX - FIRST_LINES)

static struct log_line *place_for_line(struct log_reader *r)
{
	struct log_line *l;

	if (r->host->n_log < LOG_LINES_MAX)
		return ADD(r->host, log);
	l = &r->host->log[FIRST_LINES + r->n_cut++ % LAST_LINES];
	free(l->text);
	free(l->time);
	return l;
}

static int compare_lines(const void *a, const void *b)
{
	const struct log_line *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* In order again, and says what is not kept. */
static void end_log(struct log_reader *r, const char *path)
{
	if (r->n_cut)
		qsort(r->host->log + FIRST_LINES, LAST_LINES, sizeof(*r->host->log),
		      compare_lines);
	note_cut(r->host, SOURCE_LOG, path, "lines about IOMMUs, VFIO or firmware",
		 r->n_cut, LOG_LINES_MAX);
	note_cut(r->host, SOURCE_LOG, path, "lines of QEMU", r->n_qemu_cut,
		 QEMU_LINES_MAX);
	free(r->banner);
	free(r->vm_kernel);
}

static void keep(struct log_reader *r, const char *text, unsigned number,
		 const char *time)
{
	struct log_line *l = place_for_line(r);

	l->number = number;
	l->text = xstrndup(text, 1000);
	text_clean(l->text);
	l->time = time ? xstrdup(time) : NULL;
}

/* Of a record of /dev/kmsg: the first that the ring still has tells what was lost. */
static void take_sequence(struct log_reader *r, const char *line)
{
	char *end;
	unsigned long priority = strtoul(line, &end, 10);

	(void)priority;
	if (end > line && *end == ',' && strchr(end, ';'))
		r->host->log_state.wrapped =
			strtoull(end + 1, NULL, 10) ? TRISTATE_YES : TRISTATE_NO;
	r->is_first = false;
}

/* Another boot begins: what was before is of no use. Takes over the release; or NULL. */
static void begin_boot(struct log_reader *r, char *release)
{
	free(r->banner);
	r->banner = release;
	fault_reader_reset(&r->faults);
	host_clear_log(r->host);
	r->n_cut = 0;
	r->host->log_state.wrapped = TRISTATE_NO;
}

/* As dmesg prints it, or else as it stands there; NULL: not told. The caller owns it. */
static char *time_of(const struct log_parts *p)
{
	char *time = p->time_length ? xstrndup(p->time, p->time_length) : NULL;
	uint64_t us;

	if (time && p->is_record && text_to_number(time, 10, INT64_MAX, &us)) {
		free(time);
		return text_format("%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
	}
	if (time)
		text_clean(time);
	return time;
}

/* False: it is about no fault. */
static bool take_fault(struct log_reader *r, const struct log_parts *p)
{
	cleanup_free char *time = time_of(p);
	enum fault_line is = fault_reader_take(&r->faults, p->text, r->number, time);
	unsigned number = r->number;
	const char *text = fault_reader_line(&r->faults, &number);

	if (is == LINE_OF_NEW_FAULT)
		keep(r, text ? text : p->text, number, text ? r->faults.raw.time : time);
	return is != LINE_OF_NO_FAULT;
}

/* Did the VM run on another kernel, so before this boot? */
static bool is_of_other_kernel(const struct log_reader *r)
{
	const char *here = r->banner ? r->banner : r->host->kernel.release;

	return r->vm_kernel && here && strcmp(r->vm_kernel, here) != 0;
}

/* A line of QEMU's, or libvirt's about one; of its runs the last counts. */
static bool take_qemu(struct log_reader *r, const char *line)
{
	char *release;

	if (qemu_line_is_start(line, &release)) {
		host_clear_qemu_lines(r->host);
		r->n_qemu_cut = 0;
		free(r->vm_kernel);
		r->vm_kernel = release;
		r->is_of_vm = true;
		return true;
	}
	return is_of_other_kernel(r)
		       ? false
		       : qemu_line_take(r->host, line, r->number, &r->n_qemu_cut);
}

static void take_line(struct log_reader *r, const char *line)
{
	struct log_parts p = log_line_parts(line);
	char *release = p.is_kernel ? log_banner_release(p.text) : NULL;

	if (r->is_first)
		take_sequence(r, line);
	if (release || log_line_is_boot(line))
		begin_boot(r, release);
	if ((!p.is_record && take_qemu(r, line)) || (r->is_of_vm && !p.time_length))
		return;
	if (p.is_kernel && !take_fault(r, &p) && is_of_interest(p.text)) {
		cleanup_free char *time = time_of(&p);

		keep(r, p.text, r->number, time);
	}
}

/* Lines that begin with a blank go on with the one before. */
static void take_lines(struct log_reader *r, char *rest)
{
	bool complete;
	char *line;

	while ((line = text_next_line(&rest, &complete))) {
		bool goes_on = *line == ' ';

		if (!goes_on || !r->counts_records)
			r->number++;
		if (!goes_on)
			take_line(r, line);
	}
	fault_reader_reset(&r->faults);
}

/* What is wrong with the text as a whole; NULL: nothing. */
static const char *fault_of_text(const struct text *t)
{
	return t->len && memchr(t->data, 0, t->len) ? "holds a zero byte: not a log"
						    : NULL;
}

static void collect_log(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_LOG);
	cleanup_free struct log_reader *log = xcalloc(1, sizeof(*log));
	const char *fault;

	(void)wanted;
	if (read_records(&r, LOG_PATH, LOG_MAX, &t) != SOURCE_READ)
		return;
	fault = fault_of_text(&t);
	if (fault) {
		host_set_source(host, SOURCE_LOG, SOURCE_BROKEN, 0, "/" LOG_PATH, fault);
		return;
	}
	log->host = log->faults.host = host;
	log->is_first = log->counts_records = true;
	take_lines(log, t.data);
	end_log(log, "/" LOG_PATH);
}

/* What is wrong with a log for this host; NULL: nothing. The caller owns it. */
static char *fault_of_log(const struct log_reader *log)
{
	const char *host = log->host->kernel.release;

	if (!log->number)
		return xstrdup("is empty");
	if (log->banner && host && strcmp(log->banner, host) != 0)
		return text_format("its last boot is of Linux %s, and the host runs %s",
				   log->banner, host);
	if (!log->banner && is_of_other_kernel(log))
		return text_format("its VM was last started on Linux %s, and the host "
				   "runs %s",
				   log->vm_kernel, host);
	return NULL;
}

char *collect_log_text(const char *path, struct text *text, struct host *host)
{
	cleanup_free struct log_reader *log = xcalloc(1, sizeof(*log));
	const char *fault = fault_of_text(text);
	char *wrong;

	if (fault)
		return xstrdup(fault);
	host_clear_log(host);
	host_forget_source(host, SOURCE_LOG);
	host_set_source(host, SOURCE_LOG, SOURCE_READ, 0, path, NULL);
	log->host = log->faults.host = host;
	log->is_first = true;
	take_lines(log, text->data);
	wrong = fault_of_log(log);
	end_log(log, path);
	return wrong;
}

const struct collector collector_log = {
	.sources = SOURCE_BIT(SOURCE_LOG),
	.collect = collect_log,
};
