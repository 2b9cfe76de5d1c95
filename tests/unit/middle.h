/* SPDX-License-Identifier: ISC */
#ifndef MIDDLE_H
#define MIDDLE_H

/*
 * Two ends of a TLS session in memory, a speech that each holds for the
 * other, and whoever sits between them and tampers with the wire.
 */

#include "crypto/channel.h"
#include "ends.h"

#define CLIENT 1
#define SERVER 2
#define STRANGER 3

/* What each end says, and the longest that it may hear. */
#define SPEECH 3000

/* A stretch of bytes on one way that somebody exchanges for another. */
struct tamper {
	bool to_server;
	size_t at;		/* the position from which on to look */
	const uint8_t *what;	/* NULL: any */
	size_t size;		/* of what is taken out */
	const uint8_t *instead; /* NULL: the same bytes, one bit flipped */
	size_t instead_size;
	bool cut; /* nothing comes behind */
	bool done;
};

struct end {
	struct channel *channel;
	struct mind mind;
	uint8_t speech[SPEECH];
	size_t said, heard_size;
	uint8_t heard[SPEECH];
	struct buf wire; /* all that has been sent to this end */
	size_t taken;	 /* of that */
};

struct session {
	struct end client, server;
	struct tamper *tamper; /* or NULL */
};

static inline void
end_open(struct end *end, uint8_t own, uint8_t friend, bool server)
{
	struct secret scalar = key_number(own);
	struct channel_options options = {.scalar = &scalar,
	    .role = server ? &channel_server : &channel_client,
	    .trust = mind_trusts,
	    .context = &end->mind};

	end->mind.friend = id_number(friend);
	random_fill(end->speech, sizeof end->speech);
	end->channel = channel_open(&options);
	must(end->channel != NULL, "an end");
}

static inline void
session_open(struct session *session, uint8_t client, uint8_t server)
{
	memset(session, 0, sizeof *session);
	end_open(&session->client, client, SERVER, false);
	end_open(&session->server, server, CLIENT, true);
}

static inline void
session_release(struct session *session)
{
	channel_close(session->client.channel);
	channel_close(session->server.channel);
	buf_release(&session->client.wire);
	buf_release(&session->server.wire);
}

static inline const uint8_t *
find(const struct buf *wire, const struct tamper *tamper)
{
	if (tamper->at + tamper->size > wire->size)
		return NULL;
	if (tamper->what == NULL)
		return wire->data + tamper->at;
	return memmem(wire->data + tamper->at, wire->size - tamper->at,
	    tamper->what, tamper->size);
}

/* Do it as soon as the bytes are there. */
static inline void
tamper_with(struct tamper *tamper, struct end *to)
{
	const uint8_t *found = find(&to->wire, tamper);
	struct buf changed = {0};
	size_t at;

	if (found == NULL || tamper->done)
		return;
	at = (size_t)(found - to->wire.data);
	tamper->done = true;
	must(at >= to->taken, "the bytes are not underway any more");
	if (tamper->instead == NULL && tamper->size > 0) {
		to->wire.data[at] ^= (uint8_t)(1 << at % 8);
		return;
	}
	buf_append(&changed, span_of(to->wire.data, at));
	if (tamper->instead_size > 0)
		buf_append(&changed,
		    span_of(tamper->instead, tamper->instead_size));
	if (!tamper->cut)
		buf_append(&changed,
		    span_of(found + tamper->size,
			to->wire.size - at - tamper->size));
	buf_release(&to->wire);
	to->wire = changed;
}

/* Everything that `from` has for `to`; whether there was anything. */
static inline bool
carry(struct session *session, struct end *from, struct end *to)
{
	struct tamper *tamper = session->tamper;
	bool mine = tamper != NULL &&
	    tamper->to_server == (to == &session->server);
	const uint8_t *bytes;
	bool moved = false;
	uint8_t *room;
	size_t size, rest;

	while (bytes = channel_waiting(from->channel, &size), size > 0) {
		if (!mine || !tamper->cut || !tamper->done)
			buf_append(&to->wire, span_of(bytes, size));
		channel_sent(from->channel, size);
		if (mine)
			tamper_with(tamper, to);
		moved = true;
	}
	while (room = channel_room(to->channel, &size),
	    rest = to->wire.size - to->taken, size > 0 && rest > 0) {
		size = size < rest ? size : rest;
		memcpy(room, to->wire.data + to->taken, size);
		to->taken += size;
		channel_arrived(to->channel, size);
		moved = true;
	}
	return moved;
}

static inline bool
speak(struct end *end)
{
	size_t pushed, pulled;

	pushed = channel_push(end->channel, end->speech + end->said,
	    SPEECH - end->said);
	pulled = channel_pull(end->channel, end->heard + end->heard_size,
	    SPEECH - end->heard_size);
	end->said += pushed;
	end->heard_size += pulled;
	return pushed > 0 || pulled > 0;
}

/* Until nothing moves. Both say all they have, then the client goodbye. */
static inline void
session_run(struct session *session)
{
	struct end *client = &session->client, *server = &session->server;
	bool moved, gone = false;

	do {
		moved = carry(session, client, server);
		moved |= carry(session, server, client);
		moved |= speak(client);
		moved |= speak(server);
		if (!moved && !gone) {
			gone = moved = true;
			channel_goodbye(client->channel);
		}
	} while (moved);
}

#endif
