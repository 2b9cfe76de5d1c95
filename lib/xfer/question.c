/* SPDX-License-Identifier: ISC */
#include "xfer/question.h"

#include <stdlib.h>

#include "base/memory.h"
#include "crypto/piece.h"
#include "format/message.h"
#include "format/proving.h"
#include "vote/proof.h"
#include "vote/verdict.h"
#include "xfer/session.h"

/* An answer with its piece, at most; and what is left for those without. */
#define ANSWER_SIZE (PIECE_SIZE + 512)
#define LEAST_ROOM (LIMIT_CARRIED / 4)

/* What one holder is asked, and what it has said. */
struct looking {
	struct questions *question;
	struct holder *holder;
	struct digest id; /* of the holder, as a member */
	struct findings asks;
	struct question_proofs *proofs;
};

void
question_init(struct questions *question, const struct roll *roll,
    const struct asking *asking)
{
	uint64_t most = asking_most(roll, asking->samples), duties;
	uint64_t first = asking->again.size / AGAIN_SIZE * ANSWER_SIZE;
	size_t i;

	for (i = 0; i < roll->items.holders; i++) {
		duties = roll->items.first[i + 1] - roll->items.first[i];
		first += (duties < most ? duties : most) * ANSWER_SIZE;
	}
	*question = (struct questions){roll, *asking, LEAST_ROOM};
	if (first + LEAST_ROOM < LIMIT_CARRIED)
		question->room = (size_t)(LIMIT_CARRIED - first);
}

/* Take so much, if that leaves so much. */
static bool
take_room(struct questions *question, size_t size, size_t left)
{
	size_t room = question->room;

	do {
		if (room < size + left)
			return false;
	} while (
	    !atomic_compare_exchange_weak(&question->room, &room, room - size));
	return true;
}

/* Append, taking the document over: 1; -1: out of memory. */
static int
keep(struct question_proofs *proofs, struct buf *document)
{
	struct buf *more =
	    memory_more(proofs->document, proofs->count + 1, sizeof *more);

	if (more == NULL)
		return -1;
	proofs->document = more;
	more[proofs->count++] = *document;
	*document = (struct buf){0};
	return 1;
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
ask_page(const struct looking *looking, const struct findings *asks,
    size_t first, size_t count, struct answer *answer)
{
	struct request request = {.verb = VERB_PROVE,
	    .owner = looking->question->roll->owner,
	    .size = LIMIT_DOCUMENT};
	struct buf ids = {0}, body = {0};
	int result = encode_ask(asks, first, count, &ids, &body);

	request.ids = span_of_buf(&ids);
	request.body = span_of_buf(&body);
	if (result == 0)
		result = holder_ask(looking->holder, &request, answer) == 0;
	buf_release(&ids);
	buf_release(&body);
	return result;
}

/* Keep what is not right on a page, in few bytes if the holder says it so. */
static int
keep_faults(const struct looking *looking, struct drawn *fault, int count,
    struct buf *page)
{
	struct drawn again[LIMIT_REQUEST_IDS];
	struct findings asks = looking->asks;
	struct answer answer = {0};
	struct buf *kept = page;
	int result;

	asks.drawn = fault;
	result = ask_page(looking, &asks, 0, (size_t)count, &answer);
	if (result == 1 &&
	    findings_faults(&looking->asks, &looking->id,
		span_of_buf(&answer.payload), again) == count)
		kept = &answer.payload;
	if (result >= 0 && take_room(looking->question, kept->size, 0))
		result = keep(looking->proofs, kept);
	answer_release(&answer);
	return result < 0 ? -1 : 1;
}

/* Keep a page about each of `count` shards, or what of it there is room for. */
static int
keep_page(const struct looking *looking, size_t count, struct buf *page)
{
	struct drawn fault[LIMIT_REQUEST_IDS];
	int faults = findings_faults(&looking->asks, &looking->id,
	    span_of_buf(page), fault);
	size_t left = faults == (int)count ? 0 : LEAST_ROOM;

	if (take_room(looking->question, page->size, left))
		return keep(looking->proofs, page);
	if (faults <= 0 || faults == (int)count)
		return 1;
	return keep_faults(looking, fault, faults, page);
}

static int
ask_all(struct looking *looking, bool every)
{
	const struct findings *asks = &looking->asks;
	struct answer answer = {0};
	size_t first, count;
	int result = 1;

	for (first = 0; result == 1 && first < asks->count; first += count) {
		count = asks->count - first;
		if (count > LIMIT_REQUEST_IDS)
			count = LIMIT_REQUEST_IDS;
		result = ask_page(looking, asks, first, count, &answer);
		if (result == 1)
			result = every
			    ? keep_page(looking, count, &answer.payload)
			    : keep(looking->proofs, &answer.payload);
		answer_release(&answer);
	}
	return result < 0 ? -1 : 0;
}

/* Put the first questions, or those about each shard. */
static int
look(struct looking *looking, size_t place, bool every)
{
	const struct questions *question = looking->question;
	int result;

	if (findings_ask(&looking->asks, question->roll, place,
		&question->asking, every) != 0)
		return -1;
	result = ask_all(looking, every);
	findings_release(&looking->asks);
	return result;
}

/*
 * Whether it is to be asked about each shard: all that came first was
 * answered, and not all of it right; or that is what the poll is for.
 */
static int
is_to_go_on(const struct looking *looking, size_t place, size_t items)
{
	const struct questions *question = looking->question;
	const struct question_proofs *proofs = looking->proofs;
	struct poll_list list = {NULL, proofs->count};
	uint8_t *verdict = memory_get(1, items + 1);
	int result = -1;
	size_t i;

	list.document = memory_get(proofs->count + 1, sizeof *list.document);
	for (i = 0; list.document != NULL && i < proofs->count; i++)
		list.document[i] = span_of_buf(&proofs->document[i]);
	if (verdict != NULL && list.document != NULL)
		result = findings_judge(question->roll, place,
		    &question->asking, &list, verdict);
	for (i = 0; result == 1 && i < items && verdict[i] == VERDICT_OK;)
		i++;
	free(verdict);
	free(list.document);
	if (result < 0)
		return -1;
	return result == 1 && (i < items || question->asking.samples == 0);
}

int
question_holder(struct questions *question, struct holder *holder, size_t place,
    struct question_proofs *proofs)
{
	const struct roll *roll = question->roll;
	struct looking looking = {.question = question,
	    .holder = holder,
	    .id = members_id(&roll->members, place),
	    .proofs = proofs};
	size_t items = roll->items.first[place + 1] - roll->items.first[place];
	int more;

	if (look(&looking, place, false) != 0)
		return -1;
	if (items <= asking_most(roll, question->asking.samples))
		return 0; /* that was each of its shards */
	more = is_to_go_on(&looking, place, items);
	return more == 1 ? look(&looking, place, true) : more;
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
