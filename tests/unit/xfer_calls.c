/* SPDX-License-Identifier: ISC */
/*
 * Calls under way: first in, first out, however many threads submit; all ended
 * by the first failure, with its reason.
 */
#include "xfer/calls.h"

#include <unistd.h>

#include "check.h"

#define THREADS 4
#define EACH 500

static struct calls calls;

static struct call *
submit(struct answer *answer, size_t payload)
{
	static const uint8_t bytes[16];
	struct request request = {.verb = VERB_PUT, .payload = payload};
	struct call *call = calls_new(&request, bytes, answer);

	must(call != NULL && calls_submit(&calls, call) == 0, "submit");
	return call;
}

static void
answer_next(unsigned status, const char *words)
{
	struct answer *answer = calls_answering(&calls)->answer;

	answer->status = status;
	buf_append(&answer->body, span_of_text(words));
	calls_answered(&calls);
}

static void
test_order(void)
{
	struct answer answer[3] = {{0}};
	struct call *call[3];
	bool stopping;
	int i;

	calls_init(&calls);
	check(calls_patience(&calls, &stopping) == 0 && !stopping,
	    "idle at first");
	check(calls_sending(&calls) == NULL && calls_answering(&calls) == NULL,
	    "nobody");
	for (i = 0; i < 3; i++)
		call[i] = submit(&answer[i], 5);
	check(calls_patience(&calls, &stopping) == 2, "busy");
	for (i = 0; i < 3; i++) {
		check(calls_sending(&calls) == call[i], "sending %d", i);
		calls_sent(&calls);
	}
	check(calls_sending(&calls) == NULL, "all sent");
	for (i = 0; i < 3; i++) {
		check(calls_answering(&calls) == call[i], "answering %d", i);
		answer_next(i == 1 ? FAIL_NO : 0, "words");
	}
	check(calls_wait(&calls, call[0]) == 0, "the first");
	check_fails(calls_wait(&calls, call[1]), FAIL_NO, "words", "a no");
	check(calls_wait(&calls, call[2]) == 0, "the third");
	calls_stop(&calls);
	check(calls_patience(&calls, &stopping) == 0 && stopping, "stopping");
	for (i = 0; i < 3; i++)
		answer_release(&answer[i]);
	calls_release(&calls);
}

/* The oldest call sets the pace; a disk has longer than a word. */
static void
test_patience(void)
{
	static const struct request request[] = {
	    {.verb = VERB_INFO},
	    {.verb = VERB_HAVE},
	    {.verb = VERB_GET},
	    {.verb = VERB_HAVE, .body = {(const uint8_t *)"check", 5}},
	    {.verb = VERB_COMMIT},
	    {.verb = VERB_BALLOT, .payload = (1 << 20) - 1},
	    {.verb = VERB_BALLOT, .payload = 7 << 20},
	};
	static const int patience[] = {1, 1, 2, 4, 4, 1, 8};
	struct answer answer[7] = {{0}};
	struct call *call[7];
	bool stopping;
	int i;

	calls_init(&calls);
	for (i = 0; i < 7; i++) {
		call[i] = calls_new(&request[i], NULL, &answer[i]);
		must(calls_submit(&calls, call[i]) == 0, "submit");
	}
	for (i = 0; i < 7; i++) {
		check(calls_patience(&calls, &stopping) == patience[i],
		    "%d before it is sent", i);
		calls_sent(&calls);
		check(calls_patience(&calls, &stopping) == patience[i],
		    "%d when it is sent", i);
		answer_next(0, "");
		check(calls_wait(&calls, call[i]) == 0, "an answer");
	}
	calls_release(&calls);
}

/* Sent again: in the same order, with nothing of the half answer left. */
static void
test_again(void)
{
	struct answer answer[4] = {{0}};
	struct call *call[4], *hello;
	int i;

	calls_init(&calls);
	for (i = 0; i < 3; i++)
		call[i] = submit(&answer[i], 5);
	calls_sent(&calls);
	calls_sent(&calls);
	answer[0].status = FAIL_NO;
	buf_append(&answer[0].body, span_of_text("half an ans"));
	calls_again(&calls);
	check(calls_breaks(&calls) == 1 && answer[0].status == 0 &&
		answer[0].body.size == 0 && !call[0]->done,
	    "something of it is left");
	call[3] = submit(&answer[3], 5);
	hello =
	    calls_new(&(struct request){.verb = VERB_HELLO}, NULL, &answer[3]);
	calls_push(&calls, hello);
	check(calls_sending(&calls) == hello, "hello is not the first");
	calls_withdraw(&calls, hello);
	for (i = 0; i < 4; i++) {
		check(calls_sending(&calls) == call[i], "sending %d", i);
		check(call[i]->payload.size == 5 && call[i]->head.size > 0,
		    "what is to be sent");
		calls_sent(&calls);
		answer_next(0, "whole");
		check(calls_wait(&calls, call[i]) == 0 &&
			is_text(span_of_buf(&answer[i].body), "whole"),
		    "the answer %d", i);
		answer_release(&answer[i]);
	}
	calls_release(&calls);
}

static void *
work(void *context)
{
	struct answer answer;
	struct call *call;
	int i;

	for (i = 0; i < EACH; i++) {
		answer = (struct answer){0};
		call = submit(&answer, 10);
		if (calls_wait(&calls, call) != 0)
			*(int *)context += 1;
		answer_release(&answer);
	}
	return NULL;
}

/* Many threads, one that answers. */
static void
test_threads(void)
{
	pthread_t thread[THREADS];
	int wrong[THREADS] = {0}, i, answered = 0;

	calls_init(&calls);
	for (i = 0; i < THREADS; i++)
		must(pthread_create(&thread[i], NULL, work, &wrong[i]) == 0,
		    "a thread");
	while (answered < THREADS * EACH) {
		while (calls_sending(&calls) != NULL)
			calls_sent(&calls);
		for (; calls_answering(&calls) != NULL; answered++)
			answer_next(0, "");
		usleep(10);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		check(wrong[i] == 0, "thread %d: %d wrong", i, wrong[i]);
	}
	calls_release(&calls);
}

static void *
break_later(void *context)
{
	(void)context;
	usleep(50000);
	fail(FAIL_SYSTEM, "the wire is cut");
	calls_break(&calls);
	return NULL;
}

/* All who wait are told why, and so is everyone who comes later. */
static void
test_broken(void)
{
	struct request request = {.verb = VERB_INFO};
	struct answer answer[2] = {{0}};
	struct call *call[2], *late;
	pthread_t thread;
	int i;

	calls_init(&calls);
	call[0] = submit(&answer[0], 0);
	calls_sent(&calls);
	call[1] = submit(&answer[1], 0);
	must(pthread_create(&thread, NULL, break_later, NULL) == 0, "a thread");
	for (i = 0; i < 2; i++)
		check_fails(calls_wait(&calls, call[i]), FAIL_SYSTEM,
		    "the wire is cut", "a wait");
	late = calls_new(&request, NULL, &answer[0]);
	check_fails(calls_submit(&calls, late), FAIL_SYSTEM, "the wire is cut",
	    "a late call");
	pthread_join(thread, NULL);
	calls_release(&calls);
}

/* Each call counts once, as what came of it; a ping does not count. */
static void
test_counts(void)
{
	struct counts counts = {0};
	struct answer answer[4] = {{0}}, pong = {0};
	struct call *call[4], *ping;
	int i;

	calls_init(&calls);
	calls.counts = &counts;
	for (i = 0; i < 4; i++)
		call[i] = submit(&answer[i], 5);
	check(counts.in_flight == 4, "under way");
	for (i = 0; i < 3; i++)
		calls_sent(&calls);
	answer_next(0, "");
	calls_again(&calls);
	ping = calls_new(&(struct request){.verb = VERB_INFO}, NULL, &pong);
	calls_push(&calls, ping);
	calls_sent(&calls);
	answer_next(0, "");
	check(calls_wait(&calls, ping) == 0, "a ping");
	calls_sent(&calls);
	answer_next(FAIL_NO, "no");
	fail(FAIL_DATA, "nonsense");
	calls_break(&calls);
	for (i = 0; i < 4; i++)
		check((calls_wait(&calls, call[i]) == 0) == (i == 0), "%d", i);
	check(counts.in_flight == 0 && counts_requests(&counts) == 4,
	    "under way still");
	check(counts.verb[VERB_PUT].outcome[0] == 1 &&
		counts.verb[VERB_PUT].outcome[FAIL_NO] == 1 &&
		counts.verb[VERB_PUT].outcome[FAIL_SYSTEM] == 2 &&
		counts.verb[VERB_PUT].out == 10,
	    "outcomes");
	for (i = 0; i < 4; i++)
		answer_release(&answer[i]);
	answer_release(&pong);
	calls_release(&calls);
}

int
main(void)
{
	test_counts();
	test_order();
	test_patience();
	test_again();
	test_threads();
	test_broken();
	return failures != 0;
}
