/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages on standard error, and what JSON repeats of them. */
#include "base/message.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define PREFIX "iommu-resv: "

/* More than any sensible run says; what follows is printed and not kept. */
#define KEPT_MAX ((size_t)64 << 10)

static void __attribute__((format(printf, 1, 0))) vmessage(const char *fmt, va_list ap)
{
	char line[1024];

	vsnprintf(line, sizeof(line), fmt, ap);
	text_clean(line);
	fflush(stdout);
	fprintf(stderr, PREFIX "%s\n", line);
}

void message(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(fmt, ap);
	va_end(ap);
}

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(fmt, ap);
	va_end(ap);
	exit(3);
}

static ssize_t keep(void *cookie, const char *bytes, size_t n)
{
	struct messages *m = cookie;

	if (n <= KEPT_MAX - m->text.len) {
		text_reserve(&m->text, n);
		memcpy(m->text.data + m->text.len, bytes, n);
		m->text.len += n;
		m->text.data[m->text.len] = 0;
	}
	return (ssize_t)fwrite(bytes, 1, n, m->plain);
}

void messages_keep(struct messages *m)
{
	FILE *both = fopencookie(m, "w", (cookie_io_functions_t){ .write = keep });

	*m = (struct messages){ 0 };
	if (!both)
		return;
	setvbuf(both, NULL, _IONBF, 0);
	m->plain = stderr;
	stderr = both; /* an ordinary variable in glibc, see its manual, Standard Streams
			*/
}

void messages_end(struct messages *m)
{
	if (m->plain) {
		fclose(stderr);
		stderr = m->plain;
	}
	text_clear(&m->text);
	*m = (struct messages){ 0 };
}

char *messages_next(const struct messages *m, size_t *at)
{
	while (m && *at < m->text.len) {
		const char *line = m->text.data + *at;
		size_t n = strcspn(line, "\n");
		/* a question that was asked may stand in front */
		const char *s = memmem(line, n, PREFIX, strlen(PREFIX));

		*at += n + 1;
		if (s)
			return xstrndup(s + strlen(PREFIX),
					n - (size_t)(s - line) - strlen(PREFIX));
	}
	return NULL;
}
