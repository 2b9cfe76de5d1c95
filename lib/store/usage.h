/* SPDX-License-Identifier: ISC */
#ifndef STORE_USAGE_H
#define STORE_USAGE_H

/*
 * How much an owner has in a store: two numbers in <owner>/used that only
 * change under its lock, together with the names that they count. What is on
 * its way in is not in them: the names of the temporaries tell it. A writer
 * that died may have left them wrong, and so may somebody who cuts a stored
 * file short; usage_recount mends that.
 */

#include "base/bytes.h"

/* Files cost a disk something whatever is in them, so both have a limit. */
struct usage {
	uint64_t bytes;
	uint64_t files;
};

/*
 * Lock an owner's numbers, for all threads and processes; the owner's folder
 * is made if need be. Where there are none, or one as in older stores, they
 * are counted: they have their place on the disk before it fills up, so
 * what was taken can then still be named. The descriptor, or -1.
 */
int usage_lock(const char *store, const struct digest *owner);
void usage_unlock(int fd);

int usage_read(int fd, struct usage *usage);
int usage_write(int fd, const struct usage *usage);

/*
 * The same without the lock, of a store that may be read-only. What is not
 * there is 0, and so is what is no regular file until usage_lock sets it aside.
 */
int usage_look(const char *store, const struct digest *owner,
    struct usage *usage);

/* Down to 0 at most. */
void usage_subtract(struct usage *from, const struct usage *usage);

/*
 * Whether `more` fits in, beside what is there and what is on the way to it.
 * FAIL_NO, with the figures.
 */
int usage_check(const struct usage *used, const struct usage *way,
    const struct usage *more, const struct usage *limit);

/* Something takes the place of something else: down to 0 at most. */
int usage_change(int fd, const struct usage *gone, const struct usage *come);

/*
 * Count anew what an owner has, and make that last; what every owner has, or
 * (without `all`) every one that has no such two numbers.
 */
int usage_recount_owner(const char *store, const struct digest *owner);
int usage_recount(const char *store, bool all);

/*
 * fsync all numbers: they are right also after a power cut. The slot of
 * failures stays as it is, since whoever closes may do so because of one.
 */
int usage_sync(const char *store);

#endif
