/* SPDX-License-Identifier: ISC */
#include "vote/count.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "vote/ballot.h"
#include "vote/findings.h"
#include "vote/seed.h"
#include "vote/verdict.h"

/* Votes for each verdict of an item; proofs are counted apart. */
struct votes {
	uint16_t of[VERDICTS];
};

struct count {
	const struct roll *roll;
	const struct box *box;
	struct electorate electorate;
	struct seed_chain chain;
	struct opening opening;
	struct votes *votes; /* of each item */
	uint8_t *proved;     /* what proofs say of each item */
	uint8_t *ballot;     /* the one being counted */
};

/* One ballot, behind that of voter `last`; returns whose it is. */
static int
add_ballot(struct count *count, struct span document, int last)
{
	const struct roll *roll = count->roll;
	struct digest signer, id, seed = poll_digest(count->box->seed);
	struct ballot ballot = {.verdict = count->ballot,
	    .count = items_count(&roll->items)};
	size_t holder, i;
	int voter;

	if (cose_peek(document, &signer) < 0)
		return -1;
	voter = electorate_find(&count->electorate, &signer);
	if (voter < 0 || !count->chain.joined[voter])
		return fail(FAIL_DATA, "a ballot is of one that has no vote");
	if (voter <= last)
		return fail(FAIL_DATA, "a voter has two ballots");
	if (ballot_decode(document, &signer, &ballot) != 0 ||
	    poll_check(&ballot.poll, &count->opening.poll, "a ballot") != 0)
		return -1;
	if (!digest_equal(&ballot.seed, &seed))
		return fail(FAIL_DATA, "a ballot is about another seed");
	for (holder = 0; holder < roll->items.holders; holder++) {
		id = members_id(&roll->members, holder);
		if (digest_equal(&id, &signer))
			continue;
		for (i = roll->items.first[holder];
		     i < roll->items.first[holder + 1]; i++)
			count->votes[i].of[ballot.verdict[i]]++;
	}
	return voter;
}

static enum verdict
decide(const struct votes *votes, uint8_t proved, unsigned liars,
    unsigned settle)
{
	if (votes->of[VERDICT_NONE] >= settle)
		return VERDICT_NONE;
	if (proved == VERDICT_BAD)
		return VERDICT_BAD;
	if (votes->of[VERDICT_BAD] > liars)
		return VERDICT_NONE;
	if (proved == VERDICT_OK || votes->of[VERDICT_OK] > liars)
		return VERDICT_OK;
	if (proved == VERDICT_SILENT || votes->of[VERDICT_SILENT] >= settle)
		return VERDICT_SILENT;
	return VERDICT_NONE;
}

static void
decide_all(const struct count *count, uint8_t *verdict)
{
	const struct items *items = &count->roll->items;
	struct digest id;
	unsigned settle;
	size_t holder, i;

	for (holder = 0; holder < items->holders; holder++) {
		id = members_id(&count->roll->members, holder);
		settle = electorate_settle(&count->electorate, &id);
		for (i = items->first[holder]; i < items->first[holder + 1];
		     i++)
			verdict[i] = decide(&count->votes[i], count->proved[i],
			    count->electorate.liars, settle);
	}
}

static int
count_ballots(struct count *count)
{
	const struct poll_list *ballots = &count->box->ballots;
	int voter = -1;
	size_t i;

	for (i = 0; i < ballots->count; i++) {
		voter = add_ballot(count, ballots->document[i], voter);
		if (voter < 0)
			return -1;
	}
	if (ballots->count < count->electorate.quorum)
		return fail(FAIL_NO, "no quorum: %zu of %zu voted, and %u must",
		    ballots->count, count->electorate.count,
		    count->electorate.quorum);
	return 0;
}

/* What the proofs in the box say of all items. */
static int
judge_proofs(struct count *count)
{
	const struct items *items = &count->roll->items;
	struct asking asking = asking_of(&count->opening, &count->chain.value);
	size_t i;

	for (i = 0; i < items->holders; i++)
		if (findings_judge(count->roll, i, &asking, &count->box->proofs,
			count->proved + items->first[i]) < 0)
			return -1;
	return 0;
}

static int
count_all(struct count *count, uint8_t *verdict)
{
	const struct box *box = count->box;

	if (opening_decode(box->opening, &count->opening) != 0 ||
	    roll_check(count->roll, &count->opening, &count->electorate) != 0 ||
	    seed_check(&count->electorate, box->opening, box->challenge,
		box->seed, &count->chain) != 0 ||
	    count_ballots(count) != 0 || judge_proofs(count) != 0)
		return -1;
	decide_all(count, verdict);
	return 0;
}

int
count_box(const struct roll *roll, const struct box *box, struct tally *tally)
{
	size_t items = items_count(&roll->items) + 1;
	struct count *count = memory_get(1, sizeof *count);
	int result;

	if (count == NULL)
		return -1;
	count->roll = roll;
	count->box = box;
	count->votes = memory_get(items, sizeof *count->votes);
	count->proved = memory_get(1, items);
	count->ballot = memory_get(1, items);
	result = count->votes == NULL || count->proved == NULL ||
		count->ballot == NULL
	    ? -1
	    : count_all(count, tally->verdict);
	tally->poll = count->opening.poll;
	tally->opening = poll_digest(box->opening);
	tally->items = roll->items_root;
	tally->count = items - 1;
	tally->committee = count->opening.committee;
	tally->strict = count->opening.strict;
	tally->seed = count->chain.value;
	tally->box = box_digest(box);
	tally->ballots = box->ballots.count;
	free(count->votes);
	free(count->proved);
	free(count->ballot);
	free(count);
	return result;
}

static bool
has_ballot(const struct box *box, const struct digest *own)
{
	struct digest one;
	size_t i;

	for (i = 0; i < box->ballots.count; i++) {
		one = poll_digest(box->ballots.document[i]);
		if (digest_equal(&one, own))
			return true;
	}
	return false;
}

static bool
same(const struct tally *a, const struct tally *b)
{
	return poll_equal(&a->poll, &b->poll) &&
	    digest_equal(&a->opening, &b->opening) &&
	    digest_equal(&a->items, &b->items) && a->count == b->count &&
	    a->committee == b->committee && a->strict == b->strict &&
	    digest_equal(&a->seed, &b->seed) &&
	    digest_equal(&a->box, &b->box) && a->ballots == b->ballots &&
	    memcmp(a->verdict, b->verdict, (size_t)a->count) == 0;
}

static int
check_with(const struct roll *roll, const struct box *box,
    const struct digest *own, struct tally *said, struct tally *counted)
{
	if (said->verdict == NULL || counted->verdict == NULL)
		return -1;
	if (count_box(roll, box, counted) != 0)
		return -1;
	if (tally_decode(box->tally, &counted->poll.poller, said) != 0)
		return -1;
	if (!same(said, counted))
		return fail(FAIL_DATA,
		    "the tally does not follow from its ballots");
	if (own != NULL && !has_ballot(box, own))
		return fail(FAIL_DATA, "the tally leaves our ballot out");
	return 0;
}

int
count_check(const struct roll *roll, const struct box *box,
    const struct digest *own)
{
	struct tally said = {.verdict = memory_get(1, LIMIT_ITEMS)};
	struct tally counted = {
	    .verdict = memory_get(1, items_count(&roll->items) + 1)};
	int result = check_with(roll, box, own, &said, &counted);

	free(said.verdict);
	free(counted.verdict);
	return result;
}
