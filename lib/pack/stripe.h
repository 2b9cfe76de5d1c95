/* SPDX-License-Identifier: ISC */
#ifndef PACK_STRIPE_H
#define PACK_STRIPE_H

/*
 * One stripe, from plain bytes to shards and back: pure work on memory, in
 * place, for as many threads as there are.
 *
 *     key    = BLAKE3-keyed(owner's convergence secret, plain bytes)
 *     sealed = AES-256-GCM(key, nonce 0, plain bytes), then zeroes
 *     shards = sealed cut into `need`, and total - need of parity
 */

#include "doc/chain.h"
#include "format/stream.h"

struct owner;
struct rs;

struct coder {
	const struct owner *owner;
	const struct head *head;
	const struct rs *rs;
};

/*
 * bundle->bytes begins with stripe.size plain bytes: make them all the
 * shards, fill in their ids, and give what the record must seal.
 */
void stripe_seal(const struct coder *coder, struct bundle *bundle,
    struct stripe_key *opened);

/*
 * The reverse: afterwards bundle->bytes begins with the plain bytes. `key`
 * opens the record's box. FAIL_NO when fewer than `need` shards are whole,
 * FAIL_DATA when what they give is not what the owner sealed.
 */
int stripe_open(const struct coder *coder, struct bundle *bundle,
    const struct secret *key);

#endif
