/* SPDX-License-Identifier: ISC */
#ifndef VOTE_ROLL_H
#define VOTE_ROLL_H

/*
 * Who votes, about what: a members document and a list of items, decoded
 * once. Every check of a poll's documents is against a roll.
 */

#include "doc/members.h"
#include "vote/electorate.h"
#include "vote/items.h"
#include "vote/opening.h"

struct roll {
	struct digest id; /* tree root of the members document */
	struct digest owner;
	struct members members;
	struct items items;
	struct digest items_root;
};

/*
 * Both are borrowed; NULL takes any owner, and no items is an empty list. -1
 * (FAIL_DATA).
 */
int roll_init(struct roll *roll, struct span members,
    const struct digest *owner, struct span items);

/* FAIL_DATA unless the poll is held under these members. */
int roll_check_members(const struct roll *roll, const struct poll *poll);

/*
 * Whether an opening is one that this roll's members may vote in: its
 * documents are these, and its poller is a member or the owner. Fills in who
 * votes. -1 (FAIL_DATA).
 */
int roll_check(const struct roll *roll, const struct opening *opening,
    struct electorate *electorate);

#endif
