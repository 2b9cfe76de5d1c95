/* SPDX-License-Identifier: ISC */

/* shard-vote open: the first step of a poll by hand. */

#include "base/fail.h"
#include "base/tool.h"
#include "files.h"
#include "own.h"
#include "poll/hold.h"
#include "site.h"
#include "verbs.h"

/* What everybody needs from now on. */
static int
write_beginning(const struct hold *hold, struct poller *poller)
{
	if (own_keep(poller, POLLER_OPENING) != 0 ||
	    files_write(span_of_buf(&hold->members)) != 0 ||
	    files_write(span_of_buf(&hold->items)) != 0)
		return -1;
	return files_write(poller_says(poller, POLLER_OPENING));
}

int
verb_open(int argc, char **argv)
{
	static struct hold hold;
	static struct poller poller;
	struct site site = {.holders = {0}};
	int result = argc > 0 ? tool_unexpected(argv[0]) : 0;

	if (result == 0)
		result = site_terms(&hold);
	if (result == 0)
		result = site_open(&site);
	hold.holders = &site.holders;
	hold.scalar = &site.scalar;
	hold.owner = site.owner;
	if (result == 0)
		result = hold_open(&hold, &poller);
	if (result == 0)
		result = write_beginning(&hold, &poller);
	poller_release(&poller);
	hold_release(&hold);
	site_close(&site);
	return result;
}
