/* SPDX-License-Identifier: ISC */
#ifndef STREAMS_H
#define STREAMS_H

/* Shard streams of owners of fixture.h, in memory. */

#include "fixture.h"
#include "pack/split.h"
#include "scratch.h"

/* What shard-split makes of `plain`. */
static inline struct buf
stream_of(int who, unsigned need, unsigned total, struct span plain)
{
	struct owner owner = owner_of(who);
	struct head head = {need, total, 1024, owner.id, {NULL, 0}};
	int in = memory_of(plain), out = memory_of(span_of("", 0));
	struct split split;
	struct buf stream;

	must(split_open(&split, &owner, &head, out) == 0 &&
		split_copy(&split, in) == 0 && split_close(&split) == 0,
	    "a stream");
	check(split.chain.size == plain.size, "its size");
	stream = memory_read(out);
	close(in);
	close(out);
	return stream;
}

#endif
