/* SPDX-License-Identifier: ISC */
#ifndef FIXTURE_H
#define FIXTURE_H

/* Owners whose secret is one byte, repeated. */

#include "check.h"
#include "crypto/owner.h"

static inline struct secret
secret_of(int byte)
{
	struct secret secret;

	memset(&secret, byte, sizeof secret);
	return secret;
}

/* Made once, since a point on a curve takes its time. */
static inline struct owner
owner_of(int byte)
{
	static struct owner made[16];
	static bool known[16];
	struct secret secret = secret_of(byte);

	if (!known[byte])
		must(owner_init(&made[byte], &secret) == 0, "an owner");
	known[byte] = true;
	return made[byte];
}

/* The scalar that signs for that owner. */
static inline struct secret
scalar_of(int byte)
{
	struct secret secret = secret_of(byte);

	return owner_scalar(&secret);
}

#endif
