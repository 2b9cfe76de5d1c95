/* SPDX-License-Identifier: ISC */
/* Stripes in memory: how many, and where their shards are. */
#include "format/bundle.h"

#include "check.h"

#define MIB (1 << 20)

static void
test_count(unsigned total, uint32_t shard_size, unsigned workers, size_t wanted)
{
	struct head head = {.need = 1,
	    .total = total,
	    .shard_size = shard_size};
	size_t count = bundles_for(&head, workers);

	check(count == wanted, "%u x %u, %u workers: %zu", total,
	    (unsigned)shard_size, workers, count);
}

static void
test_places(void)
{
	struct head head = {.need = 3, .total = 5, .shard_size = 1024};
	struct bundle *bundles = bundles_open(&head, 3);
	unsigned i;

	must(bundles != NULL, "open");
	bundles[0].stripe.size = 3072;
	bundles[1].stripe.size = 10;
	bundles[1].stripe.total = 5;
	for (i = 0; i < 5; i++) {
		check(bundle_shard(&bundles[0], &head, i) ==
			    bundles[0].bytes + (size_t)i * 1024 &&
			bundle_shard(&bundles[1], &head, i) ==
			    bundles[1].bytes + (size_t)i * 4,
		    "the place of shard %u", i);
		check(bundle_count(&bundles[1]) == i, "%u of them", i);
		bundles[1].have[i] = 1;
	}
	check(bundles[2].capacity == 5 * 1024, "the capacity");
	memset(bundles[2].bytes, 0, bundles[2].capacity);
	bundles_close(bundles, 3);
	bundles_close(NULL, 3);
}

int
main(void)
{
	test_count(5, MIB, 1, 4);
	test_count(5, MIB, 2, 6);
	test_count(5, MIB, 3, 8);
	test_count(5, MIB, 16, 9);
	test_count(16, MIB, 8, 3);
	test_count(255, MIB, 8, 3);
	test_count(1, 1024, 64, 130);
	test_places();
	return failures != 0;
}
