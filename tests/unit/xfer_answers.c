/* SPDX-License-Identifier: ISC */
/*
 * What comes from a peer, in pieces of any size: the answers of the calls in
 * their order, or FAIL_DATA; no more memory than the bytes that came.
 */
#include "xfer/answers.h"

#include "check.h"

/* Calls that were sent and wait; the answers of those that somebody awaits. */
struct waiting {
	struct calls calls;
	struct answers answers;
	struct answer answer[4];
	struct call *call[4];
};

static void
wait_for(struct waiting *waiting, int count, uint64_t limit)
{
	struct request request = {.verb = VERB_GET, .size = limit};
	int i;

	memset(waiting, 0, sizeof *waiting);
	calls_init(&waiting->calls);
	for (i = 0; i < count; i++) {
		waiting->call[i] =
		    calls_new(&request, NULL, &waiting->answer[i]);
		must(waiting->call[i] != NULL &&
			calls_submit(&waiting->calls, waiting->call[i]) == 0,
		    "submit");
		calls_sent(&waiting->calls);
	}
}

/* End it as a session does. */
static void
release(struct waiting *waiting)
{
	int i;

	fail(FAIL_SYSTEM, "the end");
	calls_break(&waiting->calls);
	for (i = 0; i < 4; i++) {
		if (waiting->call[i] != NULL)
			calls_wait(&waiting->calls, waiting->call[i]);
		answer_release(&waiting->answer[i]);
	}
	answers_release(&waiting->answers);
	calls_release(&waiting->calls);
}

static int
take(struct waiting *waiting, struct span bytes, size_t step)
{
	size_t at, size;
	uint8_t *to;

	for (at = 0; at < bytes.size; at += size) {
		to = answers_room(&waiting->answers, &waiting->calls, &size);
		must(to != NULL && size > 0, "room");
		if (size > step)
			size = step;
		if (size > bytes.size - at)
			size = bytes.size - at;
		memcpy(to, bytes.data + at, size);
		if (answers_take(&waiting->answers, &waiting->calls, size) < 0)
			return -1;
	}
	return 0;
}

static void
encode(unsigned status, const char *body, const char *payload, struct buf *to)
{
	struct reply reply = {.status = status,
	    .body = span_of_text(body),
	    .payload = strlen(payload)};

	must(message_encode_reply(&reply, to) == 0 &&
		buf_append(to, span_of_text(payload)) == 0,
	    "encode");
}

static void
test_steps(void)
{
	struct buf bytes = {0};
	struct waiting waiting;
	size_t step;

	encode(0, "", "the first payload, longer than 23 bytes", &bytes);
	encode(1, "it is not here", "", &bytes);
	encode(0, "body", "second", &bytes);
	for (step = 1; step <= bytes.size; step++) {
		wait_for(&waiting, 3, 100);
		check(take(&waiting, span_of_buf(&bytes), step) == 0,
		    "step %zu: %s", step, fail_last()->text);
		check(waiting.call[0]->done && waiting.call[2]->done,
		    "step %zu: not done", step);
		check(is_text(span_of_buf(&waiting.answer[0].payload),
			  "the first payload, longer than 23 bytes") &&
			waiting.answer[1].status == 1 &&
			is_text(span_of_buf(&waiting.answer[1].body),
			    "it is not here") &&
			is_text(span_of_buf(&waiting.answer[2].body), "body") &&
			is_text(span_of_buf(&waiting.answer[2].payload),
			    "second"),
		    "step %zu", step);
		release(&waiting);
	}
	buf_release(&bytes);
}

static void
refused(const char *hex, int calls, uint64_t limit, const char *words)
{
	struct buf bytes = {0};
	struct waiting waiting;

	unhex(hex, &bytes);
	wait_for(&waiting, calls, limit);
	check_fails(take(&waiting, span_of_buf(&bytes), 3), FAIL_DATA, words,
	    hex);
	check(waiting.answer[0].payload.size == 0, "%s: bytes are kept", hex);
	buf_release(&bytes);
	release(&waiting);
}

static void
test_refused(void)
{
	refused("a3 0000 0140 0200", 0, 9, "an answer to nothing");
	refused("a3 0000 0140 0200 a3 0000 0140 0200", 1, 9,
	    "an answer to nothing");
	refused("a3 0000 0140 020a 4a", 1, 9, "longer than asked for");
	refused("a3 0000 0140 0209 48", 1, 9, "two lengths");
	refused("a3 0000 0140 0209 69", 1, 9, "");
	refused("a3 0006 0140 0200", 1, 9, "a reply");
	refused("ff", 1, 9, "");
	refused("81 81 81 81 81 81 81 81 81 81 81 81 81 81 81 81 81 81 80", 1,
	    9, "");
	refused("a3 0000 015a 7fffffff 00", 1, 9, "");
	refused("9b ffffffffffffffff 00", 1, 9, "");
}

int
main(void)
{
	test_steps();
	test_refused();
	return failures != 0;
}
