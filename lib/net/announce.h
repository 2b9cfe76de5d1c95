/* SPDX-License-Identifier: ISC */
#ifndef NET_ANNOUNCE_H
#define NET_ANNOUNCE_H

/*
 * A responder of multicast DNS for one service of this machine (RFC 6762):
 * it probes for its name, announces itself, answers, and says goodbye. It is
 * bound to the group's own address, so another responder on this machine keeps
 * the packets that are meant for it, and nothing that comes by unicast reaches
 * this one. A link hears at most one packet a second of it, but for probes.
 */

#include "net/service.h"

/* What is said; it may change from day to day. */
struct announce_words {
	char prefix[32]; /* of the names (net/claim.h) */
	size_t text_size;
	uint8_t text[SERVICE_TEXT]; /* strings as in a TXT record */
};

struct reach;

struct announce_options {
	const char *type; /* "_shardkit._tcp" */
	const char *const *interface;
	size_t interfaces;

	const struct reach *reach; /* which addresses are served, the port */
	void (*words)(void *context, struct announce_words *words);
	void *context;
	int wake; /* ends it when readable */
};

/*
 * Until `wake` is readable; what interfaces and addresses there are is looked
 * at again every few seconds. An interface that is named twice is one. Events
 * are "announce", the peer being the interface. 0, or -1: FAIL_SYSTEM.
 */
int announce_run(const struct announce_options *options);

#endif
