/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_SUITE_H
#define CRYPTO_SUITE_H

/*
 * The algorithms of a TLS session: TLS 1.2 and nothing older, ECDHE-ECDSA on
 * P-256 with SHA-256, AES-128-GCM first where both processors have AES
 * instructions, else ChaCha20-Poly1305; no renegotiation.
 */

#include <bearssl.h>

void suite_set(br_ssl_engine_context *engine);

#endif
