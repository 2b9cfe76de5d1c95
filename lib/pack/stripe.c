/* SPDX-License-Identifier: ISC */
#include "pack/stripe.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "code/rs.h"
#include "crypto/hash.h"
#include "crypto/owner.h"
#include "crypto/tree.h"

static void
point_at_shards(const struct coder *coder, const struct bundle *bundle,
    uint8_t *shard[static LIMIT_TOTAL])
{
	unsigned i;

	for (i = 0; i < coder->head->total; i++)
		shard[i] = bundle_shard(bundle, coder->head, i);
}

static struct span
shard_span(const struct coder *coder, const struct bundle *bundle, unsigned i)
{
	return span_of(bundle_shard(bundle, coder->head, i),
	    stripe_shard_size(coder->head, bundle->stripe.size));
}

/* The key that these plain bytes have under this owner. */
static struct secret
content_key(const struct coder *coder, const struct bundle *bundle)
{
	return hash_keyed(&coder->owner->convergence,
	    span_of(bundle->bytes, bundle->stripe.size));
}

void
stripe_seal(const struct coder *coder, struct bundle *bundle,
    struct stripe_key *opened)
{
	struct stripe *stripe = &bundle->stripe;
	uint32_t size = stripe_shard_size(coder->head, stripe->size);
	uint8_t *shard[LIMIT_TOTAL];
	unsigned i;

	opened->key = content_key(coder, bundle);
	aead_seal(&opened->key, span_of(NULL, 0), bundle->bytes, stripe->size,
	    opened->tag);
	memset(bundle->bytes + stripe->size, 0,
	    (size_t)coder->head->need * size - stripe->size);
	point_at_shards(coder, bundle, shard);
	rs_encode(coder->rs, size, shard);
	for (i = 0; i < stripe->total; i++) {
		stripe->id[i] = tree_root(shard_span(coder, bundle, i));
		bundle->have[i] = 1;
	}
}

/*
 * Keep the first `need` whole shards, data before parity; returns how many
 * that are.
 */
static unsigned
keep_whole(const struct coder *coder, struct bundle *bundle, unsigned *damaged)
{
	unsigned i, whole = 0;
	struct digest root;

	*damaged = 0;
	for (i = 0; i < coder->head->total; i++) {
		if (!bundle->have[i])
			continue;
		if (whole == coder->head->need) {
			bundle->have[i] = 0;
			continue;
		}
		root = tree_root(shard_span(coder, bundle, i));
		bundle->have[i] = digest_equal(&root, &bundle->stripe.id[i]);
		whole += bundle->have[i];
		*damaged += !bundle->have[i];
	}
	return whole;
}

static int
fail_too_few(const struct coder *coder, const struct bundle *bundle,
    unsigned whole, unsigned damaged)
{
	char also[64] = "";

	if (damaged > 0)
		snprintf(also, sizeof also, ", and %u damaged", damaged);
	return fail(FAIL_NO,
	    "stripe %llu has %u whole shards and needs %u of its %u%s",
	    (unsigned long long)bundle->stripe.number, whole, coder->head->need,
	    coder->head->total, also);
}

/* Put the missing data shards in their places. */
static int
rebuild(const struct coder *coder, struct bundle *bundle)
{
	uint8_t *shard[LIMIT_TOTAL];
	unsigned i;

	point_at_shards(coder, bundle, shard);
	for (i = coder->head->need; i < coder->head->total; i++)
		if (!bundle->have[i])
			shard[i] = NULL;
	return rs_rebuild(coder->rs,
	    stripe_shard_size(coder->head, bundle->stripe.size), shard,
	    bundle->have);
}

/* Decrypt, and check that the key is the one that these bytes must have. */
static int
unseal(const struct coder *coder, struct bundle *bundle,
    const struct stripe_key *opened)
{
	struct secret key;
	bool same;

	if (aead_open(&opened->key, span_of(NULL, 0), bundle->bytes,
		bundle->stripe.size, opened->tag) == 0) {
		key = content_key(coder, bundle);
		same = memcmp(&key, &opened->key, sizeof key) == 0;
		secret_wipe(&key, sizeof key);
		if (same)
			return 0;
	}
	return fail(FAIL_DATA,
	    "stripe %llu does not hold what it was sealed "
	    "with",
	    (unsigned long long)bundle->stripe.number);
}

int
stripe_open(const struct coder *coder, struct bundle *bundle,
    const struct secret *key)
{
	struct stripe_key opened;
	unsigned whole, damaged;
	int result;

	if (chain_open_stripe(key, &bundle->stripe, &opened) != 0)
		return -1;
	whole = keep_whole(coder, bundle, &damaged);
	if (whole < coder->head->need)
		result = fail_too_few(coder, bundle, whole, damaged);
	else
		result = rebuild(coder, bundle);
	if (result == 0)
		result = unseal(coder, bundle, &opened);
	secret_wipe(&opened, sizeof opened);
	return result;
}
