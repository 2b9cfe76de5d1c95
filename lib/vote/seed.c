/* SPDX-License-Identifier: ISC */
#include "vote/seed.h"

#include <string.h>

#include "base/fail.h"
#include "crypto/hash.h"

struct digest
seed_commit(const struct digest *number)
{
	return hash_pair(span_of_text("shardkit poll commitment"),
	    span_of_digest(number));
}

/* The place of the voter that signed a document; behind `last`, or -1. */
static int
next_voter(const struct electorate *electorate, struct span document, int last)
{
	struct digest signer;
	int voter;

	if (cose_peek(document, &signer) < 0)
		return -1;
	voter = electorate_find(electorate, &signer);
	if (voter < 0)
		return fail(FAIL_DATA, "a stranger has joined the poll");
	if (voter <= last)
		return fail(FAIL_DATA, "the voters are not in order");
	return voter;
}

static int
check_joinings(const struct electorate *electorate,
    const struct challenge *challenge, struct seed_chain *chain)
{
	struct joining joining;
	int voter = -1;
	size_t i;

	for (i = 0; i < challenge->joinings.count; i++) {
		voter = next_voter(electorate, challenge->joinings.document[i],
		    voter);
		if (voter < 0 ||
		    joining_decode(challenge->joinings.document[i],
			&electorate->voter[voter], &joining) != 0 ||
		    poll_check(&joining.poll, &challenge->poll, "a joining") !=
			0)
			return -1;
		if (joining.reason != JOINING_YES ||
		    !digest_equal(&joining.opening, &challenge->opening))
			return fail(FAIL_DATA,
			    "a voter is said to take part that does not");
		chain->joined[voter] = true;
		chain->commitment[voter] = joining.commitment;
	}
	return 0;
}

int
seed_check_challenge(const struct electorate *electorate, struct span opening,
    struct span challenge, struct seed_chain *chain)
{
	struct digest digest = poll_digest(opening);
	struct span joining[LIMIT_VOTERS];
	struct challenge decoded = {.joinings = {.document = joining}};
	struct opening first;

	memset(chain, 0, sizeof *chain);
	if (opening_decode(opening, &first) != 0 ||
	    challenge_decode(challenge, &first.poll.poller, &decoded) != 0 ||
	    poll_check(&decoded.poll, &first.poll, "the challenge") != 0)
		return -1;
	if (!digest_equal(&decoded.opening, &digest))
		return fail(FAIL_DATA, "the challenge has another opening");
	return check_joinings(electorate, &decoded, chain);
}

static int
check_reveals(const struct electorate *electorate, const struct seed *seed,
    struct seed_chain *chain, struct digest *number)
{
	struct digest commitment;
	struct reveal reveal;
	int voter = -1;
	size_t i;

	for (i = 0; i < seed->reveals.count; i++) {
		voter =
		    next_voter(electorate, seed->reveals.document[i], voter);
		if (voter < 0 ||
		    reveal_decode(seed->reveals.document[i],
			&electorate->voter[voter], &reveal) != 0 ||
		    poll_check(&reveal.poll, &seed->poll, "a reveal") != 0)
			return -1;
		commitment = seed_commit(&reveal.number);
		if (!chain->joined[voter] ||
		    !digest_equal(&reveal.challenge, &seed->challenge) ||
		    !digest_equal(&commitment, &chain->commitment[voter]))
			return fail(FAIL_DATA,
			    "a number is not what its voter committed to");
		chain->revealed[voter] = true;
		number[voter] = reveal.number;
	}
	return 0;
}

/* Those who joined, in order; what is withheld is zeroes. */
static struct digest
mix(const struct electorate *electorate, const struct seed *seed,
    const struct seed_chain *chain, const struct digest *number)
{
	struct digest all[LIMIT_VOTERS], first;
	size_t i, count = 0;

	for (i = 0; i < electorate->count; i++)
		if (chain->joined[i])
			all[count++] = number[i];
	first = hash_pair(span_of_digest(&seed->challenge),
	    span_of_digest(&seed->number));
	return hash_pair(span_of_digest(&first),
	    span_of(all, count * sizeof *all));
}

int
seed_check(const struct electorate *electorate, struct span opening,
    struct span challenge, struct span seed, struct seed_chain *chain)
{
	struct digest number[LIMIT_VOTERS] = {{{0}}}, digest, commitment;
	struct span reveal[LIMIT_VOTERS];
	struct seed decoded = {.reveals = {.document = reveal}};
	struct opening first;

	if (seed_check_challenge(electorate, opening, challenge, chain) != 0 ||
	    opening_decode(opening, &first) != 0 ||
	    seed_decode(seed, &first.poll.poller, &decoded) != 0 ||
	    poll_check(&decoded.poll, &first.poll, "the seed") != 0)
		return -1;
	digest = poll_digest(challenge);
	commitment = seed_commit(&decoded.number);
	if (!digest_equal(&decoded.challenge, &digest))
		return fail(FAIL_DATA, "the seed has another challenge");
	if (!digest_equal(&commitment, &first.commitment))
		return fail(FAIL_DATA,
		    "the poller's number is not what it committed to");
	if (check_reveals(electorate, &decoded, chain, number) != 0)
		return -1;
	chain->value = mix(electorate, &decoded, chain, number);
	return 0;
}
