/* SPDX-License-Identifier: ISC */
#ifndef NET_HEARD_H
#define NET_HEARD_H

/*
 * The endpoints that records heard by multicast (net/records.h) make together,
 * and which of them were told of already; what is missing to make more, and
 * what need not be said again. Without I/O and without a clock.
 */

#include "net/records.h"
#include "net/service.h"

#define HEARD_BUCKETS 256

struct heard {
	struct records records;
	struct told *told[HEARD_BUCKETS]; /* by instance */
	size_t count;			  /* SERVICES_MOST at most */
};

void heard_init(struct heard *heard, const struct dns_name *type);
void heard_release(struct heard *heard);

/*
 * Tell of endpoints that are new, that changed, or that live more than twice
 * as long as was told before. What `each` says,
 * or 0.
 */
int heard_tell(struct heard *heard, int64_t now, service_each each,
    void *context);

/* Tell, with a ttl of 0, of those that were told and are no more. */
int heard_forget(struct heard *heard, int64_t now, service_each each,
    void *context);

/*
 * Questions about what is missing on a link to make endpoints, each asked
 * once, as far as there is room. How many.
 */
size_t heard_ask(struct heard *heard, unsigned link, int64_t now,
    struct dns_write *write);

/*
 * The instances of a link that need not be told us again (RFC 6762 section
 * 7.1), as far as there is room: half of the life of all its records is left.
 */
void heard_ask_known(const struct heard *heard, unsigned link, int64_t now,
    struct dns_write *write);

/* When four fifths of some endpoint's life will be over; INT64_MAX: never. */
int64_t heard_due(const struct heard *heard, int64_t now);

#endif
