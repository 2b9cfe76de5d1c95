/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_CERTIFICATE_H
#define CRYPTO_CERTIFICATE_H

/*
 * The self-signed certificate (X.509 v1, RFC 5280) that TLS wants around a
 * key: no names, since TLS 1.2 shows certificates to the wire; valid from 1970
 * to 9999, since no clock is trusted; ecdsa-with-SHA256. Signatures are
 * deterministic, so it is a function of the key and is not stored.
 */

#include <stddef.h>
#include <stdint.h>

struct secret;

#define CERTIFICATE_SIZE 237 /* at most, and 235 or more nearly always */

struct certificate {
	uint8_t byte[CERTIFICATE_SIZE];
	size_t size;
};

/* DER. -1 (FAIL_DATA) when the scalar is out of range. */
int certificate_encode(const struct secret *scalar,
    struct certificate *certificate);

#endif
