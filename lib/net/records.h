/* SPDX-License-Identifier: ISC */
#ifndef NET_RECORDS_H
#define NET_RECORDS_H

/*
 * Records that were heard by multicast of one type of service, with their
 * lifetimes (RFC 6762 section 10), those of each link apart: PTR of the type,
 * held under the instances that they name, SRV and TXT of these, A and AAAA of
 * the hosts that these name; all else is passed over. Without I/O and without a
 * clock: `now` is milliseconds.
 */

#include "net/dns.h"

#define RECORDS_BUCKETS 4096
#define RECORDS_MOST 10000 /* some ten for each of a thousand endpoints */

/* Not a type of DNS: a host that some service is on. */
#define RECORDS_HOST 0

struct held {
	struct held *after, *next; /* of all, and in the bucket */
	uint32_t hash;		   /* of name and type */
	uint16_t type;
	bool fresh;    /* heard since the last records_sweep */
	bool asked;    /* what is missing to it */
	unsigned link; /* index of the interface */
	uint32_t ttl;
	int64_t heard, dies;
	size_t size;
	struct dns_name name; /* behind what is looked at more often */
	uint8_t data[];	      /* names in it are whole */
};

struct records {
	struct dns_name type;
	struct held *all, **last;
	struct held *bucket[RECORDS_BUCKETS]; /* by hash */
	size_t count;
};

void records_init(struct records *records, const struct dns_name *type);
void records_release(struct records *records);

/*
 * Take what a response says; one that is malformed says nothing. A legacy one
 * (section 6.7) says ten seconds of all that lives, which is not taken at its
 * word. -1: FAIL_SYSTEM, out of memory.
 */
int records_take(struct records *records, unsigned link, struct span packet,
    bool legacy, int64_t now);

/* The first one that lives, and the next one of its name, type and link. */
struct held *records_first(const struct records *records,
    const struct dns_name *name, uint16_t type, unsigned link, int64_t now);
struct held *records_next(const struct held *held, int64_t now);

/* A record more, which is dead as yet. NULL: FAIL_SYSTEM. */
struct held *records_add(struct records *records, const struct dns_name *name,
    uint16_t type, unsigned link, struct span data);

/* Free what is dead; nothing is fresh any more. */
void records_sweep(struct records *records, int64_t now);

/* What a record says: SRV, A or AAAA. */
void held_srv(const struct held *held, struct dns_srv *srv);
void held_address(const struct held *held, struct sockaddr_storage *at);

/* When so many percent of its life are over. */
int64_t held_until(const struct held *held, int percent);

#endif
