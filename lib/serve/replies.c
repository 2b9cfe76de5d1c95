/* SPDX-License-Identifier: ISC */
#include "serve/replies.h"

#include "format/limits.h"
#include "net/tls.h"

#define LATER_SIZE (64 << 10) /* of replies that wait for company */

/* What waits and the payload behind it, each piece with a time of its own. */
int
replies_more(struct replies *replies, struct span payload)
{
	struct span part[2] = {span_of_buf(&replies->output), payload};

	replies->output.size = 0;
	do {
		if (payload.size > LIMIT_TAKEN)
			part[1].size = LIMIT_TAKEN;
		if (tls_write_parts(replies->tls, part, 2, replies->idle_ms) !=
		    0)
			return -1;
		payload = span_of(payload.data + part[1].size,
		    payload.size - part[1].size);
		part[0].size = 0;
		part[1] = payload;
	} while (payload.size > 0);
	return 0;
}

int
replies_send(struct replies *replies, const struct reply *reply,
    struct span payload, bool later)
{
	struct buf *output = &replies->output;

	if (message_encode_reply(reply, output) != 0)
		return -1;
	if (later && output->size + payload.size < LATER_SIZE)
		return buf_append(output, payload);
	return replies_more(replies, payload);
}

void
replies_end(struct replies *replies, int timeout_ms)
{
	struct span output = span_of_buf(&replies->output);

	if (output.size > 0)
		tls_write_parts(replies->tls, &output, 1, timeout_ms);
}

void
replies_release(struct replies *replies)
{
	buf_release(&replies->output);
}
