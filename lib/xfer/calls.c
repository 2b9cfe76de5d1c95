/* SPDX-License-Identifier: ISC */
#include "xfer/calls.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "crypto/secret.h"

static void
enqueue(struct queue *queue, struct call *call)
{
	call->next = NULL;
	if (queue->first == NULL)
		queue->first = call;
	else
		queue->last->next = call;
	queue->last = call;
}

static struct call *
dequeue(struct queue *queue)
{
	struct call *call = queue->first;

	if (call != NULL)
		queue->first = call->next;
	return call;
}

/* A request to pair has a secret in it. */
static void
release(struct call *call)
{
	secret_wipe(call->head.data, call->head.size);
	pthread_cond_destroy(&call->answered);
	buf_release(&call->head);
	free(call);
}

/* What waits for a disk may take longer than what is known at once. */
static int
patience_for(const struct request *request)
{
	static const uint8_t more[VERB_COUNT] = {
	    [VERB_PUT] = 2,
	    [VERB_GET] = 2,
	    [VERB_COMMIT] = 4,
	    [VERB_DROP] = 4,
	    [VERB_PROVE] = 4,
	};

	if (request->verb == VERB_HAVE && request->body.size > 0)
		return 4; /* it reads them all */
	if (request->verb == VERB_BALLOT)
		return 1 + (int)(request->payload >> 20); /* it counts all */
	return more[request->verb] > 0 ? more[request->verb] : 1;
}

void
calls_init(struct calls *calls)
{
	*calls = (struct calls){0};
	pthread_mutex_init(&calls->lock, NULL);
}

void
calls_release(struct calls *calls)
{
	pthread_mutex_destroy(&calls->lock);
}

struct call *
calls_new(const struct request *request, const void *payload,
    struct answer *answer)
{
	struct call *call = memory_get(1, sizeof *call);

	if (call == NULL)
		return NULL;
	pthread_cond_init(&call->answered, NULL);
	call->answer = answer;
	call->limit = request->size;
	call->payload = span_of(payload, (size_t)request->payload);
	call->patience = patience_for(request);
	call->verb = request->verb;
	if (message_encode_request(request, &call->head) == 0)
		return call;
	release(call);
	return NULL;
}

int
calls_submit(struct calls *calls, struct call *call)
{
	bool broken;

	pthread_mutex_lock(&calls->lock);
	if (!(broken = calls->broken)) {
		call->began = clock_us();
		enqueue(&calls->to_send, call);
		if (calls->counts != NULL)
			counts_begin(calls->counts);
	}
	pthread_mutex_unlock(&calls->lock);
	if (!broken)
		return 0;
	release(call);
	return fail_again(&calls->reason);
}

int
calls_wait(struct calls *calls, struct call *call)
{
	struct answer *answer = call->answer;
	bool broken;

	pthread_mutex_lock(&calls->lock);
	while (!call->done)
		pthread_cond_wait(&call->answered, &calls->lock);
	broken = call->broken;
	pthread_mutex_unlock(&calls->lock);
	release(call);
	if (broken)
		return fail_again(&calls->reason);
	if (answer->status == 0)
		return 0;
	return fail((enum fail_kind)answer->status, "%.*s",
	    (int)answer->body.size, (char *)answer->body.data);
}

void
calls_stop(struct calls *calls)
{
	pthread_mutex_lock(&calls->lock);
	calls->stopping = true;
	pthread_mutex_unlock(&calls->lock);
}

static struct call *
first_of(struct calls *calls, const struct queue *queue)
{
	struct call *call;

	pthread_mutex_lock(&calls->lock);
	call = queue->first;
	pthread_mutex_unlock(&calls->lock);
	return call;
}

struct call *
calls_sending(struct calls *calls)
{
	return first_of(calls, &calls->to_send);
}

void
calls_sent(struct calls *calls)
{
	pthread_mutex_lock(&calls->lock);
	enqueue(&calls->to_answer, dequeue(&calls->to_send));
	pthread_mutex_unlock(&calls->lock);
}

struct call *
calls_answering(struct calls *calls)
{
	return first_of(calls, &calls->to_answer);
}

static void
count(struct counts *counts, const struct call *call)
{
	uint64_t ms = (clock_us() - call->began) / 1000;
	struct counted counted = {call->verb, FAIL_SYSTEM, 0, 0, ms};

	if (!call->broken) {
		counted.status = call->answer->status;
		counted.in = call->answer->payload.size;
		counted.out = call->payload.size;
	}
	counts_end(counts, &counted);
}

/* The lock is held. What is only said to say something does not count. */
static void
finish(struct calls *calls, struct call *call)
{
	if (calls->counts != NULL && call->began > 0)
		count(calls->counts, call);
	call->done = true;
	pthread_cond_signal(&call->answered);
}

void
calls_answered(struct calls *calls)
{
	pthread_mutex_lock(&calls->lock);
	finish(calls, dequeue(&calls->to_answer));
	pthread_mutex_unlock(&calls->lock);
}

unsigned
calls_breaks(struct calls *calls)
{
	unsigned breaks;

	pthread_mutex_lock(&calls->lock);
	breaks = calls->breaks;
	pthread_mutex_unlock(&calls->lock);
	return breaks;
}

int
calls_patience(struct calls *calls, bool *stopping)
{
	const struct call *oldest;
	int patience;

	pthread_mutex_lock(&calls->lock);
	oldest = calls->to_answer.first ? calls->to_answer.first
					: calls->to_send.first;
	patience = oldest != NULL ? oldest->patience : 0;
	*stopping = calls->stopping;
	pthread_mutex_unlock(&calls->lock);
	return patience;
}

void
calls_push(struct calls *calls, struct call *call)
{
	struct queue *queue = &calls->to_send;

	pthread_mutex_lock(&calls->lock);
	call->next = queue->first;
	queue->last = queue->first ? queue->last : call;
	queue->first = call;
	pthread_mutex_unlock(&calls->lock);
}

void
calls_withdraw(struct calls *calls, struct call *call)
{
	pthread_mutex_lock(&calls->lock);
	if (!call->done && dequeue(&calls->to_send) != call)
		abort(); /* it was not before all others */
	pthread_mutex_unlock(&calls->lock);
	release(call);
}

/* What has come of an answer is forgotten; its memory is kept. */
static void
forget(struct answer *answer)
{
	answer->status = 0;
	answer->body.size = 0;
	answer->payload.size = 0;
}

void
calls_again(struct calls *calls)
{
	struct queue unsent;
	struct call *call;

	pthread_mutex_lock(&calls->lock);
	calls->breaks++;
	unsent = calls->to_send;
	calls->to_send = (struct queue){NULL, NULL};
	while ((call = dequeue(&calls->to_answer)) != NULL) {
		forget(call->answer);
		enqueue(&calls->to_send, call);
	}
	while ((call = dequeue(&unsent)) != NULL)
		enqueue(&calls->to_send, call);
	pthread_mutex_unlock(&calls->lock);
}

void
calls_break(struct calls *calls)
{
	struct call *call;

	pthread_mutex_lock(&calls->lock);
	calls->broken = true;
	calls->reason = *fail_last();
	calls->reason.kind = FAIL_SYSTEM;
	while ((call = dequeue(&calls->to_answer)) != NULL ||
	    (call = dequeue(&calls->to_send)) != NULL) {
		call->broken = true;
		finish(calls, call);
	}
	pthread_mutex_unlock(&calls->lock);
}
