/* SPDX-License-Identifier: ISC */
#include "xfer/hold_roll.h"

#include <stdlib.h>

#include "peer/roster.h"
#include "xfer/duties.h"
#include "xfer/papers.h"

/* The member's place; -1 for a holder that is none. */
int
hold_roll_place(const struct hold *hold, const struct holder *holder)
{
	struct digest id;
	size_t i;

	for (i = 0; i < members_count(&hold->roll.members); i++) {
		id = members_id(&hold->roll.members, i);
		if (holder->peer->has_id &&
		    digest_equal(&id, &holder->peer->id))
			return (int)i;
	}
	return -1;
}

/* A member may be none of our peers: then its receipts speak for it. */
static struct holder *
find_member(const struct hold *hold, size_t place)
{
	size_t i;

	for (i = 0; i < hold->holders->count; i++)
		if (hold_roll_place(hold, &hold->holders->holder[i]) ==
		    (int)place)
			return &hold->holders->holder[i];
	return NULL;
}

static int
list_items_of(struct hold *hold, size_t place, struct buf *held)
{
	struct holder absent = {.id = members_id(&hold->roll.members, place)};
	struct holder *holder = find_member(hold, place);
	struct duties duties = {0};
	struct item item;
	size_t i;
	int result = duties_load(&duties, hold->holders, &hold->owner,
	    holder != NULL ? holder : &absent);

	for (i = 0; result == 0 && i < duties.count; i++) {
		item = (struct item){duties.duty[i].id, duties.duty[i].size};
		result = items_add(held, &item);
	}
	duties_release(&duties);
	items_sort(held);
	return result;
}

/* What each member has signed for. */
static int
list_items(struct hold *hold)
{
	size_t i, count = members_count(&hold->roll.members);
	struct buf *held = calloc(count, sizeof *held);
	struct span *spans = calloc(count, sizeof *spans);
	int result =
	    held == NULL || spans == NULL ? fail_errno("cannot get memory") : 0;

	for (i = 0; result == 0 && i < count; i++)
		result = list_items_of(hold, i, &held[i]);
	for (i = 0; result == 0 && i < count; i++)
		spans[i] = span_of_buf(&held[i]);
	if (result == 0)
		result = items_encode(spans, count, &hold->items);
	for (i = 0; held != NULL && i < count; i++)
		buf_release(&held[i]);
	free(held);
	free(spans);
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
	hold->verdict = malloc(LIMIT_ITEMS);
	return hold->verdict == NULL ? fail_errno("cannot get memory") : 0;
}
