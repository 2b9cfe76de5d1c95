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
#include "xfer/audit.h"

#define SAMPLE 300 /* 1 % of damage is seen with 95 % */
#define SAMPLE_MOST 1000000

static const char *owner_text, *sample_text, *write_text, *output_text;
static bool want_full;
static enum report_style style;

static const struct tool_option options[] = {
    {'n', "sample", "N", "ask for so many random pieces (300)", &sample_text,
	NULL, NULL},
    {'f', "full", NULL, "ask for a piece of every shard", NULL, &want_full,
	NULL},
    {'O', "owner", "ID", "ask for another owner", &owner_text, NULL, NULL},
    {'w', "write", "FILE", "keep the signed answers there", &write_text, NULL,
	NULL},
    {'o', "output", "STYLE", "report as text, json or cbor", &output_text, NULL,
	NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-vote",
    .synopsis = "audit [-f] [-n N] [-O ID] [-o STYLE] [-w FILE] peer",
    .purpose = "Find out what holders still have.",
    .options = options,
    .operands_max = -1,
};

static int
print_audit(const struct audit *audit)
{
	const uint64_t *count = audit->count;
	char size[NUMBER_SIZE_TEXT];
	struct report_field field[] = {
	    {"peer", audit->holder->peer->name, 0, false, -16},
	    {"shards", NULL, audit->shards, true, 8},
	    {"bytes", size, audit->size, true, 10},
	    {"asked", NULL, audit->asked, true, 8},
	    {"ok", NULL, count[PROOF_OK], true, 8},
	    {"missing", NULL, count[PROOF_MISSING], true, 8},
	    {"wrong", NULL, count[PROOF_WRONG], true, 6},
	    {"eio", NULL, count[PROOF_EIO], true, 6},
	    {"busy", NULL, count[PROOF_BUSY], true, 6},
	};
	struct buf rows = {0};
	int result;

	number_size_text(audit->size, size);
	result = report_header(style, field, 9, &rows);
	if (result == 0)
		result = report_row(style, field, 9, &rows);
	if (result == 0)
		result = file_write(STDOUT_FILENO, span_of_buf(&rows));
	buf_release(&rows);
	return result;
}

/* What the answers come to. */
static int
judge(const struct audit *audit)
{
	const char *name = audit->holder->peer->name;
	const uint64_t *count = audit->count;
	unsigned long long lost = count[PROOF_MISSING] + count[PROOF_WRONG];
	unsigned long long unanswered = count[PROOF_EIO] + count[PROOF_BUSY];

	if (audit->unreceipted)
		log_line(LOG_WARN,
		    "no receipt of peer '%s' is there: it was asked for what "
		    "it says it has",
		    name);
	if (lost > 0) {
		fail(FAIL_NO,
		    "peer '%s' has not got %llu of the %zu pieces that it was "
		    "asked for",
		    name, lost, audit->asked);
		return fail_hint("shard-repair -a rebuilds what is lost");
	}
	if (unanswered > 0)
		return fail(FAIL_SYSTEM,
		    "peer '%s' could not answer %llu of %zu questions now",
		    name, unanswered, audit->asked);
	return 0;
}

static int
audit_one(struct audit *audit)
{
	int result = audit_holder(audit);

	holders_explain(audit->holders);
	if (result == 0)
		result = print_audit(audit);
	if (result == 0 && write_text != NULL)
		result = file_put(write_text, span_of_buf(&audit->proofs), 0644,
		    FILE_REPLACE);
	if (result == 0)
		result = judge(audit);
	audit_release(audit);
	return result;
}

static struct holder *
find_holder(struct holders *holders, const char *name)
{
	struct holder *holder;
	size_t i;

	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		if (strcmp(holder->peer->name, name) == 0 &&
		    holder->peer->has_id)
			return holder;
		if (strcmp(holder->peer->name, name) == 0) {
			fail(FAIL_USAGE,
			    "peer '%s' is a disk, which answers no questions",
			    name);
			fail_hint("shard-repair -c reads all of it");
			return NULL;
		}
	}
	fail(FAIL_USAGE, "there is no peer '%s' with an address in the roster",
	    name);
	return NULL;
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

static int
do_audit(int argc, char **argv)
{
	struct holders holders = {0};
	struct roster roster = {0};
	struct audit audit = {.holders = &holders};
	struct secret scalar;
	int result;

	if (argc == 0)
		return fail(FAIL_USAGE, "say which peer");
	if (argc > 1)
		return tool_unexpected(argv[1]);
	result = parse_sample(&audit.sample);
	if (result == 0)
		result = load(&scalar, &audit.owner, &roster);
	if (result == 0)
		result = holders_open(&holders, &roster, HOLDER_READ, &scalar);
	if (result == 0 && owner_text != NULL)
		result = holders_serve(&holders, &audit.owner);
	if (result == 0) {
		audit.holder = find_holder(&holders, argv[0]);
		result = audit.holder == NULL ? -1 : audit_one(&audit);
	}
	secret_wipe(&scalar, sizeof scalar);
	holders_close(&holders);
	roster_release(&roster);
	return result;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {
    {"audit", do_audit},
};

static int
run(const char *verb, int argc, char **argv)
{
	size_t i;

	if (report_style_parse(output_text, isatty(STDOUT_FILENO), &style) != 0)
		return -1;
	for (i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verb, verbs[i].name) == 0)
			return verbs[i].run(argc, argv);
	return fail(FAIL_USAGE, "say one of: audit");
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
