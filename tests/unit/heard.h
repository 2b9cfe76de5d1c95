/* SPDX-License-Identifier: ISC */
#ifndef HEARD_H
#define HEARD_H

/*
 * What anybody has heard of a protocol, each document once, and what follows.
 */

#include "check.h"
#include "crypto/hash.h"
#include "format/cbor.h"
#include "vote/ballot.h"
#include "vote/electorate.h"

#define HEARD_MOST 2048 /* documents */
#define HEARD_TALLIES 256

struct heard {
	struct buf bytes; /* a CBOR sequence */
	struct digest known[HEARD_MOST];
	size_t count;
};

static inline void
hear(struct heard *heard, struct span document)
{
	struct digest digest = hash_bytes(document);
	size_t i;

	for (i = 0; i < heard->count; i++)
		if (digest_equal(&heard->known[i], &digest))
			return;
	must(heard->count < HEARD_MOST, "room");
	heard->known[heard->count++] = digest;
	must(buf_append(&heard->bytes, document) == 0, "heard");
}

/* The seals on one tally. */
struct slate {
	struct seal on;
	unsigned voters; /* a bit of each */
};

/* Returns how many slates there are then. */
static inline size_t
slate_add(struct slate *slates, size_t count, struct span document,
    const struct electorate *electorate)
{
	struct digest signer;
	struct seal seal;
	size_t i = 0;

	if (cose_peek(document, &signer) != RECORD_SEAL)
		return count;
	must(seal_decode(document, &signer, &seal) == 0, "a seal");
	while (i < count && !digest_equal(&slates[i].on.tally, &seal.tally))
		i++;
	must(i < HEARD_TALLIES, "room for seals");
	if (i == count)
		slates[count++] = (struct slate){.on = seal};
	slates[i].voters |= 1u << electorate_find(electorate, &signer);
	return count;
}

/*
 * Whether somebody who has heard all, and signs for the liars (a bit of each),
 * has seals for two certificates of one poll.
 */
static inline bool
heard_two_certificates(const struct heard *heard,
    const struct electorate *electorate, unsigned liars)
{
	static struct slate slates[HEARD_TALLIES];
	struct span rest = span_of_buf(&heard->bytes);
	size_t i, j, size, count = 0, sealed = 0;

	for (; rest.size > 0;
	     rest = span_of(rest.data + size, rest.size - size)) {
		size = (size_t)cbor_measure(rest, rest.size);
		count = slate_add(slates, count, span_of(rest.data, size),
		    electorate);
	}
	for (i = 0; i < count; i++)
		if ((unsigned)__builtin_popcount(slates[i].voters | liars) >=
		    electorate->quorum)
			slates[sealed++] = slates[i];
	for (i = 0; i < sealed; i++)
		for (j = 0; j < i; j++)
			if (poll_equal(&slates[i].on.poll, &slates[j].on.poll))
				return true;
	return false;
}

#endif
