/* SPDX-License-Identifier: ISC */
#ifndef NET_TLS_H
#define NET_TLS_H

/*
 * TLS 1.2 (RFC 5246) with both ends pinned by key: ECDHE-ECDSA on P-256 with
 * AES-GCM or ChaCha20-Poly1305, ALPN "shardkit/1" (RFC 7301), no session
 * cache, no renegotiation. Certificates carry keys and nothing else: a peer
 * is the SHA-256 of its SubjectPublicKeyInfo (crypto/sign.h), dates and names
 * are not looked at.
 *
 * A session is driven by one thread of the process that opened it (a fork
 * would share its random numbers) and never blocks but in tls_step, which
 * waits for the wire, for a wake-up, or for a deadline. What is read was sent
 * by the peer that tls_peer names; a stream that ends without the peer's
 * closure alert is an error, so nothing is cut short unnoticed.
 */

#include <stddef.h>

#include "base/bytes.h"
#include "net/stay.h"

struct channel_role;
struct secret;
struct tls;

struct tls_options {
	int in, out; /* non-blocking; one socket, or a pair of pipes */
	const struct secret *scalar;	 /* our identity */
	const struct channel_role *role; /* crypto/channel.h */
	int handshake_ms;		 /* for all of the handshake */

	/*
	 * Whether the peer may talk to us: called at most once, with its id,
	 * before it has proved to hold that key. So answer, do not act on it.
	 */
	bool (*trust)(void *context, const struct digest *id);

	/*
	 * When `wake` becomes readable in the handshake, or while one of the
	 * blocking forms waits: whether to (no function: always).
	 */
	struct stay stay;
	int wake;
	void *context; /* of `trust` */
};

/*
 * Handshake to the end. NULL: FAIL_SYSTEM when the wire fails or is too slow,
 * or we shall not go on,
 * FAIL_DATA when the other end is not a trusted peer that speaks our protocol;
 * it has then been told why, where TLS has a word for it. Does not take the
 * descriptors over.
 */
struct tls *tls_open(const struct tls_options *options);

/* Wipe and free. Does not say goodbye: see tls_finish. */
void tls_close(struct tls *tls);

/* The id that the handshake proved. */
const struct digest *tls_peer(const struct tls *tls);

/* Hand over as much as there is room for, 16 KiB at most; returns how much. */
size_t tls_push(struct tls *tls, const void *bytes, size_t size);

/*
 * Take as much as has arrived; returns how much (maybe 0). What arrived before
 * the wire broke can still be taken.
 */
size_t tls_pull(struct tls *tls, void *to, size_t size);

/*
 * Send what was pushed, receive what is there, and if neither is possible
 * wait up to `timeout_ms` (-1: for ever) for the wire or for `wake` (-1:
 * none) to become readable. 1: something happened; 0: time is up or `wake`
 * is readable; -1: FAIL_SYSTEM (the connection broke) or FAIL_DATA (it was
 * tampered with). After the peer's orderly closure: 1, and tls_ended.
 *
 * At most one record of 16 KiB goes each way, and nothing is received as long
 * as what has arrived is not pulled: pull and push until both give 0, then
 * step. So two ends that write at the same time never wait for each other.
 */
int tls_step(struct tls *tls, int wake, int timeout_ms);

/* The peer has said goodbye, and all that it sent has been pulled. */
bool tls_ended(const struct tls *tls);

/* Everything that was pushed has been handed to the kernel. */
bool tls_flushed(struct tls *tls);

/*
 * Blocking forms on top, each with one deadline for all of it: all of the
 * bytes, or -1. FAIL_SYSTEM also when the peer ends the session before. While
 * writing nothing is pulled.
 */
int tls_read(struct tls *tls, void *to, size_t size, int timeout_ms);
int tls_write(struct tls *tls, const void *bytes, size_t size, int timeout_ms);
int tls_write_parts(struct tls *tls, const struct span *part, size_t count,
    int timeout_ms);

/*
 * Flush, send the closure alert, wait for the peer's, at most so long; what
 * else arrives is thrown away. -1: FAIL_SYSTEM when it did not come, which
 * matters only to who cannot tell by the dialogue that all was said.
 */
int tls_finish(struct tls *tls, int timeout_ms);

#endif
