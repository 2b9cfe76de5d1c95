/* SPDX-License-Identifier: ISC */
#ifndef STORE_TEMPORARY_H
#define STORE_TEMPORARY_H

/*
 * Files on their way into a store, as they lie in its tmp/: each named after
 * its owner, its writer, the bytes and files that it adds to what the owner has
 * and the begin of what it shall be called, so that all can see what is on the
 * way; and of full size from the start where there is a limit.
 */

#include <dirent.h>

#include "base/bytes.h"
#include "store/place.h"
#include "store/usage.h"

#define TEMPORARY_NAME 128
#define TEMPORARY_MARK "writer-" /* other files there, see store/writer.h */

struct temporary {
	struct digest owner;
	uint64_t size;
	struct usage replaces; /* the file whose place it will take */
	bool differs;	       /* its size is not `size`: others were there */
	char name[TEMPORARY_NAME];
};

void temporary_path(const char *store, const char *name,
    char path[static PATH_MAX]);

/* The folder that they are in, if it is missing. */
int temporary_make_folder(const char *store);

/* All files on the way and where they are, for file_next, or NULL. */
DIR *temporary_list(const char *store, char path[static PATH_MAX]);

/* Add what all writers have on the way for an owner, as the names say. */
int temporary_sum(const char *store, const struct digest *owner,
    struct usage *usage);

/* Whether something is on the way to `path`, as the names say. */
bool temporary_comes(const char *store, const struct digest *owner,
    const char *path);

/*
 * Fill in the rest, by what is at `path` now, with a name that no other
 * writer, and no other `serial` of the one with that tag, has.
 */
void temporary_init(struct temporary *file, const char *tag, uint64_t serial,
    const char *path);

/*
 * Create it; open for writing. -1: FAIL_NO when it would take its owner past
 * `limit` (0 bytes: any), FAIL_SYSTEM. What it replaces makes room for it.
 */
int temporary_reserve(const char *store, const struct temporary *file,
    const struct usage *limit);

/*
 * Give it the name `path`, and its owner the usage that goes with that: 0; 1
 * when they are in doubt, since others have cut short or lengthened what
 * was there; -1: FAIL_NO when what was there has gone in the meantime and the
 * limit does not allow both.
 */
int temporary_become(const char *store, const struct temporary *file,
    const char *path, const struct usage *limit);

/*
 * Remove what the writer of that tag has on the way (NULL: whoever's), and say
 * if there was anything. Other names than temporary_init's are left alone.
 */
int temporary_remove(const char *store, const char *tag, bool *found);

#endif
