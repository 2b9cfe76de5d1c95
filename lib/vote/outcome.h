/* SPDX-License-Identifier: ISC */
#ifndef VOTE_OUTCOME_H
#define VOTE_OUTCOME_H

/*
 * What a poll came to, for whoever asked: a row for each member, and what the
 * poll could have stood.
 */

#include "format/report.h"
#include "vote/roll.h"
#include "vote/verdict.h"

/*
 * Append a row for each member: its name (NULL: its id is shown), and how many
 * of its items have each verdict.
 */
int outcome_rows(enum report_style style, const struct roll *roll,
    const uint8_t *verdict, const char *const *name, struct buf *rows);

/*
 * "3 voters: survives 1 absent, 0 dishonest": what this many can stand.
 */
#define OUTCOME_TEXT 96
void outcome_strength(const struct electorate *electorate,
    char text[static OUTCOME_TEXT]);

/*
 * 0 when all is there; FAIL_NO, with how many items are not, and what to do.
 */
int outcome_judge(const uint8_t *verdict, size_t count);

#endif
