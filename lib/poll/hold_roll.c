/* SPDX-License-Identifier: ISC */
#include "poll/hold_roll.h"

#include <stdlib.h>

#include "base/memory.h"
#include "peer/roster.h"
#include "poll/duties.h"
#include "xfer/papers.h"

/* The member's place; -1 for a holder that is none. */
int
hold_roll_place(const struct hold *hold, const struct holder *holder)
{
	if (!holder->peer->has_id)
		return -1;
	return members_find(&hold->roll.members, &holder->peer->id);
}

/* What each member has signed for. */
struct census {
	size_t count;
	struct duties *duties; /* of each, and what is found of it */
	struct holder *absent; /* instead of who is none of our peers */
	struct buf *held;      /* the items */
	struct span *spans;
};

/* A member may be none of our peers: then its receipts speak for it. */
static struct holder *
find_member(const struct hold *hold, size_t place, struct holder *absent)
{
	size_t i;

	for (i = 0; i < hold->holders->count; i++)
		if (hold_roll_place(hold, &hold->holders->holder[i]) ==
		    (int)place)
			return &hold->holders->holder[i];
	absent->id = members_id(&hold->roll.members, place);
	absent->lost = true;
	return absent;
}

static int
census_init(struct census *census, const struct hold *hold)
{
	size_t i;

	census->count = members_count(&hold->roll.members);
	census->duties = memory_get(census->count, sizeof *census->duties);
	census->absent = memory_get(census->count, sizeof *census->absent);
	census->held = memory_get(census->count, sizeof *census->held);
	census->spans = memory_get(census->count, sizeof *census->spans);
	if (!census->duties || !census->absent || !census->held ||
	    !census->spans)
		return -1;
	for (i = 0; i < census->count; i++)
		census->duties[i].holder =
		    find_member(hold, i, &census->absent[i]);
	return 0;
}

static void
census_release(struct census *census)
{
	size_t i;

	if (census->duties != NULL)
		duties_release(census->duties, census->count);
	for (i = 0; census->held != NULL && i < census->count; i++)
		buf_release(&census->held[i]);
	free(census->duties);
	free(census->absent);
	free(census->held);
	free(census->spans);
}

static int
list_items_of(const struct duties *duties, struct buf *held)
{
	struct item item;
	size_t i;

	for (i = 0; i < duties->count; i++) {
		item = (struct item){duties->duty[i].id, duties->duty[i].size};
		if (items_add(held, &item) != 0)
			return -1;
	}
	items_sort(held);
	return 0;
}

static int
list_items(struct hold *hold)
{
	struct census census = {0};
	size_t i;
	int result = census_init(&census, hold);

	if (result == 0)
		result =
		    living_load(&hold->living, hold->holders, &hold->owner);
	if (result == 0)
		result =
		    duties_load(census.duties, census.count, &hold->living);
	for (i = 0; result == 0 && i < census.count; i++) {
		result = list_items_of(&census.duties[i], &census.held[i]);
		census.spans[i] = span_of_buf(&census.held[i]);
	}
	if (result == 0)
		result = items_encode(census.spans, census.count, &hold->items);
	census_release(&census);
	return result;
}

int
hold_roll_make(struct hold *hold)
{
	struct members members;

	if (papers_newest(hold->holders, &hold->owner, &hold->members,
		&members) != 0)
		return -1;
	if (members.number == 0) {
		fail(FAIL_NO, "no members document is there");
		return fail_hint("shard-send publishes one when it finds "
				 "holders with a key");
	}
	if (roll_init(&hold->roll, span_of_buf(&hold->members), &hold->owner,
		(struct span){0}) != 0 ||
	    list_items(hold) != 0 ||
	    roll_init(&hold->roll, span_of_buf(&hold->members), &hold->owner,
		span_of_buf(&hold->items)) != 0)
		return -1;
	if (items_count(&hold->roll.items) == 0)
		return fail(FAIL_NO, "no member has signed for a shard");
	hold->verdict = memory_get(1, LIMIT_ITEMS);
	return hold->verdict == NULL ? -1 : 0;
}
