/* SPDX-License-Identifier: ISC */
#include "vote/roll.h"

#include "base/fail.h"
#include "crypto/tree.h"
#include "vote/again.h"

int
roll_init(struct roll *roll, struct span members, const struct digest *owner,
    struct span items)
{
	*roll = (struct roll){.id = tree_root(members)};
	if (cose_peek(members, &roll->owner) < 0 ||
	    members_decode(members, owner, &roll->members) != 0)
		return -1;
	roll->items_root = tree_root(items);
	if (items.size == 0)
		return 0;
	return items_decode(items, members_count(&roll->members), &roll->items);
}

int
roll_check_members(const struct roll *roll, const struct poll *poll)
{
	if (digest_equal(&poll->members, &roll->id))
		return 0;
	return fail(FAIL_DATA,
	    "the poll is held under another members document");
}

int
roll_check(const struct roll *roll, const struct opening *opening,
    struct electorate *electorate)
{
	const struct poll *poll = &opening->poll;

	if (roll_check_members(roll, poll) != 0)
		return -1;
	if (!digest_equal(&poll->poller, &roll->owner) &&
	    !members_has(&roll->members, &poll->poller, 0))
		return fail(FAIL_DATA, "the poller is a stranger");
	if (!digest_equal(&opening->items, &roll->items_root) ||
	    opening->count != items_count(&roll->items))
		return fail(FAIL_DATA, "the poll is about other items");
	if (again_check(opening->again, &roll->items) != 0)
		return -1;
	return electorate_init(electorate, &roll->members, poll,
	    opening->committee, opening->strict);
}
