/* SPDX-License-Identifier: ISC */
#ifndef XFER_GROUP_H
#define XFER_GROUP_H

/*
 * Stripes that become durable together: what a commit costs, fsyncs and a
 * receipt of each holder that all the others check, is shared by all that was
 * put since the last one, and the holders' disks sync side by side. What a
 * holder loses before it was committed is rebuilt from the shards that rest,
 * and placed again. Where there are more holders than shards of a stripe a
 * group keeps what is needed to rebuild them, too, in 64 MiB: then any number
 * of holders may be lost at once, as long as enough are left.
 */

#include "format/bundle.h"
#include "xfer/promises.h"

struct repairs;

/* Where each shard of a stripe went; NULL: nowhere. */
struct placing {
	struct holder *at[LIMIT_TOTAL];
	unsigned epoch[LIMIT_TOTAL]; /* of the holder, before it went there */

	/* What place_mend found at first: where it lay, whole or not. */
	bool known;
	struct holder *was[LIMIT_TOTAL];
	bool whole[LIMIT_TOTAL];
	bool lost; /* and at last: too few were left to rebuild it */
};

struct group {
	struct holders *holders;
	struct promises *promises; /* of them */
	const struct head *head;
	struct rs *rs;
	unsigned happy;		    /* shards of a stripe that must last */
	unsigned lasting;	    /* of the worst stripe so far */
	bool check;		    /* read what is there already, too */
	const struct repairs *only; /* put these shards; NULL: all */
	struct stripe *stripe;
	struct placing *placing; /* one for each stripe */
	size_t count;
	double began;	 /* when the first of them came */
	struct buf kept; /* data shards of stripes ... */
	size_t *kept_at; /* ... and where those of each stripe are in it */

	/* Told of each stripe, in order, when it rests there; NULL: nobody. */
	int (*told)(void *context, const struct stripe *stripe,
	    const struct placing *placing);
	void *context;
};

/* `head` must outlive the group. */
int group_init(struct group *group, struct holders *holders,
    const struct head *head, unsigned happy);
void group_release(struct group *group);

/* Whether it is for this group to see that a shard rests somewhere. */
bool group_wants(const struct group *group, const struct digest *shard);

/* Whether a holder that says it has a shard is not to be believed. */
bool group_doubts(const struct group *group, const struct holder *holder,
    const struct digest *shard);

/*
 * The next stripe has been put, of those shards that `bundle` has; commits when
 * the group is full. FAIL_NO when a stripe has fewer than `happy` places.
 */
int group_add(struct group *group, const struct bundle *bundle,
    const struct placing *placing);

/*
 * Make all of it last. What went with a holder is placed on another one, as
 * long as holders are left. FAIL_NO when a stripe rests on fewer than `happy`.
 */
int group_commit(struct group *group);

/* FAIL_NO when fewer than `happy` holders are usable. */
int group_check_usable(struct group *group);

#endif
