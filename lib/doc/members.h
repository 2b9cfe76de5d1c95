/* SPDX-License-Identifier: ISC */
#ifndef DOC_MEMBERS_H
#define DOC_MEMBERS_H

/*
 * The members of an owner: who holds its backups, as the owner signed it.
 * They may read and mend what is the owner's at each other's, and they are
 * who votes on what is still there. The documents of an owner are numbered
 * from 1 and each names the one before it by its tree root; only the one with
 * the highest number counts.
 *
 * With n members up to `liars` may lie in any way, and `quorum` of them make
 * a verdict (Malkhi and Reiter 1998): two quorums share a member that does
 * not lie.
 */

#include "base/bytes.h"

struct secret;

struct members {
	uint64_t number;
	struct digest previous; /* zero for the first one */
	uint64_t time;		/* seconds since 1970, by the owner's clock */
	uint64_t expires;	/* nobody is a member from then on */
	unsigned liars;
	unsigned quorum;
	struct span ids; /* 32 bytes each, sorted, each once */
};

/* (n - 1) / 3, rounded down. */
unsigned members_liars(size_t count);

/* (n + liars) / 2, rounded down, and 1; `strict`: all of them. */
unsigned members_quorum(size_t count, bool strict);

size_t members_count(const struct members *members);
struct digest members_id(const struct members *members, size_t i);

/* Its place; -1 for who is none. */
int members_find(const struct members *members, const struct digest *id);

/* Whether `id` is a member at the time `now`. */
bool members_has(const struct members *members, const struct digest *id,
    uint64_t now);

/* Sign; the document is appended to `to`. */
int members_encode(const struct members *members, const struct secret *scalar,
    struct buf *to);

/*
 * -1 (FAIL_DATA), also when the two numbers are not those that so many
 * members make. `members` borrows from `document`; NULL takes any owner.
 */
int members_decode(struct span document, const struct digest *owner,
    struct members *members);

#endif
