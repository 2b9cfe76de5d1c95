/* SPDX-License-Identifier: ISC */
#ifndef SERVE_HAVE_H
#define SERVE_HAVE_H

/*
 * Whether things are here, and when who asks wants it, whole: then each is
 * read, which for the ids of one request is up to 16 GB. So it stops between
 * two of them when the peer has to go, and no request makes it read one twice.
 */

struct buf;
struct request;
struct stay;
struct store;

struct have {
	struct store *store;
	const struct stay *stay;
};

/* A byte for each id, as shardkit-protocol(5) says, into `body`. */
int have_answer(const struct have *have, const struct request *request,
    struct buf *body);

#endif
