/* SPDX-License-Identifier: ISC */
#include "format/bundle.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/fail.h"
#include "base/memory.h"

#define BUNDLES_SIZE ((size_t)48 << 20)
#define BUNDLES_MIN 3
#define HUGE_PAGE ((size_t)2 << 20)

int
bundle_init(struct bundle *bundle, const struct head *head)
{
	size_t capacity = (size_t)head->total * head->shard_size;
	void *bytes;

	*bundle = (struct bundle){.capacity = capacity};
	if (posix_memalign(&bytes, HUGE_PAGE, capacity) != 0)
		return fail(FAIL_SYSTEM, "cannot get %zu bytes for a stripe",
		    capacity);
	madvise(bytes, capacity, MADV_HUGEPAGE); /* fewer page table walks */
	bundle->bytes = bytes;
	return 0;
}

void
bundle_release(struct bundle *bundle)
{
	free(bundle->bytes);
	bundle->bytes = NULL;
}

uint8_t *
bundle_shard(const struct bundle *bundle, const struct head *head,
    unsigned index)
{
	return bundle->bytes +
	    (size_t)index * stripe_shard_size(head, bundle->stripe.size);
}

unsigned
bundle_count(const struct bundle *bundle)
{
	unsigned i, count = 0;

	for (i = 0; i < bundle->stripe.total; i++)
		count += bundle->have[i];
	return count;
}

size_t
bundles_for(const struct head *head, unsigned workers)
{
	size_t wanted = 2 * (size_t)workers + 2;
	size_t most = BUNDLES_SIZE / ((size_t)head->total * head->shard_size);

	if (most < BUNDLES_MIN)
		most = BUNDLES_MIN;
	return wanted < most ? wanted : most;
}

struct bundle *
bundles_open(const struct head *head, size_t count)
{
	struct bundle *bundles = memory_get(count, sizeof *bundles);
	size_t i;

	if (bundles == NULL)
		return NULL;
	for (i = 0; i < count; i++) {
		if (bundle_init(&bundles[i], head) != 0) {
			bundles_close(bundles, count);
			return NULL;
		}
	}
	return bundles;
}

void
bundles_close(struct bundle *bundles, size_t count)
{
	size_t i;

	for (i = 0; bundles != NULL && i < count; i++)
		bundle_release(&bundles[i]);
	free(bundles);
}
