/* SPDX-License-Identifier: ISC */
#include "vote/voter.h"

#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "vote/ballot.h"
#include "vote/count.h"
#include "vote/findings.h"
#include "vote/seed.h"

/* A function of the opening: nothing needs to be kept for the reveal. */
static struct digest
number_of(const struct voter *voter, struct span opening)
{
	struct digest asked = poll_digest(opening), number;
	struct secret key, made;

	key = hash_derive("shardkit 2026-11-22 poll number", voter->scalar);
	made = hash_keyed(&key, span_of_digest(&asked));
	number = digest_from(made.byte);
	secret_wipe(&key, sizeof key);
	secret_wipe(&made, sizeof made);
	return number;
}

/* Give what was said before: 1; 0 for a new question; -1. */
static int
repeat(const struct voter *voter, enum journal_step step, struct span question,
    struct buf *answer)
{
	struct span said;
	int found = journal_find(voter->journal, step, question, &said);

	if (found == 1 && buf_append(answer, said) != 0)
		return -1;
	return found;
}

static int
conclude(struct voter *voter, enum journal_step step, struct span question,
    int result, struct buf *answer)
{
	if (result != 0)
		return -1;
	return journal_add(voter->journal, step, question, span_of_buf(answer));
}

static struct span
asked(const struct voter *voter, enum journal_step step)
{
	return span_of_buf(&voter->journal->asked[step]);
}

int
voter_join(struct voter *voter, struct span opening, enum joining_reason reason,
    struct buf *answer)
{
	struct digest number = number_of(voter, opening);
	struct joining joining = {.opening = poll_digest(opening),
	    .reason = reason};
	struct electorate electorate;
	struct opening asks;
	int found;

	if (opening_decode(opening, &asks) != 0 ||
	    (reason == JOINING_YES &&
		roll_check(voter->roll, &asks, &electorate) != 0))
		return -1;
	joining.poll = asks.poll;
	if (reason != JOINING_YES)
		return joining_encode(&joining, voter->scalar, answer);
	if (electorate_find(&electorate, &voter->id) < 0)
		return fail(FAIL_NO, "we have no vote in this poll");
	if (journal_turn(voter->journal, &asks.poll, voter->now) != 0)
		return -1;
	found = repeat(voter, JOURNAL_JOINING, opening, answer);
	if (found != 0)
		return found < 0 ? -1 : 0;
	if (asks.committee > 0 && !electorate_is_now(&asks.poll, voter->now))
		return fail(FAIL_NO,
		    "committees go by the time, and ours is not the poller's");
	joining.commitment = seed_commit(&number);
	joining.last = voter->journal->last_tally;
	return conclude(voter, JOURNAL_JOINING, opening,
	    joining_encode(&joining, voter->scalar, answer), answer);
}

/* Who votes in the poll that the journal is at. */
static int
electorate_of(const struct voter *voter, struct electorate *electorate)
{
	struct opening opening;

	if (voter->journal->said[JOURNAL_JOINING].size == 0)
		return fail(FAIL_NO, "we have not joined this poll");
	if (opening_decode(asked(voter, JOURNAL_JOINING), &opening) != 0)
		return -1;
	return roll_check(voter->roll, &opening, electorate);
}

int
voter_reveal(struct voter *voter, struct span challenge, struct buf *answer)
{
	struct reveal reveal = {.poll = voter->journal->poll,
	    .challenge = poll_digest(challenge)};
	struct electorate electorate;
	struct seed_chain chain;
	int place, found = repeat(voter, JOURNAL_REVEAL, challenge, answer);

	if (found != 0)
		return found < 0 ? -1 : 0;
	if (electorate_of(voter, &electorate) != 0 ||
	    seed_check_challenge(&electorate, asked(voter, JOURNAL_JOINING),
		challenge, &chain) != 0)
		return -1;
	place = electorate_find(&electorate, &voter->id);
	if (place < 0 || !chain.joined[place])
		return fail(FAIL_NO, "the challenge leaves us out");
	reveal.number = number_of(voter, asked(voter, JOURNAL_JOINING));
	return conclude(voter, JOURNAL_REVEAL, challenge,
	    reveal_encode(&reveal, voter->scalar, answer), answer);
}

int
voter_seed(const struct voter *voter, struct span seed, struct digest *value)
{
	struct electorate electorate;
	struct seed_chain chain;
	int place;

	if (electorate_of(voter, &electorate) != 0 ||
	    seed_check(&electorate, asked(voter, JOURNAL_JOINING),
		asked(voter, JOURNAL_REVEAL), seed, &chain) != 0)
		return -1;
	place = electorate_find(&electorate, &voter->id);
	if (place < 0 || !chain.revealed[place])
		return fail(FAIL_NO, "the seed leaves our number out");
	*value = chain.value;
	return 0;
}

/* What the proofs say of one holder's items, and what their lack says. */
static int
judge_holder(const struct voter *voter, const struct asking *asking,
    const struct poll_list *proofs, size_t holder, uint8_t *verdict)
{
	const struct items *items = &voter->roll->items;
	struct digest id = members_id(&voter->roll->members, holder);
	size_t i, count = items->first[holder + 1] - items->first[holder];
	int answered;

	answered = findings_judge(voter->roll, holder, asking, proofs, verdict);
	if (answered < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (digest_equal(&id, &voter->id))
			verdict[i] = VERDICT_NONE;
		else if (!answered && verdict[i] != VERDICT_BAD)
			verdict[i] = VERDICT_SILENT;
	return 0;
}

static int
judge(const struct voter *voter, const struct digest *value,
    const struct poll_list *proofs, const bool *known, uint8_t *verdict)
{
	const struct items *items = &voter->roll->items;
	struct opening opening;
	struct asking asking;
	size_t i;

	if (opening_decode(asked(voter, JOURNAL_JOINING), &opening) != 0)
		return -1;
	asking = asking_of(&opening, value);
	for (i = 0; i < items->holders; i++)
		if (judge_holder(voter, &asking, proofs, i,
			verdict + items->first[i]) != 0)
			return -1;
	for (i = 0; known != NULL && i < items_count(items); i++)
		if (!known[i])
			verdict[i] = VERDICT_NONE;
	return 0;
}

int
voter_ballot(struct voter *voter, struct span seed,
    const struct poll_list *proofs, const bool *known, struct buf *answer)
{
	struct ballot ballot = {.poll = voter->journal->poll,
	    .seed = poll_digest(seed),
	    .previous = voter->journal->last_ballot,
	    .count = items_count(&voter->roll->items)};
	struct digest value;
	int result, found = repeat(voter, JOURNAL_BALLOT, seed, answer);

	if (found != 0)
		return found < 0 ? -1 : 0;
	if (voter_seed(voter, seed, &value) != 0)
		return -1;
	ballot.verdict = memory_get(1, ballot.count + 1);
	if (ballot.verdict == NULL)
		return -1;
	result = judge(voter, &value, proofs, known, ballot.verdict);
	if (result == 0)
		result = ballot_encode(&ballot, voter->scalar, answer);
	free(ballot.verdict);
	return conclude(voter, JOURNAL_BALLOT, seed, result, answer);
}

int
voter_seal(struct voter *voter, const struct box *box, struct buf *answer)
{
	const struct buf *said = &voter->journal->said[JOURNAL_BALLOT];
	struct digest own = poll_digest(span_of_buf(said));
	struct seal seal = {.poll = voter->journal->poll,
	    .tally = poll_digest(box->tally)};
	struct electorate electorate;
	struct opening opening;
	int found = repeat(voter, JOURNAL_SEAL, box->tally, answer);

	if (found != 0)
		return found < 0 ? -1 : 0;
	if (electorate_of(voter, &electorate) != 0)
		return -1;
	if (said->size == 0)
		return fail(FAIL_NO, "we have not voted in this poll");
	if (opening_decode(box->opening, &opening) != 0 ||
	    poll_check(&opening.poll, &seal.poll, "the ballot box") != 0 ||
	    count_check(voter->roll, box, &own) != 0)
		return -1;
	return conclude(voter, JOURNAL_SEAL, box->tally,
	    seal_encode(&seal, voter->scalar, answer), answer);
}
