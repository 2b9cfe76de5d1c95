/* SPDX-License-Identifier: ISC */
#include "xfer/fetch.h"

#include "base/file.h"
#include "base/ring.h"
#include "format/stream.h"
#include "xfer/gather.h"
#include "xfer/place.h"

struct fetch {
	struct listing *listing;
	int out;
	bool too_few; /* of the last stripe that was written */
};

static int
fill(void *context, void *slot)
{
	struct fetch *fetch = context;

	return listing_next(fetch->listing, &((struct bundle *)slot)->stripe);
}

static int
work(void *context, void *slot)
{
	struct fetch *fetch = context;
	unsigned have;

	return gather_stripe(fetch->listing->holders, &fetch->listing->head,
	    slot, &have);
}

static int
drain(void *context, void *slot)
{
	struct fetch *fetch = context;
	struct bundle *bundle = slot;
	const struct head *head = &fetch->listing->head;
	unsigned have = bundle_count(bundle);

	if (stream_write(fetch->out, head, bundle) != 0)
		return -1;
	fetch->too_few = have < head->need;
	if (fetch->too_few)
		return fail(FAIL_NO,
		    "stripe %llu has %u whole shards and needs %u of its %u",
		    (unsigned long long)bundle->stripe.number, have, head->need,
		    head->total);
	return 0;
}

/* So that the reader can say which stripe it was, rather than "cut short". */
static void
end_early(const struct listing *listing, int out)
{
	struct failure reason = *fail_last();

	if (file_write(out, listing->snapshot.end) == 0)
		fail_again(&reason);
}

/* As bundles_for: the answers to a stripe are held besides its bundle. */
static size_t
count_slots(const struct head *head, unsigned workers)
{
	struct head held = *head;

	held.total += held.need;
	return bundles_for(&held, workers);
}

int
fetch_copy(struct listing *listing, int out)
{
	struct fetch fetch = {.listing = listing, .out = out};
	unsigned workers = PLACE_WORKERS;
	size_t count = count_slots(&listing->head, workers);
	struct ring ring = {
	    .context = &fetch,
	    .slots = bundles_open(&listing->head, count),
	    .slot_size = sizeof(struct bundle),
	    .count = count,
	    .workers = workers,
	    .fill = fill,
	    .work = work,
	    .drain = drain,
	};
	int result = -1;

	file_widen_pipe(out);
	if (ring.slots != NULL)
		result = file_write(out, listing->snapshot.head);
	if (result == 0)
		result = ring_run(&ring);
	if (result == 0)
		result = file_write(out, listing->snapshot.end);
	else if (fetch.too_few)
		end_early(listing, out);
	bundles_close(ring.slots, count);
	return result;
}

/*
 * How many of a stripe's shards somebody holds. Where one is enough two of
 * them are the same bytes, so a holder counts for one.
 */
static unsigned
count_held(struct listing *listing, const struct stripe *stripe)
{
	struct question question = {
	    .shelf = STORE_SHARDS,
	    .owner = listing->owner,
	    .id = stripe->id,
	    .count = stripe->total,
	    .size = stripe_shard_size(&listing->head, stripe->size),
	};
	bool held[LIMIT_TOTAL] = {false}, there[LIMIT_TOTAL];
	struct holder *holder = listing->holders->holder;
	size_t h, i;
	unsigned count = 0;

	for (h = 0; h < listing->holders->count; h++) {
		if (!holder_usable(&holder[h]) ||
		    holder_have(&holder[h], &question, there) != 0)
			continue;
		for (i = 0; i < stripe->total; i++)
			if (there[i] && !held[i]) {
				held[i] = true;
				if (listing->head.need == 1)
					break;
			}
	}
	for (i = 0; i < stripe->total; i++)
		count += held[i];
	return count;
}

int
fetch_alive(struct listing *listing, unsigned *alive)
{
	struct stripe stripe;
	unsigned held;
	int got;

	*alive = listing->head.total;
	while ((got = listing_next(listing, &stripe)) > 0) {
		held = count_held(listing, &stripe);
		if (held < *alive)
			*alive = held;
	}
	return got;
}
