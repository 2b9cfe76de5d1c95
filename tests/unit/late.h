/* SPDX-License-Identifier: ISC */
#ifndef LATE_H
#define LATE_H

/*
 * Messages that are late: they are set aside on their way, and arrive at some
 * later time, in any order, at another step of their poll or in another one.
 */

#include "check.h"
#include "vote/box.h"
#include "vote/poll.h"

#define LATE_MOST 64
#define LATE_TO_POLLER (-1)

struct late {
	struct {
		int to;	   /* a member, or LATE_TO_POLLER */
		int shelf; /* the step that it is of */
		struct buf bytes;
	} message[LATE_MOST];
	size_t count;
};

/* How often what came late came when. */
struct late_times {
	unsigned step, poll; /* another one than it was sent in */
};

/* Without room it is lost. */
static inline void
late_put(struct late *late, int to, int shelf, struct span bytes)
{
	if (late->count == LATE_MOST)
		return;
	late->message[late->count].to = to;
	late->message[late->count].shelf = shelf;
	must(buf_append(&late->message[late->count++].bytes, bytes) == 0,
	    "late");
}

/* Take one out, to be released by the caller. */
static inline struct buf
late_take(struct late *late, size_t which, int *to, int *shelf)
{
	struct buf bytes = late->message[which].bytes;

	*to = late->message[which].to;
	*shelf = late->message[which].shelf;
	late->message[which] = late->message[--late->count];
	late->message[late->count].bytes = (struct buf){0};
	return bytes;
}

/* The kind of a message, and its poll; a ballot box is its tally. */
static inline int
late_kind(struct span bytes, struct poll *poll)
{
	struct span ballots[LIMIT_VOTERS], proofs[LIMIT_PROOFS];
	struct box box = {.ballots = {ballots, 0}, .proofs = {proofs, 0}};
	struct cbor_reader reader;
	struct digest signer;
	int kind = cose_peek(bytes, &signer);

	if (kind < 0) {
		must(box_decode(bytes, &box) == 0, "a box");
		bytes = box.tally;
		kind = cose_peek(bytes, &signer);
	}
	if (kind != RECORD_PROOF)
		must(poll_decode(bytes, (enum record_kind)kind, "a message",
			 &signer, poll, &reader) == 0,
		    "a poll");
	return kind;
}

#endif
