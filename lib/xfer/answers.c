/* SPDX-License-Identifier: ISC */
#include "xfer/answers.h"

#include <string.h>

#include "format/cbor.h"

#define READ_SIZE (32 << 10)

/* A reply with its payload's head: the bytes it took, 0 for more, -1. */
static int64_t
take_reply(struct answers *answers, struct call *call, struct span bytes)
{
	struct answer *answer = call->answer;
	int64_t size = cbor_measure(bytes, LIMIT_MESSAGE + 64);
	struct reply reply;
	uint64_t payload;
	int head = 0;

	if (size <= 0)
		return size;
	if (message_decode_reply(span_of(bytes.data, (size_t)size), &reply) !=
	    0)
		return -1;
	if (reply.payload > call->limit)
		return fail(FAIL_DATA, "an answer is longer than asked for");
	if (reply.payload > 0) {
		head = cbor_measure_bytes_head(span_of(bytes.data + size,
						   bytes.size - (size_t)size),
		    &payload);
		if (head <= 0)
			return head;
		if (payload != reply.payload)
			return fail(FAIL_DATA, "an answer has two lengths");
	}
	answer->status = reply.status;
	if (buf_append(&answer->body, reply.body) != 0)
		return -1;
	answers->missing = reply.payload;
	answers->in_payload = true;
	return size + head;
}

/* Where what comes next belongs. */
static struct buf *
next_of(struct answers *answers, struct calls *calls)
{
	return answers->in_payload ? &calls_answering(calls)->answer->payload
				   : &answers->input;
}

uint8_t *
answers_room(struct answers *answers, struct calls *calls, size_t *size)
{
	struct buf *to = next_of(answers, calls);

	*size = READ_SIZE;
	if (answers->in_payload && answers->missing < READ_SIZE)
		*size = (size_t)answers->missing;
	return buf_reserve(to, *size) == 0 ? to->data + to->size : NULL;
}

/* So much of the payload is there: whether it was the last of the answer. */
static bool
count_payload(struct answers *answers, struct calls *calls, size_t size)
{
	answers->missing -= size;
	answers->in_payload = answers->missing > 0;
	if (!answers->in_payload)
		calls_answered(calls);
	return !answers->in_payload;
}

/*
 * The answer that `rest` begins with, as far as it goes: 1 when it is whole; 0
 * for more, -1.
 */
static int
take_answer(struct answers *answers, struct calls *calls, struct span *rest)
{
	struct call *call = calls_answering(calls);
	int64_t took;
	size_t part;

	if (call == NULL)
		return fail(FAIL_DATA, "an answer to nothing");
	took = take_reply(answers, call, *rest);
	if (took <= 0)
		return (int)took;
	*rest = span_of(rest->data + took, rest->size - (size_t)took);
	part = answers->missing < rest->size ? (size_t)answers->missing
					     : rest->size;
	if (buf_append(&call->answer->payload, span_of(rest->data, part)) != 0)
		return -1;
	*rest = span_of(rest->data + part, rest->size - part);
	return count_payload(answers, calls, part);
}

int
answers_take(struct answers *answers, struct calls *calls, size_t size)
{
	struct span rest;
	int took = 1, whole = 0;

	next_of(answers, calls)->size += size;
	if (answers->in_payload)
		return count_payload(answers, calls, size);
	rest = span_of_buf(&answers->input);
	while (rest.size > 0 && (took = take_answer(answers, calls, &rest)) > 0)
		whole = 1;
	if (rest.size > 0)
		memmove(answers->input.data, rest.data, rest.size);
	answers->input.size = rest.size;
	return took < 0 ? -1 : whole;
}

void
answers_release(struct answers *answers)
{
	buf_release(&answers->input);
}
