/* SPDX-License-Identifier: ISC */
#ifndef PACK_SPLIT_H
#define PACK_SPLIT_H

/*
 * Plain bytes in, a shard stream out, on all processors, in memory bounded by
 * the stripe. The end record is a step of its own, so that the caller can
 * first ask whether whoever wrote the plain bytes meant this to be the end.
 */

#include "doc/chain.h"
#include "format/record.h"

struct owner;

struct split {
	const struct owner *owner;
	struct head head;
	int out;
	struct chain chain; /* counts what has been written */
};

/* Write the head. `head` borrows its label. */
int split_open(struct split *split, const struct owner *owner,
    const struct head *head, int out);

/* Write all that `in` gives, up to its end. */
int split_copy(struct split *split, int in);

/* Write the end record. */
int split_close(struct split *split);

#endif
