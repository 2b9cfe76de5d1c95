/* SPDX-License-Identifier: ISC */
#include "find/tried.h"

#include <limits.h>
#include <time.h>

#include "base/fail.h"
#include "base/log.h"
#include "find/cache.h"
#include "format/found_text.h"
#include "peer/roster.h"
#include "xfer/holder.h"

/* Whether the cache has it. */
static bool
note_address(struct table *table, const struct peer *peer, const char *address,
    bool reached)
{
	struct found found = {.has_id = true, .id = peer->id};
	const struct found *known;

	if (found_text_take_address(address, &found) != 0)
		return false;
	known = table_find(table, &found);
	if (known == NULL)
		return false;
	if (reached)
		table_prove(table, &found, &peer->id, known->rtt_us);
	else
		table_refuse(table, &found);
	return true;
}

/* Of those that were tried, the last one is where the peer is, if anywhere. */
static size_t
note_holder(struct table *table, const struct holder *holder)
{
	const struct peer *peer = holder->peer;
	size_t i, noted = 0;

	for (i = 0; peer->has_id && i < holder->tried; i++)
		noted += note_address(table, peer, peer->address[i],
		    holder->calls != NULL && i + 1 == holder->tried);
	return noted;
}

static int
note_all(struct table *table, const struct holders *holders, const char *path)
{
	size_t i, noted = 0;

	if (cache_load(path, table) != 0)
		return -1;
	for (i = 0; i < holders->count; i++)
		noted += note_holder(table, &holders->holder[i]);
	return noted > 0 ? cache_save(path, table) : 0;
}

void
tried_note(const struct holders *holders, const struct roster *roster)
{
	struct failure before = *fail_last();
	char path[PATH_MAX];
	struct filter filter;
	struct table table = {.roster = roster,
	    .filter = &filter,
	    .now = (uint64_t)time(NULL)};

	if (!cache_path(CACHE_PEERS, path, sizeof path))
		return;
	if (filter_load(&filter) != 0 || note_all(&table, holders, path) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	table_release(&table);
	fail_again(&before);
}
