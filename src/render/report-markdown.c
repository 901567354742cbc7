/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report for a tracker that renders Markdown: the verdict and the findings in short,
 * and the whole text folded away. By the CommonMark specification, 0.31, 4.5, 4.6
 * and 6.1.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "render/check.h"
#include "render/report.h"

/* So many findings stand in front of the text. */
#define FINDINGS_MAX 10

/* Of each so many devices are named. */
#define DEVICES_MAX 4

/* How many backticks follow each other at most. */
static size_t longest_run(const char *s)
{
	size_t longest = 0;

	while (*s) {
		size_t n = strspn(s, "`");

		longest = n > longest ? n : longest;
		s += n + (n == 0);
	}
	return longest;
}

static void put_ticks(size_t n, FILE *out)
{
	while (n--)
		fputc('`', out);
}

/*
 * Text from outside as a code span: nothing in it is markup, a mention or a link. It
 * begins and ends with a blank where it may do so with a backtick.
 */
static void put_code(const char *s, FILE *out)
{
	cleanup_free char *clean = xstrdup(s);
	size_t ticks = longest_run(s) + 1;
	const char *blank = ticks > 1 ? " " : "";

	text_clean(clean);
	put_ticks(ticks, out);
	fprintf(out, "%s%s%s", blank, clean, blank);
	put_ticks(ticks, out);
}

/* "`0000:01:00.0`, `0000:01:00.1` and 3 more" */
static void put_devices(const struct view *v, const struct finding *f, FILE *out)
{
	for (size_t i = 0; i < f->n_devices && i < DEVICES_MAX; i++) {
		fputs(i ? ", " : ": ", out);
		put_code(v->host->devices[f->devices[i].device].name, out);
	}
	if (f->n_devices > DEVICES_MAX)
		fprintf(out, " and %zu more", f->n_devices - DEVICES_MAX);
}

static void put_summary(const struct view *v, FILE *out)
{
	const struct findings *f = v->findings;

	for (size_t i = 0; i < f->n_list && i < FINDINGS_MAX; i++) {
		const struct finding *finding = &f->list[i];

		fprintf(out, "%zu. **%s** `%s`", i + 1, severity_word(finding->severity),
			finding->id);
		put_devices(v, finding, out);
		fputs("<br>\n   ", out);
		put_code(finding->message, out);
		fputc('\n', out);
	}
	if (f->n_list)
		fputc('\n', out);
	if (f->n_list > FINDINGS_MAX)
		fprintf(out, "And %zu more.\n\n", f->n_list - FINDINGS_MAX);
}

void render_report_markdown(const struct view *v, FILE *out)
{
	cleanup_free char *counts = verdict_text(v);
	cleanup_free char *verdict = verdict_line_text(
		&(struct verdict_line){ verdict_word(v), counts, v->exit_status });
	cleanup_free char *text = NULL;
	size_t size = 0, ticks;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		out_of_memory();
	render_report(v, file);
	if (fclose(file))
		out_of_memory();
	ticks = longest_run(text) < 3 ? 3 : longest_run(text) + 1;
	fprintf(out, "**iommu-resv %s report**: ", PACKAGE_VERSION);
	put_code(verdict, out);
	fputs("\n\n", out);
	put_summary(v, out);
	fputs("<details><summary>The whole report</summary>\n\n", out);
	put_ticks(ticks, out);
	fprintf(out, "text\n%s", text);
	put_ticks(ticks, out);
	fputs("\n\n</details>\n", out);
}
