/* SPDX-License-Identifier: ISC */

/* Forget snapshots, and what no other snapshot needs. */

#include <stdlib.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/tool.h"
#include "crypto/secret.h"
#include "find/hints.h"
#include "find/tried.h"
#include "format/limits.h"
#include "peer/keys.h"
#include "peer/roster.h"
#include "xfer/drop.h"
#include "xfer/fetch.h"
#include "xfer/forgotten.h"
#include "xfer/newest.h"

static const char *keep_text, *found_text;
static bool want_dry, want_all;

static const struct tool_option options[] = {
    {'k', "keep", "N", "drop all but the newest N", &keep_text, NULL, NULL},
    {'n', "dry-run", NULL, "only say what would be dropped", NULL, &want_dry,
	NULL},
    {'p', "peers", "FILE", "addresses that peer-find has found", &found_text,
	NULL, NULL},
    {0, "all", NULL, "also when none is left then", NULL, &want_all, NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-drop",
    .synopsis = "[-n] [-p FILE] [--all] snapshot ...\n[-n] [-p FILE] -k N",
    .purpose = "Forget snapshots, and drop at the peers what no other "
	       "snapshot needs.",
    .options = options,
    .operands_max = -1,
};

/* Whether enough is left of all stripes, by asking. */
static bool
is_restorable(const struct drop *drop, const struct catalog_entry *entry)
{
	struct listing listing;
	unsigned left;
	bool enough = false;
	int result =
	    listing_open(&listing, drop->holders, &drop->owner, &entry->id);

	if (result == 0 && fetch_alive(&listing, &left) == 0)
		enough = left >= listing.head.need;
	listing_close(&listing);
	enough &= !entry->dropped;
	if (!enough && !entry->dropped)
		log_line(LOG_WARN,
		    "snapshot %llu cannot be restored now, and does not count "
		    "as one that --keep keeps",
		    (unsigned long long)entry->number);
	return enough;
}

/*
 * All but the newest that can be restored, by number; also those that cannot
 * be read.
 */
static int
choose_old(const struct drop *drop, bool *chosen, bool *gone)
{
	const struct catalog *catalog = drop->catalog;
	const struct catalog_unread *unread = catalog->unread;
	uint64_t keep;
	size_t i, first = catalog->count;

	if (number_parse("--keep", keep_text, 1, LIMIT_SNAPSHOTS, &keep) != 0)
		return -1;
	while (first > 0 && keep > 0)
		keep -= is_restorable(drop, &catalog->entry[--first]);
	for (i = 0; i < first; i++)
		chosen[i] = true;
	for (i = 0; keep == 0 && i < catalog->unread_count; i++)
		gone[i] = unread[i].number > 0 &&
		    unread[i].number < catalog->entry[first].number;
	return 0;
}

/* One that cannot be read can still be named, by its id. */
static int
choose_one(const struct catalog *catalog, const char *name, bool *chosen,
    bool *gone)
{
	int64_t unread = catalog_find_unread(catalog, name);
	const struct catalog_entry *entry;

	if (unread >= 0) {
		gone[unread] = true;
		return 0;
	}
	entry = catalog_find(catalog, name);
	if (entry == NULL)
		return -1;
	chosen[entry - catalog->entry] = true;
	return 0;
}

static int
choose(const struct drop *drop, int argc, char **argv, bool *chosen, bool *gone)
{
	const struct catalog *catalog = drop->catalog;

	if (keep_text != NULL && choose_old(drop, chosen, gone) != 0)
		return -1;
	for (; argc > 0; argc--, argv++)
		if (choose_one(catalog, *argv, chosen, gone) != 0)
			return -1;
	if (want_all || catalog_newest(catalog, NULL) == NULL ||
	    catalog_newest(catalog, chosen) != NULL)
		return 0;
	fail(FAIL_USAGE, "that would leave no snapshot at all");
	return fail_hint("if that is right, say --all");
}

static void
tell(const struct catalog *catalog, const bool *chosen, const bool *gone)
{
	const struct catalog_unread *unread = catalog->unread;
	size_t i;

	for (i = 0; i < catalog->unread_count; i++)
		if (gone[i] && unread[i].number > 0)
			log_line(LOG_NOTE, "%s what is left of snapshot %llu",
			    want_dry ? "would drop" : "dropping",
			    (unsigned long long)unread[i].number);
	for (i = 0; i < catalog->count; i++)
		if (chosen[i])
			log_line(LOG_NOTE, "%s snapshot %llu",
			    want_dry ? "would drop" : "dropping",
			    (unsigned long long)catalog->entry[i].number);
}

/*
 * What is dropped by order is not missing: see shard-fetch about rollbacks.
 * Before the first order, so that who is killed between them can go on.
 */
static int
forget_newest(const struct catalog *catalog, const bool *chosen)
{
	const struct catalog_entry *left = catalog_newest(catalog, chosen);
	struct newest newest = {0};
	char path[FILE_PATH];

	if (want_dry || left == catalog_newest(catalog, NULL))
		return 0;
	if (tool_path("newest", path) != 0)
		return -1;
	if (left != NULL)
		newest = (struct newest){left->number, left->id};
	return newest_save(path, &newest);
}

/* What the newest shares with what is dropped, goes only if it is seen. */
static int
check_newest(const struct catalog *catalog)
{
	char path[FILE_PATH];

	if (tool_path("newest", path) != 0)
		return -1;
	if (catalog_check_newest(catalog, path) == 0)
		return 0;
	return fail_hint("nothing was dropped: bring its peers back first, or, "
			 "if it is lost, send a new one");
}

/* One that is full has been told, too. */
static int
check_told(struct holders *holders)
{
	size_t i;

	for (i = 0; i < holders->count; i++)
		if (!holder_usable(&holders->holder[i]))
			return fail(FAIL_NO, "not every peer has been told");
	return 0;
}

static int
run(struct drop *drop, int argc, char **argv)
{
	struct catalog catalog;
	bool *chosen, *gone;
	int result;

	forgotten_use(drop->holders);
	if (catalog_load(&catalog, drop->holders, &drop->owner) != 0)
		return -1;
	catalog_explain(&catalog, drop->holders);
	chosen = memory_get(catalog.count + 1, sizeof *chosen);
	gone = memory_get(catalog.unread_count + 1, sizeof *gone);
	drop->catalog = &catalog;
	drop->chosen = chosen;
	drop->gone = gone;
	result = chosen && gone ? check_newest(&catalog) : -1;
	if (result == 0)
		result = choose(drop, argc, argv, chosen, gone);
	if (result == 0)
		result = forget_newest(&catalog, chosen);
	if (result == 0) {
		tell(&catalog, chosen, gone);
		result = drop_snapshots(drop);
	}
	if (result == 0)
		log_line(LOG_NOTE, "%llu shards and documents %s",
		    (unsigned long long)drop->dropped,
		    want_dry ? "would be dropped" : "dropped");
	free(chosen);
	free(gone);
	catalog_release(&catalog);
	holders_explain(drop->holders);
	return result == 0 ? check_told(drop->holders) : -1;
}

static int
load(struct secret *scalar, struct digest *owner, struct roster *roster)
{
	if (keys_load(scalar, owner) != 0 || keys_lock() != 0)
		return -1;
	return hints_load_roster(found_text, roster);
}

int
main(int argc, char **argv)
{
	struct holders holders = {0};
	struct roster roster = {0};
	struct secret scalar;
	struct drop drop = {.holders = &holders, .scalar = &scalar};
	int status, result = -1;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	drop.dry = want_dry;
	if ((argc == 0) == (keep_text == NULL))
		fail(FAIL_USAGE, "say which snapshots, or --keep N");
	else
		result = load(&scalar, &drop.owner, &roster);
	if (result == 0)
		result = holders_open(&holders, &roster, HOLDER_AGAIN, &scalar);
	tried_note(&holders, &roster);
	if (result == 0)
		result = run(&drop, argc, argv);
	secret_wipe(&scalar, sizeof scalar);
	holders_close(&holders);
	roster_release(&roster);
	return tool_end(result);
}
