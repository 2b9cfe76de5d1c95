/* SPDX-License-Identifier: ISC */

/* The peers and the backups at a glance, with a verdict. */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/output.h"
#include "base/screen.h"
#include "base/tool.h"
#include "find/hints.h"
#include "health/drills.h"
#include "health/gather.h"
#include "health/history.h"
#include "health/keep.h"
#include "health/polls.h"
#include "health/show.h"
#include "peer/keys.h"
#include "peer/roster.h"

#define AGE_MAX 3153600000 /* a century */
#define WATCH_MAX 86400

static const char *output_text, *max_age_text, *last_text, *metrics_path,
    *watch_text, *holder_text, *engine_text, *found_text;
static bool want_problems, want_check;
static struct tool_list mutes;

static const struct tool_option options[] = {
    {'x', "problems", NULL, "only what is not as it should be", NULL,
	&want_problems, NULL},
    {'o', "output", "STYLE", "text, json or cbor", &output_text, NULL, NULL},
    {'c', "check", NULL, "one line, as a monitoring plugin", NULL, &want_check,
	NULL},
    {'P', "prometheus", "FILE", "write metrics there, too", &metrics_path, NULL,
	NULL},
    {'a', "max-age", "SPAN", "of the newest backup (8d; 0: any)", &max_age_text,
	NULL, NULL},
    {'n', "last", "N", "look into the N newest backups (10; 0: all)",
	&last_text, NULL, NULL},
    {'m', "mute", "NAME=SPAN", "let a check not count for so long", NULL, NULL,
	&mutes},
    {'H', "holder", "DIR", "judge whose backups the store there keeps",
	&holder_text, NULL, NULL},
    {'X', "store-exec", "COMMAND", "the engine that keeps its bytes",
	&engine_text, NULL, NULL},
    {'p', "peers", "FILE", "addresses that peer-find has found", &found_text,
	NULL, NULL},
    {'w', "watch", "SPAN", "look again every so often", &watch_text, NULL,
	NULL},
    {0},
};

static const struct tool tool = {
    .name = "p2p-health",
    .synopsis = "[-x | -c] [-o STYLE] [-P FILE] [-a SPAN] [-n N] "
		"[-m NAME=SPAN] [-w SPAN] [-p FILE | -H DIR [-X COMMAND]]",
    .purpose = "Look at all peers and backups, and judge.",
    .options = options,
    .operands_max = 0,
};

/* What the options and the configuration say. */
struct setup {
	struct look look;
	struct roster roster;
	struct secret scalar;
	struct history history;
	char history_path[FILE_PATH];
	char polls[FILE_PATH], audits[FILE_PATH], receipts[FILE_PATH],
	    members[FILE_PATH], drills[FILE_PATH];
	uint64_t max_age, pause;
	struct remedy_site site;
	struct buf shown; /* on the terminal, with --watch */
	enum report_style style;
};

static int
read_options(struct setup *setup)
{
	uint64_t last;

	if (report_style_parse(output_text, isatty(STDOUT_FILENO),
		&setup->style) != 0 ||
	    number_parse_span("--max-age", max_age_text ? max_age_text : "8d",
		0, AGE_MAX, &setup->max_age) != 0 ||
	    number_parse("--last", last_text ? last_text : "10", 0, SIZE_MAX,
		&last) != 0 ||
	    (metrics_path != NULL && output_check(metrics_path) != 0))
		return -1;
	setup->look.last = last;
	if (holder_text != NULL && found_text != NULL)
		return fail(FAIL_USAGE,
		    "--holder asks no peers, and --peers is where they are");
	if (engine_text != NULL && holder_text == NULL)
		return fail(FAIL_USAGE,
		    "--store-exec is for the store of --holder");
	if (watch_text == NULL)
		return 0;
	if (!isatty(STDOUT_FILENO))
		return fail(FAIL_USAGE, "--watch is for a terminal");
	return number_parse_span("--watch", watch_text, 1, WATCH_MAX,
	    &setup->pause);
}

/* How whoever reads this would ask the same peers to do something. */
static void
find_site(struct remedy_site *site)
{
	char path[FILE_PATH];
	bool managed = tool_path("backup.conf", path) == 0 &&
	    access(path, F_OK) == 0;

	if (remedy_begin(site, managed, tool_config(), found_text) != 0)
		log_line(LOG_WARN, "%s", fail_last()->text);
}

static int
load(struct setup *setup)
{
	size_t i;

	if (holder_text == NULL &&
	    keys_load(&setup->scalar, &setup->look.owner) != 0)
		return -1;
	if (hints_load_roster(found_text, &setup->roster) != 0 ||
	    tool_path(holder_text ? "health-holder" : "health",
		setup->history_path) != 0 ||
	    tool_path("polls", setup->polls) != 0 ||
	    tool_path("audits", setup->audits) != 0 ||
	    tool_path("receipts", setup->receipts) != 0 ||
	    tool_path("members", setup->members) != 0 ||
	    tool_path("backup/history", setup->drills) != 0)
		return -1;
	find_site(&setup->site);
	setup->look.roster = &setup->roster;
	setup->look.scalar = &setup->scalar;
	history_load(setup->history_path, &setup->history);
	for (i = 0; i < mutes.count; i++)
		if (history_mute(&setup->history, mutes.item[i],
			(uint64_t)time(NULL)) != 0)
			return -1;
	return 0;
}

/* A report, as it is, or as far as it fits the terminal. */
static int
put_out(const struct setup *setup, struct span report)
{
	struct buf page = {0};
	int result;

	if (setup->pause == 0)
		return file_write(STDOUT_FILENO, report);
	result = screen_page(screen_of(STDOUT_FILENO), report, &page);
	if (result == 0)
		result = file_write(STDOUT_FILENO, span_of_buf(&page));
	buf_release(&page);
	return result;
}

/* --quiet is for cron, which mails each line: no news is good news. */
static bool
is_news(const struct setup *setup, const struct verdict *verdict)
{
	return log_tells(LOG_NOTE) || want_check ||
	    setup->style != REPORT_TEXT || verdict->severity != HEALTH_OK;
}

static int
put_metrics(const struct verdict *verdict, const struct facts *facts)
{
	struct buf metrics = {0};
	int result = show_metrics(verdict, facts, &metrics);

	if (result == 0)
		result = output_put(metrics_path, span_of_buf(&metrics));
	buf_release(&metrics);
	return result;
}

/*
 * What the look has found, to everyone who wants it. Whoever runs a plugin
 * reads its first line, which is not that all is well if it is not.
 */
static int
show(struct setup *setup, const struct verdict *verdict,
    const struct facts *facts)
{
	int metrics = metrics_path != NULL ? put_metrics(verdict, facts) : 0;
	struct buf report = {0};
	int result;

	if (metrics != 0 && want_check)
		return -1;
	result = want_check
	    ? show_plugin(verdict, facts, &report)
	    : show_report(verdict, facts, setup->style, want_problems, &report);
	if (result == 0 && is_news(setup, verdict))
		result = put_out(setup, span_of_buf(&report));
	buf_release(&setup->shown);
	setup->shown = report;
	return result == 0 ? metrics : -1;
}

/* What polls, audits and drills of ours have come to. */
static void
look_back(const struct setup *setup, struct facts *facts)
{
	struct polls_look polls = {.certificates = setup->polls,
	    .audits = setup->audits,
	    .receipts = setup->receipts,
	    .members = setup->members,
	    .owner = setup->look.owner};

	polls_gather(&polls, facts);
	drills_gather(setup->drills, facts);
}

/* The exit status: what the verdict says, or UNKNOWN when there is none. */
static int
look_once(struct setup *setup)
{
	struct facts facts = {.max_age = setup->max_age, .site = setup->site};
	struct verdict verdict = {.severity = HEALTH_UNKNOWN};
	int result = holder_text != NULL
	    ? keep_gather(holder_text, engine_text, &setup->roster, &facts)
	    : gather(&setup->look, &facts);

	if (result == 0) {
		history_tell(&setup->history, &facts);
		if (holder_text == NULL)
			look_back(setup, &facts);
		verdict_reach(&verdict, &facts,
		    history_muted(&setup->history, facts.now));
		if (history_save(setup->history_path, &setup->history,
			&facts) != 0)
			log_line(LOG_DETAIL, "%s", fail_last()->text);
		result = show(setup, &verdict, &facts);
	}
	facts_release(&facts);
	if (result == 0)
		return (int)verdict.severity;
	if (want_check)
		printf("SHARDKIT UNKNOWN - %s\n", fail_last()->text);
	log_failure();
	return HEALTH_UNKNOWN;
}

/* After a while, in which the view follows the size of the terminal. */
static int
look_again(struct setup *setup)
{
	double left = (double)setup->pause;

	while (screen_wait(&left))
		put_out(setup, span_of_buf(&setup->shown));
	history_release(&setup->history);
	history_load(setup->history_path, &setup->history);
	return look_once(setup);
}

int
main(int argc, char **argv)
{
	struct setup setup = {0};
	int status;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status == 0 ? 0 : HEALTH_UNKNOWN;
	if (read_options(&setup) != 0 || load(&setup) != 0) {
		if (want_check)
			printf("SHARDKIT UNKNOWN - %s\n", fail_last()->text);
		tool_end(-1);
		return HEALTH_UNKNOWN;
	}
	if (setup.pause > 0)
		screen_watch();
	status = look_once(&setup);
	while (setup.pause > 0)
		status = look_again(&setup);
	secret_wipe(&setup.scalar, sizeof setup.scalar);
	history_release(&setup.history);
	buf_release(&setup.shown);
	roster_release(&setup.roster);
	return tool_end(0) == 0 ? status : HEALTH_UNKNOWN;
}
