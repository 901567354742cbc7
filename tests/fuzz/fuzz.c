/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running commands in this process, and judging what they print. */
#include "fuzz.h"

#include <ctype.h>
#include <getopt.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "cmd/output.h"
#include "firmware/dtb.h"
#include "firmware/table.h"
#include "model/snapshot.h"
#include "render/format.h"

void broken(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vdprintf(STDERR_FILENO, fmt, ap);
	va_end(ap);
	dprintf(STDERR_FILENO, "\n");
	abort();
}

const char *setting(const char *name)
{
	const char *value = getenv(name);

	if (!value)
		broken("%s is not set: tests/fuzz/run does it", name);
	return value;
}

/* splitmix64 */
uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

size_t random_below(struct random *r, size_t n)
{
	return n ? (size_t)(random_next(r) % n) : 0;
}

void buffer_replace(struct buffer *b, size_t from, size_t to, const char *bytes, size_t n)
{
	cleanup_free char *copy = NULL;

	if (b->size - (to - from) + n > b->max)
		return;
	copy = xcalloc(n, 1);
	memcpy(copy, bytes, n);
	memmove(b->bytes + from + n, b->bytes + to, b->size - to);
	memcpy(b->bytes + from, copy, n);
	b->size = b->size - (to - from) + n;
}

/* --- Files --- */

void memory_file_open(struct memory_file *file)
{
	file->fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (file->fd < 0)
		broken("no file in memory");
	file->path = text_format("/proc/self/fd/%d", file->fd);
}

void memory_file_set(const struct memory_file *file, const void *bytes, size_t size)
{
	if (ftruncate(file->fd, 0) || pwrite(file->fd, bytes, size, 0) != (ssize_t)size)
		broken("a file in memory cannot be written");
}

/* --- Judging what was printed --- */

/* JSON and labels of metrics may be UTF-8; what people read is ASCII. */
static void judge_text(const char *what, const char *text, size_t size, bool utf8)
{
	for (size_t i = 0; i < size; i++) {
		const unsigned char c = (unsigned char)text[i];

		if (c != '\n' && (c < ' ' || c == 0x7f || (c > 0x7f && !utf8)))
			broken("%s: byte 0x%02x at %zu: %.200s", what, c, i,
			       text + (i > 100 ? i - 100 : 0));
	}
	for (size_t i = 0; utf8 && i < size;) {
		size_t n = text_utf8_length(text + i, &(uint32_t){ 0 });

		if (!n)
			broken("%s: no UTF-8 at %zu", what, i);
		i += n;
	}
}

static void judge_json(const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, text, (int)size);
	if (!object || json_tokener_get_error(tokener) != json_tokener_success)
		broken("no JSON: %s: %.500s",
		       json_tokener_error_desc(json_tokener_get_error(tokener)), text);
	for (size_t i = json_tokener_get_parse_end(tokener); i < size; i++) {
		if (!isspace((unsigned char)text[i]))
			broken("something stands behind JSON: %.200s", text + i);
	}
	json_object_put(object);
	json_tokener_free(tokener);
}

/* Help and versions are text, whatever is asked for. */
static bool wants_json(const struct options *options)
{
	return (options->json ||
		(options->command == &command_snapshot && !options->format)) &&
	       !options->help && !options->version && options->command != &command_help;
}

static void judge_run(const struct options *options, const struct printed *p)
{
	const bool json = wants_json(options) && p->size;

	if (p->status < 0 || p->status > 3)
		broken("status %d", p->status);
	judge_text("standard error", p->errors, p->errors_size, false);
	judge_text("standard output", p->text, p->size,
		   json || options->svg || options->format == &format_prometheus);
	if (json)
		judge_json(p->text, p->size);
	if (!p->size && !p->errors_size && p->status == 3 && !options->quiet)
		broken("status 3, and nobody says why");
}

/* --- Running --- */

static int run_options(int argc, char **argv, bool (*adjust)(struct options *),
		       struct messages *said, struct options *options)
{
	int status = options_parse(argc, argv, options);

	options->said = said;
	if (status == GO_ON)
		status = !adjust || adjust(options) ? options->command->run(options) : 0;
	return status;
}

/* For tests/fuzz/run repeat: what was run, and what it printed. */
static void show(int argc, char **argv, const struct printed *p)
{
	if (!getenv("FUZZ_SHOW"))
		return;
	for (int i = 0; i < argc; i++)
		dprintf(STDERR_FILENO, "%s%s", i ? " " : "$ ", argv[i]);
	dprintf(STDERR_FILENO, "\n%s%s[%d]\n", p->text, p->errors, p->status);
}

/* As main() does. */
static void run_words(int argc, char **argv, bool (*adjust)(struct options *),
		      struct printed *p)
{
	struct messages said;
	struct options options;

	messages_keep(&said);
	optind = 0; /* getopt(3): glibc begins anew */
	p->status = run_options(argc, argv, adjust, &said, &options);
	if (p->status == FAILED) {
		p->status = EXIT_UNKNOWN;
		output_failure(&options, p->status);
	}
	options_clear(&options);
	messages_end(&said);
	fclose(stdout);
	fclose(stderr);
	show(argc, argv, p);
	judge_run(&options, p);
}

void run_program(const char *const *words, bool (*adjust)(struct options *),
		 struct printed *p)
{
	/* sanitizers write to the descriptor, libFuzzer to the stream that it began with
	 */
	FILE *out = stdout, *err = stderr;
	char *argv[WORDS_MAX + 2] = { xstrdup("iommu-resv") };
	char *owned[WORDS_MAX + 1] = { argv[0] };
	int argc = 1;

	for (; *words && argc <= WORDS_MAX; argc++)
		owned[argc] = argv[argc] = xstrdup(*words++);
	*p = (struct printed){ 0 };
	stdout = open_memstream(&p->text, &p->size);
	stderr = open_memstream(&p->errors, &p->errors_size);
	if (!stdout || !stderr)
		broken("no stream in memory");
	run_words(argc, argv, adjust, p);
	stdout = out;
	stderr = err;
	while (argc)
		free(owned[--argc]); /* getopt moves words */
}

void printed_clear(struct printed *p)
{
	free(p->text);
	free(p->errors);
	*p = (struct printed){ 0 };
}

static char *save(const struct host *host, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (!out)
		broken("no stream in memory");
	snapshot_save(host, out);
	fclose(out);
	return text;
}

bool snapshot_returns(const char *text, size_t size)
{
	cleanup_free char *error = NULL, *again = NULL, *third = NULL;
	size_t n_again = 0, n_third = 0;
	struct host host;

	host_init(&host);
	if (snapshot_load(text, size, "first", &host, &error))
		return false;
	again = save(&host, &n_again);
	host_clear(&host);
	host_init(&host);
	if (snapshot_load(again, n_again, "first", &host, &error))
		broken("a saved snapshot cannot be loaded: %s", error);
	third = save(&host, &n_third);
	host_clear(&host);
	if (n_again != n_third || memcmp(again, third, n_third))
		broken("a snapshot changes when it is saved again");
	return true;
}

/* --- Ways --- */

/* What changes nothing that is printed, asks the machine, or does not end. */
static bool is_left_out(const struct option_row *row)
{
	static const char *const names[] = { "help",	     "version", "quiet",
					     "query",	     "via",	"yes",
					     "read-msix",    "once",	"color",
					     "list-columns", "holes" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], row->name))
			return true;
	}
	return false;
}

static void add_word(struct way *way, const char *word)
{
	if (way->n + 4 < WORDS_MAX)
		way->word[way->n++] = word;
}

static void add_way(struct ways *ways, const struct command *command,
		    const char *const *operands, const char *option)
{
	struct way *way = ADD(ways, way);

	add_word(way, command->name);
	if (option)
		add_word(way, option);
	while (*operands)
		add_word(way, *operands++);
}

void add_ways(struct ways *ways, const struct command *command,
	      const char *const *operands)
{
	add_way(ways, command, operands, NULL);
	for (size_t i = 0; i < n_option_rows; i++) {
		const struct option_row *row = &option_rows[i];

		if (is_left_out(row) || !option_belongs_to(row, command))
			continue;
		if (row->kind == OPTION_FLAG)
			add_way(ways, command, operands, text_format("--%s", row->name));
		for (size_t c = 0; c < row->n_choices; c++)
			add_way(ways, command, operands,
				text_format("--%s=%s", row->name, row->choices[c]));
	}
}

static bool reads_one_host(const struct command *command)
{
	static const struct command *const others[] = { &command_query,	 &command_watch,
							&command_decode, &command_diff,
							&command_merge,	 &command_help };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (others[i] == command)
			return false;
	}
	return true;
}

void add_host_ways(struct ways *ways)
{
	static const char *const none[] = { NULL };
	static const char *const devices[] = { "*:*.*", NULL };
	static const char *const guest[] = { "--ram=64G", "--range=0x0-0xffff", NULL };
	static const char *const topic[] = { "kernel", NULL };

	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = commands[i];

		if (reads_one_host(c))
			add_ways(ways, c,
				 c == &command_assign	 ? devices
				 : c == &command_fit	 ? guest
				 : c == &command_explain ? topic
							 : none);
	}
}

void run_way(const struct ways *ways, size_t number, const char *option,
	     const char *argument, struct printed *printed)
{
	struct way way = ways->way[number % ways->n_way];

	/* the names of PCI devices are libpci's business, and the list of them is long */
	way.word[way.n++] = "--pci-ids=/dev/null";
	way.word[way.n++] = option;
	way.word[way.n++] = argument;
	way.word[way.n] = NULL;
	run_program(way.word, NULL, printed);
}

/* --- Tables --- */

static void put_number(uint8_t *bytes, uint32_t value, bool big_endian)
{
	for (size_t i = 0; i < 4; i++)
		bytes[big_endian ? 3 - i : i] = (uint8_t)(value >> 8 * i);
}

void repair_table(uint8_t *bytes, size_t size)
{
	uint8_t sum = 0;

	if (size > 1 && bytes[0] == 0x9f && bytes[1] == 0xeb) /* BTF */
		return;
	if (dtb_is_blob(bytes, size)) {
		if (size >= 8)
			put_number(bytes + 4, (uint32_t)size, true);
		return;
	}
	if (size < TABLE_HEADER_SIZE)
		return;
	put_number(bytes + 4, (uint32_t)size, false);
	bytes[9] = 0;
	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + bytes[i]);
	bytes[9] = (uint8_t)-sum;
}
