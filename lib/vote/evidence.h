/* SPDX-License-Identifier: ISC */
#ifndef VOTE_EVIDENCE_H
#define VOTE_EVIDENCE_H

/*
 * Evidence: a file that convicts somebody by its own signatures, and is
 * checked by anyone, offline. It is a list of documents, one of these:
 *
 *     two of one kind        the signer said two things in one poll, where it
 *                            may say one (opening, challenge, seed, tally,
 *                            reveal, ballot, seal)
 *     receipt, proof         the holder signed that it keeps a shard, and then
 *                            that it has not got it
 *     index, proof           the holder signed a piece that is no part of the
 *                            shard that the owner's index names
 *     proof, proof           the holder signed a piece of a shard, and then, in
 *                            the same poll, that the shard is missing
 *     members, items, box    the poller signed a tally that does not follow
 *                            from its ballots
 *
 * A receipt and a proof are no crime, but a finding: an order of the owner's to
 * drop that shard, given after the receipt, makes it none. Whoever is accused
 * has that order (serve/orders.h), and shows it.
 */

#include "vote/poll.h"

#define EVIDENCE_DOCUMENTS 3

struct evidence {
	struct digest culprit;
	const char *crime;    /* "signed two ballots in one poll" */
	bool may_be_forgiven; /* by an order that is not shown */
};

/*
 * Append the evidence against the signer of two documents: 0; FAIL_DATA when
 * they convict nobody.
 */
int evidence_of_two(struct span a, struct span b, struct buf *to);

/* Any other of the above. */
int evidence_encode(const struct poll_list *documents, struct buf *to);

/*
 * Judge a file: 0 with who did what; -1 (FAIL_DATA) when it convicts nobody,
 * with the reason. Takes the first evidence of `bytes`, and moves behind it.
 */
int evidence_judge(struct span *bytes, struct evidence *evidence);

/* The same in the light of orders that are shown: a CBOR sequence of them. */
int evidence_judge_by(struct span *bytes, struct span orders,
    struct evidence *evidence);

#endif
