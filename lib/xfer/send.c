/* SPDX-License-Identifier: ISC */
#include "xfer/send.h"

#include <stdlib.h>

#include "base/base32.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/ring.h"
#include "crypto/tree.h"
#include "doc/chain.h"
#include "doc/index.h"
#include "peer/roster.h"
#include "xfer/leaflet.h"
#include "xfer/newest.h"
#include "xfer/place.h"
#include "xfer/receipts.h"

struct copy {
	struct send *send;
	struct stream stream;
	struct chain chain;
	struct bundle *bundles;
	struct placing *placing; /* one for each bundle */
	struct group group;
	struct buf records; /* of the index being filled */
	uint64_t first;	    /* stripe in it */
	uint64_t next;	    /* stripe to be drained */
	struct buf indexes; /* the roots of those before it */
};

static int
check_stripe(const struct copy *copy, const struct bundle *bundle)
{
	unsigned have = bundle_count(bundle), total = copy->stream.head.total;

	if (have == total)
		return 0;
	fail(FAIL_DATA, "stripe %llu comes with %u of its %u shards",
	    (unsigned long long)bundle->stripe.number, have, total);
	return fail_hint("shard-send takes what shard-split writes; "
			 "shard-fetch leaves spare shards out");
}

static int
fill(void *context, void *slot)
{
	struct copy *copy = context;
	int got = stream_read(&copy->stream, slot);

	if (got == 0)
		return chain_check_end(&copy->chain, NULL, &copy->stream.end);
	if (got < 0 || check_stripe(copy, slot) != 0 ||
	    chain_add(&copy->chain, &((struct bundle *)slot)->stripe) != 0)
		return -1;
	return 1;
}

/* What is somewhere already keeps its place, the others get one. */
static int
work(void *context, void *slot)
{
	struct copy *copy = context;
	struct bundle *bundle = slot;
	const struct head *head = &copy->stream.head;
	struct holders *holders = copy->send->holders;
	struct placing *placing = &copy->placing[bundle - copy->bundles];
	struct question question = {STORE_SHARDS, head->owner,
	    bundle->stripe.id, head->total,
	    stripe_shard_size(head, bundle->stripe.size), copy->send->check,
	    NULL};
	struct seats seats = {.taken = {false}};
	unsigned i;

	*placing = (struct placing){.known = false};
	if (place_find(&copy->group, &question, placing, &seats) != 0)
		return -1;
	for (i = 0; i < head->total; i++)
		if (placing->at[i] != NULL)
			holder_keep(placing->at[i]);
	return place_put(holders, head, bundle, placing, &seats);
}

/* Sign what is listed so far, and put it on every holder there is. */
static int
put_index(struct copy *copy)
{
	struct send *send = copy->send;
	struct index index = {
	    .head = span_of_buf(&copy->stream.head_item),
	    .first = copy->first,
	    .count = copy->next - copy->first,
	    .records = span_of_buf(&copy->records),
	};
	struct store_key key = {.shelf = STORE_SHARDS, .owner = send->owner};
	struct buf document = {0};
	int result;

	result = index_encode(&index, send->scalar, &document);
	if (result == 0) {
		key.id = tree_root(span_of_buf(&document));
		result =
		    leaflet_put(&copy->group, &key, span_of_buf(&document));
	}
	if (result == 0)
		result = buf_append(&copy->indexes, span_of_digest(&key.id));
	buf_release(&document);
	copy->records.size = 0;
	copy->first = copy->next;
	if (copy->indexes.size > LIMIT_INDEXES * sizeof key.id)
		return fail(FAIL_DATA,
		    "the stream is too long for one snapshot: choose larger "
		    "shards");
	return result;
}

static int
drain(void *context, void *slot)
{
	struct copy *copy = context;
	struct bundle *bundle = slot;

	if (group_add(&copy->group, bundle,
		&copy->placing[bundle - copy->bundles]) != 0)
		return -1;
	copy->send->placed += (uint64_t)bundle->stripe.total *
	    stripe_shard_size(&copy->stream.head, bundle->stripe.size);
	if (record_encode_stripe(&bundle->stripe, &copy->records) != 0)
		return -1;
	copy->next++;
	if (copy->records.size < LIMIT_INDEX_RECORDS)
		return 0;
	return put_index(copy);
}

/* Before anybody sees it, so that no other ever gets its number. */
static int
note_begun(const struct send *send, const struct digest *id)
{
	struct newest begun = {send->snapshot.number, *id};

	return newest_save_begun(send->begun, &begun);
}

static int
put_snapshot(struct copy *copy, const struct store_key *key, struct span bytes)
{
	int result = leaflet_put(&copy->group, key, bytes);

	if (result != 0)
		log_line(LOG_WARN,
		    "snapshot %llu may be at some peers, and is listed then",
		    (unsigned long long)copy->send->snapshot.number);
	return result;
}

/* All stripes rest: list the last of them, then make it a backup. */
static int
publish(struct copy *copy, struct digest *id)
{
	struct send *send = copy->send;
	struct store_key key = {.shelf = STORE_SNAPSHOTS, .owner = send->owner};
	struct buf document = {0};
	int result = 0;

	if (copy->records.size > 0)
		result = put_index(copy);
	if (result == 0)
		result = group_commit(&copy->group);
	send->snapshot.head = span_of_buf(&copy->stream.head_item);
	send->snapshot.end = span_of_buf(&copy->stream.end_item);
	send->snapshot.indexes = span_of_buf(&copy->indexes);
	if (result == 0)
		result =
		    snapshot_encode(&send->snapshot, send->scalar, &document);
	if (result == 0) {
		*id = key.id = tree_root(span_of_buf(&document));
		result = note_begun(send, id);
	}
	if (result == 0)
		result = put_snapshot(copy, &key, span_of_buf(&document));
	if (result == 0)
		result = receipts_publish(send->holders);
	buf_release(&document);
	return result;
}

static int
run(struct copy *copy)
{
	const struct head *head = &copy->stream.head;
	unsigned workers = PLACE_WORKERS;
	size_t count = bundles_for(head, workers);
	struct ring ring = {
	    .context = copy,
	    .slot_size = sizeof *copy->bundles,
	    .count = count,
	    .workers = workers,
	    .fill = fill,
	    .work = work,
	    .drain = drain,
	};
	int result = -1;

	copy->bundles = ring.slots = bundles_open(head, count);
	copy->placing = memory_get(count, sizeof *copy->placing);
	chain_init(&copy->chain, span_of_buf(&copy->stream.head_item));
	if (copy->bundles != NULL && copy->placing != NULL)
		result = ring_run(&ring);
	free(copy->placing);
	bundles_close(copy->bundles, count);
	return result;
}

static int
check_owner(const struct send *send, const struct head *head)
{
	char id[BASE32_TEXT];

	base32_encode(BASE32_ID, head->owner.byte, id);
	if (digest_equal(&head->owner, &send->owner))
		return 0;
	return fail(FAIL_DATA,
	    "the stream is of another owner, %s: it cannot be signed here", id);
}

/* `happy` against the head, and against the peers there are. */
static int
check_happy(struct send *send, const struct head *head)
{
	if (send->happy == 0)
		send->happy = head->total;
	if (send->happy < head->need || send->happy > head->total)
		return fail(FAIL_USAGE,
		    "--happy %u is not between %u, which a restore needs, and "
		    "%u, which there are",
		    send->happy, head->need, head->total);
	return 0;
}

int
send_copy(struct send *send, int in, struct digest *id, uint64_t *size)
{
	struct copy copy = {.send = send};
	const struct head *head = &copy.stream.head;
	int result;

	result = stream_open(&copy.stream, in);
	if (result == 0)
		result = check_owner(send, head);
	if (result == 0)
		result = check_happy(send, head);
	if (result == 0)
		result =
		    group_init(&copy.group, send->holders, head, send->happy);
	copy.group.check = send->check;
	if (result == 0)
		result = group_check_usable(&copy.group);
	if (result == 0)
		result = run(&copy);
	if (result == 0)
		result = publish(&copy, id);
	send->lasting = copy.group.lasting;
	send->need = head->need;
	send->total = head->total;
	*size = copy.stream.end.size;
	buf_release(&copy.records);
	buf_release(&copy.indexes);
	group_release(&copy.group);
	stream_close(&copy.stream);
	return result;
}
