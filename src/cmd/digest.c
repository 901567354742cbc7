/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `diff` and `merge` do with each host: judge it, and keep what is compared. */
#include "compare/digest.h"
#include "cmd/cmd.h"
#include "rules/rules.h"

void digest_host(const struct host *host, struct digest *out)
{
	struct findings findings = { 0 };
	struct analysis analysis;

	analyze(host, NULL, &analysis);
	rules_run(host, &analysis, NULL, &findings);
	digest_of(host, &analysis, &findings, out);
	findings_clear(&findings);
	analysis_clear(&analysis);
}
