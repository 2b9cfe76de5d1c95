/* SPDX-License-Identifier: ISC */
/*
 * Requests and replies of strangers: what decodes is what encoding gives, and
 * whatever a session receives is taken in the memory of what came.
 */
#include "format/message.h"

#include "format/cbor.h"
#include "fuzz.h"
#include "xfer/answers.h"

static void
check_request(struct span item)
{
	struct request request;
	struct buf again = {0};

	if (message_decode_request(item, &request) != 0)
		return;
	must(request.verb < VERB_COUNT && request.shelf < MESSAGE_SHELVES);
	must(request.ids.size % 32 == 0);
	request.payload = 0;
	if (message_encode_request(&request, &again) == 0)
		must(again.size <= item.size);
	buf_release(&again);
	must(message_decode_request(item, &request) == 0);
	must(message_encode_request(&request, &again) == 0);
	must(again.size >= item.size &&
	    memcmp(again.data, item.data, item.size) == 0);
	buf_release(&again);
}

static void
check_reply(struct span item)
{
	struct reply reply;
	struct buf again = {0};

	if (message_decode_reply(item, &reply) != 0)
		return;
	must(message_encode_reply(&reply, &again) == 0);
	must(again.size >= item.size &&
	    memcmp(again.data, item.data, item.size) == 0);
	buf_release(&again);
}

static void
take_all(struct answers *answers, struct calls *calls, struct span bytes)
{
	size_t size;
	uint8_t *to;

	do {
		to = answers_room(answers, calls, &size);
		must(to != NULL && size > 0);
		if (size > bytes.size)
			size = bytes.size;
		memcpy(to, bytes.data, size);
		bytes = span_of(bytes.data + size, bytes.size - size);
	} while (answers_take(answers, calls, size) >= 0 && bytes.size > 0);
}

/* The same bytes as what a holder sends to a few calls. */
static void
check_answers(struct span bytes)
{
	struct request request = {.verb = VERB_GET, .size = 100};
	struct answers answers = {.in_payload = false};
	struct answer answer[2] = {{0}};
	struct call *call[2];
	struct calls calls;
	int i;

	calls_init(&calls);
	for (i = 0; i < 2; i++) {
		call[i] = calls_new(&request, NULL, &answer[i]);
		must(calls_submit(&calls, call[i]) == 0);
		calls_sent(&calls);
	}
	take_all(&answers, &calls, bytes);
	calls_break(&calls);
	for (i = 0; i < 2; i++) {
		calls_wait(&calls, call[i]);
		must(answer[i].payload.size <= 100);
		must(answer[i].body.size <= bytes.size);
		answer_release(&answer[i]);
	}
	answers_release(&answers);
	calls_release(&calls);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t item = cbor_measure(span_of(data, size), LIMIT_MESSAGE);

	if (item > 0) {
		check_request(span_of(data, (size_t)item));
		check_reply(span_of(data, (size_t)item));
	}
	check_answers(span_of(data, size));
	return 0;
}
