/* SPDX-License-Identifier: ISC */
#ifndef VOTE_POLLER_H
#define VOTE_POLLER_H

/*
 * The poller's side of a poll, without a network: documents go in, and the
 * next one comes out. Whoever drives it carries them, in any order and as
 * often as it likes; what is missing when a step ends is missing.
 */

#include "vote/box.h"
#include "vote/opening.h"
#include "vote/roll.h"
#include "vote/seed.h"

struct secret;

/* What voters send, one of each in a poll. */
enum poller_shelf {
	POLLER_JOININGS,
	POLLER_REVEALS,
	POLLER_BALLOTS,
	POLLER_SEALS,
	POLLER_SHELVES
};

/* What the poller itself signs. */
enum poller_document {
	POLLER_OPENING,
	POLLER_CHALLENGE,
	POLLER_SEED,
	POLLER_TALLY,
	POLLER_DOCUMENTS
};

struct poller {
	const struct secret *scalar;
	const struct roll *roll;
	struct electorate electorate;
	struct opening opening;
	struct digest number;
	struct buf document[POLLER_DOCUMENTS]; /* as far as they are made */
	struct buf from[POLLER_SHELVES][LIMIT_VOTERS];
	struct buf proofs[LIMIT_PROOFS];
	size_t proof_count;
	struct digest seed;  /* its value, once there is one */
	struct buf culprits; /* evidence files, see vote/evidence.h */
};

/*
 * The number that a poller commits to: a function of its key and the poll, so
 * that it is nowhere to be kept, and nobody else knows it.
 */
struct digest poller_number(const struct secret *scalar,
    const struct poll *poll);

/*
 * Begin a poll. Of `opening`, the caller sets all but the items and the
 * commitment to `number`, which nobody else may know.
 */
int poller_open(struct poller *poller, const struct secret *scalar,
    const struct roll *roll, const struct opening *opening,
    const struct digest *number);
void poller_release(struct poller *poller);

/*
 * Take a poll up again by its opening, and then by the other documents that
 * the poller has signed in it, in their order; what a challenge lists is taken
 * with it. A NULL scalar is of somebody who only looks, and signs nothing. -1
 * (FAIL_DATA).
 */
int poller_resume(struct poller *poller, const struct secret *scalar,
    const struct roll *roll, struct span opening);
int poller_resume_at(struct poller *poller, enum poller_document which,
    struct span document);

/* A document of its own; empty if it is not made yet. */
struct span poller_says(const struct poller *poller,
    enum poller_document which);

/*
 * Take what a voter or a holder signed: 1 when it is new, 0 when it came
 * before or says nothing here, -1 (FAIL_DATA) when it is not what it claims.
 * A voter that signs two different ones is set down in `culprits`.
 */
int poller_take(struct poller *poller, struct span document);

/* How many voters have sent theirs. */
size_t poller_has(const struct poller *poller, enum poller_shelf shelf);

/* Whether that voter could still send one; who has no vote could not. */
bool poller_lacks(const struct poller *poller, enum poller_shelf shelf,
    const struct digest *voter);

/* Whether any voter could. */
bool poller_lacks_any(const struct poller *poller, enum poller_shelf shelf);

/*
 * The steps; each closes the one before. FAIL_NO: too few for a quorum, which
 * ends the poll without harm.
 */
int poller_challenge_all(struct poller *poller);
int poller_seed_all(struct poller *poller);

/* Count. The ballot box is appended to `box`: it goes to all voters. */
int poller_tally(struct poller *poller, uint64_t now, struct buf *box);

/* With `items`, the certificate; FAIL_NO when there are too few seals. */
int poller_certificate(const struct poller *poller, struct span items,
    struct buf *to);

#endif
