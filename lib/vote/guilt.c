/* SPDX-License-Identifier: ISC */
#include "vote/guilt.h"

#include "base/fail.h"
#include "doc/index.h"
#include "doc/order.h"
#include "doc/receipt.h"
#include "format/cbor.h"
#include "format/limits.h"

/* Append the ids of shards that a proof answers so for, sorted. */
static int
list_answers(const struct proof *proof, enum proof_verdict verdict,
    struct buf *ids)
{
	struct span rest = proof->answers;
	struct proof_answer answer;

	while (proof_next(&rest, &answer) > 0)
		if (answer.verdict == verdict &&
		    buf_append(ids, span_of_digest(&answer.id)) != 0)
			return -1;
	digest_sort(ids);
	return 0;
}

/* Whether it says "missing" of one of these: 1, 0, -1. */
static int
lacks_any(const struct proof *proof, struct span ids)
{
	struct buf missing = {0};
	struct digest id;
	int result = list_answers(proof, PROOF_MISSING, &missing);
	size_t i;

	for (i = 0; result == 0 && i < ids.size; i += sizeof id) {
		id = digest_from(ids.data + i);
		result = digest_find(span_of_buf(&missing), &id) >= 0;
	}
	buf_release(&missing);
	return result;
}

/*
 * Leave out what was ordered between the receipt and the proof; the proof is
 * by the holder's clock, the order by its owner's.
 */
static int
forgive(const struct receipt *receipt, const struct proof *proof,
    struct span orders, struct buf *ids)
{
	struct buf dropped = {0};
	struct span document;
	struct order order;
	struct digest id;
	size_t i;
	int result = 0;

	while (result == 0 &&
	    cbor_take(&orders, LIMIT_DOCUMENT, "the orders", &document) > 0)
		if (order_decode(document, &receipt->owner, &order) == 0 &&
		    order.time >= receipt->time &&
		    order.time <= proof->time + ORDER_AGE)
			result = buf_append(&dropped, order.ids);
	digest_sort(&dropped);
	for (i = 0; result == 0 && i < receipt->ids.size; i += sizeof id) {
		id = digest_from(receipt->ids.data + i);
		if (digest_find(span_of_buf(&dropped), &id) < 0)
			result = buf_append(ids, span_of_digest(&id));
	}
	buf_release(&dropped);
	return result;
}

int
guilt_missing(const struct receipt *receipt, const struct proof *proof,
    struct span orders)
{
	struct buf ids = {0};
	int lacks;

	if (!digest_equal(&receipt->owner, &proof->owner) ||
	    receipt->time > proof->time)
		return fail(FAIL_DATA,
		    "the receipt is of another owner or newer");
	lacks = lacks_any(proof, receipt->ids);
	if (lacks == 0)
		fail(FAIL_DATA, "what is missing is not in the receipt");
	if (lacks == 1 && orders.size > 0) {
		lacks = forgive(receipt, proof, orders, &ids) == 0
		    ? lacks_any(proof, span_of_buf(&ids))
		    : -1;
		buf_release(&ids);
		if (lacks == 0)
			fail(FAIL_DATA,
			    "what is missing was dropped by its owner's order");
	}
	return lacks == 1 ? 0 : -1;
}

/* Whether an answer is no part of the shard that it names. */
static bool
has_wrong(struct span answers, struct buf *duties)
{
	struct duty *list = (struct duty *)(void *)duties->data;
	size_t count = duty_sort(list, duties->size / sizeof *list);
	const struct duty *duty;
	struct proof_answer answer;

	while (proof_next(&answers, &answer) > 0) {
		duty = duty_find(list, count, &answer.id);
		if (duty != NULL && proof_judge(&answer, duty) == PROOF_WRONG)
			return true;
	}
	return false;
}

int
guilt_wrong(const struct index *index, const struct proof *proof)
{
	struct index rest = *index;
	struct buf duties = {0};
	int result = duty_add(&rest, &duties);

	if (result == 0 && !has_wrong(proof->answers, &duties))
		result = fail(FAIL_DATA, "no piece in the proof is wrong");
	buf_release(&duties);
	return result;
}

int
guilt_changed(const struct proof *before, const struct proof *after)
{
	struct buf shown = {0};
	int lacks;

	if (!digest_equal(&before->owner, &after->owner) ||
	    !draw_same_poll(&before->seed, &after->seed))
		return fail(FAIL_DATA, "the two proofs are of two polls");
	if (before->time >= after->time)
		return fail(FAIL_DATA, "the second proof is not the later one");
	lacks = list_answers(before, PROOF_OK, &shown) != 0
	    ? -1
	    : lacks_any(after, span_of_buf(&shown));
	buf_release(&shown);
	if (lacks == 0)
		fail(FAIL_DATA, "no shard is missing that was shown before");
	return lacks == 1 ? 0 : -1;
}
