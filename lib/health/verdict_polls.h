/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_VERDICT_POLLS_H
#define HEALTH_VERDICT_POLLS_H

#include "health/verdict.h"

/*
 * Judge what polls and audits have found. Who has never held a poll is not
 * told to; who has is told when the last one is more than three days ago.
 */
void verdict_polls(struct verdict *verdict, const struct facts *facts);

/* What a holder found in its own store when it last read it. */
void verdict_polls_scrub(struct verdict *verdict, const struct facts *facts);

#endif
