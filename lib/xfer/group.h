/* SPDX-License-Identifier: ISC */
#ifndef XFER_GROUP_H
#define XFER_GROUP_H

/*
 * Stripes that become durable together: fsync costs are shared by all that
 * was put since the last commit, and the holders' disks sync side by side.
 */

#include "format/limits.h"
#include "xfer/holder.h"

/* Where each shard of a stripe went; NULL: nowhere. */
struct placing {
	struct holder *at[LIMIT_TOTAL];
};

struct group {
	struct holders *holders;
	unsigned total;	  /* shards of a stripe */
	unsigned happy;	  /* of them that must last */
	unsigned lasting; /* of the worst stripe so far */
	bool check;	  /* read what is there already, too */
	uint64_t first;	  /* number of the first stripe not yet committed */
	struct placing *placing;
	size_t count;
};

int group_init(struct group *group, struct holders *holders, unsigned total,
    unsigned happy);
void group_release(struct group *group);

/*
 * The next stripe has been put; commits when the group is full. FAIL_NO when
 * a stripe has fewer than `happy` places.
 */
int group_add(struct group *group, const struct placing *placing,
    uint32_t shard_size);

/* Make all of it last, and check that it rests on enough holders. */
int group_commit(struct group *group);

/* Put the same bytes on every usable holder; then group_check_usable. */
int group_put_everywhere(struct group *group, const struct store_key *key,
    struct span bytes);

/* FAIL_NO when fewer than `happy` holders are usable. */
int group_check_usable(struct group *group);

#endif
