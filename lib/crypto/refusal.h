/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_REFUSAL_H
#define CRYPTO_REFUSAL_H

/*
 * Why a TLS session failed: to people as a sentence, to the peer as an alert.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digest;

/* Reasons of our own, beside BearSSL's BR_ERR_*. */
enum {
	REFUSAL_PROTOCOL = -1, /* no ALPN, or not ours */
	REFUSAL_GOODBYE = -2,  /* an orderly closure inside the handshake */
	REFUSAL_UNPROVED = -3  /* cannot happen: no pin, or not TLS 1.2 */
};

/* What a peer says that has not our id in its roster. */
#define REFUSAL_UNKNOWN "the peer does not trust our key"

/*
 * Fill the failure slot with the sentence for `error`. `shaking`: it came
 * during the handshake; `id`: the peer's, NULL when it is not known. Always
 * returns -1.
 */
int refusal_tell(int error, bool shaking, const struct digest *id);

/*
 * The alert record (RFC 5246 section 7.2) for an error of a handshake, in the
 * clear, to be sent by whoever has not switched to encryption yet. Returns its
 * size: 0 when there is nothing to be told.
 */
#define REFUSAL_ALERT_SIZE 7
size_t refusal_alert(int error, uint8_t record[static REFUSAL_ALERT_SIZE]);

#endif
