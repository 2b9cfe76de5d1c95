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

/* Give up the shards that are not what their ids say; returns how many. */
static unsigned
drop_damaged(const struct coder *coder, struct bundle *bundle)
{
	unsigned i, damaged = 0;
	struct digest root;

	for (i = 0; i < coder->head->total; i++) {
		if (!bundle->have[i])
			continue;
		root = tree_root(shard_span(coder, bundle, i));
		bundle->have[i] = digest_equal(&root, &bundle->stripe.id[i]);
		damaged += !bundle->have[i];
	}
	return damaged;
}

static int
fail_too_few(const struct coder *coder, const struct bundle *bundle,
    unsigned damaged)
{
	char also[64] = "";

	if (damaged > 0)
		snprintf(also, sizeof also, ", and %u damaged", damaged);
	return fail(FAIL_NO,
	    "stripe %llu has %u whole shards and needs %u of its %u%s",
	    (unsigned long long)bundle->stripe.number, bundle_count(bundle),
	    coder->head->need, coder->head->total, also);
}

static int
fail_other_bytes(const struct bundle *bundle)
{
	return fail(FAIL_DATA,
	    "stripe %llu does not hold what it was sealed with",
	    (unsigned long long)bundle->stripe.number);
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

static bool
is_padded(const struct coder *coder, const struct bundle *bundle)
{
	const uint8_t *byte = bundle->bytes + bundle->stripe.size;
	const uint8_t *end =
	    bundle_shard(bundle, coder->head, coder->head->need);

	while (byte < end && *byte == 0)
		byte++;
	return byte == end;
}

/*
 * Rebuild and decrypt from the first `need` shards. That their padding and
 * their tag are right says the same of each as its id would.
 */
static int
unseal(const struct coder *coder, struct bundle *bundle,
    const struct stripe_key *opened)
{
	if (rebuild(coder, bundle) != 0)
		return -1;
	if (is_padded(coder, bundle) &&
	    aead_open(&opened->key, span_of(NULL, 0), bundle->bytes,
		bundle->stripe.size, opened->tag) == 0)
		return 0;
	return fail_other_bytes(bundle);
}

/* Unseal what there is; if that fails, without what is damaged. */
static int
unseal_whole(const struct coder *coder, struct bundle *bundle,
    const struct stripe_key *opened)
{
	unsigned damaged;

	if (bundle_count(bundle) >= coder->head->need &&
	    unseal(coder, bundle, opened) == 0)
		return 0;
	damaged = drop_damaged(coder, bundle);
	if (bundle_count(bundle) < coder->head->need)
		return fail_too_few(coder, bundle, damaged);
	return damaged > 0 ? unseal(coder, bundle, opened) : -1;
}

/* The key must be the one that these plain bytes have. */
static int
check_key(const struct coder *coder, const struct bundle *bundle,
    const struct secret *key)
{
	struct secret own = content_key(coder, bundle);
	bool same = memcmp(&own, key, sizeof own) == 0;

	secret_wipe(&own, sizeof own);
	return same ? 0 : fail_other_bytes(bundle);
}

int
stripe_open(const struct coder *coder, struct bundle *bundle,
    const struct secret *key)
{
	struct stripe_key opened;
	int result;

	if (chain_open_stripe(key, &bundle->stripe, &opened) != 0)
		return -1;
	result = unseal_whole(coder, bundle, &opened);
	if (result == 0)
		result = check_key(coder, bundle, &opened.key);
	secret_wipe(&opened, sizeof opened);
	return result;
}
