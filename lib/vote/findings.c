/* SPDX-License-Identifier: ISC */
#include "vote/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "vote/proof.h"
#include "vote/verdict.h"

#define UNANSWERED PROOF_VERDICTS

void
findings_release(struct findings *findings)
{
	free(findings->duty);
	free(findings->drawn);
	*findings = (struct findings){0};
}

static int
get_memory(struct findings *findings)
{
	findings->duty = memory_get(findings->duties + 1, sizeof(struct duty));
	findings->drawn = memory_get(findings->count + 1, sizeof(struct drawn));
	if (findings->duty != NULL && findings->drawn != NULL)
		return 0;
	findings_release(findings);
	return -1;
}

/* Behind what is drawn: what its holder has not answered before. */
static void
add_again(struct findings *findings, size_t drawn, struct span again,
    size_t first)
{
	struct again one;
	size_t i;

	for (i = 0; i < again.size / AGAIN_SIZE; i++) {
		one = again_get(again, i);
		findings->drawn[drawn + i] =
		    (struct drawn){one.item - (uint32_t)first, one.piece};
	}
}

int
findings_ask(struct findings *findings, const struct roll *roll, size_t holder,
    const struct asking *asking, bool every)
{
	size_t first = roll->items.first[holder];
	size_t i, duties = roll->items.first[holder + 1] - first;
	uint64_t most = asking_most(roll, asking->samples);
	bool each = every || duties <= most;
	size_t drawn = each ? duties : (size_t)most;
	struct digest id = members_id(&roll->members, holder);
	struct span again = again_of(asking->again, first, first + duties);
	struct item item;

	if (every)
		again.size = 0;
	*findings = (struct findings){
	    .duties = duties,
	    .count = drawn + again.size / AGAIN_SIZE,
	    .every = every,
	    .seed = draw_seed(&asking->seed, every),
	};
	if (get_memory(findings) != 0)
		return -1;
	for (i = 0; i < duties; i++) {
		item = items_get(&roll->items, first + i);
		findings->duty[i] = (struct duty){item.id, item.size};
	}
	if (each)
		draw_each(&findings->seed, &id, findings->duty, duties,
		    findings->drawn);
	else
		draw_pieces(&findings->seed, &id, findings->duty, duties,
		    findings->drawn, drawn);
	add_again(findings, drawn, again, first);
	return 0;
}

/* What an answer, or UNANSWERED, says of its shard. */
static uint8_t
worth(uint8_t answer)
{
	static const uint8_t of[PROOF_VERDICTS + 1] = {
	    [PROOF_OK] = VERDICT_OK,
	    [PROOF_MISSING] = VERDICT_BAD,
	    [PROOF_EIO] = VERDICT_SILENT,
	    [PROOF_BUSY] = VERDICT_SILENT,
	    [PROOF_WRONG] = VERDICT_BAD,
	    [UNANSWERED] = VERDICT_NONE,
	};

	return of[answer];
}

/* A wrong answer outweighs none, and that a right one. */
static bool
outweighs(uint8_t verdict, uint8_t other)
{
	static const uint8_t weight[VERDICTS] = {
	    [VERDICT_NONE] = 0,
	    [VERDICT_OK] = 1,
	    [VERDICT_SILENT] = 2,
	    [VERDICT_BAD] = 3,
	};

	return weight[verdict] > weight[other];
}

/* Questions, and the verdicts on their answers. */
struct round {
	struct findings asks;
	uint8_t *answer; /* of each; UNANSWERED */
	size_t answered, good;
};

static int
round_init(struct round *round, const struct roll *roll, size_t holder,
    const struct asking *asking, bool every)
{
	*round = (struct round){.answered = 0};
	if (findings_ask(&round->asks, roll, holder, asking, every) != 0)
		return -1;
	round->answer = memory_get(1, round->asks.count + 1);
	if (round->answer == NULL)
		return -1;
	memset(round->answer, UNANSWERED, round->asks.count);
	return 0;
}

static void
round_release(struct round *round)
{
	free(round->answer);
	findings_release(&round->asks);
}

static void
round_note(struct round *round, size_t question, uint8_t answer)
{
	if (outweighs(worth(answer), worth(round->answer[question])))
		round->answer[question] = answer;
}

/*
 * Take the next answer off a proof, if it is to one of the questions about
 * each shard: 1 and the number of that, 0 when there is none, -1 if it is not.
 */
static int
next_of_each(const struct findings *asks, struct span *answers,
    size_t *question, uint8_t *verdict)
{
	struct proof_answer answer;
	const struct duty *duty;

	if (proof_next(answers, &answer) <= 0)
		return 0;
	duty = duty_find(asks->duty, asks->duties, &answer.id);
	*question = duty == NULL ? 0 : (size_t)(duty - asks->duty);
	if (duty == NULL || answer.piece != asks->drawn[*question].piece)
		return -1;
	*verdict = (uint8_t)proof_judge(&answer, duty);
	return 1;
}

static void
take_of_each(struct round *round, struct span answers)
{
	uint8_t verdict;
	size_t i;
	int got;

	while ((got = next_of_each(&round->asks, &answers, &i, &verdict)) != 0)
		if (got > 0)
			round_note(round, i, verdict);
}

/* Take a proof, if it answers some of these questions. */
static void
round_take(struct round *round, const struct proof *proof)
{
	const struct findings *asks = &round->asks;
	uint8_t verdict[LIMIT_REQUEST_IDS];
	size_t i;

	if (!digest_equal(&proof->seed, &asks->seed))
		return;
	if (asks->every)
		take_of_each(round, proof->answers);
	else if (proof_check(proof, &asks->seed, asks->duty, asks->drawn,
		     asks->count, verdict) == 0)
		for (i = 0; i < proof->count; i++)
			round_note(round, proof->first + i, verdict[i]);
}

static void
round_judge(struct round *round, uint8_t *verdict)
{
	uint8_t *of, now;
	size_t i;

	for (i = 0; i < round->asks.count; i++) {
		now = worth(round->answer[i]);
		of = &verdict[round->asks.drawn[i].duty];
		round->answered += round->answer[i] != UNANSWERED;
		round->good += round->answer[i] == PROOF_OK;
		if (outweighs(now, *of))
			*of = now;
	}
}

/* What has one question open is not proved by the answer to another. */
static void
leave_open(const struct round *first, uint8_t *verdict)
{
	uint8_t *of;
	size_t i;

	for (i = 0; i < first->asks.count; i++) {
		of = &verdict[first->asks.drawn[i].duty];
		if (first->answer[i] == UNANSWERED && *of == VERDICT_OK)
			*of = VERDICT_NONE;
	}
}

int
findings_faults(const struct findings *findings, const struct digest *holder,
    struct span document, struct drawn *faults)
{
	struct proof proof;
	struct span rest;
	uint8_t verdict;
	size_t i;
	int got, count = 0;

	if (proof_decode(document, holder, &proof) != 0)
		return -1;
	if (!digest_equal(&proof.seed, &findings->seed))
		return fail(FAIL_DATA, "the proof answers to another seed");
	rest = proof.answers;
	while ((got = next_of_each(findings, &rest, &i, &verdict)) != 0)
		if (got > 0 && verdict != PROOF_OK)
			faults[count++] = findings->drawn[i];
	return count;
}

/* What is no proof of this holder is passed over: it says nothing. */
static void
collect(const struct roll *roll, size_t holder, const struct poll_list *proofs,
    struct round *first, struct round *every)
{
	struct digest id = members_id(&roll->members, holder), signer;
	struct proof proof;
	size_t i;

	for (i = 0; i < proofs->count; i++) {
		if (cose_peek(proofs->document[i], &signer) != RECORD_PROOF ||
		    !digest_equal(&signer, &id) ||
		    proof_decode(proofs->document[i], &id, &proof) != 0 ||
		    !digest_equal(&proof.owner, &roll->owner))
			continue;
		round_take(first, &proof);
		round_take(every, &proof);
	}
}

int
findings_judge(const struct roll *roll, size_t holder,
    const struct asking *asking, const struct poll_list *proofs,
    uint8_t *verdict)
{
	size_t count = roll->items.first[holder + 1] -
	    roll->items.first[holder];
	struct round first = {.answer = NULL}, every = {.answer = NULL};
	int result = -1;
	size_t i;

	memset(verdict, VERDICT_NONE, count);
	if (round_init(&first, roll, holder, asking, false) == 0 &&
	    round_init(&every, roll, holder, asking, true) == 0) {
		collect(roll, holder, proofs, &first, &every);
		round_judge(&first, verdict);
		round_judge(&every, verdict);
		leave_open(&first, verdict);
		result = first.answered == first.asks.count;
	}
	/* A sample that is all there speaks for the rest. */
	for (i = 0; result == 1 && first.good == first.answered && i < count;
	     i++)
		if (verdict[i] == VERDICT_NONE)
			verdict[i] = VERDICT_OK;
	round_release(&first);
	round_release(&every);
	return result;
}
