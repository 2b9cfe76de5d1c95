/* SPDX-License-Identifier: ISC */
#include "xfer/group.h"

#include <stdlib.h>

#define GROUP_STRIPES 500 /* half of what a holder takes uncommitted */
#define GROUP_SIZE ((size_t)128 << 20) /* bytes of shards */

int
group_init(struct group *group, struct holders *holders, unsigned total,
    unsigned happy)
{
	*group = (struct group){
	    .holders = holders,
	    .total = total,
	    .happy = happy,
	    .lasting = total,
	};
	group->placing = calloc(GROUP_STRIPES, sizeof *group->placing);
	return group->placing ? 0 : fail_errno("cannot get memory");
}

void
group_release(struct group *group)
{
	free(group->placing);
	*group = (struct group){0};
}

static int
check_stripe(struct group *group, size_t index)
{
	const struct placing *placing = &group->placing[index];
	unsigned i, lasting = 0;

	for (i = 0; i < group->total; i++)
		lasting += placing->at[i] != NULL &&
		    holder_usable(placing->at[i]);
	if (lasting < group->lasting)
		group->lasting = lasting;
	if (lasting >= group->happy)
		return 0;
	fail(FAIL_NO,
	    "stripe %llu rests on %u peers instead of the %u it should",
	    (unsigned long long)(group->first + index), lasting, group->happy);
	return fail_hint("add peers to the roster, or say how few are enough "
			 "with --happy");
}

int
group_add(struct group *group, const struct placing *placing,
    uint32_t shard_size)
{
	size_t stripe_size = (size_t)group->total * shard_size;

	group->placing[group->count++] = *placing;
	if (check_stripe(group, group->count - 1) != 0)
		return -1;
	if (group->count < GROUP_STRIPES &&
	    group->count * stripe_size < GROUP_SIZE)
		return 0;
	return group_commit(group);
}

static void
commit_holder(void *context, struct holder *holder)
{
	(void)context;
	if (holder_usable(holder))
		holder_commit(holder);
}

int
group_commit(struct group *group)
{
	size_t i;

	if (holders_each(group->holders, commit_holder, NULL) != 0)
		return -1;
	for (i = 0; i < group->count; i++)
		if (check_stripe(group, i) != 0)
			return -1;
	group->first += group->count;
	group->count = 0;
	return 0;
}

static bool
is_there(const struct group *group, struct holder *holder,
    const struct store_key *key, size_t size)
{
	struct question question = {key->shelf, key->owner, &key->id, 1, size,
	    group->check};
	bool there = false;

	return holder_have(holder, &question, &there) == 0 && there;
}

int
group_put_everywhere(struct group *group, const struct store_key *key,
    struct span bytes)
{
	struct holders *holders = group->holders;
	struct holder *holder;
	size_t i;

	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		if (holder_takes(holder) &&
		    !is_there(group, holder, key, bytes.size))
			holder_put(holder, key, bytes);
	}
	return group_check_usable(group);
}

int
group_check_usable(struct group *group)
{
	size_t usable = holders_usable(group->holders);

	if (usable >= group->happy)
		return 0;
	fail(FAIL_NO, "%zu of the %zu peers are usable, %u are needed", usable,
	    group->holders->count, group->happy);
	return fail_hint("say how few are enough with --happy, or see to the "
			 "missing ones");
}
