/* SPDX-License-Identifier: ISC */
#include "xfer/gather.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "xfer/ask.h"
#include "xfer/rank.h"

#define ALIKE 2 /* times that one may be slower than the other */

/* One of the things that are wanted. */
struct item {
	struct holder *next; /* whom to ask for it; NULL: nobody is left */
	unsigned misses;     /* holders that it was in vain with */
	bool *asked;	     /* of each holder: for this, or the same bytes */
	unsigned open, late; /* holders that are asked; of them, too slow */
	bool have;
};

struct gather {
	struct holders *holders;
	struct store_key key;
	const struct digest *id; /* of each item */
	unsigned count, need, have;
	size_t limit; /* bytes of each ... */
	bool exact;   /* ... and no fewer */
	struct item *item;
	bool *asked; /* a row for each item */
	struct asker asker;
	int cancel; /* how this thread took being cancelled before */
};

static bool *
asked_of(const struct gather *gather, const struct item *item)
{
	return &item->asked[item->next - gather->holders->holder];
}

/* Two items may be the same bytes where one is enough. */
static bool *
row(const struct gather *gather, unsigned i)
{
	unsigned first = i;

	if (gather->need == 1)
		for (first = 0; first < i; first++)
			if (digest_equal(&gather->id[first], &gather->id[i]))
				break;
	return gather->asked + first * gather->holders->count;
}

/* Others hold a pointer to the asker: nobody may be cancelled in between. */
static int
begin(struct gather *gather)
{
	struct holder *home[LIMIT_TOTAL];
	unsigned i;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &gather->cancel);
	asker_open(&gather->asker, gather->holders->asks);
	gather->item = memory_get(gather->count, sizeof *gather->item);
	gather->asked = memory_get(gather->count, gather->holders->count);
	if (gather->item == NULL || gather->asked == NULL)
		return -1;
	rank_homes(gather->holders, gather->id, gather->count, home);
	for (i = 0; i < gather->count; i++) {
		gather->item[i].asked = row(gather, i);
		gather->item[i].next = home[i];
	}
	return 0;
}

static void
end(struct gather *gather)
{
	int unused;

	asker_close(&gather->asker);
	free(gather->item);
	free(gather->asked);
	pthread_setcancelstate(gather->cancel, &unused);
}

/* Whether there is somebody who can be asked for it, and is to be. */
static bool
is_wanted(struct gather *gather, unsigned i)
{
	struct item *item = &gather->item[i];

	if (item->have || item->open > item->late)
		return false;
	if (item->next == NULL || !holder_usable(item->next) ||
	    *asked_of(gather, item)) {
		item->misses++;
		item->next =
		    rank_best(gather->holders, &gather->id[i], item->asked);
	}
	return item->next != NULL;
}

/*
 * The item that should be here first if it is asked for now, likely places
 * before unlikely ones; `count` when there is nothing left to ask for.
 */
static unsigned
choose(struct gather *gather)
{
	const struct item *item = gather->item;
	unsigned i, chosen = gather->count;
	double cost, least = 0;

	for (i = 0; i < gather->count; i++) {
		if (!is_wanted(gather, i))
			continue;
		cost = ask_cost(gather->holders->asks, item[i].next,
		    gather->limit);
		if (i >= gather->need)
			cost *= ALIKE;
		if (chosen == gather->count ||
		    item[i].misses < item[chosen].misses ||
		    (item[i].misses == item[chosen].misses && cost < least)) {
			chosen = i;
			least = cost;
		}
	}
	return chosen;
}

/* For as many as are needed, and one more for each that is late. */
static int
ask_enough(struct gather *gather)
{
	struct asker *asker = &gather->asker;
	int result = 0;
	unsigned i;

	while (result == 0 &&
	    gather->have + asker->open < gather->need + asker->late) {
		i = choose(gather);
		if (i == gather->count)
			break;
		gather->key.id = gather->id[i];
		*asked_of(gather, &gather->item[i]) = true;
		result = ask_start(asker, gather->item[i].next, &gather->key,
		    gather->limit, i);
		gather->item[i].open += result == 0;
	}
	return result;
}

/* Whether it is one more of what is needed: the same may come twice. */
static bool
is_good(struct gather *gather, const struct ask *ask)
{
	struct item *item = &gather->item[ask->item];

	item->open--;
	item->late -= ask->late;
	if (item->have || ask->result != 1 ||
	    (gather->exact && ask->bytes.size != gather->limit))
		return false;
	item->have = true;
	gather->have++;
	return true;
}

/* Items that are late may be asked for elsewhere. */
static void
note_late(struct gather *gather)
{
	const struct ask *ask;
	unsigned i;

	for (i = 0; i < gather->count; i++)
		gather->item[i].late = 0;
	for (ask = gather->asker.first; ask != NULL; ask = ask->next)
		gather->item[ask->item].late += ask->late;
}

/* The next item into `got`, to be released: 1; 0 when there are no more; -1. */
static int
gather_next(struct gather *gather, struct ask **got)
{
	while (gather->have < gather->need) {
		if (ask_enough(gather) != 0)
			return -1;
		if (gather->asker.open == 0)
			return 0;
		*got = ask_wait(&gather->asker);
		if (*got != NULL && is_good(gather, *got))
			return 1;
		if (*got != NULL)
			ask_release(*got);
		else
			note_late(gather);
	}
	return 0;
}

int
gather_stripe(struct holders *holders, const struct head *head,
    struct bundle *bundle, unsigned *have)
{
	struct gather gather = {
	    .holders = holders,
	    .key = {STORE_SHARDS, head->owner, {{0}}},
	    .id = bundle->stripe.id,
	    .count = bundle->stripe.total,
	    .need = head->need,
	    .limit = stripe_shard_size(head, bundle->stripe.size),
	    .exact = true,
	};
	struct ask *got;
	int result = begin(&gather);

	memset(bundle->have, 0, sizeof bundle->have);
	while (result == 0 && (result = gather_next(&gather, &got)) == 1) {
		memcpy(bundle_shard(bundle, head, got->item), got->bytes.data,
		    gather.limit);
		bundle->have[got->item] = 1;
		ask_release(got);
		result = 0;
	}
	*have = gather.have;
	end(&gather);
	return result;
}

int
gather_document(struct holders *holders, const struct store_key *key,
    const bool *without, struct buf *document)
{
	struct gather gather = {
	    .holders = holders,
	    .key = *key,
	    .id = &key->id,
	    .count = 1,
	    .need = 1,
	    .limit = LIMIT_DOCUMENT,
	};
	struct ask *got;
	int result = begin(&gather);

	if (result == 0 && without != NULL)
		memcpy(gather.asked, without, holders->count * sizeof *without);
	if (result == 0)
		result = gather_next(&gather, &got);
	if (result == 1) {
		if (buf_append(document, span_of_buf(&got->bytes)) != 0)
			result = -1;
		ask_release(got);
	}
	end(&gather);
	return result;
}
