/* SPDX-License-Identifier: ISC */
#ifndef ENDS_H
#define ENDS_H

/*
 * What the TLS tests share: two keys, and a peer's mind about whom to trust.
 */

#include "check.h"
#include "crypto/secret.h"
#include "crypto/sign.h"

/* Whom an end trusts, and whom it was asked about. */
struct mind {
	struct digest friend;
	struct digest asked;
	int questions;
};

static inline bool
mind_trusts(void *context, const struct digest *id)
{
	struct mind *mind = context;

	mind->asked = *id;
	mind->questions++;
	return digest_equal(id, &mind->friend);
}

/* A scalar that is the same in every run. */
static inline struct secret
key_number(uint8_t number)
{
	struct secret scalar = {{0}};

	scalar.byte[0] = 1;
	scalar.byte[31] = number;
	return scalar;
}

static inline struct digest
id_number(uint8_t number)
{
	struct secret scalar = key_number(number);
	struct sign_public key;

	must(sign_public(&scalar, &key) == 0, "a key");
	return sign_id(&key);
}

#endif
