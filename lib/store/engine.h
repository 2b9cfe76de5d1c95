/* SPDX-License-Identifier: ISC */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

/*
 * Bytes that rest on an engine which exists already (S3 by rclone, another
 * file system) instead of this disk: a command with four verbs. A name is the
 * path below the store's folder, "owner/shelf/2 hex/id".
 *
 *     COMMAND put          stdin: lines "NAME PATH": take the file at PATH in
 *                          as NAME; status 0 when all of them are durable
 *     COMMAND get NAME     stdout: its bytes; status 1 when it has none
 *     COMMAND drop NAME    forget it; status 0 also when it has none
 *     COMMAND list         stdout: lines "NAME SIZE"
 *
 * It is run by sh(1), with the verb and the name behind it. Any other status
 * is a failure (FAIL_SYSTEM). What it gives is not checked here.
 */

#include "base/bytes.h"

/* All lines of a put. */
int engine_put(const char *command, struct span lines);

/* Append to `to`: 1; 0 when it has none; -1 (FAIL_DATA: more than `limit`). */
int engine_get(const char *command, const char *name, size_t limit,
    struct buf *to);

int engine_drop(const char *command, const char *name);

/* Call `each` for all that it has, until that returns non-zero. */
int engine_list(const char *command,
    int (*each)(void *context, const char *name, uint64_t size), void *context);

#endif
