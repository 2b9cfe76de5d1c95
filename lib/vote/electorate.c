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

/* What decides: the members, the poller, the time, the member. */
static struct digest
draw_lot(const struct poll *poll, const struct digest *id)
{
	uint64_t number = poll->sequence / ELECTORATE_TERM_MS;
	struct digest named, bound;
	uint8_t term[8];
	int i;

	for (i = 0; i < 8; i++)
		term[i] = (uint8_t)(number >> (56 - 8 * i));
	named = hash_pair(span_of_digest(&poll->poller),
	    span_of(term, sizeof term));
	bound =
	    hash_pair(span_of_digest(&poll->members), span_of_digest(&named));
	return hash_pair(span_of_digest(&bound), span_of_digest(id));
}

static void
choose(struct electorate *electorate, const struct members *members,
    const struct poll *poll)
{
	struct lot lot[LIMIT_MEMBERS];
	size_t i, count = members_count(members);

	for (i = 0; i < count; i++) {
		lot[i].id = members_id(members, i);
		lot[i].drawn = draw_lot(poll, &lot[i].id);
	}
	qsort(lot, count, sizeof *lot, compare);
	for (i = 0; i < electorate->count; i++)
		electorate->voter[i] = lot[i].id;
	qsort(electorate->voter, electorate->count, sizeof *electorate->voter,
	    compare);
}

int
electorate_init(struct electorate *electorate, const struct members *members,
    const struct poll *poll, uint64_t committee, bool strict)
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
	electorate->quorum = members_quorum(electorate->count,
	    strict || members->quorum == count);
	if (committee > 0) {
		choose(electorate, members, poll);
		return 0;
	}
	for (i = 0; i < count; i++)
		electorate->voter[i] = members_id(members, i);
	return 0;
}

uint64_t
electorate_committee(const struct members *members, uint64_t wanted)
{
	if (wanted > 0 || members_count(members) <= ELECTORATE_ALL)
		return wanted;
	return ELECTORATE_ALL;
}

bool
electorate_is_now(const struct poll *poll, uint64_t now)
{
	uint64_t ms = now * 1000;
	uint64_t apart = poll->sequence > ms ? poll->sequence - ms
					     : ms - poll->sequence;

	return apart <= ELECTORATE_SKEW_MS;
}

int
electorate_find(const struct electorate *electorate, const struct digest *id)
{
	return (int)digest_find(span_of(electorate->voter,
				    electorate->count * sizeof *id),
	    id);
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
