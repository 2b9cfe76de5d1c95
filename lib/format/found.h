/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_FOUND_H
#define FORMAT_FOUND_H

/*
 * A found record: where a peer may be reached, and who says so. What one says
 * is a hint until TLS proves the id. Records go between programs as a CBOR
 * sequence (shardkit-format(5)); format/found_text.h has them for people.
 *
 * The address is an ip or, as a person has typed it, a host; with neither, the
 * record names a peer that was looked for and not found.
 */

#include "base/bytes.h"
#include "format/limits.h"

/* Who says so; joined where several do. */
enum found_source {
	FOUND_STATIC = 1,    /* the roster */
	FOUND_MDNS = 2,	     /* an answer on the link */
	FOUND_DNS = 4,	     /* SRV records */
	FOUND_EXEC = 8,	     /* a program of the user's */
	FOUND_EXCHANGE = 16, /* signed by the peer, told by another */
	FOUND_CACHE = 32,    /* an earlier run */
	FOUND_STALE = 64,    /* an earlier run, and its time is over */
	FOUND_GONE = 128     /* nobody any more */
};

/* How much there is to it. */
enum found_trust {
	FOUND_HINT = 0,
	FOUND_SIGNED = 1, /* an address record by the peer itself */
	FOUND_WANTED = 2, /* its id is in the roster */
	FOUND_PROVED = 3  /* TLS has proved that id there */
};

struct found {
	bool has_id;
	struct digest id;
	unsigned ip_size; /* 4, 16, or 0 */
	uint8_t ip[16];
	uint16_t port;
	char zone[16];	/* the interface of a link-local ip */
	char host[256]; /* without an ip, the address */
	char via[64];	/* the interface, server, command, teller */
	unsigned sources;
	unsigned trust;
	uint64_t seen; /* seconds since 1970 */
	uint64_t ttl;  /* seconds that it is good for, from then */
	uint16_t priority, weight;
	uint32_t rtt_us;      /* 0: not measured */
	uint64_t ok, refused; /* when a dial last did, did not; 0: never */
	uint8_t failures;     /* dials that did not, in a row */
};

/* Whether there is an address. */
bool found_has_address(const struct found *found);

/* Bytewise order of (id, ip, host, port, zone): 0 is the same endpoint. */
int found_compare(const struct found *a, const struct found *b);

/* Letters, digits, '.', '-' and '_': what hosts and interfaces are called. */
bool found_is_name(const char *text);

/*
 * Set a text of a record: cut to `size` with its NUL, and with '?' for what a
 * record cannot hold.
 */
void found_set(char *to, size_t size, const char *text);

int found_encode(const struct found *found, struct buf *to);

/* -1: FAIL_DATA, also for an address that cannot be one. */
int found_decode(struct span item, struct found *found);

#endif
