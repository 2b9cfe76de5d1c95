/* SPDX-License-Identifier: ISC */
#include "serve/requests.h"

#include <poll.h>
#include <string.h>

#include "base/fail.h"
#include "format/cbor.h"
#include "net/tls.h"

#define READ_SIZE (32 << 10)

/* Whether somebody wants us to look up, rather than time being up. */
static bool
was_woken(const struct requests *requests)
{
	struct pollfd wake = {requests->wake, POLLIN, 0};

	return requests->wake >= 0 && poll(&wake, 1, 0) > 0;
}

/* Read more, `most` bytes at most: 1, 0 when the peer has ended, -1. */
static int
receive(struct requests *requests, struct buf *to, size_t most)
{
	int moved;
	size_t got;

	if (most > READ_SIZE)
		most = READ_SIZE;
	if (buf_reserve(to, most) != 0)
		return -1;
	for (;;) {
		got = tls_pull(requests->tls, to->data + to->size, most);
		to->size += got;
		if (got > 0)
			return 1;
		if (tls_ended(requests->tls))
			return 0;
		moved =
		    tls_step(requests->tls, requests->wake, requests->idle_ms);
		if (moved < 0)
			return -1;
		if (moved == 0 && !was_woken(requests))
			return fail(FAIL_SYSTEM, "idle for too long");
		if (moved == 0 && stay_check(&requests->stay) != 0)
			return -1;
	}
}

static void
drop_input(struct requests *requests, size_t size)
{
	struct buf *input = &requests->input;

	memmove(input->data, input->data + size, input->size - size);
	input->size -= size;
}

/* The same for the payload: first what came with the request. */
static int
receive_some(struct requests *requests, uint64_t most)
{
	struct buf *input = &requests->input;
	size_t size = input->size;

	if (size == 0)
		return receive(requests, &requests->payload, (size_t)most);
	if (size > most)
		size = (size_t)most;
	if (buf_append(&requests->payload, span_of(input->data, size)) != 0)
		return -1;
	drop_input(requests, size);
	return 1;
}

/* What is received is a part when it is long enough, or the last. */
static enum requests_use
pass_on(struct requests *requests, enum requests_use use, bool last)
{
	struct buf *payload = &requests->payload;

	if (use == REQUESTS_PARTS && !last && payload->size < REQUESTS_PART)
		return use;
	if (use == REQUESTS_PARTS &&
	    !requests->part(requests->context, span_of_buf(payload)))
		use = REQUESTS_WASTE;
	if (use != REQUESTS_KEEP)
		payload->size = 0;
	return use;
}

static int
receive_payload(struct requests *requests, const struct request *request)
{
	struct buf *payload = &requests->payload;
	enum requests_use use = REQUESTS_KEEP;
	uint64_t left = request->payload, most;
	size_t before;
	int got = 1;

	payload->size = 0;
	if (left > 0 && requests->use != NULL)
		use = requests->use(requests->context, request);
	while (got > 0 && left > 0) {
		before = payload->size;
		most = left;
		if (use == REQUESTS_PARTS && most > REQUESTS_PART - before)
			most = REQUESTS_PART - before;
		got = receive_some(requests, most);
		left -= payload->size - before;
		if (got > 0)
			use = pass_on(requests, use, left == 0);
	}
	return got == 0 ? fail(FAIL_DATA, "cut short") : got;
}

/* Whether what has been received begins with a whole request: its size. */
static int64_t
measure(const struct requests *requests, uint64_t *payload)
{
	struct span bytes = span_of_buf(&requests->input);
	int64_t size = cbor_measure(bytes, LIMIT_MESSAGE);
	struct request request;
	int head;

	if (size <= 0)
		return size;
	if (message_decode_request(span_of(bytes.data, (size_t)size),
		&request) != 0)
		return -1;
	if (request.payload == 0)
		return size;
	if (requests->no_payload)
		return fail(FAIL_DATA, "a payload from a stranger");
	head = cbor_measure_bytes_head(span_of(bytes.data + size,
					   bytes.size - (size_t)size),
	    payload);
	if (head <= 0)
		return head;
	if (*payload != request.payload)
		return fail(FAIL_DATA, "a request has two lengths");
	return size + head;
}

int
requests_next(struct requests *requests, struct request *request)
{
	uint64_t payload = 0;
	int64_t size;
	int got;

	while ((size = measure(requests, &payload)) == 0) {
		got = receive(requests, &requests->input, READ_SIZE);
		if (got < 0)
			return -1;
		if (got == 0)
			return requests->input.size == 0
			    ? 0
			    : fail(FAIL_DATA, "cut short");
	}
	requests->item.size = 0;
	if (size < 0 ||
	    buf_append(&requests->item,
		span_of(requests->input.data, (size_t)size)) != 0)
		return -1;
	drop_input(requests, (size_t)size);
	size = cbor_measure(span_of_buf(&requests->item), LIMIT_MESSAGE);
	if (message_decode_request(span_of(requests->item.data, (size_t)size),
		request) != 0 ||
	    receive_payload(requests, request) < 0)
		return -1;
	return 1;
}

void
requests_release(struct requests *requests)
{
	buf_release(&requests->input);
	buf_release(&requests->item);
	buf_release(&requests->payload);
}
