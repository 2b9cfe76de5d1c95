/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_MESSAGE_H
#define FORMAT_MESSAGE_H

/*
 * The dialogue between peers (shardkit-protocol(5)): requests one way,
 * replies the other way in the same order, any number of them under way.
 * Every request and every reply has one form, and may have a payload behind
 * it: a byte string of the `payload` bytes that it announces.
 */

#include "base/bytes.h"
#include "format/limits.h"

enum verb {
	VERB_HELLO = 0,	 /* versions; must be the first */
	VERB_PUT = 1,	 /* take these bytes: payload */
	VERB_COMMIT = 2, /* make all that was put last */
	VERB_GET = 3,	 /* give bytes: payload in the reply */
	VERB_HAVE = 4,	 /* which are there? (read them if there is a body) */
	VERB_LIST = 5,	 /* ids behind the given one; body: up to 1000 */
	VERB_DROP = 6,	 /* forget what the signed order in the body names */
	VERB_PROVE = 7,	 /* sign answers to questions: payload in the reply */
	VERB_BALLOT = 8, /* take part in a poll: payload */
	VERB_INFO = 9,	 /* what the holder tells of itself */
	VERB_PEERS = 10, /* the address records it has (xfer/known.h) */
	VERB_PAIR = 11,	 /* an invited stranger proves its token */
	VERB_COUNT
};

#define MESSAGE_SERVICE "_shardkit._tcp" /* who speaks this (RFC 6763) */
#define MESSAGE_VERSION 1
#define MESSAGE_SHELVES 4

struct request {
	enum verb verb;
	unsigned shelf;
	struct digest owner;
	struct span ids; /* 32 bytes each */
	uint64_t size;	 /* have: of each (0: any); get: at most */
	struct span body;
	uint64_t payload;
};

struct reply {
	unsigned status; /* 0, or an enum fail_kind with words in the body */
	struct span body;
	uint64_t payload;
};

/* Append; a payload's head follows the item, its bytes are the caller's. */
int message_encode_request(const struct request *request, struct buf *to);
int message_encode_reply(const struct reply *reply, struct buf *to);

/* What is decoded borrows from `item`. -1: FAIL_DATA. */
int message_decode_request(struct span item, struct request *request);
int message_decode_reply(struct span item, struct reply *reply);

const char *message_verb_name(enum verb verb);

#endif
