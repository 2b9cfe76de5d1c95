/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "vote/ballot.h"
#include "vote/evidence.h"
#include "vote/poller.h"

/* Whether it answers the document that stands now; `named` is what it names. */
static bool
answers(const struct poller *poller, const struct poll *poll,
    const struct digest *named, enum poller_document which)
{
	struct digest digest = poll_digest(poller_says(poller, which));

	return poller->document[which].size > 0 &&
	    poll_equal(poll, &poller->opening.poll) &&
	    digest_equal(named, &digest);
}

/* A number counts if the voter committed to it. */
static int
check_reveal(const struct poller *poller, int place, const struct digest *voter,
    struct span given)
{
	struct span joined = span_of_buf(&poller->from[POLLER_JOININGS][place]);
	struct digest commitment;
	struct joining joining;
	struct reveal reveal;

	if (reveal_decode(given, voter, &reveal) != 0 ||
	    joining_decode(joined, voter, &joining) != 0)
		return -1;
	commitment = seed_commit(&reveal.number);
	if (!digest_equal(&commitment, &joining.commitment))
		return fail(FAIL_DATA,
		    "a number is not what its voter committed to");
	return answers(poller, &reveal.poll, &reveal.challenge,
	    POLLER_CHALLENGE);
}

/* 1: it belongs on a shelf; 0: it does not count here; -1. */
static int
check(const struct poller *poller, enum poller_shelf shelf, int place,
    const struct digest *voter, struct span given)
{
	struct joining joining;
	struct ballot ballot = {.count = items_count(&poller->roll->items)};
	struct seal seal;
	int result;

	switch (shelf) {
	case POLLER_JOININGS:
		if (joining_decode(given, voter, &joining) != 0)
			return -1;
		return joining.reason == JOINING_YES &&
		    answers(poller, &joining.poll, &joining.opening,
			POLLER_OPENING);
	case POLLER_REVEALS:
		return check_reveal(poller, place, voter, given);
	case POLLER_BALLOTS:
		ballot.verdict = memory_get(1, ballot.count + 1);
		result = ballot.verdict == NULL
		    ? -1
		    : ballot_decode(given, voter, &ballot);
		free(ballot.verdict);
		if (result != 0)
			return -1;
		return answers(poller, &ballot.poll, &ballot.seed, POLLER_SEED);
	default:
		if (seal_decode(given, voter, &seal) != 0)
			return -1;
		return answers(poller, &seal.poll, &seal.tally, POLLER_TALLY);
	}
}

/* What comes when its step has ended, or of one that did not join. */
static bool
is_over(const struct poller *poller, enum poller_shelf shelf, int place)
{
	static const enum poller_document end[] = {POLLER_CHALLENGE,
	    POLLER_SEED, POLLER_TALLY};

	if (shelf != POLLER_JOININGS &&
	    poller->from[POLLER_JOININGS][place].size == 0)
		return true;
	return shelf != POLLER_SEALS && poller->document[end[shelf]].size > 0 &&
	    poller->from[shelf][place].size == 0;
}

static int
put(struct poller *poller, enum poller_shelf shelf, struct span given)
{
	struct digest signer, before, now;
	struct buf *to;
	int place, result;

	if (cose_peek(given, &signer) < 0)
		return -1;
	place = electorate_find(&poller->electorate, &signer);
	if (place < 0)
		return fail(FAIL_DATA, "this is of one that has no vote");
	if (is_over(poller, shelf, place))
		return 0;
	result = check(poller, shelf, place, &signer, given);
	if (result <= 0)
		return result;
	to = &poller->from[shelf][place];
	if (to->size == 0)
		return buf_append(to, given) == 0 ? 1 : -1;
	before = poll_digest(span_of_buf(to));
	now = poll_digest(given);
	if (digest_equal(&before, &now) || shelf == POLLER_JOININGS)
		return 0;
	return evidence_of_two(span_of_buf(to), given, &poller->culprits);
}

static int
put_proof(struct poller *poller, struct span given)
{
	struct buf *to = &poller->proofs[poller->proof_count];

	if (poller->proof_count == LIMIT_PROOFS)
		return fail(FAIL_DATA, "more than %d proofs", LIMIT_PROOFS);
	if (buf_append(to, given) != 0)
		return -1;
	poller->proof_count++;
	return 1;
}

int
poller_take(struct poller *poller, struct span given)
{
	struct digest signer;

	switch (cose_peek(given, &signer)) {
	case RECORD_JOINING:
		return put(poller, POLLER_JOININGS, given);
	case RECORD_REVEAL:
		return put(poller, POLLER_REVEALS, given);
	case RECORD_BALLOT:
		return put(poller, POLLER_BALLOTS, given);
	case RECORD_SEAL:
		return put(poller, POLLER_SEALS, given);
	case RECORD_PROOF:
		return put_proof(poller, given);
	case -1:
		return -1;
	default:
		return fail(FAIL_DATA, "no voter says this in a poll");
	}
}
