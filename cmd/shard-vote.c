/* SPDX-License-Identifier: ISC */

/* Find out what holders still have. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/output.h"
#include "base/tool.h"
#include "shard-vote/verbs.h"

struct asked asked;

static const struct tool_option options[] = {
    {'n', "sample", "N", "ask for so many random pieces (300)", &asked.sample,
	NULL, NULL},
    {'f', "full", NULL, "ask for a piece of every shard", NULL, &asked.full,
	NULL},
    {'O', "owner", "ID", "ask for another owner", &asked.owner, NULL, NULL},
    {'w', "write", "FILE", "keep the certificate, or the answers, there",
	&asked.write, NULL, NULL},
    {'m', "members", "FILE", "the members document to verify by",
	&asked.members, NULL, NULL},
    {'k', "committee", "N", "let so many members vote", &asked.committee, NULL,
	NULL},
    {'S', "strict", NULL, "a verdict takes all voters", NULL, &asked.strict,
	NULL},
    {'W', "wait", "TIME", "ask those again for so long that are away",
	&asked.wait, NULL, NULL},
    {'o', "output", "STYLE", "report as text, json or cbor", &asked.output,
	NULL, NULL},
    {'p', "peers", "FILE", "addresses that peer-find has found", &asked.found,
	NULL, NULL},
    {'d', "store", "DIR", "the store of a step by hand", &asked.store, NULL,
	NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-vote",
    .synopsis = "[-fS] [-k N] [-n N] [-O ID] [-o STYLE] [-p FILE] [-w FILE] "
		"[-W TIME]\n"
		"audit [-f] [-n N] [-O ID] [-o STYLE] [-p FILE] [-w FILE] "
		"peer\nverify [-m FILE] [-o STYLE] file ...\n"
		"repairs [-m FILE] [-O ID] [-o STYLE] [-p FILE] certificate\n"
		"accuse [file ...]\n"
		"open [-fS] [-d DIR] [-k N] [-n N] [-O ID] [-p FILE] "
		"[-W TIME]\n"
		"join | reveal | prove | ballot | seal [-d DIR] [file ...]\n"
		"challenge | seed | tally | certificate [-w FILE] [file ...]",
    .purpose = "Find out what holders still have.",
    .options = options,
    .operands_max = -1,
};

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {
    {"audit", verb_audit},
    {"verify", verb_verify},
    {"repairs", verb_repairs},
    {"accuse", verb_accuse},
    {"open", verb_open},
    {"join", verb_join},
    {"challenge", verb_challenge},
    {"reveal", verb_reveal},
    {"seed", verb_seed},
    {"prove", verb_prove},
    {"ballot", verb_ballot},
    {"tally", verb_tally},
    {"seal", verb_seal},
    {"certificate", verb_certificate},
};

const char *
verb_operand(int argc, char **argv, const char *what)
{
	if (argc == 0)
		fail(FAIL_USAGE, "say which %s", what);
	else if (argc > 1)
		tool_unexpected(argv[1]);
	return argc == 1 ? argv[0] : NULL;
}

int
verb_print(struct buf *rows)
{
	int result = file_write(STDOUT_FILENO, span_of_buf(rows));

	buf_release(rows);
	return result;
}

/* "say nothing, or one of: audit, verify" */
static int
fail_about_verbs(void)
{
	char names[200] = "";
	size_t i;

	for (i = 0; i < sizeof verbs / sizeof *verbs; i++)
		snprintf(names + strlen(names), sizeof names - strlen(names),
		    "%s%s", i == 0 ? "" : ", ", verbs[i].name);
	return fail(FAIL_USAGE, "say nothing, or one of: %s", names);
}

static int
run(const char *verb, int argc, char **argv)
{
	size_t i;

	if (report_style_parse(asked.output, isatty(STDOUT_FILENO),
		&asked.style) != 0 ||
	    (asked.write != NULL && output_check(asked.write) != 0))
		return -1;
	if (verb[0] == '\0')
		return verb_poll(argc, argv);
	for (i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verb, verbs[i].name) == 0)
			return verbs[i].run(argc, argv);
	return fail_about_verbs();
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
