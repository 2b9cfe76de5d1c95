/* SPDX-License-Identifier: ISC */

/* Be a holder: take, keep and give back the shards of peers. */

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/confine.h"
#include "base/event.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/tool.h"
#include "peer/keys.h"
#include "serve/budget.h"
#include "serve/daemon.h"
#include "serve/mounted.h"
#include "xfer/known.h"

#define DAYS_30 (30ULL * 24 * 3600)
#define YEARS_100 (36525ULL * 24 * 3600)

static const char *store_text, *user_text, *log_text, *most_text, *keep_text,
    *metrics_text, *announce_text, *audits_text, *scrub_text, *engine_text;
static struct tool_list listen_list;
static bool want_one, want_no_drop, want_alias;

static const struct tool_option options[] = {
    {'l', "listen", "ADDR", "host:port or :port, may be repeated", NULL, NULL,
	&listen_list},
    {'1', "once", NULL, "serve one peer on stdin and stdout", NULL, &want_one,
	NULL},
    {'a', "announce", "IFACES", "interfaces to be announced on", &announce_text,
	NULL, NULL},
    {'i', "alias", NULL, "announce an alias of the day, not the id", NULL,
	&want_alias, NULL},
    {'d', "store", "DIR", "the store (./store in the configuration)",
	&store_text, NULL, NULL},
    {'X', "store-exec", "CMD", "the engine that keeps the bytes", &engine_text,
	NULL, NULL},
    {'k', "keep-dropped", "TIME", "hold back what is dropped", &keep_text, NULL,
	NULL},
    {'N', "no-drop", NULL, "never drop anything", NULL, &want_no_drop, NULL},
    {'m', "most", "N", "connections at once (64)", &most_text, NULL, NULL},
    {'s', "scrub", "TIME", "read the whole store once in it (30d)", &scrub_text,
	NULL, NULL},
    {'A', "audits", "SIZE", "that proofs may read in a minute (8G)",
	&audits_text, NULL, NULL},
    {'u', "user", "NAME", "become this user", &user_text, NULL, NULL},
    {'M', "metrics", "FILE", "write metrics there", &metrics_text, NULL, NULL},
    {'F', "log-format", "STYLE", "logfmt or json", &log_text, NULL, NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-recv",
    .synopsis = "[-N] [-a IFACES [-i]] [-A SIZE] [-d DIR] [-k TIME] [-m N] "
		"[-s TIME] [-u NAME] [-M FILE] [-F STYLE] -l ADDR ...\n"
		"[-N] [-A SIZE] [-d DIR] [-k TIME] [-u NAME] [-F STYLE] -1",
    .purpose = "Be a holder: take, keep and give back the shards of the peers "
	       "in the roster.",
    .options = options,
    .operands_max = 0,
};

static int
check_interface(const char *name)
{
	if (if_nametoindex(name) != 0)
		return 0;
	if (errno == ENODEV || errno == ENXIO)
		return fail(FAIL_USAGE, "there is no interface '%s'", name);
	return fail_errno("cannot look for the interface '%s'", name);
}

/* The interfaces to be announced on, which exist at least. */
static int
parse_announce(struct tool_list *list)
{
	static char names[1024];
	char *name;

	if (announce_text == NULL)
		return want_alias ? fail(FAIL_USAGE, "--alias needs --announce")
				  : 0;
	if (want_one)
		return fail(FAIL_USAGE, "--announce does not go with -1");
	if (snprintf(names, sizeof names, "%s", announce_text) >=
	    (int)sizeof names)
		return fail(FAIL_USAGE, "--announce is too long");
	for (name = strtok(names, ","); name != NULL;
	     name = strtok(NULL, ",")) {
		if (list->count == TOOL_LIST)
			return fail(FAIL_USAGE, "more than %d interfaces",
			    TOOL_LIST);
		if (check_interface(name) != 0)
			return -1;
		list->item[list->count++] = name;
	}
	if (list->count == 0)
		return fail(FAIL_USAGE, "--announce names no interface");
	return 0;
}

static int
parse_options(struct daemon *daemon)
{
	uint64_t most = 64, audits = 8ULL << 30;

	if (most_text != NULL &&
	    number_parse("--most", most_text, 1, DAEMON_MOST, &most) != 0)
		return -1;
	if (audits_text != NULL &&
	    number_parse("--audits", audits_text, 0, INT64_MAX, &audits) != 0)
		return -1;
	daemon->scrub = DAYS_30;
	if (scrub_text != NULL &&
	    number_parse_span("--scrub", scrub_text, 0, YEARS_100,
		&daemon->scrub) != 0)
		return -1;
	daemon->budget = budget_open(audits);
	daemon->asked = known_asked_open();
	if (daemon->budget == NULL || daemon->asked == NULL)
		return -1;
	daemon->most = (unsigned)most;
	daemon->no_drop = want_no_drop;
	daemon->alias = want_alias;
	daemon->metrics_path = metrics_text;
	daemon->engine = engine_text;
	if (keep_text != NULL &&
	    number_parse_span("--keep-dropped", keep_text, 0, YEARS_100,
		&daemon->keep_dropped) != 0)
		return -1;
	if (log_text != NULL && strcmp(log_text, "json") != 0 &&
	    strcmp(log_text, "logfmt") != 0)
		return fail(FAIL_USAGE,
		    "--log-format '%s' is not one of logfmt, json", log_text);
	event_start(log_text != NULL && strcmp(log_text, "json") == 0);
	return parse_announce(&daemon->announce);
}

/* The sockets that systemd hands over (sd_listen_fds(3)), or our own. */
static int
open_listeners(struct daemon *daemon)
{
	size_t i;

	if (listeners_inherit(&daemon->listeners) != 0)
		return -1;
	for (i = 0; i < listen_list.count; i++)
		if (listeners_open(&daemon->listeners, listen_list.item[i]) !=
		    0)
			return -1;
	if (daemon->listeners.count == 0)
		return fail(FAIL_USAGE, "say where to listen: -l ADDR, or -1");
	return 0;
}

/* Where it is, and that its disk is there. */
static int
find_store(struct daemon *daemon)
{
	char folder[FILE_PATH], identity[FILE_PATH];

	if ((store_text != NULL
		    ? file_path(daemon->store_path, "%s", store_text)
		    : tool_path("store", daemon->store_path)) != 0 ||
	    tool_path("mounted", folder) != 0 ||
	    tool_path("identity", identity) != 0)
		return -1;
	return mounted_check(folder, identity, daemon->store_path);
}

/* Nobody needs to be a peer yet: they will be paired. */
static int
make_folder(const struct daemon *daemon)
{
	char folder[FILE_PATH];

	if (roster_folder(daemon->roster_path, folder) != 0)
		return -1;
	if (file_make_folder(folder, 0700) != 0)
		log_line(LOG_WARN, "%s", fail_last()->text);
	return 0;
}

static int
load(struct daemon *daemon, struct secret *scalar)
{
	if (keys_load_scalar(scalar) != 0)
		return -1;
	daemon->scalar = scalar;
	if (tool_path("peers", daemon->roster_path) != 0 ||
	    tool_path("invites", daemon->invites_path) != 0 ||
	    tool_path("addresses", daemon->addresses_path) != 0 ||
	    make_folder(daemon) != 0)
		return -1;
	if (find_store(daemon) != 0)
		return -1;
	watch_init(&daemon->watch, daemon->roster_path);
	return roster_load(daemon->roster_path, &daemon->roster);
}

/* What this user cannot read is told now, not to each peer that connects. */
static int
become_user(struct daemon *daemon)
{
	if (confine_user(user_text) != 0)
		return -1;
	roster_release(&daemon->roster);
	if (roster_load(daemon->roster_path, &daemon->roster) == 0)
		return 0;
	return fail_hint("what is beside the keys must be that user's: chown "
			 "-R %s, the folder, too",
	    user_text);
}

static int
run(struct daemon *daemon)
{
	if (want_one && listen_list.count > 0)
		return fail(FAIL_USAGE, "--listen does not go with -1");
	if (!want_one && open_listeners(daemon) != 0)
		return -1;
	if (user_text != NULL && become_user(daemon) != 0)
		return -1;
	if (confine_privileges() != 0)
		return -1;
	return want_one ? daemon_serve_one(daemon) : daemon_run(daemon);
}

int
main(int argc, char **argv)
{
	static struct daemon daemon;
	struct secret scalar;
	int status, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	result = parse_options(&daemon);
	if (result == 0)
		result = load(&daemon, &scalar);
	if (result == 0)
		result = run(&daemon);
	secret_wipe(&scalar, sizeof scalar);
	roster_release(&daemon.roster);
	return tool_end(result);
}
