/* SPDX-License-Identifier: ISC */
#ifndef CLAIMED_H
#define CLAIMED_H

/* A service that is claimed, and questions about it. */

#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"
#include "net/claim.h"

#define INSTANCE "me._x._tcp.local"
#define HOST "shardkit-me.local"

static struct claim claim;

static inline struct dns_name
named(const char *text)
{
	struct dns_name name;

	must(dns_name_parse(text, &name) == 0, text);
	return name;
}

static inline void
start(void)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&claim.at[0];
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&claim.at[1];

	claim = (struct claim){.port = 7117, .addresses = 2};
	must(claim_name(&claim, "_x._tcp", "me", 1) == 0, "names");
	v4->sin_family = AF_INET;
	must(inet_pton(AF_INET, "10.0.0.1", &v4->sin_addr) == 1, "v4");
	v6->sin6_family = AF_INET6;
	must(inet_pton(AF_INET6, "fe80::1", &v6->sin6_addr) == 1, "v6");
	claim.text_size = 10;
	memcpy(claim.text, "\x09txtvers=1", 10);
}

/* A query with one question, and known answers behind it. */
static inline struct dns_write
asking(uint8_t *packet, const char *name, uint16_t type, uint16_t class)
{
	struct dns_question question = {.name = named(name),
	    .type = type,
	    .class = class};
	struct dns_write write;

	dns_write_open(&write, packet, CLAIM_PACKET, 77, 0);
	must(dns_write_question(&write, &question) == 0, "question");
	return write;
}

#endif
