/* SPDX-License-Identifier: ISC */
#ifndef BASE_REGULAR_H
#define BASE_REGULAR_H

/*
 * Files in our own folder, which nobody writes a pipe for: a regular one or a
 * failure. (What a user names on the command line may be anything, see
 * file_read.)
 */

#include "base/bytes.h"

/* Open for reading, or -1. */
int regular_open(const char *path);

/* All of it, see file_read. */
int regular_read(const char *path, size_t limit, struct buf *bytes);

/*
 * Give each line of a text file, without its end, to `take`, which may change
 * it. -1 as for regular_read.
 */
int regular_each_line(const char *path, size_t limit,
    void (*take)(void *context, char *line), void *context);

/*
 * As regular_read, of a file that says whom we trust: FAIL_USAGE when it
 * cannot be read, or when others can write to it or to its folder (a sticky one
 * aside).
 */
int regular_read_trusted(const char *path, size_t limit, struct buf *bytes);

#endif
