/* SPDX-License-Identifier: ISC */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

/*
 * Who writes to a store. Each writer has a mark among the temporaries, which
 * it has locked as long as it lives: a mark that nobody has locked is of one
 * that died, with files on the way and counts that may be wrong.
 */

#include "base/bytes.h"

/* What the names of a writer's temporaries have in common with its mark's. */
#define WRITER_TAG 40

void writer_tag(const void *writer, char tag[static WRITER_TAG]);

/* How much of a text is one; 0: it does not begin with any. */
size_t writer_tag_size(const char *text);

/* Make a mark that outlives a power cut. The descriptor that locks it, or -1. */
int writer_begin(const char *store, const char *tag);

/* Remove the mark; without `clean` it stays, for others to find. */
void writer_end(const char *store, const char *tag, int mark, bool clean);

/*
 * Remove what writers that died have left, and count anew what owners have. To
 * be done again if it is cut short. `alone`: the caller knows that no writer
 * lives, so whatever is on the way is of a dead one, marked or not.
 */
int writer_bury_dead(const char *store, bool alone);

#endif
