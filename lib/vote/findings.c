/* SPDX-License-Identifier: ISC */
#include "vote/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "crypto/hash.h"
#include "vote/proof.h"
#include "vote/verdict.h"

#define UNANSWERED PROOF_VERDICTS

/* Every shard has a seed of its own, so that the two are told apart. */
static struct digest
seed_of(const struct digest *seed, bool every)
{
	if (!every)
		return *seed;
	return hash_pair(span_of_text("shardkit poll, every shard"),
	    span_of_digest(seed));
}

int
findings_ask(struct findings *findings, const struct roll *roll, size_t holder,
    const struct digest *seed, uint64_t samples, bool every)
{
	size_t i, first = roll->items.first[holder];
	struct digest id = members_id(&roll->members, holder);
	struct item item;

	*findings = (struct findings){
	    .duties = roll->items.first[holder + 1] - first,
	    .seed = seed_of(seed, every),
	};
	every |= findings->duties <= samples || samples == 0;
	findings->count = every ? findings->duties : (size_t)samples;
	if (findings->duties == 0)
		findings->count = 0;
	findings->duty = calloc(findings->duties + 1, sizeof *findings->duty);
	findings->drawn = calloc(findings->count + 1, sizeof *findings->drawn);
	if (findings->duty == NULL || findings->drawn == NULL) {
		findings_release(findings);
		return fail(FAIL_SYSTEM, "out of memory");
	}
	for (i = 0; i < findings->duties; i++) {
		item = items_get(&roll->items, first + i);
		findings->duty[i] = (struct duty){item.id, item.size};
	}
	if (findings->count == 0)
		return 0;
	if (every)
		draw_each(&findings->seed, &id, findings->duty,
		    findings->duties, findings->drawn);
	else
		draw_pieces(&findings->seed, &id, findings->duty,
		    findings->duties, findings->drawn, findings->count);
	return 0;
}

void
findings_release(struct findings *findings)
{
	free(findings->duty);
	free(findings->drawn);
	*findings = (struct findings){0};
}

/* A wrong answer outweighs none, and that a right one. */
static void
take(uint8_t *verdict, uint8_t answer)
{
	static const uint8_t worth[PROOF_VERDICTS] = {
	    [PROOF_OK] = VERDICT_OK,
	    [PROOF_MISSING] = VERDICT_BAD,
	    [PROOF_EIO] = VERDICT_SILENT,
	    [PROOF_BUSY] = VERDICT_SILENT,
	    [PROOF_WRONG] = VERDICT_BAD,
	};
	uint8_t now = worth[answer];

	if (*verdict == VERDICT_BAD ||
	    (*verdict == VERDICT_SILENT && now == VERDICT_OK))
		return;
	*verdict = now;
}

/* Questions, and the verdicts on their answers. */
struct round {
	struct findings asks;
	uint8_t *answer; /* of each; UNANSWERED */
	size_t answered, good;
};

static int
round_init(struct round *round, const struct roll *roll, size_t holder,
    const struct digest *seed, uint64_t samples, bool every)
{
	*round = (struct round){.answered = 0};
	if (findings_ask(&round->asks, roll, holder, seed, samples, every) != 0)
		return -1;
	round->answer = malloc(round->asks.count + 1);
	if (round->answer == NULL)
		return fail(FAIL_SYSTEM, "out of memory");
	memset(round->answer, UNANSWERED, round->asks.count);
	return 0;
}

static void
round_release(struct round *round)
{
	free(round->answer);
	findings_release(&round->asks);
}

/* Take a proof, if it answers some of these questions. */
static void
round_take(struct round *round, const struct proof *proof)
{
	uint8_t verdict[LIMIT_REQUEST_IDS];

	if (proof_check(proof, &round->asks.seed, round->asks.duty,
		round->asks.drawn, round->asks.count, verdict) == 0)
		memcpy(round->answer + proof->first, verdict, proof->count);
}

static void
round_judge(struct round *round, uint8_t *verdict)
{
	size_t i;

	for (i = 0; i < round->asks.count; i++) {
		if (round->answer[i] == UNANSWERED)
			continue;
		round->answered++;
		round->good += round->answer[i] == PROOF_OK;
		take(&verdict[round->asks.drawn[i].duty], round->answer[i]);
	}
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
    const struct digest *seed, uint64_t samples, const struct poll_list *proofs,
    uint8_t *verdict)
{
	size_t count = roll->items.first[holder + 1] -
	    roll->items.first[holder];
	struct round first = {.answer = NULL}, every = {.answer = NULL};
	int result = -1;

	memset(verdict, VERDICT_NONE, count);
	if (round_init(&first, roll, holder, seed, samples, false) == 0 &&
	    round_init(&every, roll, holder, seed, samples, true) == 0) {
		collect(roll, holder, proofs, &first, &every);
		round_judge(&first, verdict);
		round_judge(&every, verdict);
		result = first.answered == first.asks.count;
	}
	/* A sample that is all there speaks for the rest. */
	if (result == 1 && first.good == first.answered &&
	    every.good == every.answered)
		memset(verdict, VERDICT_OK, count);
	round_release(&first);
	round_release(&every);
	return result;
}

int
findings_all(const struct roll *roll, const struct digest *seed,
    uint64_t samples, const struct poll_list *proofs, uint8_t *verdict)
{
	size_t i;

	for (i = 0; i < roll->items.holders; i++)
		if (findings_judge(roll, i, seed, samples, proofs,
			verdict + roll->items.first[i]) < 0)
			return -1;
	return 0;
}
