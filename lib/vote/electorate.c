/* SPDX-License-Identifier: ISC */
#include "vote/electorate.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "crypto/hash.h"

/* A member by its lot. */
struct lot {
	struct digest drawn;
	struct digest id;
};

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest));
}

/* What decides: the draw, the poll, the member. */
static struct digest
draw_lot(const struct poll *poll, const struct digest *draw,
    const struct digest *id)
{
	struct digest named, bound;
	uint8_t sequence[8];
	int i;

	for (i = 0; i < 8; i++)
		sequence[i] = (uint8_t)(poll->sequence >> (56 - 8 * i));
	named = hash_pair(span_of_digest(&poll->poller),
	    span_of(sequence, sizeof sequence));
	bound = hash_pair(span_of_digest(draw), span_of_digest(&named));
	return hash_pair(span_of_digest(&bound), span_of_digest(id));
}

static void
choose(struct electorate *electorate, const struct members *members,
    const struct poll *poll, const struct digest *draw)
{
	struct lot lot[LIMIT_MEMBERS];
	size_t i, count = members_count(members);

	for (i = 0; i < count; i++) {
		lot[i].id = members_id(members, i);
		lot[i].drawn = draw_lot(poll, draw, &lot[i].id);
	}
	qsort(lot, count, sizeof *lot, compare);
	for (i = 0; i < electorate->count; i++)
		electorate->voter[i] = lot[i].id;
	qsort(electorate->voter, electorate->count, sizeof *electorate->voter,
	    compare);
}

int
electorate_init(struct electorate *electorate, const struct members *members,
    const struct poll *poll, uint64_t committee, const struct digest *draw)
{
	size_t i, count = members_count(members);

	if (committee > count)
		return fail(FAIL_DATA,
		    "a committee of %llu is asked for, of %zu members",
		    (unsigned long long)committee, count);
	electorate->count = committee > 0 ? (size_t)committee : count;
	if (electorate->count > LIMIT_VOTERS)
		return fail(FAIL_DATA, "more than %d voters: draw a committee",
		    LIMIT_VOTERS);
	electorate->liars = members_liars(electorate->count);
	electorate->quorum = members->quorum;
	if (committee > 0) {
		choose(electorate, members, poll, draw);
		electorate->quorum =
		    members_quorum(electorate->count, members->quorum == count);
		return 0;
	}
	for (i = 0; i < count; i++)
		electorate->voter[i] = members_id(members, i);
	return 0;
}

int
electorate_find(const struct electorate *electorate, const struct digest *id)
{
	const struct digest *found = bsearch(id, electorate->voter,
	    electorate->count, sizeof *id, compare);

	return found == NULL ? -1 : (int)(found - electorate->voter);
}

unsigned
electorate_settle(const struct electorate *electorate,
    const struct digest *holder)
{
	size_t others = electorate->count -
	    (electorate_find(electorate, holder) >= 0);
	unsigned most = (unsigned)others / 2 + 1;

	return most > electorate->liars ? most : electorate->liars + 1;
}
