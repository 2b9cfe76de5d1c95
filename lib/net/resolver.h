/* SPDX-License-Identifier: ISC */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

/*
 * Services in the DNS: the SRV records of a name (RFC 2782) with the addresses
 * of their targets and the text of each. Always over TCP (RFC 7766), since
 * answers of hundreds of peers fit no datagram, and some servers cut them
 * short without a word.
 */

#include "net/service.h"

struct resolver_options {
	const char
	    *server;	  /* "ip" or "ip:port"; NULL: those of resolv.conf(5) */
	const char *type; /* "_shardkit._tcp" */
	const char *domain; /* where; with a '_' in front: the whole name */
	int wait_ms;	    /* for all of it */
};

/*
 * Call `each` with every endpoint, by priority, at random by weight within
 * one. Its text is the TXT record of its target or else that of the service's
 * own name. 0, also when a target's address was not to be had in time while
 * others' were; -1: `each` failed, or FAIL_NO: the name has no such service;
 * FAIL_SYSTEM: no server answered, or one that cannot; FAIL_DATA: the answer
 * is malformed; FAIL_USAGE: `server` or `domain` is no such thing.
 */
int resolver_find(const struct resolver_options *options, service_each each,
    void *context);

#endif
