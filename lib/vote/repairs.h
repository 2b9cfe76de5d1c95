/* SPDX-License-Identifier: ISC */
#ifndef VOTE_REPAIRS_H
#define VOTE_REPAIRS_H

/*
 * What follows from a certificate: which shards are to be rebuilt, in which
 * order, and by whom. A function of certificates and indexes, so whoever has
 * the same ones comes to the same.
 *
 * The margin of a stripe is how many of its shards may still go: as many as
 * the certificate found intact, less those that a restore needs. What is bad
 * is rebuilt at once; what is silent when it has been so for
 * REPAIRS_PATIENCE, by this certificate and the earlier ones, or at once when
 * the margin is 1 or less. A shard that another member has, or may have, is
 * not missing. The smallest margin goes first, and of all that there is to do
 * LIMIT_REPAIRS at most.
 *
 * If more than LIMIT_TURNED percent of the items have turned from good to bad
 * or silent between two polls, something is wrong that rebuilding does not
 * mend: then nothing is to be done at all. One member may lose everything, it
 * is what coding is for: so whoever lost most is left out of this.
 *
 * One member rebuilds a shard: of those that have an intact shard of the same
 * stripe, the one whose id makes the lowest hash with the shard's.
 */

#include "format/record.h"
#include "vote/roll.h"
#include "vote/verdict.h"

#define REPAIRS_PATIENCE 259200 /* seconds: 72 h */

struct repairs_row {
	uint32_t item; /* of the certificate */
	unsigned intact, need;
	uint64_t since;	   /* when a certificate found it so first */
	uint64_t snapshot; /* the first one that needs it */
	uint64_t stripe;   /* its number there */
	size_t repairer;   /* a member's place; LIMIT_MEMBERS: nobody's */
};

struct repairs {
	const struct roll *roll;
	const uint8_t *verdict; /* of each item */
	uint64_t time;		/* of the certificate */

	uint64_t *since; /* of each item */
	uint64_t oldest; /* of the certificates so far */
	bool *seen;	 /* the items that a stripe has named */
	bool *due;	 /* those of the rows, once it is judged */
	struct repairs_row *row;
	size_t count, room;
	size_t waiting;	  /* silent, but not yet for long enough */
	size_t postponed; /* more than LIMIT_REPAIRS */
};

/* `roll` and `verdict` are borrowed. -1: out of memory. */
int repairs_init(struct repairs *repairs, const struct roll *roll,
    const uint8_t *verdict, uint64_t time);
void repairs_release(struct repairs *repairs);

/* An earlier certificate under the same members; the latest comes first. */
void repairs_before(struct repairs *repairs, const struct items *items,
    const uint8_t *verdict, uint64_t time);

/* A stripe that the owner's indexes list, in any order, as often as it is. */
int repairs_stripe(struct repairs *repairs, unsigned need,
    const struct stripe *stripe, uint64_t snapshot);

/*
 * After the last stripe: leave what is to be done, in order. FAIL_NO when too
 * much has turned at once; then nothing is left.
 */
int repairs_judge(struct repairs *repairs);

/* Leave what falls to one member. */
void repairs_share(struct repairs *repairs, const struct digest *member);

/* Whether a shard is among what is left. */
bool repairs_want(const struct repairs *repairs, const struct digest *shard);

/* Whether it is because of what the certificate says of that member. */
bool repairs_due(const struct repairs *repairs, const struct digest *member,
    const struct digest *shard);

/*
 * Whether a member that says that it has a shard is not to be believed: this
 * certificate calls it bad there, and so does the one before, so that there
 * was time to mend it.
 */
bool repairs_doubt(const struct repairs *repairs, const struct digest *member,
    const struct digest *shard);

#endif
