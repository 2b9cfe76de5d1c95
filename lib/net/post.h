/* SPDX-License-Identifier: ISC */
#ifndef NET_POST_H
#define NET_POST_H

/*
 * The responder of one family on one link: what it has to send, and when (RFC
 * 6762 sections 6, 8 and 9). Without I/O and without a clock: packets leave by
 * `send`, and `now` is milliseconds.
 */

#include "net/claim.h"
#include "net/lan.h"

struct post {
	struct lan lan;
	struct claim claim;
	/* To the group (NULL) or to one host; what is lost there is lost. */
	void (*send)(const struct post *post, struct span packet,
	    const struct sockaddr_storage *to);

	const char *type; /* the claim is for */
	char prefix[32];  /* of the names, and the number behind it */
	unsigned number;
	int probes, announcements; /* still to be sent */
	int64_t next;		   /* when the next of them */
	int64_t answer;		   /* when to answer; INT64_MAX: nobody asks */
	int64_t sent, legacy;	   /* when something was, last */
	struct sockaddr_storage asker;
	bool said;	    /* something of these names */
	unsigned conflicts; /* in a row, and when the last was */
	int64_t conflict;
};

/*
 * Begin to probe, with a link, a way to send, and a claim that is complete but
 * for its names. -1 (FAIL_USAGE): there are no such names.
 */
int post_start(struct post *post, const char *type, const char *prefix,
    int64_t now);

/* Say goodbye, if anything was said. */
void post_stop(struct post *post);

/* When there is something to do, and do it. */
int64_t post_due(const struct post *post);
void post_work(struct post *post, int64_t now);

/* A packet that came. It may cost the names: then `number` is another. */
void post_take(struct post *post, struct span packet,
    const struct sockaddr_storage *from, int64_t now);

/* Take the names with this number instead, and begin anew. */
void post_rename(struct post *post, unsigned number, int64_t now);

#endif
