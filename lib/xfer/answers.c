/* SPDX-License-Identifier: ISC */
#include "xfer/answers.h"

#include <string.h>

#include "format/cbor.h"

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

int
answers_take(struct answers *answers, struct calls *calls)
{
	struct span rest = span_of_buf(&answers->input);
	struct call *call;
	int64_t took;
	size_t part;

	while (rest.size > 0) {
		call = calls_answering(calls);
		if (call == NULL)
			return fail(FAIL_DATA, "an answer to nothing");
		if (!answers->in_payload) {
			took = take_reply(answers, call, rest);
			if (took < 0)
				return -1;
			if (took == 0)
				break;
			rest =
			    span_of(rest.data + took, rest.size - (size_t)took);
		}
		part = answers->missing < rest.size ? (size_t)answers->missing
						    : rest.size;
		if (buf_append(&call->answer->payload,
			span_of(rest.data, part)) != 0)
			return -1;
		rest = span_of(rest.data + part, rest.size - part);
		answers->missing -= part;
		if (answers->missing > 0)
			break;
		answers->in_payload = false;
		calls_answered(calls);
	}
	if (rest.size > 0)
		memmove(answers->input.data, rest.data, rest.size);
	answers->input.size = rest.size;
	return 0;
}

void
answers_release(struct answers *answers)
{
	buf_release(&answers->input);
}
