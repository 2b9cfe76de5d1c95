/* SPDX-License-Identifier: ISC */
#include "xfer/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "code/rs.h"
#include "vote/repairs.h"
#include "xfer/place.h"
#include "xfer/receipts.h"

#define GROUP_STRIPES 200 /* at every put a holder looks at all of them */
#define GROUP_KEPT ((size_t)64 << 20) /* bytes of shards, kept in memory */
#define NOT_KEPT SIZE_MAX

/*
 * Bytes of shards: what is lost by a crash is so much, or some seconds' work.
 */
#define GROUP_SIZE ((uint64_t)128 << 20)
#define GROUP_SIZE_MAX ((uint64_t)1 << 30)
#define GROUP_SECONDS 4

/* Commits until nothing is lost between a put and its commit any more. */
#define GROUP_ROUNDS 8

int
group_init(struct group *group, struct holders *holders,
    const struct head *head, unsigned happy)
{
	*group = (struct group){
	    .holders = holders,
	    .head = head,
	    .happy = happy,
	    .lasting = head->total,
	};
	group->rs = rs_open(head->need, head->total);
	group->promises = promises_open(holders, &head->owner);
	if (group->rs == NULL || group->promises == NULL)
		return -1;
	group->stripe = memory_get(GROUP_STRIPES, sizeof *group->stripe);
	group->placing = memory_get(GROUP_STRIPES, sizeof *group->placing);
	group->kept_at = memory_get(GROUP_STRIPES, sizeof *group->kept_at);
	return group->stripe && group->placing && group->kept_at ? 0 : -1;
}

void
group_release(struct group *group)
{
	rs_close(group->rs);
	free(group->stripe);
	free(group->placing);
	free(group->kept_at);
	buf_release(&group->kept);
	*group = (struct group){0};
}

bool
group_wants(const struct group *group, const struct digest *shard)
{
	return group->only == NULL || repairs_want(group->only, shard);
}

bool
group_doubts(const struct group *group, const struct holder *holder,
    const struct digest *shard)
{
	return group->only != NULL &&
	    repairs_doubt(group->only, &holder->id, shard);
}

/* Whether shard `i` is still where it was put. */
static bool
rests(const struct placing *placing, unsigned i)
{
	return placing->at[i] != NULL && holder_usable(placing->at[i]) &&
	    holder_epoch(placing->at[i]) == placing->epoch[i];
}

static int
check_places(const struct group *group, const struct stripe *stripe,
    unsigned places)
{
	if (places >= group->happy)
		return 0;
	fail(FAIL_NO,
	    "stripe %llu rests on %u peers instead of the %u it should",
	    (unsigned long long)stripe->number, places, group->happy);
	return fail_hint("add peers to the roster, or say how few are enough "
			 "with --happy");
}

/*
 * Keep the data shards of the newest stripe, if a spare holder may need them:
 * one that none of its shards rests on.
 */
static int
keep(struct group *group, const struct bundle *bundle,
    const struct placing *placing)
{
	const struct head *head = group->head;
	size_t size = (size_t)head->need *
	    stripe_shard_size(head, bundle->stripe.size);
	unsigned i, resting = 0;

	group->kept_at[group->count] = NOT_KEPT;
	for (i = 0; i < head->need; i++)
		if (!bundle->have[i])
			return 0;
	for (i = 0; i < head->total; i++)
		resting += rests(placing, i);
	if (holders_usable(group->holders) <= resting)
		return 0;
	group->kept_at[group->count] = group->kept.size;
	return buf_append(&group->kept,
	    span_of(bundle_shard(bundle, head, 0), size));
}

/* Whether it is time to commit. */
static bool
is_full(const struct group *group)
{
	uint64_t size = (uint64_t)group->count * group->head->total *
	    group->head->shard_size;

	return group->count == GROUP_STRIPES || size >= GROUP_SIZE_MAX ||
	    group->kept.size >= GROUP_KEPT ||
	    (size >= GROUP_SIZE && clock_now() >= group->began + GROUP_SECONDS);
}

int
group_add(struct group *group, const struct bundle *bundle,
    const struct placing *placing)
{
	unsigned i, places = 0;

	for (i = 0; i < group->head->total; i++)
		places += placing->at[i] != NULL;
	if (check_places(group, &bundle->stripe, places) != 0 ||
	    keep(group, bundle, placing) != 0)
		return -1;
	if (group->count == 0)
		group->began = clock_now();
	group->stripe[group->count] = bundle->stripe;
	group->placing[group->count++] = *placing;
	if (!is_full(group))
		return 0;
	if (group_commit(group) != 0)
		return -1;
	return receipts_publish(group->holders);
}

/* Whether a shard has left the place where it was put. */
static bool
is_shaken(const struct group *group, size_t index)
{
	const struct placing *placing = &group->placing[index];
	unsigned i;

	for (i = 0; i < group->head->total; i++)
		if (placing->at[i] != NULL && !rests(placing, i))
			return true;
	return false;
}

/* The record of a stripe, and what was kept of its shards. */
static void
recall(const struct group *group, size_t index, struct bundle *bundle)
{
	const struct head *head = group->head;

	bundle->stripe = group->stripe[index];
	memset(bundle->have, 0, sizeof bundle->have);
	if (group->kept_at[index] == NOT_KEPT)
		return;
	memcpy(bundle->bytes, group->kept.data + group->kept_at[index],
	    (size_t)head->need * stripe_shard_size(head, bundle->stripe.size));
	memset(bundle->have, 1, head->need);
}

/* Place again what has left its place: whether anything had, or -1. */
static int
mend(struct group *group)
{
	struct bundle bundle = {.bytes = NULL};
	int shaken = 0;
	size_t i;

	for (i = 0; i < group->count && shaken >= 0; i++) {
		if (!is_shaken(group, i))
			continue;
		shaken = 1;
		if (bundle.bytes == NULL &&
		    bundle_init(&bundle, group->head) != 0)
			return -1;
		recall(group, i, &bundle);
		if (place_mend(group, &bundle, &group->placing[i]) < 0)
			shaken = -1;
	}
	bundle_release(&bundle);
	return shaken;
}

static void
commit_holder(void *context, struct holder *holder)
{
	(void)context;
	if (holder_usable(holder))
		holder_commit(holder);
}

static int
check_rest(struct group *group, size_t index)
{
	unsigned i, lasting = 0;

	for (i = 0; i < group->head->total; i++)
		lasting += rests(&group->placing[index], i) ||
		    !group_wants(group, &group->stripe[index].id[i]);
	if (lasting < group->lasting)
		group->lasting = lasting;
	return check_places(group, &group->stripe[index], lasting);
}

static int
tell(const struct group *group, size_t index)
{
	struct placing *placing = &group->placing[index];
	unsigned i;

	for (i = 0; i < group->head->total; i++)
		if (!rests(placing, i))
			placing->at[i] = NULL;
	return group->told == NULL
	    ? 0
	    : group->told(group->context, &group->stripe[index], placing);
}

int
group_commit(struct group *group)
{
	int round, shaken = 1;
	size_t i;

	for (round = 0; shaken > 0 && round < GROUP_ROUNDS; round++) {
		if (holders_each(group->holders, commit_holder, NULL) != 0)
			return -1;
		shaken = mend(group);
	}
	if (shaken < 0)
		return -1;
	for (i = 0; i < group->count; i++)
		if (check_rest(group, i) != 0 || tell(group, i) != 0)
			return -1;
	group->count = 0;
	group->kept.size = 0;
	return 0;
}

int
group_check_usable(struct group *group)
{
	size_t usable = holders_usable(group->holders);

	if (usable >= group->happy)
		return 0;
	if (group->holders->count < group->happy) {
		fail(FAIL_NO, "the roster has %zu peers, %u are needed",
		    group->holders->count, group->happy);
		return fail_hint("add peers, or let shard-split make fewer "
				 "shards (--total) and need fewer (--need)");
	}
	fail(FAIL_NO, "%zu of the %zu peers are usable, %u are needed", usable,
	    group->holders->count, group->happy);
	return fail_hint("say how few are enough with --happy, or see to the "
			 "missing ones");
}
