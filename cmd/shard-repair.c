/* SPDX-License-Identifier: ISC */

/*
 * Rebuild the shards that a snapshot has lost, or that a certificate says are
 * bad, and place them again.
 */

#include <string.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/tool.h"
#include "find/hints.h"
#include "find/tried.h"
#include "format/report.h"
#include "peer/identity.h"
#include "peer/roster.h"
#include "poll/follow.h"
#include "xfer/catalog.h"
#include "xfer/own.h"
#include "xfer/papers_spread.h"
#include "xfer/repair.h"
#include "xfer/repaired.h"

static const char *output_text, *owner_text, *found_text, *store_text;
static bool want_check, want_all, want_shards;
static enum report_style style;

static const struct tool_option options[] = {
    {'a', "all", NULL, "every snapshot there is", NULL, &want_all, NULL},
    {'c', "check", NULL, "read every shard, and rebuild what is damaged", NULL,
	&want_check, NULL},
    {'d', "store", "DIR", "our own store, with -O (./store of the keys)",
	&store_text, NULL, NULL},
    {'O', "owner", "ID", "repair for another owner", &owner_text, NULL, NULL},
    {'o', "output", "STYLE", "report as text, json or cbor", &output_text, NULL,
	NULL},
    {'p', "peers", "FILE", "addresses that peer-find has found", &found_text,
	NULL, NULL},
    {'s', "shards", NULL, "a row for each shard that was not whole, too", NULL,
	&want_shards, NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-repair",
    .synopsis = "[-c] [-s] [-O ID [-d DIR]] [-o STYLE] [-p FILE] [snapshot]\n"
		"[-c] [-s] [-O ID [-d DIR]] [-o STYLE] [-p FILE] -a\n"
		"[-s] [-O ID [-d DIR]] [-o STYLE] [-p FILE] certificate",
    .purpose = "Rebuild the shards that a snapshot has lost, or that a "
	       "certificate calls bad, and place them again; needs no secret.",
    .options = options,
    .operands_max = 1,
};

static int
print_row(const struct repair *repair, struct buf *rows)
{
	struct report_field field[] = {
	    {"snapshot", NULL, repair->listing->snapshot.number, true, 8},
	    {"whole", NULL, repair->whole, true, 10},
	    {"rebuilt", NULL, repair->rebuilt, true, 10},
	    {"unplaced", NULL, repair->unplaced, true, 8},
	    {"lost", NULL, repair->lost, true, 8},
	};

	if (rows->size == 0 && report_header(style, field, 5, rows) != 0)
		return -1;
	return report_row(style, field, 5, rows);
}

/* At once: they may be more than memory holds. */
static int
print_shard(void *context, const struct repaired *repaired)
{
	const struct repair *repair = context;
	static bool begun;
	struct buf rows = {0};
	int result = repaired_row(repaired, repair->listing->snapshot.number,
	    style, !begun, &rows);

	begun = true;
	if (result == 0)
		result = file_write(STDOUT_FILENO, span_of_buf(&rows));
	buf_release(&rows);
	return result;
}

/* What is to be done, and what came of it. */
struct work {
	struct holders *holders;
	struct own own;
	const struct repairs *only; /* that a certificate says; NULL: all */
	struct buf rows;
};

/* One snapshot; what it could not do is told, and remembered in the slot. */
static int
repair_one(struct work *work, const struct catalog_entry *entry)
{
	struct listing listing;
	struct repair repair = {.listing = &listing,
	    .check = want_check || work->only != NULL,
	    .only = work->only,
	    .each = want_shards ? print_shard : NULL,
	    .context = &repair};
	int result;

	result =
	    listing_open(&listing, work->holders, &work->own.owner, &entry->id);
	if (result == 0) {
		result = repair_snapshot(&repair);
		if (print_row(&repair, &work->rows) != 0)
			result = -1;
	}
	listing_close(&listing);
	return result;
}

static int
repair_all(struct work *work, const struct catalog *catalog)
{
	struct failure worst = {.kind = 0};
	size_t i;

	for (i = 0; i < catalog->count; i++) {
		if (repair_one(work, &catalog->entry[i]) == 0)
			continue;
		if (worst.kind != 0)
			log_line(LOG_WARN, "%s", worst.text);
		worst = *fail_last();
	}
	return worst.kind == 0 ? 0 : fail_again(&worst);
}

/* What no peer shows, or gives, was not repaired: that is no success. */
static int
check_seen(const struct catalog *catalog)
{
	char path[TOOL_PATH];

	if (owner_text == NULL &&
	    (tool_path("newest", path) != 0 ||
		catalog_check_newest(catalog, path) != 0))
		return -1;
	if (catalog->unread_count == 0)
		return 0;
	return fail(FAIL_NO,
	    "%zu of the snapshots that the peers show cannot be read",
	    catalog->unread_count);
}

/* All that there are (NULL), the latest, or one that is meant whatever else. */
static int
repair_snapshots(struct work *work, const char *name)
{
	const struct catalog_entry *entry;
	struct catalog catalog;
	int result = -1;

	if (catalog_load(&catalog, work->holders, &work->own.owner) != 0)
		return -1;
	catalog_explain_unread(&catalog);
	if (name == NULL)
		result = repair_all(work, &catalog);
	else if ((entry = catalog_find(&catalog, name)) != NULL)
		result = repair_one(work, entry);
	if (result == 0 && (name == NULL || strcmp(name, "latest") == 0))
		result = check_seen(&catalog);
	catalog_release(&catalog);
	return result;
}

/* What follows from a certificate. */
static int
repair_by(struct work *work, const char *path)
{
	static struct follow follow;
	char folder[TOOL_PATH], members[TOOL_PATH];
	int result;

	if (tool_path("polls", folder) != 0 ||
	    tool_path("members", members) != 0)
		return -1;
	follow = (struct follow){.holders = work->holders,
	    .owner = work->own.owner,
	    .self = work->own.self,
	    .folder = folder,
	    .members = members};
	result = follow_load(&follow, path);
	if (result == 0) {
		follow_explain(&follow);
		work->only = &follow.repairs;
		if (follow.repairs.count > 0)
			result = repair_snapshots(work, NULL);
	}
	follow_release(&follow);
	return result;
}

/* Anything but what snapshots are called by is a file. */
static bool
is_certificate(const char *name)
{
	return strcmp(name, "latest") != 0 && strncmp(name, "id:", 3) != 0 &&
	    name[strspn(name, "0123456789")] != '\0';
}

static int
run(struct work *work, const char *name)
{
	int result;

	if (owner_text != NULL &&
	    (own_take(work->holders, &work->own) != 0 ||
		holders_serve(work->holders, &work->own.owner) != 0))
		return -1;
	result = !want_all && is_certificate(name)
	    ? repair_by(work, name)
	    : repair_snapshots(work, want_all ? NULL : name);
	if (papers_spread(work->holders, &work->own.owner) != 0)
		result = -1;
	holders_explain(work->holders);
	repaired_explain(work->holders);
	if (file_write(STDOUT_FILENO, span_of_buf(&work->rows)) != 0)
		result = -1;
	buf_release(&work->rows);
	return result;
}

/* What lies here is the owner's, too: where --store says, or as usual. */
static int
add_own(const struct work *work, struct roster *roster)
{
	char path[TOOL_PATH];

	if (store_text != NULL)
		return own_add(roster, store_text, &work->own.self,
		    &work->own.owner);
	if (tool_path("store", path) != 0)
		return -1;
	if (access(path, F_OK) != 0 ||
	    roster_find(roster, &work->own.self) != NULL)
		return 0;
	return own_add(roster, path, &work->own.self, &work->own.owner);
}

/* Whose snapshots: our own, which nobody drops meanwhile, or --owner's. */
static int
load(struct secret *scalar, struct work *work, struct roster *roster)
{
	char path[TOOL_PATH];

	work->own.scalar = scalar;
	if (tool_path("identity", path) != 0 ||
	    identity_load_scalar(path, scalar) != 0 ||
	    identity_id(scalar, &work->own.self) != 0)
		return -1;
	work->own.owner = work->own.self;
	if ((owner_text != NULL &&
		base32_decode(BASE32_ID, owner_text, work->own.owner.byte) !=
		    0) ||
	    hints_load_roster(found_text, roster) != 0)
		return -1;
	if (!digest_equal(&work->own.self, &work->own.owner))
		return add_own(work, roster);
	return store_text == NULL
	    ? identity_lock(path)
	    : fail(FAIL_USAGE, "--store is for --owner of another one");
}

int
main(int argc, char **argv)
{
	struct holders holders = {0};
	struct roster roster = {0};
	struct secret scalar;
	struct work work = {.holders = &holders};
	int status, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	if (report_style_parse(output_text, isatty(STDOUT_FILENO), &style) != 0)
		return tool_end(-1);
	if (want_all && argc > 0)
		return tool_end(tool_unexpected(argv[0]));
	result = load(&scalar, &work, &roster);
	if (result == 0)
		result = holders_open(&holders, &roster, HOLDER_WRITE, &scalar);
	tried_note(&holders, &roster);
	if (result == 0)
		result = run(&work, argc > 0 ? argv[0] : "latest");
	secret_wipe(&scalar, sizeof scalar);
	holders_close(&holders);
	roster_release(&roster);
	return tool_end(result);
}
