/* SPDX-License-Identifier: ISC */
#ifndef NET_SERVICE_H
#define NET_SERVICE_H

/*
 * One endpoint of one service instance, as it was found on a network: by
 * multicast (net/mdns.h) or in the DNS (net/resolver.h). All of it is what
 * somebody said, none of it is proved.
 */

#include <net/if.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "net/address.h"
#include "net/dns.h"

/* RFC 6763 section 6.2 wants no more than 400 bytes, for one packet's sake. */
#define SERVICE_TEXT 400

/* What is heeded of one source: four times what multicast is good for. */
#define SERVICES_MOST 1000

struct service {
	/*
	 * The instance's own label, as dns_name_label gives it; "" in the DNS.
	 */
	char instance[DNS_LABEL_TEXT];
	char host[DNS_TEXT];	    /* the target of its SRV record */
	struct sockaddr_storage at; /* with the zone, when link-local */
	uint16_t priority, weight;  /* RFC 2782 */
	uint32_t ttl;		    /* seconds it is good for; 0: it is gone */
	size_t text_size; /* of its TXT record, strings as they came */
	uint8_t text[SERVICE_TEXT];
	char via[ADDRESS_TEXT]; /* the interface, or the server's ip:port */
};

/*
 * What whoever looks is called with for each that is found: 0 to go on, 1
 * when that is enough, -1 after a failure, which ends the search as well.
 */
typedef int (*service_each)(void *context, const struct service *service);

/*
 * The value of a key of the TXT record (RFC 6763 section 6.4: the first one
 * counts, upper and lower case are the same; no '=' is an empty value).
 * False: it has none.
 */
bool service_value(const struct service *service, const char *key,
    struct span *value);

/*
 * Append strings as they came, as many as there is room for, to a text of
 * `size` bytes. Its new size.
 */
size_t service_add_text(uint8_t text[static SERVICE_TEXT], size_t size,
    struct span strings);

/* The same endpoint of the same instance by the same way. */
bool service_same(const struct service *a, const struct service *b);

#endif
