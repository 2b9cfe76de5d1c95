/* SPDX-License-Identifier: ISC */

/* Find out what holders still have. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/tool.h"
#include "crypto/secret.h"
#include "format/report.h"
#include "peer/identity.h"
#include "peer/roster.h"
#include "vote/outcome.h"
#include "vote/verify.h"
#include "xfer/audit.h"
#include "xfer/hold.h"

#define SAMPLE 300 /* 1 % of damage is seen with 95 % */
#define SAMPLE_MOST 1000000

static const char *owner_text, *sample_text, *write_text, *output_text;
static const char *members_text, *committee_text;
static bool want_full;
static enum report_style style;

static const struct tool_option options[] = {
    {'n', "sample", "N", "ask for so many random pieces (300)", &sample_text,
	NULL, NULL},
    {'f', "full", NULL, "ask for a piece of every shard", NULL, &want_full,
	NULL},
    {'O', "owner", "ID", "ask for another owner", &owner_text, NULL, NULL},
    {'w', "write", "FILE", "keep the certificate, or the answers, there",
	&write_text, NULL, NULL},
    {'m', "members", "FILE", "the members document to verify by", &members_text,
	NULL, NULL},
    {'k', "committee", "N", "let so many members vote", &committee_text, NULL,
	NULL},
    {'o', "output", "STYLE", "report as text, json or cbor", &output_text, NULL,
	NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-vote",
    .synopsis = "[-f] [-k N] [-n N] [-O ID] [-o STYLE] [-w FILE]\n"
		"audit [-f] [-n N] [-O ID] [-o STYLE] [-w FILE] peer\n"
		"verify [-m FILE] [-o STYLE] file",
    .purpose = "Find out what holders still have.",
    .options = options,
    .operands_max = -1,
};

/* Rows go out whole, and are gone. */
static int
print(struct buf *rows)
{
	int result = file_write(STDOUT_FILENO, span_of_buf(rows));

	buf_release(rows);
	return result;
}

static int
audit_one(struct audit *audit)
{
	struct buf rows = {0};
	int result = audit_holder(audit);

	holders_explain(audit->holders);
	if (result == 0)
		result = audit_row(audit, style, &rows);
	if (result == 0)
		result = print(&rows);
	if (result == 0 && write_text != NULL)
		result = file_put(write_text, span_of_buf(&audit->proofs), 0644,
		    FILE_REPLACE);
	if (result == 0)
		result = audit_judge(audit);
	audit_release(audit);
	return result;
}

/* Whose shards: our own, or whom --owner names. */
static int
load(struct secret *scalar, struct digest *owner, struct roster *roster)
{
	char path[TOOL_PATH];

	if (tool_path("identity", path) != 0 ||
	    identity_load_scalar(path, scalar) != 0 ||
	    identity_id(scalar, owner) != 0)
		return -1;
	if (owner_text != NULL &&
	    base32_decode(BASE32_ID, owner_text, owner->byte) != 0)
		return -1;
	if (tool_path("peers", path) != 0)
		return -1;
	return roster_load(path, roster);
}

static int
parse_sample(size_t *sample)
{
	uint64_t number = SAMPLE;

	if (want_full && sample_text != NULL)
		return fail(FAIL_USAGE,
		    "--full and --sample exclude each other");
	if (sample_text != NULL &&
	    number_parse("--sample", sample_text, 1, SAMPLE_MOST, &number) != 0)
		return -1;
	*sample = want_full ? 0 : (size_t)number;
	return 0;
}

/* Holders as they are for the owner in question. */
struct site {
	struct holders holders;
	struct roster roster;
	struct secret scalar;
	struct digest owner;
};

static int
site_open(struct site *site)
{
	if (load(&site->scalar, &site->owner, &site->roster) != 0 ||
	    holders_open(&site->holders, &site->roster, HOLDER_READ,
		&site->scalar) != 0)
		return -1;
	return owner_text == NULL ? 0
				  : holders_serve(&site->holders, &site->owner);
}

static void
site_close(struct site *site)
{
	secret_wipe(&site->scalar, sizeof site->scalar);
	holders_close(&site->holders);
	roster_release(&site->roster);
}

static int
do_audit(int argc, char **argv)
{
	struct site site = {.holders = {0}};
	struct audit audit = {.holders = &site.holders};
	int result;

	if (argc == 0)
		return fail(FAIL_USAGE, "say which peer");
	if (argc > 1)
		return tool_unexpected(argv[1]);
	result = parse_sample(&audit.sample);
	if (result == 0)
		result = site_open(&site);
	if (result == 0) {
		audit.owner = site.owner;
		audit.holder = audit_find(&site.holders, argv[0]);
		result = audit.holder == NULL ? -1 : audit_one(&audit);
	}
	site_close(&site);
	return result;
}

/* Keep what came of it, tell it, and say whether all is well. */
static int
conclude(const struct hold *hold, const struct roster *roster)
{
	char strength[OUTCOME_TEXT];
	struct buf rows = {0};

	if (write_text != NULL &&
	    file_put(write_text, span_of_buf(&hold->certificate), 0644,
		FILE_REPLACE) != 0)
		return -1;
	if (hold_rows(hold, roster, style, &rows) != 0 || print(&rows) != 0)
		return -1;
	outcome_strength(&hold->electorate, strength);
	log_line(LOG_NOTE, "%s", strength);
	return outcome_judge(hold->verdict, items_count(&hold->roll.items));
}

/* Who was caught lying in this poll, with or without an outcome. */
static int
keep_evidence(const struct hold *hold)
{
	char path[TOOL_PATH];

	if (hold->culprits.size == 0)
		return 0;
	snprintf(path, sizeof path, "%s.evidence",
	    write_text != NULL ? write_text : "poll");
	log_line(LOG_WARN, "a voter lied: see 'shard-vote verify %s'", path);
	return file_put(path, span_of_buf(&hold->culprits), 0644, FILE_REPLACE);
}

static int
do_poll(void)
{
	static struct hold hold;
	struct site site = {.holders = {0}};
	size_t sample;
	int result;

	if (parse_sample(&sample) != 0 ||
	    (committee_text != NULL &&
		number_parse("--committee", committee_text, 1, LIMIT_VOTERS,
		    &hold.committee) != 0))
		return -1;
	result = site_open(&site);
	hold.holders = &site.holders;
	hold.scalar = &site.scalar;
	hold.owner = site.owner;
	hold.samples = sample;
	if (result == 0)
		result = hold_poll(&hold);
	holders_explain(&site.holders);
	if (result == 0)
		result = conclude(&hold, &site.roster);
	if (keep_evidence(&hold) != 0)
		result = -1;
	hold_release(&hold);
	site_close(&site);
	return result;
}

static int
do_verify(int argc, char **argv)
{
	struct buf bytes = {0}, members = {0}, rows = {0};
	char path[TOOL_PATH];
	int result, verdict = 0;

	if (argc == 0)
		return fail(FAIL_USAGE, "say which file");
	if (argc > 1)
		return tool_unexpected(argv[1]);
	if (tool_path("members", path) != 0 ||
	    file_read(argv[0], LIMIT_EVIDENCE, &bytes) != 0)
		return -1;
	result = verify_needs_members(span_of_buf(&bytes))
	    ? file_read(members_text != NULL ? members_text : path,
		  LIMIT_DOCUMENT, &members)
	    : 0;
	if (result == 0)
		result = verify_file(style, span_of_buf(&bytes),
		    span_of_buf(&members), &rows);
	verdict = result;
	if (rows.size > 0)
		result = print(&rows);
	buf_release(&bytes);
	buf_release(&members);
	return verdict != 0 ? verdict : result;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {
    {"audit", do_audit},
    {"verify", do_verify},
};

static int
run(const char *verb, int argc, char **argv)
{
	size_t i;

	if (report_style_parse(output_text, isatty(STDOUT_FILENO), &style) != 0)
		return -1;
	if (verb[0] == '\0')
		return do_poll();
	for (i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verb, verbs[i].name) == 0)
			return verbs[i].run(argc, argv);
	return fail(FAIL_USAGE, "say nothing, or one of: audit, verify");
}

/* Options may stand before the verb, and behind it. */
int
main(int argc, char **argv)
{
	const char *verb;
	int status;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	verb = argc > 0 ? argv[0] : "";
	if (argc > 0 && !tool_start(&tool, &argc, &argv, &status))
		return status;
	return tool_end(run(verb, argc, argv));
}
