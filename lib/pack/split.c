/* SPDX-License-Identifier: ISC */
#include "pack/split.h"

#include <stdlib.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/ring.h"
#include "code/rs.h"
#include "crypto/owner.h"
#include "format/stream.h"
#include "pack/stripe.h"

/* One split_copy. */
struct copy {
	struct split *split;
	struct coder coder;
	struct bundle *bundles;
	struct stripe_key *opened; /* one for each bundle */
	int in;
	uint64_t filled; /* stripes */
};

static int
fill(void *context, void *slot)
{
	struct copy *copy = context;
	struct bundle *bundle = slot;
	const struct head *head = copy->coder.head;
	ssize_t got;

	got = file_fill(copy->in, bundle->bytes,
	    (size_t)head->need * head->shard_size);
	if (got <= 0)
		return (int)got;
	bundle->stripe.number = copy->filled++;
	bundle->stripe.size = (uint32_t)got;
	bundle->stripe.total = head->total;
	return 1;
}

static struct stripe_key *
key_of(const struct copy *copy, const struct bundle *bundle)
{
	return &copy->opened[bundle - copy->bundles];
}

static int
work(void *context, void *slot)
{
	struct copy *copy = context;

	stripe_seal(&copy->coder, slot, key_of(copy, slot));
	return 0;
}

static int
drain(void *context, void *slot)
{
	struct copy *copy = context;
	struct split *split = copy->split;
	struct bundle *bundle = slot;
	struct secret key;

	if (chain_key(&split->chain, split->owner, &bundle->stripe, &key) != 0)
		return -1;
	chain_seal_stripe(&key, key_of(copy, bundle), &bundle->stripe);
	secret_wipe(&key, sizeof key);
	if (chain_add(&split->chain, &bundle->stripe) != 0)
		return -1;
	return stream_write(split->out, &split->head, bundle);
}

int
split_open(struct split *split, const struct owner *owner,
    const struct head *head, int out)
{
	struct buf item = {0};
	int result;

	*split = (struct split){.owner = owner, .head = *head, .out = out};
	file_widen_pipe(out);
	result = record_encode_head(head, &item);
	if (result == 0) {
		chain_init(&split->chain, span_of_buf(&item));
		result = file_write(out, span_of_buf(&item));
	}
	buf_release(&item);
	return result;
}

int
split_copy(struct split *split, int in)
{
	struct rs *rs = rs_open(split->head.need, split->head.total);
	unsigned workers = ring_processors();
	size_t count = bundles_for(&split->head, workers);
	struct copy copy = {
	    .split = split,
	    .coder = {split->owner, &split->head, rs},
	    .bundles = bundles_open(&split->head, count),
	    .opened = memory_get(count, sizeof *copy.opened),
	    .in = in,
	    .filled = split->chain.stripes,
	};
	struct ring ring = {
	    .context = &copy,
	    .slots = copy.bundles,
	    .slot_size = sizeof *copy.bundles,
	    .count = count,
	    .workers = workers,
	    .fill = fill,
	    .work = work,
	    .drain = drain,
	};
	int result = -1;

	file_widen_pipe(in);
	if (rs != NULL && copy.bundles != NULL && copy.opened != NULL)
		result = ring_run(&ring);
	if (copy.opened != NULL)
		secret_wipe(copy.opened, count * sizeof *copy.opened);
	free(copy.opened);
	bundles_close(copy.bundles, count);
	rs_close(rs);
	return result;
}

int
split_close(struct split *split)
{
	struct end end;
	struct buf item = {0};
	int result;

	result = chain_seal_end(&split->chain, split->owner, &end);
	if (result == 0)
		result = record_encode_end(&end, &item);
	if (result == 0)
		result = file_write(split->out, span_of_buf(&item));
	buf_release(&item);
	return result;
}
