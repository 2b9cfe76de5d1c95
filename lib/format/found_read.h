/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_FOUND_READ_H
#define FORMAT_FOUND_READ_H

/*
 * Found records as they come down a pipe or out of a file: a CBOR sequence,
 * JSON objects, lines of text, or one behind the other.
 */

#include "format/found.h"

/* 0 to go on, 1 when that is enough, -1 after a failure. */
typedef int (*found_read_each)(void *context, struct found *found);

/*
 * Call `each` with every whole record in `bytes`, and remove what was read.
 * `end`: no more will come. 1 when `each` had enough, else 0; -1 when it
 * failed, or FAIL_DATA.
 */
int found_read(struct buf *bytes, bool end, found_read_each each,
    void *context);

/* All of a descriptor, which is called `name` in messages. */
int found_read_open(int fd, const char *name, found_read_each each,
    void *context);

#endif
