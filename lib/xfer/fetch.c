/* SPDX-License-Identifier: ISC */
#include "xfer/fetch.h"

#include "base/file.h"
#include "base/ring.h"
#include "format/stream.h"
#include "xfer/gather.h"
#include "xfer/place.h"

struct fetch {
	struct listing *listing;
	struct rate *rate;
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
	const struct head *head = &fetch->listing->head;
	const struct stripe *stripe = &((struct bundle *)slot)->stripe;
	unsigned have;

	rate_take(fetch->rate,
	    (size_t)head->need * stripe_shard_size(head, stripe->size));
	return gather_stripe(fetch->listing->holders, head, slot, &have);
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
fetch_copy(struct listing *listing, struct rate *rate, int out)
{
	struct fetch fetch = {.listing = listing, .rate = rate, .out = out};
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

/* Those of a stripe's shards that somebody holds. */
struct held {
	const struct head *head;
	unsigned total, count;
	bool shard[LIMIT_TOTAL];
};

/*
 * Where one is enough two of them are the same bytes, so a holder counts for
 * one.
 */
static void
count_held(void *context, const struct errand *errand, const bool *there)
{
	struct held *held = context;
	unsigned i;

	(void)errand;
	for (i = 0; i < held->total; i++) {
		if (!there[i] || held->shard[i])
			continue;
		held->shard[i] = true;
		held->count++;
		if (held->head->need == 1)
			break;
	}
}

static int
ask_held(struct listing *listing, const struct stripe *stripe, unsigned *count)
{
	struct question question = {
	    .shelf = STORE_SHARDS,
	    .owner = listing->owner,
	    .id = stripe->id,
	    .count = stripe->total,
	    .size = stripe_shard_size(&listing->head, stripe->size),
	};
	struct held held = {.head = &listing->head, .total = stripe->total};
	int result;

	result = holders_have(listing->holders, &question, count_held, &held);
	lag_judge(listing->holders, listing->head.need);
	*count = held.count;
	return result;
}

int
fetch_alive(struct listing *listing, unsigned *alive)
{
	struct stripe stripe;
	unsigned held = 0;
	int got;

	*alive = listing->head.total;
	while ((got = listing_next(listing, &stripe)) > 0) {
		if (ask_held(listing, &stripe, &held) != 0)
			return -1;
		if (held < *alive)
			*alive = held;
	}
	return got;
}
