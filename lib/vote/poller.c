/* SPDX-License-Identifier: ISC */
#include "vote/poller.h"

#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "vote/count.h"
#include "vote/sealed.h"

struct span
poller_says(const struct poller *poller, enum poller_document which)
{
	return span_of_buf(&poller->document[which]);
}

struct digest
poller_number(const struct secret *scalar, const struct poll *poll)
{
	uint8_t sequence[8];
	struct digest number;
	struct secret key, made;
	int i;

	for (i = 0; i < 8; i++)
		sequence[i] = (uint8_t)(poll->sequence >> (56 - 8 * i));
	number = hash_pair(span_of_digest(&poll->members),
	    span_of(sequence, sizeof sequence));
	key = hash_derive("shardkit 2026-11-26 poller number", scalar);
	made = hash_keyed(&key, span_of_digest(&number));
	number = digest_from(made.byte);
	secret_wipe(&key, sizeof key);
	secret_wipe(&made, sizeof made);
	return number;
}

int
poller_open(struct poller *poller, const struct secret *scalar,
    const struct roll *roll, const struct opening *opening,
    const struct digest *number)
{
	*poller = (struct poller){.scalar = scalar,
	    .roll = roll,
	    .opening = *opening,
	    .number = *number};
	poller->opening.items = roll->items_root;
	poller->opening.count = items_count(&roll->items);
	poller->opening.commitment = seed_commit(number);
	if (roll_check(roll, &poller->opening, &poller->electorate) != 0)
		return -1;
	return opening_encode(&poller->opening, scalar,
	    &poller->document[POLLER_OPENING]);
}

void
poller_release(struct poller *poller)
{
	size_t i, shelf;

	for (i = 0; i < POLLER_DOCUMENTS; i++)
		buf_release(&poller->document[i]);
	for (shelf = 0; shelf < POLLER_SHELVES; shelf++)
		for (i = 0; i < LIMIT_VOTERS; i++)
			buf_release(&poller->from[shelf][i]);
	for (i = 0; i < poller->proof_count; i++)
		buf_release(&poller->proofs[i]);
	poller->proof_count = 0;
	buf_release(&poller->culprits);
}

size_t
poller_has(const struct poller *poller, enum poller_shelf shelf)
{
	size_t i, count = 0;

	for (i = 0; i < poller->electorate.count; i++)
		count += poller->from[shelf][i].size > 0;
	return count;
}

static bool
lacks(const struct poller *poller, enum poller_shelf shelf, size_t place)
{
	return poller->from[shelf][place].size == 0 &&
	    (shelf == POLLER_JOININGS ||
		poller->from[POLLER_JOININGS][place].size > 0);
}

bool
poller_lacks(const struct poller *poller, enum poller_shelf shelf,
    const struct digest *voter)
{
	int place = electorate_find(&poller->electorate, voter);

	return place >= 0 && lacks(poller, shelf, (size_t)place);
}

bool
poller_lacks_any(const struct poller *poller, enum poller_shelf shelf)
{
	size_t i;

	for (i = 0; i < poller->electorate.count; i++)
		if (lacks(poller, shelf, i))
			return true;
	return false;
}

/* What a shelf holds, by voter. */
static struct poll_list
shelf_list(const struct poller *poller, enum poller_shelf shelf, size_t most,
    struct span *room)
{
	struct poll_list list = {.document = room};
	size_t i;

	for (i = 0; i < poller->electorate.count && list.count < most; i++)
		if (poller->from[shelf][i].size > 0)
			room[list.count++] = span_of_buf(
			    &poller->from[shelf][i]);
	return list;
}

static int
need_quorum(const struct poller *poller, enum poller_shelf shelf,
    const char *what)
{
	const struct electorate *electorate = &poller->electorate;
	size_t count = poller_has(poller, shelf);

	if (count >= electorate->quorum)
		return 0;
	return fail(FAIL_NO, "no quorum: %zu of %zu %s, and %u must", count,
	    electorate->count, what, electorate->quorum);
}

int
poller_challenge_all(struct poller *poller)
{
	struct span room[LIMIT_VOTERS];
	struct challenge challenge = {.poll = poller->opening.poll,
	    .opening = poll_digest(poller_says(poller, POLLER_OPENING))};

	if (need_quorum(poller, POLLER_JOININGS, "take part") != 0)
		return -1;
	challenge.joinings =
	    shelf_list(poller, POLLER_JOININGS, LIMIT_VOTERS, room);
	return challenge_encode(&challenge, poller->scalar,
	    &poller->document[POLLER_CHALLENGE]);
}

int
poller_seed_all(struct poller *poller)
{
	struct span room[LIMIT_VOTERS];
	struct seed_chain chain;
	struct seed seed = {.poll = poller->opening.poll,
	    .challenge = poll_digest(poller_says(poller, POLLER_CHALLENGE)),
	    .number = poller->number};

	seed.reveals = shelf_list(poller, POLLER_REVEALS, LIMIT_VOTERS, room);
	if (seed_encode(&seed, poller->scalar,
		&poller->document[POLLER_SEED]) != 0 ||
	    seed_check(&poller->electorate, poller_says(poller, POLLER_OPENING),
		poller_says(poller, POLLER_CHALLENGE),
		poller_says(poller, POLLER_SEED), &chain) != 0)
		return -1;
	poller->seed = chain.value;
	return 0;
}

static int
count(struct poller *poller, struct box *box, struct tally *tally)
{
	struct buf *to = &poller->document[POLLER_TALLY];

	if (count_box(poller->roll, box, tally) != 0 ||
	    tally_encode(tally, poller->scalar, to) != 0)
		return -1;
	box->tally = span_of_buf(to);
	return 0;
}

int
poller_tally(struct poller *poller, uint64_t now, struct buf *to)
{
	struct span ballots[LIMIT_VOTERS], proofs[LIMIT_PROOFS];
	struct box box = {.opening = poller_says(poller, POLLER_OPENING),
	    .challenge = poller_says(poller, POLLER_CHALLENGE),
	    .seed = poller_says(poller, POLLER_SEED),
	    .proofs = {proofs, poller->proof_count}};
	struct tally tally = {.time = now};
	size_t i;
	int result;

	if (need_quorum(poller, POLLER_BALLOTS, "voted") != 0)
		return -1;
	box.ballots = shelf_list(poller, POLLER_BALLOTS, LIMIT_VOTERS, ballots);
	for (i = 0; i < poller->proof_count; i++)
		proofs[i] = span_of_buf(&poller->proofs[i]);
	tally.verdict = memory_get(1, items_count(&poller->roll->items) + 1);
	result = tally.verdict == NULL ? -1 : count(poller, &box, &tally);
	free(tally.verdict);
	return result == 0 ? box_encode(&box, to) : -1;
}

int
poller_certificate(const struct poller *poller, struct span items,
    struct buf *to)
{
	struct span room[LIMIT_VOTERS];
	struct sealed sealed = {.tally = poller_says(poller, POLLER_TALLY),
	    .items = items};

	if (need_quorum(poller, POLLER_SEALS, "sealed the tally") != 0)
		return -1;
	sealed.seals =
	    shelf_list(poller, POLLER_SEALS, poller->electorate.quorum, room);
	return sealed_encode(&sealed, to);
}
