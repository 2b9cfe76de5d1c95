/* SPDX-License-Identifier: ISC */
#include "crypto/owner.h"

#include "crypto/hash.h"
#include "crypto/sign.h"

struct secret
owner_scalar(const struct secret *secret)
{
	struct secret seed, scalar;

	seed = hash_derive("shardkit 2026-11-22 identity scalar", secret);
	scalar = sign_scalar(&seed);
	secret_wipe(&seed, sizeof seed);
	return scalar;
}

int
owner_init(struct owner *owner, const struct secret *secret)
{
	struct secret scalar = owner_scalar(secret);
	struct sign_public key;
	int result;

	result = sign_public(&scalar, &key);
	secret_wipe(&scalar, sizeof scalar);
	if (result != 0)
		return -1;
	owner->id = sign_id(&key);
	owner->convergence =
	    hash_derive("shardkit 2026-11-22 convergence", secret);
	owner->catalogue = hash_derive("shardkit 2026-11-22 catalogue", secret);
	secret_wipe_stack();
	return 0;
}

void
owner_release(struct owner *owner)
{
	secret_wipe(owner, sizeof *owner);
}
