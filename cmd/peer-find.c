/* SPDX-License-Identifier: ISC */

/* Find peers: where they are, and who of the roster is missing. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/tool.h"
#include "find/ask.h"
#include "find/cache.h"
#include "find/ranking.h"
#include "find/services.h"
#include "find/wanted.h"
#include "format/found_text.h"
#include "net/mdns.h"
#include "peer/roster.h"

#define WAIT_MS 2500
#define GRACE_MS 100 /* for a source that keeps the time itself */
#define SOURCES 64

static const char *output_text, *wait_text, *need_text, *sort_text;
static struct tool_list exec_list, interface_list;
static bool want_no_cache, want_no_mdns, want_no_roster;

static const struct tool_option options[] = {
    {'e', "exec", "COMMAND", "ask a program, may be repeated", NULL, NULL,
	&exec_list},
    {'i', "interface", "NAME", "ask on this link only, may be repeated", NULL,
	NULL, &interface_list},
    {'n', "need", "N", "end when N peers of the roster are found", &need_text,
	NULL, NULL},
    {'o', "output", "STYLE", "records as text, json or cbor", &output_text,
	NULL, NULL},
    {'w', "wait", "MS", "how long to wait for sources (2500)", &wait_text, NULL,
	NULL},
    {0, "no-cache", NULL, "neither use nor keep what was seen before", NULL,
	&want_no_cache, NULL},
    {0, "no-mdns", NULL, "do not ask on the links", NULL, &want_no_mdns, NULL},
    {0, "no-roster", NULL, "leave out the addresses of the roster", NULL,
	&want_no_roster, NULL},
    {0, "sort", "key", "do not draw lots: the same order every time",
	&sort_text, NULL, NULL},
    {0},
};

static const struct tool tool = {
    .name = "peer-find",
    .synopsis = "[-n N] [-w MS] [-i NAME ...] [-e COMMAND ...] [-o STYLE]",
    .purpose = "Find peers: where they are, and who of the roster is missing.",
    .options = options,
    .operands_max = 0,
};

static enum report_style style;
static uint64_t need, wait_ms = WAIT_MS;
static struct source source[SOURCES];
static size_t sources;

static int
parse_options(void)
{
	if (report_style_parse(output_text, isatty(STDOUT_FILENO), &style) != 0)
		return -1;
	if (sort_text != NULL && strcmp(sort_text, "key") != 0)
		return fail(FAIL_USAGE, "--sort '%s' is not 'key'", sort_text);
	if (need_text != NULL &&
	    number_parse("--need", need_text, 1, ROSTER_PEERS, &need) != 0)
		return -1;
	return wait_text == NULL
	    ? 0
	    : number_parse("--wait", wait_text, 1, 3600000, &wait_ms);
}

static struct mdns_options mdns = {.type = SERVICES_TYPE, .wake = -1};

static void
list_sources(void)
{
	size_t i;

	mdns.interface = interface_list.item;
	mdns.interfaces = interface_list.count;
	mdns.wait_ms = (int)wait_ms;
	if (!want_no_mdns)
		source[sources++] = (struct source){.kind = FOUND_MDNS,
		    .name = "mdns",
		    .run = services_mdns,
		    .options = &mdns,
		    .endless = true};
	for (i = 0; i < exec_list.count; i++)
		source[sources++] = (struct source){.kind = FOUND_EXEC,
		    .name = exec_list.item[i],
		    .via = exec_list.item[i],
		    .command = exec_list.item[i]};
}

/* Nobody needs to be a peer yet: then all who are there are shown. */
static int
load_roster(struct roster *roster)
{
	char path[TOOL_PATH], folder[ROSTER_PATH];

	*roster = (struct roster){0};
	if (tool_path("peers", path) != 0 || roster_folder(path, folder) != 0)
		return -1;
	if (access(path, F_OK) != 0 && access(folder, F_OK) != 0)
		return 0;
	return roster_load(path, roster);
}

/* Where the cache is: NULL when there is no place for it. */
static const char *
cache_path(void)
{
	static char path[TOOL_PATH];
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (want_no_cache)
		return NULL;
	if (cache != NULL && *cache == '/')
		snprintf(path, sizeof path, "%s/shardkit/peers.cbor", cache);
	else if (home != NULL && *home == '/')
		snprintf(path, sizeof path, "%s/.cache/shardkit/peers.cbor",
		    home);
	else
		return NULL;
	return path;
}

/* A record of a source: 1 when enough peers are found. */
static int
take(void *context, const struct source *from, struct found *found)
{
	struct table *table = context;
	unsigned new = ~(unsigned)(FOUND_STATIC | FOUND_CACHE | FOUND_STALE);

	(void)from;
	if (table_add(table, found) < 0)
		return -1;
	return need > 0 && wanted_found(table, new) >= need;
}

static const char *
name_of(const struct table *table, const struct found *found)
{
	const struct peer *peer =
	    found->has_id ? roster_find(table->roster, &found->id) : NULL;

	return peer ? peer->name : NULL;
}

/* Those who were looked for in vain, behind all others. */
static int
add_missing(const struct table *table, struct buf *rows)
{
	const struct peer *peer = table->roster->peer;
	struct found found = {.has_id = true,
	    .sources = FOUND_STATIC,
	    .trust = FOUND_WANTED,
	    .seen = table->now};
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < table->roster->count; i++, peer++) {
		if (!wanted_is(peer) || table_has(table, &peer->id, ~0u))
			continue;
		found.id = peer->id;
		result = found_text_write(style, &found, peer->name, rows);
	}
	return result;
}

static int
print(const struct table *table)
{
	struct table_record **list = calloc(table->count + 1, sizeof *list);
	struct buf rows = {0};
	size_t i;
	int result;

	if (list == NULL)
		return fail_errno("cannot get memory");
	result = ranking_list(table, list);
	for (i = 0; result == 0 && i < table->count; i++)
		result = found_text_write(style, &list[i]->found,
		    name_of(table, &list[i]->found), &rows);
	if (result == 0)
		result = add_missing(table, &rows);
	if (result == 0)
		result = file_write(STDOUT_FILENO, span_of_buf(&rows));
	buf_release(&rows);
	free(list);
	return result;
}

static int
judge(const struct table *table)
{
	size_t wanted = wanted_count(table), found = wanted_found(table, ~0u);

	if (table->forbidden > 0)
		log_line(LOG_DETAIL,
		    "%zu addresses were passed over: they are not to be "
		    "dialled",
		    table->forbidden);
	if (table->crowded > 0)
		log_line(LOG_DETAIL,
		    "%zu addresses were passed over: one peer, or one network, "
		    "has too many",
		    table->crowded);
	if (need > 0 ? found >= need : found == wanted)
		return 0;
	return fail(FAIL_NO, "%zu of %zu peers of the roster are found", found,
	    wanted);
}

static int
run(struct table *table)
{
	struct ask ask = {.source = source,
	    .count = sources,
	    .wait_ms = (int)wait_ms + GRACE_MS,
	    .each = take,
	    .context = table};
	const char *path = cache_path();

	if (!want_no_roster && wanted_add_typed(table) != 0)
		return -1;
	if (path != NULL && cache_load(path, table) != 0)
		return -1;
	if (ask_run(&ask) != 0)
		return -1;
	table_settle(table);
	if (path != NULL && cache_save(path, table) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	return print(table) != 0 ? -1 : judge(table);
}

int
main(int argc, char **argv)
{
	struct roster roster = {0};
	static struct filter filter;
	struct table table = {.roster = &roster, .filter = &filter};
	int status, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	table.now = (uint64_t)time(NULL);
	result = parse_options();
	table.sorted = sort_text != NULL;
	if (result == 0)
		result = load_roster(&roster);
	if (result == 0)
		result = filter_load(&filter);
	list_sources();
	if (result == 0)
		result = run(&table);
	table_release(&table);
	roster_release(&roster);
	return tool_end(result);
}
