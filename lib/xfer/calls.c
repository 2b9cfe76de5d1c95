/* SPDX-License-Identifier: ISC */
#include "xfer/calls.h"

#include <stdlib.h>

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

static void
release(struct call *call)
{
	buf_release(&call->bytes);
	free(call);
}

void
calls_init(struct calls *calls)
{
	*calls = (struct calls){0};
	pthread_mutex_init(&calls->lock, NULL);
	pthread_cond_init(&calls->changed, NULL);
}

void
calls_release(struct calls *calls)
{
	pthread_cond_destroy(&calls->changed);
	pthread_mutex_destroy(&calls->lock);
}

struct call *
calls_new(const struct request *request, const void *payload,
    struct answer *answer)
{
	struct call *call = calloc(1, sizeof *call);

	if (call == NULL) {
		fail_errno("cannot get memory");
		return NULL;
	}
	call->answer = answer;
	call->limit = request->size;
	if (message_encode_request(request, &call->bytes) == 0 &&
	    buf_append(&call->bytes,
		span_of(payload, (size_t)request->payload)) == 0)
		return call;
	release(call);
	return NULL;
}

int
calls_submit(struct calls *calls, struct call *call)
{
	bool broken;

	pthread_mutex_lock(&calls->lock);
	broken = calls->broken;
	if (!broken)
		enqueue(&calls->to_send, call);
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
		pthread_cond_wait(&calls->changed, &calls->lock);
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

struct call *
calls_sending(struct calls *calls)
{
	struct call *call;

	pthread_mutex_lock(&calls->lock);
	call = calls->to_send.first;
	pthread_mutex_unlock(&calls->lock);
	return call;
}

void
calls_sent(struct calls *calls)
{
	struct call *call;

	pthread_mutex_lock(&calls->lock);
	call = dequeue(&calls->to_send);
	buf_release(&call->bytes);
	enqueue(&calls->to_answer, call);
	pthread_cond_broadcast(&calls->changed);
	pthread_mutex_unlock(&calls->lock);
}

struct call *
calls_answering(struct calls *calls)
{
	struct call *call;

	pthread_mutex_lock(&calls->lock);
	call = calls->to_answer.first;
	pthread_mutex_unlock(&calls->lock);
	return call;
}

/* The lock is held. */
static void
finish(struct calls *calls, struct call *call)
{
	call->done = true;
	pthread_cond_broadcast(&calls->changed);
}

void
calls_answered(struct calls *calls)
{
	pthread_mutex_lock(&calls->lock);
	finish(calls, dequeue(&calls->to_answer));
	pthread_mutex_unlock(&calls->lock);
}

bool
calls_idle(struct calls *calls, bool *stopping)
{
	bool idle;

	pthread_mutex_lock(&calls->lock);
	idle = calls->to_send.first == NULL && calls->to_answer.first == NULL;
	*stopping = calls->stopping;
	pthread_mutex_unlock(&calls->lock);
	return idle;
}

void
calls_break(struct calls *calls)
{
	struct call *call;

	pthread_mutex_lock(&calls->lock);
	calls->broken = true;
	calls->reason = *fail_last();
	while ((call = dequeue(&calls->to_answer)) != NULL ||
	    (call = dequeue(&calls->to_send)) != NULL) {
		call->broken = true;
		finish(calls, call);
	}
	pthread_cond_broadcast(&calls->changed);
	pthread_mutex_unlock(&calls->lock);
}
