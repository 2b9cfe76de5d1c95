/* SPDX-License-Identifier: ISC */
#include "xfer/repair.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/ring.h"
#include "crypto/tree.h"
#include "vote/repairs.h"
#include "xfer/leaflet.h"
#include "xfer/place.h"
#include "xfer/receipts.h"
#include "xfer/repaired.h"

#define TOLD 10 /* lost stripes, by name */

struct run {
	struct repair *repair;
	const struct head *head;
	struct bundle *bundles;
	struct placing *placing; /* one for each bundle */
	struct group group;
	bool in_index; /* the one whose stripes are being looked at */
};

static bool
is_wanted(const struct run *run, const struct stripe *stripe)
{
	unsigned i;

	for (i = 0; i < stripe->total; i++)
		if (group_wants(&run->group, &stripe->id[i]))
			return true;
	return false;
}

/* The stripes of one index that there is something to do about. */
static int
fill(void *context, void *slot)
{
	struct run *run = context;
	struct listing *listing = run->repair->listing;
	struct stripe *stripe = &((struct bundle *)slot)->stripe;
	int got;

	do {
		if (run->in_index && listing->records.size == 0)
			return 0;
		run->in_index = true;
		got = listing_next(listing, stripe);
	} while (got > 0 && !is_wanted(run, stripe));
	return got;
}

static int
work(void *context, void *slot)
{
	struct run *run = context;
	struct bundle *bundle = slot;
	struct placing *placing = &run->placing[bundle - run->bundles];

	memset(bundle->have, 0, sizeof bundle->have);
	*placing = (struct placing){.known = false};
	return place_mend(&run->group, bundle, placing) < 0 ? -1 : 0;
}

/* In order: tell what is lost, and make the rest last in groups. */
static int
drain(void *context, void *slot)
{
	struct run *run = context;
	struct bundle *bundle = slot;
	struct repair *repair = run->repair;
	struct placing *placing = &run->placing[bundle - run->bundles];

	if (placing->lost)
		log_line(repair->lost++ < TOLD ? LOG_WARN : LOG_DETAIL,
		    "stripe %llu is lost: fewer than %u shards",
		    (unsigned long long)bundle->stripe.number, run->head->need);
	return group_add(&run->group, bundle, placing);
}

/* Who had it last, as far as anybody knows. */
static struct holder *
mislaid_by(const struct run *run, const struct placing *placing, unsigned i,
    const struct digest *id)
{
	const struct holders *holders = run->repair->listing->holders;
	const struct repairs *only = run->repair->only;
	size_t h;

	if (placing->was[i] != NULL || only == NULL)
		return placing->was[i];
	for (h = 0; h < holders->count; h++)
		if (repairs_due(only, &holders->holder[h].id, id))
			return &holders->holder[h];
	return NULL;
}

static int
tell(const struct run *run, const struct repaired *repaired)
{
	struct repair *repair = run->repair;

	repair->rebuilt += repaired->to != NULL;
	repair->unplaced += repaired->to == NULL && !repaired->lost;
	repaired_count(repaired);
	return repair->each == NULL ? 0
				    : repair->each(repair->context, repaired);
}

/* It rests: count, and tell of what does not rest where it was. */
static int
tell_all(void *context, const struct stripe *stripe,
    const struct placing *placing)
{
	struct run *run = context;
	struct repaired repaired = {.stripe = stripe->number,
	    .lost = placing->lost};
	int result = 0;
	unsigned i;

	for (i = 0; result == 0 && i < run->head->total; i++) {
		repaired.index = i;
		repaired.id = stripe->id[i];
		repaired.to = placing->at[i];
		if (placing->whole[i] && placing->at[i] == placing->was[i]) {
			run->repair->whole++;
		} else if (group_wants(&run->group, &repaired.id)) {
			repaired.from =
			    mislaid_by(run, placing, i, &repaired.id);
			result = tell(run, &repaired);
		}
	}
	return result;
}

/* Indexes and the snapshot belong on every peer. */
static int
publish_index(struct run *run, size_t i)
{
	struct listing *listing = run->repair->listing;
	struct store_key key = {.shelf = STORE_SHARDS, .owner = listing->owner};
	struct buf index = {0};
	int result = listing_index(listing, i, &index);

	key.id = snapshot_index(&listing->snapshot, i);
	if (result == 0)
		result = leaflet_put(&run->group, &key, span_of_buf(&index));
	buf_release(&index);
	return result;
}

static int
publish_snapshot(struct run *run)
{
	struct listing *listing = run->repair->listing;
	struct store_key key = {.shelf = STORE_SNAPSHOTS,
	    .owner = listing->owner,
	    .id = tree_root(span_of_buf(&listing->document))};

	if (group_commit(&run->group) != 0 ||
	    leaflet_put(&run->group, &key, span_of_buf(&listing->document)) !=
		0)
		return -1;
	return receipts_publish(listing->holders);
}

static int
run_index(struct run *run)
{
	size_t count = bundles_for(run->head, PLACE_WORKERS);
	struct ring ring = {
	    .context = run,
	    .slot_size = sizeof *run->bundles,
	    .count = count,
	    .workers = PLACE_WORKERS,
	    .fill = fill,
	    .work = work,
	    .drain = drain,
	};
	int result = -1;

	run->bundles = ring.slots = bundles_open(run->head, count);
	run->placing = memory_get(count, sizeof *run->placing);
	if (run->bundles != NULL && run->placing != NULL)
		result = ring_run(&ring);
	free(run->placing);
	bundles_close(run->bundles, count);
	return result;
}

/* What is put of another owner's must be named by an index that is there. */
static void
name_index(struct holders *holders, const struct digest *index)
{
	size_t i;

	for (i = 0; i < holders->count; i++)
		holders->holder[i].index = index;
}

/* One index after the other, each before its shards. */
static int
run_all(struct run *run)
{
	struct listing *listing = run->repair->listing;
	size_t i,
	    count = listing->snapshot.indexes.size / sizeof(struct digest);
	struct digest index;
	struct stripe end;
	int result = 0;

	for (i = 0; result == 0 && i < count; i++) {
		run->in_index = false;
		index = snapshot_index(&listing->snapshot, i);
		result = publish_index(run, i);
		name_index(listing->holders, &index);
		if (result == 0)
			result = run_index(run);
		if (result == 0)
			result = group_commit(&run->group);
		name_index(listing->holders, NULL);
	}
	return result == 0 ? listing_next(listing, &end) : -1;
}

int
repair_snapshot(struct repair *repair)
{
	struct listing *listing = repair->listing;
	struct run run = {.repair = repair, .head = &listing->head};
	unsigned lasting;
	int result;

	result = group_init(&run.group, listing->holders, run.head, 0);
	run.group.check = repair->check;
	run.group.only = repair->only;
	run.group.told = tell_all;
	run.group.context = &run;
	if (result == 0)
		result = run_all(&run);
	if (result == 0)
		result = publish_snapshot(&run);
	lasting = run.group.lasting;
	group_release(&run.group);
	if (result == 0 && repair->lost > 0)
		return fail(FAIL_NO, "%llu stripes of snapshot %llu are lost",
		    (unsigned long long)repair->lost,
		    (unsigned long long)listing->snapshot.number);
	if (result == 0 && repair->unplaced == 0 && lasting < run.head->total)
		return fail(FAIL_NO,
		    "the worst stripe rests on %u of the %u peers it should",
		    lasting, run.head->total);
	if (result == 0 && repair->unplaced > 0) {
		fail(FAIL_NO, "%llu shards found no peer to rest on",
		    (unsigned long long)repair->unplaced);
		return fail_hint("add peers to the roster");
	}
	return result;
}
