/* SPDX-License-Identifier: ISC */
#ifndef SHARD_VOTE_VERBS_H
#define SHARD_VOTE_VERBS_H

/*
 * The verbs of shard-vote, a file each: what stands behind one on the command
 * line comes as operands, the options of all of them in `asked`. Each returns
 * 0 or -1, as any function does, and prints its rows itself.
 */

#include "base/bytes.h"
#include "format/report.h"

struct asked {
	const char *owner, *sample, *write, *members, *committee, *wait,
	    *output, *found, *store;
	bool full, strict;
	enum report_style style;
};
extern struct asked asked;

int verb_poll(int argc, char **argv); /* said by saying nothing */
int verb_audit(int argc, char **argv);
int verb_verify(int argc, char **argv);
int verb_repairs(int argc, char **argv);
int verb_accuse(int argc, char **argv);

/* A poll by hand, step by step; see files.h. */
int verb_open(int argc, char **argv);
int verb_join(int argc, char **argv);
int verb_challenge(int argc, char **argv);
int verb_reveal(int argc, char **argv);
int verb_seed(int argc, char **argv);
int verb_prove(int argc, char **argv);
int verb_ballot(int argc, char **argv);
int verb_tally(int argc, char **argv);
int verb_seal(int argc, char **argv);
int verb_certificate(int argc, char **argv);

/* The one operand of a verb; NULL (FAIL_USAGE, "say which `what`"). */
const char *verb_operand(int argc, char **argv, const char *what);

/*
 * Keep the evidence that a poll brought up, if there is any, beside what
 * --write names, and say so.
 */
int verb_keep_evidence(struct span culprits);

/* Rows go out whole, and are gone. */
int verb_print(struct buf *rows);

#endif
