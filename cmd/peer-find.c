/* SPDX-License-Identifier: ISC */

/* Find peers: where they are, and who of the roster is missing. */

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/number.h"
#include "base/tool.h"
#include "crypto/secret.h"
#include "find/cache.h"
#include "find/exchange.h"
#include "find/probe.h"
#include "find/show.h"
#include "find/wanted.h"
#include "net/address.h"
#include "net/deadline.h"
#include "peer-find/asked.h"
#include "peer/keys.h"
#include "peer/roster.h"

struct asked asked;

#define WAIT_MS 2500	      /* what a slow link needs */
#define WAIT_EXCHANGE_MS 5000 /* and peers that are asked after that */

static const char *output_text, *wait_text, *need_text, *sort_text;
static bool want_no_roster, want_probe;

static const struct tool_option options[] = {
    {'d', "dns", "DOMAIN", "ask for SRV records, may be repeated", NULL, NULL,
	&asked.dns},
    {'e', "exec", "COMMAND", "ask a program, may be repeated", NULL, NULL,
	&asked.exec},
    {'i', "interface", "NAME", "ask on this link only, may be repeated", NULL,
	NULL, &asked.interface},
    {'n', "need", "N", "end when N peers of the roster are found", &need_text,
	NULL, NULL},
    {'o', "output", "STYLE", "records as text, json or cbor", &output_text,
	NULL, NULL},
    {'p', "probe", NULL, "dial them, and prove their keys", NULL, &want_probe,
	NULL},
    {'r', "resolver", "IP", "the DNS server, as ip or ip:port", &asked.resolver,
	NULL, NULL},
    {'w', "wait", "MS", "how long all sources may take (2500; -x: 5000)",
	&wait_text, NULL, NULL},
    {'W', "watch", NULL, "go on, and print what changes", NULL, &asked.watch,
	NULL},
    {'x', "exchange", NULL, "ask peers where others are, and tell them", NULL,
	&asked.exchange, NULL},
    {0, "no-cache", NULL, "neither use nor keep what was seen before", NULL,
	&asked.no_cache, NULL},
    {0, "no-mdns", NULL, "do not ask on the links", NULL, &asked.no_mdns, NULL},
    {0, "no-roster", NULL, "leave out the addresses of the roster", NULL,
	&want_no_roster, NULL},
    {0, "sort", "key", "do not draw lots: the same order every time",
	&sort_text, NULL, NULL},
    {'E', "emit", "KIND",
	"print how to announce: avahi, dnssd, zone, serf, k8s", &asked.emit,
	NULL, NULL},
    {'a', "address", "HOST:PORT", "where we are, to be announced", &asked.at,
	NULL, NULL},
    {0},
};

static const struct tool tool = {
    .name = "peer-find",
    .synopsis = "[-pWx] [-n N] [-w MS] [-i NAME ...] [-d DOMAIN ...] [-r IP]\n"
		"[-e COMMAND ...] [-o STYLE]\n"
		"-x -a IP:PORT [OPTION ...]\n-E KIND -a HOST:PORT",
    .purpose = "Find peers: where they are, and who of the roster is missing.",
    .options = options,
    .operands_max = 0,
};

static int
parse_options(void)
{
	if (report_style_parse(output_text, isatty(STDOUT_FILENO),
		&asked.style) != 0)
		return -1;
	if (sort_text && strcmp(sort_text, "key") != 0)
		return fail(FAIL_USAGE, "--sort '%s' is not 'key'", sort_text);
	if (need_text &&
	    number_parse("--need", need_text, 1, ROSTER_PEERS, &asked.need) !=
		0)
		return -1;
	if (asked.watch && (want_probe || asked.exchange))
		return fail(FAIL_USAGE,
		    "--watch goes with neither --probe nor --exchange");
	if (asked.resolver != NULL && asked.dns.count == 0)
		return fail(FAIL_USAGE, "--resolver needs --dns");
	if (asked.emit != NULL && asked.at == NULL)
		return fail(FAIL_USAGE, "--emit needs --address");
	if (asked.at != NULL && asked.emit == NULL && !asked.exchange)
		return fail(FAIL_USAGE, "--address needs --emit or --exchange");
	return 0;
}

/* One limit for all sources: what goes on to the second ones is half of it. */
static int
parse_wait(void)
{
	uint64_t wait_ms = asked.exchange ? WAIT_EXCHANGE_MS : WAIT_MS;

	if (wait_text != NULL &&
	    number_parse("--wait", wait_text, 1, 3600000, &wait_ms) != 0)
		return -1;
	asked.until = deadline_in((int)wait_ms + ASKED_GRACE_MS);
	asked.wait_ms = asked.exchange ? wait_ms / 2 : wait_ms;
	return 0;
}

static int
probe(struct table *table)
{
	struct secret scalar;
	int result = keys_load_scalar(&scalar);

	if (result == 0)
		result = probe_run(table, &scalar);
	secret_wipe(&scalar, sizeof scalar);
	return result;
}

/* After the other sources, since it goes to where they have found peers. */
static int
exchange(struct table *table)
{
	char folder[FILE_PATH];
	struct address own;
	struct secret scalar;
	struct exchange peers = {table, &scalar, folder,
	    deadline_left(asked.until)};
	int result = keys_load_scalar(&scalar);

	if (result == 0)
		result = tool_path("addresses", folder);
	if (result == 0 && asked.at != NULL)
		result = address_parse(asked.at, &own);
	if (result == 0)
		result = exchange_run(&peers, asked.at ? &own : NULL);
	secret_wipe(&scalar, sizeof scalar);
	return result;
}

/* That there is nobody is no failure where nobody is looked for. */
static void
tell_silence(const struct table *table)
{
	char text[SILENCE_TEXT];

	silence_text(table, text);
	log_line(LOG_NOTE, "%s", text);
	log_line(LOG_NOTE, "hint: %s", silence_hint());
}

/* Whether somebody has an address, but not his key there. */
static bool
any_unreached(const struct table *table, size_t found)
{
	return want_probe && wanted_found(table, ~0u, FOUND_HINT) > found;
}

static int
fail_missing(const struct table *table, size_t found, size_t wanted)
{
	bool dialled = any_unreached(table, found);
	bool silent = !dialled && silence_is(table);
	char text[SILENCE_TEXT] = "";

	if (silent)
		silence_text(table, text);
	fail(FAIL_NO, "%zu of %zu peers of the roster are %s%s%s", found,
	    wanted, want_probe ? "reached" : "found", silent ? "; " : "", text);
	if (silent)
		return fail_hint("%s", silence_hint());
	if (dialled && !log_tells(LOG_DETAIL))
		return fail_hint("-v tells why a dial has failed");
	return -1;
}

static int
judge(const struct table *table)
{
	enum found_trust trust = want_probe ? FOUND_PROVED : FOUND_HINT;
	size_t wanted = wanted_count(table);
	size_t found = wanted_found(table, ~0u, trust);

	show_passed_over(table);
	if (asked.need > 0 ? found < asked.need : found < wanted)
		return fail_missing(table, found, wanted);
	if (table->count == 0)
		tell_silence(table);
	return 0;
}

static int
find(struct table *table)
{
	char path[FILE_PATH];
	bool cached = !asked.no_cache &&
	    cache_path(CACHE_PEERS, path, sizeof path);

	if (!want_no_roster && wanted_add_typed(table) != 0)
		return -1;
	if (cached && cache_load(path, table) != 0)
		return -1;
	if (sources_ask(table) != 0)
		return -1;
	if (asked.exchange && exchange(table) != 0)
		return -1;
	table_settle(table);
	if (want_probe && probe(table) != 0)
		return -1;
	if (cached && cache_save(path, table) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	if (!asked.watch && show_all(table, asked.style, STDOUT_FILENO) != 0)
		return -1;
	return judge(table);
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
	if (parse_options() != 0 || parse_wait() != 0)
		return tool_end(-1);
	if (asked.emit != NULL)
		return tool_end(emit_print());
	table.now = (uint64_t)time(NULL);
	table.sorted = sort_text != NULL;
	result = wanted_load_roster(&roster);
	if (result == 0)
		result = filter_load(&filter);
	if (result == 0)
		result = find(&table);
	table_release(&table);
	roster_release(&roster);
	return tool_end(result);
}
