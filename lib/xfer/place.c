/* SPDX-License-Identifier: ISC */
#include "xfer/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "code/rs.h"
#include "xfer/errand.h"
#include "xfer/gather.h"
#include "xfer/rank.h"

/* One of the shards that this holder has may stay there. */
static bool
keep_one(struct promises *promises, const struct errand *errand,
    const struct question *question, const bool *there, struct placing *placing)
{
	struct store_key key = {question->shelf, question->owner, {{0}}};
	size_t i;

	for (i = 0; i < question->count; i++)
		if (there[i] && placing->at[i] == NULL)
			break;
	if (i == question->count)
		return false;
	key.id = question->id[i];
	if (promises_found(promises, errand->holder, &key) != 0)
		return false;
	placing->at[i] = errand->holder;
	placing->epoch[i] = errand->epoch;
	return true;
}

/* The first that is damaged, counted from 1; 0: none. */
static uint8_t
first_damaged(const struct question *question)
{
	size_t i;

	for (i = 0; i < question->count; i++)
		if (question->damaged[i])
			return (uint8_t)(i + 1);
	return 0;
}

/* What a stripe is asked about, and found. */
struct finding {
	struct group *group;
	const struct question *question;
	struct placing *placing;
	struct seats *seats;
};

static void
note_found(void *context, const struct errand *errand, const bool *there)
{
	const struct finding *finding = context;
	size_t h = (size_t)(errand->holder - finding->group->holders->holder);

	finding->seats->taken[h] = keep_one(finding->group->promises, errand,
	    finding->question, there, finding->placing);
	finding->seats->damaged[h] = first_damaged(finding->question);
}

int
place_find(struct group *group, struct question *question,
    struct placing *placing, struct seats *seats)
{
	struct finding finding = {group, question, placing, seats};
	bool damaged[LIMIT_TOTAL];
	int result;

	question->damaged = damaged;
	result = holders_have(group->holders, question, note_found, &finding);
	question->damaged = NULL;
	lag_judge(group->holders,
	    group->happy > 0 ? group->happy : question->count);
	return result;
}

/* The holder that the shard likes best of those that take something. */
static struct holder *
take_best(struct holders *holders, const struct digest *id, bool *taken)
{
	struct holder *holder;

	while ((holder = rank_best(holders, id, taken)) != NULL) {
		taken[holder - holders->holder] = true;
		if (holder_takes(holder))
			break;
	}
	return holder;
}

/* Who has the shard, but damaged, and no other shard of the stripe. */
static struct holder *
take_damaged(struct holders *holders, unsigned i, struct seats *seats)
{
	size_t h;

	for (h = 0; h < holders->count; h++)
		if (seats->damaged[h] == i + 1 && !seats->taken[h] &&
		    holder_mends(&holders->holder[h])) {
			seats->taken[h] = true;
			return &holders->holder[h];
		}
	return NULL;
}

/* A shard on its way to a holder. */
struct parcel {
	struct store_key key;
	struct span bytes;
	struct errand errand; /* no holder: it is not on its way */
};

static bool
is_missing(const struct placing *placing, const struct seats *seats, unsigned i)
{
	return placing->at[i] == NULL && !seats->left[i];
}

/* Every shard without a place, to who has it damaged, or to the best. */
static void
send_parcels(struct holders *holders, struct parcel *parcel,
    const struct placing *placing, unsigned total, struct seats *seats)
{
	struct holder *holder[LIMIT_TOTAL];
	unsigned i;

	/* first all of these: such a place is for no other shard */
	for (i = 0; i < total; i++)
		holder[i] = is_missing(placing, seats, i)
		    ? take_damaged(holders, i, seats)
		    : NULL;
	for (i = 0; i < total; i++) {
		parcel[i].errand.holder = NULL;
		if (!is_missing(placing, seats, i))
			continue;
		if (holder[i] != NULL) {
			errand_begin_mend(&parcel[i].errand, holder[i],
			    &parcel[i].key, parcel[i].bytes);
			continue;
		}
		holder[i] = take_best(holders, &parcel[i].key.id, seats->taken);
		if (holder[i] != NULL)
			errand_begin_put(&parcel[i].errand, holder[i],
			    &parcel[i].key, parcel[i].bytes);
	}
}

/* Whether it arrived: 1, 0 when it must go elsewhere, -1. */
static int
end_parcel(struct parcel *parcel)
{
	if (errand_end_put(&parcel->errand, &parcel->key, parcel->bytes) == 0)
		return 1;
	return fail_last()->kind == FAIL_DATA ? -1 : 0;
}

/* Every shard without a place is sent; 1 when one must go elsewhere, 0, -1. */
static int
put_round(struct holders *holders, struct parcel *parcel,
    struct placing *placing, unsigned total, struct seats *seats)
{
	int arrived, result = 0;
	unsigned i;

	send_parcels(holders, parcel, placing, total, seats);
	for (i = 0; i < total; i++) {
		if (placing->at[i] != NULL || parcel[i].errand.holder == NULL)
			continue;
		arrived = end_parcel(&parcel[i]);
		if (arrived < 0 || result < 0) {
			result = -1;
		} else if (arrived == 0) {
			result = 1;
		} else {
			placing->at[i] = parcel[i].errand.holder;
			placing->epoch[i] = parcel[i].errand.epoch;
		}
	}
	return result;
}

int
place_put(struct holders *holders, const struct head *head,
    const struct bundle *bundle, struct placing *placing, struct seats *seats)
{
	struct parcel *parcel = memory_get(head->total, sizeof *parcel);
	uint32_t size = stripe_shard_size(head, bundle->stripe.size);
	int result;
	unsigned i;

	if (parcel == NULL)
		return -1;
	for (i = 0; i < head->total; i++) {
		parcel[i].key = (struct store_key){STORE_SHARDS, head->owner,
		    bundle->stripe.id[i]};
		parcel[i].bytes = span_of(bundle_shard(bundle, head, i), size);
	}
	do
		result =
		    put_round(holders, parcel, placing, head->total, seats);
	while (result > 0);
	free(parcel);
	return result;
}

/* Compute every shard that was not gathered. */
static int
rebuild(const struct group *group, struct bundle *bundle)
{
	uint8_t *shard[LIMIT_TOTAL];
	unsigned i;

	for (i = 0; i < group->head->total; i++)
		shard[i] = bundle_shard(bundle, group->head, i);
	return rs_rebuild(group->rs,
	    stripe_shard_size(group->head, bundle->stripe.size), shard,
	    bundle->have);
}

/* Where the shards lie before any is put. */
static void
note_before(const struct holders *holders, unsigned total,
    const struct seats *seats, struct placing *placing)
{
	unsigned i;
	size_t h;

	for (i = 0; i < total; i++) {
		placing->was[i] = placing->at[i];
		placing->whole[i] = placing->at[i] != NULL;
	}
	for (h = 0; h < holders->count; h++) {
		i = seats->damaged[h];
		if (i > 0 && placing->was[i - 1] == NULL)
			placing->was[i - 1] = &holders->holder[h];
	}
	placing->known = true;
}

/* It was there, but it is not to be believed. */
static void
disbelieve(struct placing *placing, unsigned i)
{
	if (placing->was[i] == placing->at[i])
		placing->whole[i] = false;
	placing->at[i] = NULL;
}

int
place_mend(struct group *group, struct bundle *bundle, struct placing *placing)
{
	const struct head *head = group->head;
	struct question question = {STORE_SHARDS, head->owner,
	    bundle->stripe.id, head->total,
	    stripe_shard_size(head, bundle->stripe.size), group->check, NULL};
	struct seats seats = {.taken = {false}};
	unsigned i, have, missing = 0;

	memset(placing->at, 0, sizeof placing->at);
	memset(placing->epoch, 0, sizeof placing->epoch);
	placing->lost = false;
	if (place_find(group, &question, placing, &seats) != 0)
		return -1;
	if (!placing->known)
		note_before(group->holders, head->total, &seats, placing);
	for (i = 0; i < head->total; i++) {
		/* its seat stays taken: nothing of the stripe goes there */
		if (placing->at[i] != NULL &&
		    group_doubts(group, placing->at[i], &bundle->stripe.id[i]))
			disbelieve(placing, i);
		seats.left[i] = !group_wants(group, &bundle->stripe.id[i]);
		missing += is_missing(placing, &seats, i);
	}
	if (missing == 0)
		return 1;
	have = bundle_count(bundle);
	if (have < head->need &&
	    gather_stripe(group->holders, head, bundle, &have) != 0)
		return -1;
	if (have < head->need) {
		placing->lost = true;
		return 0;
	}
	if (rebuild(group, bundle) != 0 ||
	    place_put(group->holders, head, bundle, placing, &seats) != 0)
		return -1;
	return 1;
}
