/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest of `check --guest`: loading it, and pairing its devices with the host's. */
#include "cmd/guest.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"

bool guest_read(const struct options *options, struct guest *guest)
{
	*guest = (struct guest){ .path = options->guest };
	if (!options->guest && options->guest_devices.n_word) {
		message("--guest-device: needs --guest");
		return false;
	}
	return !guest->path || read_input(options, guest->path, &guest->text);
}

bool guest_load(struct guest *guest)
{
	if (!guest->path)
		return true;
	guest->loaded = parse_host(guest->path, &guest->text, &guest->host);
	text_clear(&guest->text);
	if (guest->loaded)
		analyze(&guest->host, NULL, &guest->analysis);
	return guest->loaded;
}

void guest_close(struct guest *guest)
{
	text_clear(&guest->text);
	if (!guest->loaded)
		return;
	analysis_clear(&guest->analysis);
	host_clear(&guest->host);
}

static bool find_device(const struct host *host, const char *whose, const char *name,
			size_t *index)
{
	if (select_device(host, name, index))
		return true;
	message("--guest-device takes GUEST=HOST: '%s' must be a device of the %s", name,
		whose);
	return false;
}

static bool parse_pair(const char *word, const struct host *guest,
		       const struct host *host, struct nested_pair *pair)
{
	cleanup_free char *theirs = xstrdup(word);
	char *ours = strchr(theirs, '=');

	if (!ours || ours == theirs || !ours[1]) {
		message("--guest-device: '%s': is not GUEST=HOST", word);
		return false;
	}
	*ours++ = 0;
	return find_device(guest, "guest", theirs, &pair->guest) &&
	       find_device(host, "host", ours, &pair->host);
}

static bool is_taken(const struct nested_pair *pairs, size_t n, struct nested_pair pair)
{
	for (size_t i = 0; i < n; i++) {
		if (pairs[i].guest == pair.guest || pairs[i].host == pair.host)
			return true;
	}
	return false;
}

bool guest_compare(const struct options *options, const struct guest *guest,
		   const struct host *host, const struct analysis *analysis,
		   struct nested **out)
{
	const struct words *words = &options->guest_devices;
	cleanup_free struct nested_pair *pairs = xcalloc(words->n_word, sizeof(*pairs));

	*out = NULL;
	if (!guest->loaded)
		return true;
	for (size_t i = 0; i < words->n_word; i++) {
		if (!parse_pair(words->word[i], &guest->host, host, &pairs[i]))
			return false;
		if (is_taken(pairs, i, pairs[i])) {
			message("--guest-device: '%s': names a device twice",
				words->word[i]);
			return false;
		}
	}
	*out = xcalloc(1, sizeof(**out));
	analyze_nested(host, analysis, &guest->host, &guest->analysis, pairs,
		       words->n_word, *out);
	return true;
}
