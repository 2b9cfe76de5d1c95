/* SPDX-License-Identifier: ISC */
/*
 * One stripe: for every code of up to 6 shards every set of survivors, with
 * damage among them, under right and wrong keys.
 */
#include "pack/stripe.h"

#include "code/rs.h"
#include "crypto/tree.h"
#include "fixture.h"

#define SHARD 1024
#define TOTAL 6

static uint8_t plain[TOTAL * SHARD];
static struct owner owner;

/* A sealed stripe, and what it takes to open it. */
struct sealed {
	struct head head;
	struct coder coder;
	struct bundle bundle;
	struct secret key; /* of its box */
	struct stripe_key opened;
};

static void
seal(struct sealed *sealed, unsigned need, unsigned total, uint32_t size)
{
	sealed->head =
	    (struct head){.need = need, .total = total, .shard_size = SHARD};
	sealed->coder =
	    (struct coder){&owner, &sealed->head, rs_open(need, total)};
	must(bundle_init(&sealed->bundle, &sealed->head) == 0, "a bundle");
	sealed->bundle.stripe.number = 7;
	sealed->bundle.stripe.size = size;
	sealed->bundle.stripe.total = total;
	memcpy(sealed->bundle.bytes, plain, size);
	stripe_seal(&sealed->coder, &sealed->bundle, &sealed->opened);
	sealed->key = secret_of(9);
	chain_seal_stripe(&sealed->key, &sealed->opened,
	    &sealed->bundle.stripe);
}

static void
release(struct sealed *sealed)
{
	bundle_release(&sealed->bundle);
	rs_close((struct rs *)(uintptr_t)sealed->coder.rs);
}

/* What is left of it: the shards of `have`, those of `damaged` spoilt. */
static struct bundle
survivors(const struct sealed *sealed, unsigned have, unsigned damaged)
{
	struct bundle left = sealed->bundle;
	uint32_t size =
	    stripe_shard_size(&sealed->head, sealed->bundle.stripe.size);
	unsigned i;

	left.bytes = malloc(left.capacity);
	must(left.bytes != NULL, "memory");
	memcpy(left.bytes, sealed->bundle.bytes, left.capacity);
	for (i = 0; i < left.stripe.total; i++) {
		left.have[i] = have >> i & 1;
		if (damaged >> i & 1)
			bundle_shard(&left, &sealed->head,
			    i)[random_number() % size] ^= 1;
		else if (!left.have[i])
			memset(bundle_shard(&left, &sealed->head, i), 0xdd,
			    size);
	}
	return left;
}

static void
test_set(const struct sealed *sealed, unsigned have, unsigned damaged)
{
	struct bundle left = survivors(sealed, have, damaged);
	unsigned whole = (unsigned)__builtin_popcount(have & ~damaged);
	unsigned bad = (unsigned)__builtin_popcount(have & damaged);
	int result = stripe_open(&sealed->coder, &left, &sealed->key);
	char words[128], also[32] = "";

	if (whole >= sealed->head.need) {
		check(result == 0 &&
			memcmp(left.bytes, plain, left.stripe.size) == 0,
		    "%u of %u, %x without %x: %s", sealed->head.need,
		    sealed->head.total, have, damaged, fail_last()->text);
	} else {
		if (bad > 0)
			snprintf(also, sizeof also, ", and %u damaged", bad);
		snprintf(words, sizeof words,
		    "stripe 7 has %u whole shards and needs %u of its %u%s",
		    whole, sealed->head.need, sealed->head.total, also);
		check_fails(result, FAIL_NO, words, "too few");
		check(strcmp(fail_last()->text, words) == 0, "'%s'",
		    fail_last()->text);
	}
	bundle_release(&left);
}

static void
test_code(unsigned need, unsigned total, uint32_t size)
{
	struct sealed sealed;
	unsigned have, all = (1u << total) - 1;

	seal(&sealed, need, total, size);
	for (have = 0; have <= all; have++) {
		test_set(&sealed, have, 0);
		test_set(&sealed, have, random_number() & all);
	}
	test_set(&sealed, all, all);
	release(&sealed);
}

static void
refused(const struct sealed *sealed, const struct secret *key,
    const char *words)
{
	struct bundle left = survivors(sealed, ~0u, 0);

	check_fails(stripe_open(&sealed->coder, &left, key), FAIL_DATA, words,
	    "a stripe");
	bundle_release(&left);
}

/* The wrong box key, another content key in the box, other bytes in it. */
static void
test_keys(void)
{
	struct secret other = secret_of(8);
	struct owner stranger = owner_of(2);
	struct stripe_key wrong;
	struct sealed sealed;
	unsigned i;

	seal(&sealed, 2, 3, 2000);
	refused(&sealed, &other, "is not the owner's or not in its place");
	wrong = sealed.opened;
	wrong.key.byte[0] ^= 1;
	chain_seal_stripe(&sealed.key, &wrong, &sealed.bundle.stripe);
	refused(&sealed, &sealed.key, "stripe 7 does not hold what it was");
	wrong = sealed.opened;
	wrong.tag[0] ^= 1;
	chain_seal_stripe(&sealed.key, &wrong, &sealed.bundle.stripe);
	refused(&sealed, &sealed.key, "stripe 7 does not hold what it was");
	chain_seal_stripe(&sealed.key, &sealed.opened, &sealed.bundle.stripe);
	sealed.coder.owner = &stranger; /* whose key these bytes do not have */
	refused(&sealed, &sealed.key, "stripe 7 does not hold what it was");
	sealed.coder.owner = &owner;
	sealed.bundle.bytes[5] ^= 1; /* and a shard's id to fit it */
	for (i = 0; i < 3; i++)
		sealed.bundle.stripe.id[i] = tree_root(
		    span_of(bundle_shard(&sealed.bundle, &sealed.head, i),
			1000));
	refused(&sealed, &sealed.key, "stripe 7 does not hold what it was");
	release(&sealed);
}

/* The same bytes give the same shards, to their owner and nobody else. */
static void
test_convergence(void)
{
	struct sealed a, b, c;

	seal(&a, 2, 3, 2000);
	seal(&b, 2, 3, 2000);
	owner = owner_of(2);
	seal(&c, 2, 3, 2000);
	owner = owner_of(1);
	check(memcmp(&a.opened, &b.opened, sizeof a.opened) == 0 &&
		memcmp(a.bundle.bytes, b.bundle.bytes, 3 * 1000) == 0 &&
		memcmp(a.bundle.stripe.id, b.bundle.stripe.id, 96) == 0,
	    "the same bytes seal to others");
	check(memcmp(&a.opened, &c.opened, 32) != 0 &&
		memcmp(a.bundle.bytes, c.bundle.bytes, 32) != 0,
	    "another owner's are the same");
	check(memcmp(a.bundle.bytes, plain, 32) != 0, "it is not sealed");
	release(&a);
	release(&b);
	release(&c);
}

int
main(void)
{
	unsigned need, total;

	owner = owner_of(1);
	random_fill(plain, sizeof plain);
	for (total = 1; total <= TOTAL; total++)
		for (need = 1; need <= total; need++) {
			test_code(need, total, need * SHARD);
			test_code(need, total, need * SHARD - 1);
			test_code(need, total, 1);
			test_code(need, total, 100);
		}
	test_keys();
	test_convergence();
	return failures != 0;
}
