/* SPDX-License-Identifier: ISC */
#ifndef STORE_TEMPORARY_H
#define STORE_TEMPORARY_H

/*
 * Files on their way into a store, as they lie in its tmp/: each named after
 * its owner and its writer, each of full size from the start where there is a
 * limit, so that all writers can see what is on the way.
 */

#include "base/bytes.h"
#include "store/place.h"

#define TEMPORARY_NAME 96

void temporary_path(const char *store, const char *name,
    char path[static STORE_PATH]);

/* A name that no other writer, and no other `serial` of this one, has. */
void temporary_name(const struct digest *owner, const void *writer,
    uint64_t serial, char name[static TEMPORARY_NAME]);

/*
 * Create one for `size` bytes; open for writing. -1: FAIL_NO when they would
 * take the owner past `limit` (0: any), FAIL_SYSTEM.
 */
int temporary_reserve(const char *store, const char *name,
    const struct digest *owner, uint64_t size, uint64_t limit);

/* A name for the mark of a writer that lives. */
void temporary_mark(const void *writer, char name[static TEMPORARY_NAME]);

/*
 * Remove all that the process `pid` has left (0: all there are); whether
 * there was anything.
 */
int temporary_clean(const char *store, int pid, bool *found);

#endif
