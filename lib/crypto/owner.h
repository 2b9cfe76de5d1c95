/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_OWNER_H
#define CRYPTO_OWNER_H

/*
 * What an owner's secret S gives: subkeys by BLAKE3 derive_key, one context
 * string each, so that none tells anything of another or of S.
 */

#include "base/bytes.h"
#include "crypto/secret.h"

struct owner {
	struct digest id;	   /* of the identity, public */
	struct secret convergence; /* keys stripes by their content */
	struct secret catalogue;   /* seals what only the owner may read */
};

/* The private scalar of the owner's identity. */
struct secret owner_scalar(const struct secret *secret);

int owner_init(struct owner *owner, const struct secret *secret);

/* Wipe the keys. */
void owner_release(struct owner *owner);

#endif
