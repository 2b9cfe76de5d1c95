/* SPDX-License-Identifier: ISC */
#include "crypto/hash.h"

#include <blake3.h>

#include "crypto/secret.h"

/* Feed no bytes rather than NULL, which memcpy must never see. */
static void
feed(blake3_hasher *hasher, struct span bytes)
{
	if (bytes.size > 0)
		blake3_hasher_update(hasher, bytes.data, bytes.size);
}

static struct secret
finish(blake3_hasher *hasher)
{
	struct secret secret;

	blake3_hasher_finalize(hasher, secret.byte, sizeof secret.byte);
	secret_wipe(hasher, sizeof *hasher);
	return secret;
}

struct digest
hash_bytes(struct span bytes)
{
	return hash_pair(bytes, (struct span){0});
}

struct digest
hash_pair(struct span a, struct span b)
{
	blake3_hasher hasher;
	struct digest digest;

	blake3_hasher_init(&hasher);
	feed(&hasher, a);
	feed(&hasher, b);
	blake3_hasher_finalize(&hasher, digest.byte, sizeof digest.byte);
	return digest;
}

struct secret
hash_keyed(const struct secret *key, struct span bytes)
{
	blake3_hasher hasher;

	blake3_hasher_init_keyed(&hasher, key->byte);
	feed(&hasher, bytes);
	return finish(&hasher);
}

struct secret
hash_derive(const char *context, const struct secret *key)
{
	blake3_hasher hasher;

	blake3_hasher_init_derive_key(&hasher, context);
	feed(&hasher, (struct span){key->byte, sizeof key->byte});
	return finish(&hasher);
}
