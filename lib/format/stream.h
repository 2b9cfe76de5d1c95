/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_STREAM_H
#define FORMAT_STREAM_H

/*
 * A shard stream on a descriptor, a stripe at a time: the one reader and the
 * one writer of all tools. What comes out of the reader is well-formed and
 * within limits; whether it is true is for others to check.
 */

#include "base/bytes.h"
#include "base/input.h"
#include "format/bundle.h"

#define STREAM_LOOKAHEAD (64 << 10) /* what its input must be able to peek */

struct stream {
	struct input input;
	struct head head;
	struct buf head_item; /* the head's bytes; head.label borrows there */
	struct end end;
	struct buf end_item;
	bool ended;
	uint64_t misplaced; /* shards that were passed over */
};

/*
 * Peek at the next whole item, of `limit` bytes at most: 1, 0 at the end of the
 * input, -1 (FAIL_DATA) with its offset.
 */
int stream_peek(struct input *input, size_t limit, struct span *item);

/* Read the head. stream_adopt takes an input over that was peeked at. */
int stream_open(struct stream *stream, int fd);
int stream_adopt(struct stream *stream, struct input *input);
void stream_close(struct stream *stream);

/*
 * Read the next stripe with the shards that follow it: 1; 0 after the end
 * record, which must be the last thing there is; -1. Shards of other stripes
 * or twice the same are passed over; the first few are told one by one, how
 * many there were when the stream is closed.
 */
int stream_read(struct stream *stream, struct bundle *bundle);

/* Write a stripe's record and the shards that its bundle has. */
int stream_write(int fd, const struct head *head, const struct bundle *bundle);

#endif
