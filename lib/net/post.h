/* SPDX-License-Identifier: ISC */
#ifndef NET_POST_H
#define NET_POST_H

/*
 * The responder on one link: what it has to send, and when (RFC 6762 sections
 * 6 and 8). It sends by itself and is given what came; `now` is milliseconds.
 */

#include "net/claim.h"
#include "net/lan.h"

struct post {
	struct lan lan;
	struct claim claim;
	const char *type; /* the claim is for */
	char prefix[32];  /* of the names, and the number behind it */
	unsigned number;
	int probes, announcements; /* still to be sent */
	int64_t next;		   /* when the next of them */
	int64_t answer;		   /* when to answer; INT64_MAX: nobody asks */
	int64_t sent, legacy;	   /* when something was, last */
	struct sockaddr_storage asker;
};

/*
 * Open the link's socket and begin to probe, with a claim that is complete but
 * for its names. -1 (FAIL_SYSTEM).
 */
int post_open(struct post *post, const char *type, const char *prefix,
    int64_t now);

/* Say goodbye, if anything was said, and close. */
void post_close(struct post *post);

/* When there is something to do, and do it. */
int64_t post_due(const struct post *post);
void post_work(struct post *post, int64_t now);

void post_take(struct post *post, struct span packet,
    const struct sockaddr_storage *from, int64_t now);

#endif
