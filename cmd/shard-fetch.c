/* SPDX-License-Identifier: ISC */

/* The reverse of shard-send: a snapshot out of whatever peers are left. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/tool.h"
#include "crypto/owner.h"
#include "find/hints.h"
#include "find/tried.h"
#include "format/report.h"
#include "peer/keys.h"
#include "peer/roster.h"
#include "xfer/ask.h"
#include "xfer/catalog.h"
#include "xfer/fetch.h"
#include "xfer/forgotten.h"
#include "xfer/run_metrics.h"

#define ID_SHOWN 12 /* hex digits of an id in a list for people */

static const char *output_text, *found_text, *metrics_text, *rate_text;
static struct rate rate;
static enum report_style style;
static bool want_list;
static bool disk_hangs; /* one that nobody can wait for */

static const struct tool_option options[] = {
    {'l', "list", NULL, "list the snapshots", NULL, &want_list, NULL},
    {'M', "metrics", "FILE", "write metrics there", &metrics_text, NULL, NULL},
    {'o', "output", "STYLE", "the list as text, json or cbor", &output_text,
	NULL, NULL},
    {'p', "peers", "FILE", "addresses that peer-find has found", &found_text,
	NULL, NULL},
    {'r', "rate", "RATE", "bytes a second at most, 10M for instance",
	&rate_text, NULL, NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-fetch",
    .synopsis = "[-M FILE] [-p FILE] [-r RATE] [snapshot]\n"
		"[-M FILE] [-p FILE] -l [-o STYLE]",
    .purpose = "Bring a snapshot back as a shard stream: its number, "
	       "'id:' and the begin of its id, or 'latest'.",
    .options = options,
    .operands_max = 1,
};

/*
 * What this machine has seen before must still be there. A restore of the
 * newest that is older is stopped; everything else goes on with a warning.
 */
static int
check_rollback(const struct catalog *catalog, bool strict)
{
	char path[FILE_PATH];

	if (tool_path("newest", path) != 0)
		return -1;
	if (catalog_check_newest(catalog, path) == 0)
		return 0;
	if (strict)
		return fail_hint("if the one that is shown will do, ask for it "
				 "by its number");
	log_line(LOG_WARN, "%s", fail_last()->text);
	return 0;
}

static int
add_row(struct listing *listing, const struct catalog_entry *entry,
    const struct owner *owner, struct buf *rows)
{
	char label[LIMIT_LABEL + 1], alive[32], when[NUMBER_TIME_TEXT],
	    size[NUMBER_SIZE_TEXT], id[DIGEST_HEX_SIZE];
	unsigned left, total = listing->head.total;

	if (chain_open_label(owner, listing->head.label, label) != 0)
		log_line(LOG_WARN, "%s", fail_last()->text);
	if (fetch_alive(listing, &left) != 0)
		return -1;
	snprintf(alive, sizeof alive, "%u/%u", left, total);
	number_time_text(entry->time, when);
	number_size_text(entry->size, size);
	digest_hex(&entry->id, id);
	if (style == REPORT_TEXT)
		id[ID_SHOWN] = '\0';
	struct report_field field[] = {
	    {"number", NULL, entry->number, true, 6},
	    {"time", when, entry->time, true, -23},
	    {"size", size, entry->size, true, 10},
	    {"alive", alive, left, true, 7},
	    {"need", NULL, listing->head.need, true, 4},
	    {"total", NULL, total, true, 5},
	    {"holders", NULL, entry->holders, true, 7},
	    {"id", id, 0, false, -ID_SHOWN},
	    {"dropped", NULL, entry->dropped, true, 0}, /* not in text */
	    {"label", label, 0, false, 0},
	};
	size_t fields = sizeof field / sizeof *field;

	if (style == REPORT_TEXT) {
		field[fields - 2] = field[fields - 1];
		fields--;
	}
	return report_add(style, field, fields, rows->size == 0, rows);
}

/* Said last, when it is so. */
static void
tell_missing(const struct catalog *catalog, size_t left_out)
{
	left_out += catalog->unread_count;
	if (left_out > 0)
		log_line(LOG_WARN,
		    "the list is not whole: %zu snapshots could not be read",
		    left_out);
}

static int
list(const struct catalog *catalog, struct holders *holders,
    const struct owner *owner, size_t *left_out)
{
	struct listing listing;
	struct buf rows = {0};
	int result = 0;
	size_t i;

	for (i = 0; result == 0 && i < catalog->count; i++) {
		if (listing_open(&listing, holders, &owner->id,
			&catalog->entry[i].id) != 0 ||
		    add_row(&listing, &catalog->entry[i], owner, &rows) != 0) {
			log_line(LOG_WARN, "snapshot %llu: %s",
			    (unsigned long long)catalog->entry[i].number,
			    fail_last()->text);
			++*left_out;
		}
		listing_close(&listing);
		if (catalog->entry[i].dropped && style == REPORT_TEXT)
			log_line(LOG_NOTE,
			    "snapshot %llu was dropped; that is what is left",
			    (unsigned long long)catalog->entry[i].number);
	}
	if (result == 0)
		result = file_write(STDOUT_FILENO, span_of_buf(&rows));
	buf_release(&rows);
	return result;
}

static int
fetch(const struct catalog *catalog, struct holders *holders,
    const struct owner *owner, const char *name)
{
	const struct catalog_entry *entry = catalog_find(catalog, name);
	struct listing listing;
	int result;

	if (entry == NULL)
		return -1;
	forgotten_warn(entry);
	result = listing_open(&listing, holders, &owner->id, &entry->id);
	if (result == 0)
		result = fetch_copy(&listing, rate_text ? &rate : NULL,
		    STDOUT_FILENO);
	listing_close(&listing);
	return result;
}

static int
fail_no_snapshot(const struct owner *owner)
{
	char id[BASE32_TEXT];

	base32_encode(BASE32_ID, owner->id.byte, id);
	fail(FAIL_NO, "no usable peer has a snapshot of the owner %s", id);
	return fail_hint("is this the right secret, and are these its peers?");
}

static int
run(const struct owner *owner, struct holders *holders, const char *name)
{
	bool latest = name == NULL || strcmp(name, "latest") == 0;
	struct catalog catalog;
	size_t left_out = 0;
	int result;

	if (holders_usable(holders) == 0) {
		holders_explain(holders);
		return fail(FAIL_SYSTEM, "no peer is usable");
	}
	forgotten_use(holders);
	if (catalog_load(&catalog, holders, &owner->id) != 0)
		return -1;
	catalog_explain(&catalog, holders);
	result = check_rollback(&catalog, latest && !want_list);
	if (result == 0 && catalog.count == 0)
		result = fail_no_snapshot(owner);
	if (result == 0 && want_list)
		result = list(&catalog, holders, owner, &left_out);
	else if (result == 0)
		result =
		    fetch(&catalog, holders, owner, name ? name : "latest");
	disk_hangs = asks_hang(holders->asks, holders);
	holders_explain(holders);
	if (want_list)
		tell_missing(&catalog, left_out);
	catalog_release(&catalog);
	return result;
}

/* The secret gives both: keys to read with, and whom to be known as. */
static int
load_keys(struct owner *owner, struct secret *scalar)
{
	struct secret secret;
	int result;

	if (keys_load_secret(&secret) != 0)
		return -1;
	*scalar = owner_scalar(&secret);
	result = owner_init(owner, &secret);
	secret_wipe(&secret, sizeof secret);
	return result;
}

static int
open_holders(struct roster *roster, struct holders *holders,
    const struct secret *scalar)
{
	if (hints_load_roster(found_text, roster) != 0)
		return -1;
	if (holders_open(holders, roster, HOLDER_RESCUE, scalar) != 0)
		return -1;
	tried_note(holders, roster);
	return 0;
}

int
main(int argc, char **argv)
{
	struct holders holders = {0};
	struct roster roster = {0};
	struct run_metrics *metrics = NULL;
	struct secret scalar;
	struct owner owner;
	int status, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	if (report_style_parse(output_text, isatty(STDOUT_FILENO), &style) !=
		0 ||
	    (rate_text != NULL && rate_parse(&rate, rate_text) != 0))
		return tool_end(-1);
	if (want_list ? argc > 0 && tool_unexpected(argv[0]) != 0
		      : tool_check_output("shard-join") != 0)
		return tool_end(-1);
	result = load_keys(&owner, &scalar);
	if (result == 0)
		result = open_holders(&roster, &holders, &scalar);
	if (result == 0)
		result = run_metrics_start(&metrics, metrics_text, "p2p_fetch_",
		    &holders);
	if (result == 0)
		result = run(&owner, &holders, argc > 0 ? argv[0] : NULL);
	result = run_metrics_stop(metrics, result);
	owner_release(&owner);
	secret_wipe(&scalar, sizeof scalar);
	status = tool_end(result);
	if (disk_hangs || asks_hang(holders.asks, &holders))
		_exit(status);
	holders_close(&holders);
	roster_release(&roster);
	return status;
}
