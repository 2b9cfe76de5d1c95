/* SPDX-License-Identifier: ISC */
#include "pack/join.h"

#include <stdlib.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/ring.h"
#include "code/rs.h"
#include "crypto/owner.h"
#include "format/stream.h"
#include "pack/stripe.h"

struct join {
	struct stream stream;
	struct coder coder;
	struct chain chain;
	struct bundle *bundles;
	struct secret *key; /* of each bundle's box */
	int out;
	uint64_t written; /* bytes */
};

static int
fill(void *context, void *slot)
{
	struct join *join = context;
	struct bundle *bundle = slot;
	int got;

	got = stream_read(&join->stream, bundle);
	if (got == 0)
		return chain_check_end(&join->chain, join->coder.owner,
		    &join->stream.end);
	if (got < 0)
		return -1;
	if (chain_key(&join->chain, join->coder.owner, &bundle->stripe,
		&join->key[bundle - join->bundles]) != 0 ||
	    chain_add(&join->chain, &bundle->stripe) != 0)
		return -1;
	return 1;
}

static int
work(void *context, void *slot)
{
	struct join *join = context;
	struct bundle *bundle = slot;

	return stripe_open(&join->coder, bundle,
	    &join->key[bundle - join->bundles]);
}

static int
drain(void *context, void *slot)
{
	struct join *join = context;
	struct bundle *bundle = slot;

	if (file_write(join->out,
		span_of(bundle->bytes, bundle->stripe.size)) != 0)
		return -1;
	join->written += bundle->stripe.size;
	return 0;
}

static int
check_owner(const struct head *head, const struct owner *owner)
{
	char id[BASE32_TEXT];

	if (digest_equal(&head->owner, &owner->id))
		return 0;
	base32_encode(BASE32_ID, head->owner.byte, id);
	fail(FAIL_DATA, "the stream belongs to another owner, %s", id);
	return fail_hint("choose that owner's configuration with -C");
}

static int
run(struct join *join)
{
	const struct head *head = &join->stream.head;
	struct rs *rs = rs_open(head->need, head->total);
	unsigned workers = ring_processors();
	size_t count = bundles_for(head, workers);
	struct ring ring = {
	    .context = join,
	    .slot_size = sizeof *join->bundles,
	    .count = count,
	    .workers = workers,
	    .fill = fill,
	    .work = work,
	    .drain = drain,
	};
	int result = -1;

	join->coder.head = head;
	join->coder.rs = rs;
	join->bundles = ring.slots = bundles_open(head, count);
	join->key = memory_get(count, sizeof *join->key);
	chain_init(&join->chain, span_of_buf(&join->stream.head_item));
	if (rs != NULL && join->bundles != NULL && join->key != NULL)
		result = ring_run(&ring);
	if (join->key != NULL)
		secret_wipe(join->key, count * sizeof *join->key);
	free(join->key);
	bundles_close(join->bundles, count);
	rs_close(rs);
	return result;
}

int
join_copy(const struct owner *owner, int in, int out, uint64_t *size)
{
	struct join join = {.coder = {.owner = owner}, .out = out};
	int result;

	file_widen_pipe(out);
	result = stream_open(&join.stream, in);
	if (result == 0)
		result = check_owner(&join.stream.head, owner);
	if (result == 0)
		result = run(&join);
	stream_close(&join.stream);
	*size = join.written;
	return result;
}
