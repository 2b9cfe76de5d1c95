/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_CHANNEL_H
#define CRYPTO_CHANNEL_H

/*
 * One end of a TLS 1.2 session (RFC 5246) as a machine without I/O: the
 * caller carries bytes between it and the wire, and pushes and pulls what the
 * session is for. ECDHE-ECDSA on P-256; AES-GCM first where both processors
 * have AES instructions, else ChaCha20-Poly1305; no resumption, no
 * renegotiation; both ends present a certificate and are pinned by its key.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;
struct digest;
struct secret;

#define CHANNEL_PROTOCOL "shardkit/1" /* by ALPN (RFC 7301) */

/* Which of the two ends: who connects, or who is connected to. */
struct channel_role;
extern const struct channel_role channel_client, channel_server;

struct channel_options {
	const struct secret *scalar; /* our identity */
	const struct channel_role *role;

	/* See struct tls_options. */
	bool (*trust)(void *context, const struct digest *id);
	void *context;
};

enum channel_state {
	CHANNEL_SHAKING, /* nothing can be pushed or pulled yet */
	CHANNEL_OPEN,	 /* the peer has proved its id and its protocol */
	CHANNEL_ENDED,	 /* closed in good order by both ends */
	CHANNEL_FAILED	 /* for good; channel_failure tells why */
};

/* NULL (FAIL_SYSTEM, FAIL_DATA) without memory, randomness or a good scalar. */
struct channel *channel_open(const struct channel_options *options);

/* Wipe and free. */
void channel_close(struct channel *channel);

enum channel_state channel_state(const struct channel *channel);

/*
 * Fill the failure slot (FAIL_DATA, mostly) with what went wrong. Returns -1.
 */
int channel_failure(const struct channel *channel);

/* The key that the peer showed; proved by it once CHANNEL_OPEN. */
const struct digest *channel_peer(const struct channel *channel);

/*
 * The wire's side. channel_room is where up to `size` bytes off the wire may
 * be put, size 0 while what has arrived is not pulled, and after the peer's
 * goodbye; channel_waiting is what the wire must get, all that was pushed
 * included, and after a failure the alert that tells the peer. The other two
 * say how much of it was done.
 */
uint8_t *channel_room(const struct channel *channel, size_t *size);
void channel_arrived(struct channel *channel, size_t size);
const uint8_t *channel_waiting(struct channel *channel, size_t *size);
void channel_sent(struct channel *channel, size_t size);

/* The user's side. Both return how much was done, maybe 0. */
size_t channel_push(struct channel *channel, const void *bytes, size_t size);
size_t channel_pull(struct channel *channel, void *to, size_t size);

/* The peer has said goodbye: all that it sent has been pulled. */
bool channel_heard_goodbye(const struct channel *channel);

/* Say goodbye. What has arrived and what still arrives is thrown away. */
void channel_goodbye(struct channel *channel);

#endif
