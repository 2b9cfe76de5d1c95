/* SPDX-License-Identifier: ISC */
#ifndef SERVE_VOTES_ASK_H
#define SERVE_VOTES_ASK_H

/*
 * One direct attempt of a voter at each holder of which the poller shows
 * nothing: only who does not answer that, either, is silent.
 */

#include "vote/poll.h"
#include "xfer/question.h"

struct roster;

struct votes_ask {
	const struct roster *roster; /* who is in none is not asked */
	const struct secret *scalar;
	struct digest self;
	struct questions look;
	const struct poll_list *shown; /* proofs of the others */
	struct question_proofs own;    /* what comes of it */
};

/* Ask one after the other. -1: out of memory. */
int votes_ask_silent(struct votes_ask *ask);

#endif
