/* SPDX-License-Identifier: ISC */
#ifndef SERVE_VOTES_H
#define SERVE_VOTES_H

/*
 * A holder as a voter (vote/voter.h): it answers a poller whatever it comes
 * to, and needs nothing but its own key for that. What it has signed in the
 * newest poll of each poller is in the folder `votes` of its store, synced
 * before the answer leaves.
 *
 * What a poller sends is a list of byte strings: the items of the poll, the
 * question (opening, challenge, seed, ballot box), and behind a seed the
 * proofs that it has. Of a holder whose proofs are not there the voter asks
 * for them itself, if it knows it.
 */

#include "serve/authority.h"
#include "vote/poll.h"

struct votes {
	struct store *store;
	const char *store_path; /* that the journals lie in */
	struct authority *authority;
	const struct secret *scalar;
	struct digest owner; /* whose shards the poll is about */
	bool alone;	     /* ask no holder: all proofs are there */
};

#define VOTES_PARTS (2 + LIMIT_PROOFS)

/* Append what a poller sends, behind anything but a seed without proofs. */
int votes_question(struct span items, struct span question,
    const struct poll_list *proofs, struct buf *to);

/* Whether this holder votes about that owner's shards: as whom. FAIL_NO. */
int votes_check(struct authority *authority, const struct secret *scalar,
    const struct digest *owner, struct digest *self);

/*
 * Append the answer to what a poller sent. FAIL_DATA or FAIL_NO with the
 * reason; FAIL_SYSTEM when the journal cannot be kept.
 */
int votes_answer(const struct votes *votes, struct span sent,
    struct buf *answer);

#endif
