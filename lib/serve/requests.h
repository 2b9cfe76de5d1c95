/* SPDX-License-Identifier: ISC */
#ifndef SERVE_REQUESTS_H
#define SERVE_REQUESTS_H

/*
 * The requests of a connection, one after the other, in the memory of what is
 * kept of one payload. No declared length is believed before the bytes are
 * there.
 */

#include "format/message.h"
#include "net/stay.h"

struct tls;

/* What becomes of a payload. */
enum requests_use {
	REQUESTS_WASTE, /* it is read and thrown away; `payload` is empty */
	REQUESTS_KEEP,	/* it is in `payload` */
	REQUESTS_PARTS	/* `part` has it, until that returns false: WASTE */
};

#define REQUESTS_PART ((size_t)128 << 10)

struct requests {
	struct tls *tls;
	int idle_ms;	 /* between bytes */
	bool no_payload; /* whatever has one breaks the connection */
	int wake;	 /* readable: whether it may stay; -1: never */
	struct stay stay;

	/*
	 * Before the payload of a request is taken, by all else that it says:
	 * what becomes of it. NULL: all are kept.
	 */
	enum requests_use (*use)(void *context, const struct request *request);

	/* A part of one, and not the last if it has REQUESTS_PART bytes. */
	bool (*part)(void *context, struct span bytes);
	void *context;
	struct buf input;   /* received and not yet understood */
	struct buf item;    /* the request, that its spans borrow from */
	struct buf payload; /* of it */
};

/* 1; 0 at the peer's goodbye; -1 (FAIL_DATA, or FAIL_SYSTEM: the wire). */
int requests_next(struct requests *requests, struct request *request);

void requests_release(struct requests *requests);

#endif
