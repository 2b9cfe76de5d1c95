/* SPDX-License-Identifier: ISC */
#ifndef NET_INQUIRY_H
#define NET_INQUIRY_H

/*
 * What is asked in the DNS to learn all endpoints of a service, and what was
 * answered: first the SRV and TXT records of its name, then, for each target,
 * the TXT record and those addresses that the first answer did not bring
 * along. Queries may be answered in any order (RFC 7766 section 6.2.1.1).
 * Without I/O.
 */

#include "net/address.h"
#include "net/service.h"

#define INQUIRY_SERVICES 2000 /* a message of 64 KiB holds some 1 600 */
#define INQUIRY_ADDRESSES 4   /* of one target */
#define INQUIRY_QUERY 300     /* bytes of a query with its length */
#define INQUIRY_BUCKETS 1024

/* A host that a service is on. */
struct target {
	struct target *next; /* in the bucket */
	struct dns_name name;
	struct sockaddr_storage at[INQUIRY_ADDRESSES];
	size_t addresses;
	uint32_t ttl; /* of the shortest-lived address */
	size_t text_size;
	uint8_t text[SERVICE_TEXT];
};

struct offer {
	uint16_t priority, weight, port;
	uint32_t ttl;
	struct target *target;
};

struct ask {
	struct target *target; /* NULL: the service itself */
	uint16_t type;
	bool answered;
};

struct inquiry {
	struct target service;	   /* its name and text */
	char server[ADDRESS_TEXT]; /* who is asked, for people */
	struct ask ask[2 + 3 * INQUIRY_SERVICES];
	size_t asks, answers;
	struct offer offer[INQUIRY_SERVICES];
	size_t offers;
	bool crowded; /* there were more, which is told once */
	struct target *target[INQUIRY_BUCKETS];
};

/* Begin; `inquiry` is all zero, or was released. */
void inquiry_init(struct inquiry *inquiry, const struct dns_name *name,
    const char *server);
void inquiry_release(struct inquiry *inquiry);

/*
 * The query of this number, below `asks`, as it goes over TCP: its size, or 0
 * when it has been answered.
 */
size_t inquiry_query(const struct inquiry *inquiry, size_t number,
    uint8_t to[static INQUIRY_QUERY]);

/*
 * Take a message of the server's: 1 when it answers a query, else 0. -1:
 * FAIL_NO, there is no such service; FAIL_SYSTEM, the server cannot say;
 * FAIL_DATA, the answer is malformed or cut short.
 */
int inquiry_take(struct inquiry *inquiry, struct span message);

/* Whether all has been answered; whether there is something to tell. */
bool inquiry_is_done(const struct inquiry *inquiry);
bool inquiry_has_endpoints(const struct inquiry *inquiry);

/*
 * Tell of all endpoints, in the order of RFC 2782: by priority, at random by
 * weight. 0, also when `each` had enough; -1: `each` failed, or FAIL_SYSTEM.
 */
int inquiry_tell(struct inquiry *inquiry, service_each each, void *context);

#endif
