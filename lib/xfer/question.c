/* SPDX-License-Identifier: ISC */
#include "xfer/question.h"

#include <stdlib.h>

#include "format/message.h"
#include "format/proving.h"
#include "vote/proof.h"
#include "vote/verdict.h"
#include "xfer/session.h"

static int
keep(struct question_proofs *proofs, struct buf *document)
{
	struct buf *more = realloc(proofs->document,
	    (proofs->count + 1) * sizeof *proofs->document);

	if (more == NULL)
		return fail_errno("cannot get memory");
	proofs->document = more;
	more[proofs->count++] = *document;
	*document = (struct buf){0};
	return 0;
}

static int
encode_ask(const struct findings *asks, size_t first, size_t count,
    struct buf *ids, struct buf *body)
{
	struct prove_ask ask = {asks->seed, (uint32_t)first, {0}};
	struct buf pieces = {0};
	const struct drawn *drawn = asks->drawn + first;
	int result = 0;
	size_t i;

	for (i = 0; result == 0 && i < count; i++) {
		result = buf_append(ids,
		    span_of_digest(&asks->duty[drawn[i].duty].id));
		if (result == 0)
			result = prove_ask_add(&pieces, drawn[i].piece);
	}
	ask.pieces = span_of_buf(&pieces);
	if (result == 0)
		result = prove_ask_encode(&ask, body);
	buf_release(&pieces);
	return result;
}

/* A page of questions: 1 when there is an answer, 0 for silence, -1. */
static int
ask_page(struct holder *holder, const struct digest *owner,
    const struct findings *asks, size_t first, size_t count,
    struct question_proofs *proofs)
{
	struct request request = {.verb = VERB_PROVE,
	    .owner = *owner,
	    .size = LIMIT_DOCUMENT};
	struct buf ids = {0}, body = {0};
	struct answer answer = {0};
	int result = encode_ask(asks, first, count, &ids, &body);

	request.ids = span_of_buf(&ids);
	request.body = span_of_buf(&body);
	if (result == 0 && holder_ask(holder, &request, &answer) == 0)
		result = keep(proofs, &answer.payload) == 0 ? 1 : -1;
	answer_release(&answer);
	buf_release(&ids);
	buf_release(&body);
	return result;
}

static int
ask_all(struct holder *holder, const struct roll *roll, size_t place,
    const struct digest *seed, uint64_t samples, bool every,
    struct question_proofs *proofs)
{
	struct findings asks;
	size_t first, count;
	int result = 1;

	if (findings_ask(&asks, roll, place, seed, samples, every) != 0)
		return -1;
	for (first = 0; result == 1 && first < asks.count; first += count) {
		count = asks.count - first;
		if (count > LIMIT_REQUEST_IDS)
			count = LIMIT_REQUEST_IDS;
		result =
		    ask_page(holder, &roll->owner, &asks, first, count, proofs);
	}
	findings_release(&asks);
	return result < 0 ? -1 : 0;
}

/* Whether what came shows that something is not as it should be. */
static int
is_worse(const struct roll *roll, size_t place, const struct digest *seed,
    uint64_t samples, const struct question_proofs *proofs)
{
	size_t i,
	    items = roll->items.first[place + 1] - roll->items.first[place];
	struct poll_list list = {NULL, proofs->count};
	uint8_t *verdict = malloc(items + 1);
	int result = -1;

	list.document = calloc(proofs->count + 1, sizeof *list.document);
	for (i = 0; list.document != NULL && i < proofs->count; i++)
		list.document[i] = span_of_buf(&proofs->document[i]);
	if (verdict != NULL && list.document != NULL)
		result =
		    findings_judge(roll, place, seed, samples, &list, verdict);
	else
		fail_errno("cannot get memory");
	for (i = 0; result == 1 && i < items && verdict[i] == VERDICT_OK;)
		i++;
	free(verdict);
	free(list.document);
	return result < 0 ? -1 : result == 1 && i < items;
}

int
question_holder(struct holder *holder, const struct roll *roll, size_t place,
    const struct digest *seed, uint64_t samples, struct question_proofs *proofs)
{
	size_t items = roll->items.first[place + 1] - roll->items.first[place];
	int worse;

	if (ask_all(holder, roll, place, seed, samples, false, proofs) != 0)
		return -1;
	if (samples == 0 || items <= samples)
		return 0; /* that was each of its shards */
	worse = is_worse(roll, place, seed, samples, proofs);
	if (worse <= 0)
		return worse;
	return ask_all(holder, roll, place, seed, samples, true, proofs);
}

void
question_release(struct question_proofs *proofs)
{
	size_t i;

	for (i = 0; i < proofs->count; i++)
		buf_release(&proofs->document[i]);
	free(proofs->document);
	*proofs = (struct question_proofs){NULL, 0};
}
