/* SPDX-License-Identifier: ISC */

/* shard-vote without a verb: a poll over the network. */

#include <stdio.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/output.h"
#include "base/tool.h"
#include "poll/kept.h"
#include "site.h"
#include "verbs.h"
#include "vote/outcome.h"

/* For whoever asked for it, and for those that look back (poll/kept.h). */
static int
keep(const struct hold *hold)
{
	char folder[FILE_PATH];

	if (tool_path("polls", folder) != 0 ||
	    (asked.write != NULL &&
		output_put(asked.write, span_of_buf(&hold->certificate)) != 0))
		return -1;
	if (kept_add(folder, &hold->owner, hold->time,
		span_of_buf(&hold->certificate)) != 0)
		log_line(LOG_WARN, "the certificate is not kept: %s",
		    fail_last()->text);
	return 0;
}

/* Keep what came of it, tell it, and say whether all is well. */
static int
conclude(const struct hold *hold, const struct roster *roster)
{
	char strength[OUTCOME_TEXT];
	struct buf rows = {0};

	if (keep(hold) != 0)
		return -1;
	if (hold_rows(hold, roster, asked.style, &rows) != 0 ||
	    verb_print(&rows) != 0)
		return -1;
	outcome_strength(&hold->electorate, strength);
	log_line(LOG_NOTE, "%s", strength);
	return outcome_judge(hold->verdict, items_count(&hold->roll.items));
}

int
verb_keep_evidence(struct span culprits)
{
	char path[FILE_PATH];

	if (culprits.size == 0)
		return 0;
	if (file_path(path, "%s.evidence",
		asked.write != NULL ? asked.write : "poll") != 0)
		return -1;
	log_line(LOG_WARN, "here is evidence: see 'shard-vote verify %s'",
	    path);
	return output_put(path, culprits);
}

int
verb_poll(int argc, char **argv)
{
	static struct hold hold;
	struct site site = {.holders = {0}};
	int result;

	if (argc > 0)
		return tool_unexpected(argv[0]);
	if (site_terms(&hold) != 0)
		return -1;
	result = site_open(&site);
	hold.holders = &site.holders;
	hold.scalar = &site.scalar;
	hold.owner = site.owner;
	if (result == 0)
		result = hold_poll(&hold);
	holders_explain(&site.holders);
	if (result == 0)
		result = conclude(&hold, &site.roster);
	if (verb_keep_evidence(span_of_buf(&hold.culprits)) != 0)
		result = -1;
	hold_release(&hold);
	site_close(&site);
	return result;
}
