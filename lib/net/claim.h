/* SPDX-License-Identifier: ISC */
#ifndef NET_CLAIM_H
#define NET_CLAIM_H

/*
 * What a responder of multicast DNS says of one service on one link, and what
 * the packets of others mean to it: RFC 6762 sections 6 to 8. It answers for
 * its own records and nothing else. Without I/O and without a clock.
 */

#include "net/service.h"

#define CLAIM_PACKET 1440  /* of ours; it fits one frame */
#define CLAIM_ADDRESSES 16 /* of the host */

struct claim {
	struct dns_name type, instance, host;
	uint16_t port;
	struct sockaddr_storage at[CLAIM_ADDRESSES];
	size_t addresses;
	size_t text_size;
	uint8_t text[SERVICE_TEXT]; /* strings as in a TXT record */
};

enum claim_kind {
	CLAIM_PROBE,  /* does anybody have these names? */
	CLAIM_ANSWER, /* also as an announcement */
	CLAIM_GOODBYE
};

/*
 * Set the names: PREFIX._type._tcp.local on shardkit-PREFIX.local, both with
 * -NUMBER behind the prefix from 2 on. -1 (FAIL_USAGE).
 */
int claim_name(struct claim *claim, const char *type, const char *prefix,
    unsigned number);

/* Its records, by their numbers; addresses are from the last one on. */
enum {
	CLAIM_PTR,
	CLAIM_SRV,
	CLAIM_TXT,
	CLAIM_FIRST_ADDRESS
};

size_t claim_records(const struct claim *claim);

/* One of them; `data` is what its data may be made of. */
struct dns_record claim_record(const struct claim *claim, size_t number,
    uint8_t data[static DNS_DATA]);

/* A whole packet, with all that the claim has; its size. */
size_t claim_write(const struct claim *claim, enum claim_kind kind,
    uint8_t to[static CLAIM_PACKET]);

enum claim_verdict {
	CLAIM_NOTHING, /* to us */
	CLAIM_ASKED,   /* for something that the asker does not have yet */
	CLAIM_KNOWN,  /* it has all of ours that it asks for, or tells it has */
	CLAIM_PROBED, /* somebody is about to take our instance's name ... */
	CLAIM_BEATEN, /* ... and would win if we only probed too (8.2) */
	CLAIM_CONTESTED /* somebody else has it */
};

enum claim_verdict claim_judge(const struct claim *claim, struct span packet);

/*
 * The answer to one who asks from a port of its own (section 6.7): its id and
 * question again, ten seconds to live. 0: it asks in no proper way.
 */
size_t claim_write_legacy(const struct claim *claim, struct span query,
    uint8_t to[static CLAIM_PACKET]);

#endif
