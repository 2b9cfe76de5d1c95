/* SPDX-License-Identifier: ISC */

/* Rebuild the shards that a snapshot has lost, and place them again. */

#include <stdio.h>
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
#include "xfer/catalog.h"
#include "xfer/repair.h"

static const char *output_text, *owner_text, *found_text;
static bool want_check, want_all;
static enum report_style style;

static const struct tool_option options[] = {
    {'a', "all", NULL, "every snapshot there is", NULL, &want_all, NULL},
    {'c', "check", NULL, "read every shard, and rebuild what is damaged", NULL,
	&want_check, NULL},
    {'O', "owner", "ID", "repair for another owner", &owner_text, NULL, NULL},
    {'o', "output", "STYLE", "report as text, json or cbor", &output_text, NULL,
	NULL},
    {'p', "peers", "FILE", "addresses that peer-find has found", &found_text,
	NULL, NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-repair",
    .synopsis = "[-c] [-O ID] [-o STYLE] [-p FILE] [snapshot]\n"
		"[-c] [-O ID] [-o STYLE] [-p FILE] -a",
    .purpose = "Rebuild the shards that a snapshot has lost, and place them "
	       "again; needs no secret.",
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

/* One snapshot; what it could not do is told, and remembered in the slot. */
static int
repair_one(struct holders *holders, const struct digest *owner,
    const struct catalog_entry *entry, struct buf *rows)
{
	struct listing listing;
	struct repair repair = {.listing = &listing, .check = want_check};
	int result;

	result = listing_open(&listing, holders, owner, &entry->id);
	if (result == 0) {
		result = repair_snapshot(&repair);
		if (print_row(&repair, rows) != 0)
			result = -1;
	}
	listing_close(&listing);
	return result;
}

static int
repair_all(struct holders *holders, const struct digest *owner,
    const struct catalog *catalog, struct buf *rows)
{
	struct failure worst = {.kind = 0};
	size_t i;

	for (i = 0; i < catalog->count; i++) {
		if (repair_one(holders, owner, &catalog->entry[i], rows) == 0)
			continue;
		if (worst.kind != 0)
			log_line(LOG_WARN, "%s", worst.text);
		worst = *fail_last();
	}
	return worst.kind == 0 ? 0 : fail_again(&worst);
}

static int
run(struct holders *holders, const struct digest *owner, const char *name)
{
	const struct catalog_entry *entry;
	struct catalog catalog;
	struct buf rows = {0};
	int result = -1;

	if (owner_text != NULL && holders_serve(holders, owner) != 0)
		return -1;
	if (catalog_load(&catalog, holders, owner) != 0)
		return -1;
	entry = want_all ? NULL : catalog_find(&catalog, name);
	if (want_all)
		result = repair_all(holders, owner, &catalog, &rows);
	else if (entry != NULL)
		result = repair_one(holders, owner, entry, &rows);
	catalog_release(&catalog);
	holders_explain(holders);
	if (file_write(STDOUT_FILENO, span_of_buf(&rows)) != 0)
		result = -1;
	buf_release(&rows);
	return result;
}

/* Whose snapshots: our own, or whom --owner names. */
static int
load(struct secret *scalar, struct digest *owner, struct roster *roster)
{
	char path[TOOL_PATH];

	if (tool_path("identity", path) != 0 ||
	    identity_load_scalar(path, scalar) != 0)
		return -1;
	if (owner_text == NULL && identity_id(scalar, owner) != 0)
		return -1;
	if (owner_text != NULL &&
	    base32_decode(BASE32_ID, owner_text, owner->byte) != 0)
		return -1;
	return hints_load_roster(found_text, roster);
}

int
main(int argc, char **argv)
{
	struct holders holders = {0};
	struct roster roster = {0};
	struct secret scalar;
	struct digest owner;
	int status, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	if (report_style_parse(output_text, isatty(STDOUT_FILENO), &style) != 0)
		return tool_end(-1);
	if (want_all && argc > 0)
		return tool_end(tool_unexpected(argv[0]));
	result = load(&scalar, &owner, &roster);
	if (result == 0)
		result = holders_open(&holders, &roster, HOLDER_WRITE, &scalar);
	tried_note(&holders, &roster);
	if (result == 0)
		result = run(&holders, &owner, argc > 0 ? argv[0] : "latest");
	secret_wipe(&scalar, sizeof scalar);
	holders_close(&holders);
	roster_release(&roster);
	return tool_end(result);
}
