/* SPDX-License-Identifier: ISC */
#ifndef STORE_USAGE_H
#define STORE_USAGE_H

/*
 * How many bytes an owner has in a store: a number in <owner>/used that only
 * changes under its lock, together with the names that it counts. Bytes on
 * their way in are not in it: the names of the temporaries tell them.
 * A writer that died may have left it wrong, and so may somebody who cuts a
 * stored file short; usage_recount mends that.
 */

#include "base/bytes.h"

/*
 * Lock an owner's number, for all threads and processes; the owner's folder
 * is made if need be. The descriptor, or -1.
 */
int usage_lock(const char *store, const struct digest *owner);
void usage_unlock(int fd);

/*
 * Make sure that the number has its place on the disk before the disk fills
 * up: what was taken can then still be named.
 */
int usage_prepare(int fd);

/* A number that is not there is 0. */
int usage_read(int fd, uint64_t *bytes);
int usage_write(int fd, uint64_t bytes);

/*
 * The same without the lock, of a store that may be read-only. What is no
 * regular file is 0, too, until usage_lock sets it aside.
 */
int usage_look(const char *store, const struct digest *owner, uint64_t *bytes);

/* Take something off, down to 0 at most. */
int usage_subtract(int fd, uint64_t bytes);

/* Count anew what an owner has, and make that last; what every owner has. */
int usage_recount_owner(const char *store, const struct digest *owner);
int usage_recount(const char *store);

/*
 * fsync all numbers: they are right also after a power cut. The slot of
 * failures stays as it is, since whoever closes may do so because of one.
 */
int usage_sync(const char *store);

#endif
