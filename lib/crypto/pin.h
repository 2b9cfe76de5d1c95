/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_PIN_H
#define CRYPTO_PIN_H

/*
 * Trust in a peer by its key alone: the X.509 engine that BearSSL is given.
 * It takes the key out of the peer's certificate and asks whether that id is
 * trusted; names, dates, issuers and further certificates are not looked at.
 * The peer proves later in the handshake that it holds the key.
 */

#include <bearssl.h>
#include <stdbool.h>

#include "base/bytes.h"

struct pin {
	const br_x509_class *vtable; /* first: what BearSSL sees */
	bool (*trust)(void *context, const struct digest *id);
	void *context;
	br_x509_decoder_context decoder;
	uint32_t certificates;
	bool too_long;
	bool seen;    /* `id` is that of a key on P-256 ... */
	bool trusted; /* ... which is trusted */
	struct digest id;
};

void pin_init(struct pin *pin,
    bool (*trust)(void *context, const struct digest *id), void *context);

#endif
