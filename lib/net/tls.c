/* SPDX-License-Identifier: ISC */
#include "net/tls.h"

#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "crypto/channel.h"
#include "net/deadline.h"
#include "net/wire.h"

/* Ours takes some 1 200 bytes each way, one with long names a few thousand. */
#define HANDSHAKE_SIZE_MAX 32768

struct tls {
	struct channel *channel;
	int wake; /* -1: none */
	struct stay stay;
	struct wire wire;
};

static int
step(struct tls *tls, int wake, int64_t deadline)
{
	int result;

	for (;;) {
		result = wire_move(&tls->wire, tls->channel);
		if (result != 0)
			return result;
		result = wire_wait(&tls->wire, tls->channel, wake, deadline);
		if (result <= 0)
			return result;
	}
}

/* The same for who may be told to stop. */
static int
step_if_told(struct tls *tls, int64_t deadline)
{
	int moved = step(tls, tls->wake, deadline);

	if (moved == 0 && tls->wake >= 0 && deadline_left(deadline) != 0)
		return stay_check(&tls->stay);
	return moved;
}

static int
shake_hands(struct tls *tls, int timeout_ms)
{
	int64_t deadline = deadline_in(timeout_ms);

	while (channel_state(tls->channel) == CHANNEL_SHAKING) {
		if (step_if_told(tls, deadline) < 0)
			return -1;
		if (channel_state(tls->channel) != CHANNEL_SHAKING)
			break;
		if (deadline_left(deadline) == 0)
			return fail(FAIL_SYSTEM,
			    "the peer has not finished the handshake in %d ms",
			    timeout_ms);
		if (tls->wire.received > HANDSHAKE_SIZE_MAX)
			return fail(FAIL_DATA,
			    "the peer's handshake is longer than %d bytes",
			    HANDSHAKE_SIZE_MAX);
	}
	return 0;
}

struct tls *
tls_open(const struct tls_options *options)
{
	struct channel_options own = {.scalar = options->scalar,
	    .role = options->role,
	    .trust = options->trust,
	    .context = options->context};
	struct tls *tls = memory_get(1, sizeof *tls);

	if (tls == NULL)
		return NULL;
	wire_init(&tls->wire, options->in, options->out);
	tls->wake = options->stay.go_on == NULL ? -1 : options->wake;
	tls->stay = options->stay;
	tls->channel = channel_open(&own);
	if (tls->channel != NULL &&
	    shake_hands(tls, options->handshake_ms) == 0)
		return tls;
	tls_close(tls);
	return NULL;
}

void
tls_close(struct tls *tls)
{
	if (tls == NULL)
		return;
	channel_close(tls->channel);
	free(tls);
}

const struct digest *
tls_peer(const struct tls *tls)
{
	return channel_peer(tls->channel);
}

size_t
tls_push(struct tls *tls, const void *bytes, size_t size)
{
	size_t pushed = channel_push(tls->channel, bytes, size);

	tls->wire.more = pushed < size;
	return pushed;
}

size_t
tls_pull(struct tls *tls, void *to, size_t size)
{
	return channel_pull(tls->channel, to, size);
}

int
tls_step(struct tls *tls, int wake, int timeout_ms)
{
	return step(tls, wake, deadline_in(timeout_ms));
}

bool
tls_ended(const struct tls *tls)
{
	return wire_ended(&tls->wire, tls->channel);
}

bool
tls_flushed(struct tls *tls)
{
	size_t size;

	channel_waiting(tls->channel, &size);
	return size == 0 && tls->wire.out_errno == 0;
}

/* Wait for the wire on behalf of a blocking form. */
static int
go_on(struct tls *tls, int64_t deadline)
{
	if (tls_ended(tls))
		return fail(FAIL_SYSTEM, "the peer has ended the session");
	if (deadline_left(deadline) == 0)
		return fail(FAIL_SYSTEM, "the peer is too slow");
	return step_if_told(tls, deadline) < 0 ? -1 : 0;
}

int
tls_read(struct tls *tls, void *to, size_t size, int timeout_ms)
{
	int64_t deadline = deadline_in(timeout_ms);
	uint8_t *next = to;
	size_t got;

	while (size > 0) {
		got = tls_pull(tls, next, size);
		if (got == 0 && go_on(tls, deadline) != 0)
			return -1;
		next += got;
		size -= got;
	}
	return 0;
}

static int
push_all(struct tls *tls, struct span bytes, int64_t deadline)
{
	size_t pushed;

	while (bytes.size > 0) {
		pushed = tls_push(tls, bytes.data, bytes.size);
		if (pushed == 0 && go_on(tls, deadline) != 0)
			return -1;
		bytes = span_of(bytes.data + pushed, bytes.size - pushed);
	}
	return 0;
}

int
tls_write_parts(struct tls *tls, const struct span *part, size_t count,
    int timeout_ms)
{
	int64_t deadline = deadline_in(timeout_ms);
	size_t i;

	for (i = 0; i < count; i++)
		if (push_all(tls, part[i], deadline) != 0)
			return -1;
	while (!tls_flushed(tls))
		if (go_on(tls, deadline) != 0)
			return -1;
	return 0;
}

int
tls_write(struct tls *tls, const void *bytes, size_t size, int timeout_ms)
{
	struct span part = span_of(bytes, size);

	return tls_write_parts(tls, &part, 1, timeout_ms);
}

int
tls_finish(struct tls *tls, int timeout_ms)
{
	int64_t deadline = deadline_in(timeout_ms);

	channel_goodbye(tls->channel);
	tls->wire.more = false;
	while (!tls_ended(tls))
		if (go_on(tls, deadline) != 0)
			return -1;
	return 0;
}
