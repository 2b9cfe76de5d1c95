/* SPDX-License-Identifier: ISC */
#ifndef NET_DNS_H
#define NET_DNS_H

/*
 * DNS messages (RFC 1035, RFC 2782 for SRV), as they go through multicast
 * (RFC 6762), services (RFC 6763) and TCP (RFC 7766): all that is decoded or
 * encoded of them, without I/O and without memory of its own. What comes is a
 * stranger's: every read is within the message, and every loop ends.
 */

#include <stdbool.h>
#include <sys/socket.h>

#include "base/bytes.h"

#define DNS_NAME 255	       /* bytes of a name (RFC 1035 section 2.3.4) */
#define DNS_LABEL 63	       /* bytes of a label */
#define DNS_LABEL_TEXT 256     /* a label as text: \DDD for each byte */
#define DNS_TEXT 1024	       /* a name as text, with its NUL */
#define DNS_HOPS 32	       /* pointers that are followed in one name */
#define DNS_DATA 512	       /* of a record that says something to us */
#define DNS_PACKET 9000	       /* of multicast (RFC 6762 section 17) */
#define DNS_MESSAGE (64 << 10) /* over TCP: a length has two bytes */
#define DNS_PACKET_RECORDS 64  /* heeded of one packet of multicast */

enum dns_type {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_PTR = 12,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_ANY = 255
};

#define DNS_IN 1

/* Of `flags`: a response, its authority, cut short, recursion; its outcome. */
#define DNS_RESPONSE 0x8000
#define DNS_OPCODE 0x7800 /* 0: a query */
#define DNS_AUTHORITATIVE 0x0400
#define DNS_TRUNCATED 0x0200
#define DNS_RECURSE 0x0100
#define DNS_OUTCOME 0x000f /* 0: no error, 2: SERVFAIL, 3: NXDOMAIN, ... */

/*
 * A name, without compression and with its end, the root's zero: labels, each
 * with its length in front, spelt as they came.
 */
struct dns_name {
	uint8_t byte[DNS_NAME];
	size_t size;
};

/*
 * From text, labels with dots between them, a dot at the end or not, and
 * backslashes as in RFC 1035 section 5.1. -1 (FAIL_USAGE).
 */
int dns_name_parse(const char *text, struct dns_name *name);

/*
 * The reverse: what is not printable ASCII is \DDD, a dot or backslash within
 * a label has a backslash. Without a dot at the end; the root is ".".
 */
void dns_name_text(const struct dns_name *name, char text[static DNS_TEXT]);

/* The same of the first label alone. */
void dns_name_label(const struct dns_name *name,
    char text[static DNS_LABEL_TEXT]);

/* ASCII letters are the same in either case (RFC 4343). */
bool dns_name_equal(const struct dns_name *a, const struct dns_name *b);

/* The same number for names that are equal. */
uint32_t dns_name_hash(const struct dns_name *name);

/* Whether `name` is one label in front of `parent`. */
bool dns_name_is_child(const struct dns_name *name,
    const struct dns_name *parent);

/* The name that `text`, one label or more, makes in front of `parent`. */
int dns_name_below(const char *text, const struct dns_name *parent,
    struct dns_name *name);

/* A message that is read: its header, then its questions, then its records. */
struct dns_read {
	struct span message;
	size_t at;
	uint16_t id, flags;
	uint16_t questions, records[3]; /* that are still to come */
};

struct dns_question {
	struct dns_name name;
	uint16_t type;
	uint16_t class;
	bool unicast; /* RFC 6762 section 5.4 */
};

struct dns_record {
	struct dns_name name;
	int section; /* 0: answer, 1: authority, 2: additional */
	uint16_t type;
	uint16_t class;
	bool flush; /* all there is of that name and type: RFC 6762 10.2 */
	uint32_t ttl;
	struct span data; /* within the message */
};

struct dns_srv {
	uint16_t priority, weight, port;
	struct dns_name target;
};

/* Each is -1 (FAIL_DATA) when the message is not what it should be. */
int dns_read_open(struct dns_read *read, struct span message);

/* The next one: 1, or 0 when there is none. Of records, of any section. */
int dns_read_question(struct dns_read *read, struct dns_question *question);
int dns_read_record(struct dns_read *read, struct dns_record *record);

/* What a record says, by its type: PTR or CNAME, SRV, A or AAAA, TXT. */
int dns_read_name(const struct dns_read *read, const struct dns_record *record,
    struct dns_name *name);
int dns_read_srv(const struct dns_read *read, const struct dns_record *record,
    struct dns_srv *srv);
int dns_read_address(const struct dns_record *record,
    struct sockaddr_storage *at);
int dns_read_text(const struct dns_record *record, struct span *text);

/*
 * The data with names whole, so that they can be compared, and written by
 * dns_write_data. -1 also when it is longer than DNS_DATA.
 */
int dns_read_data(const struct dns_read *read, const struct dns_record *record,
    uint8_t to[static DNS_DATA], size_t *size);

/*
 * A message that is written into the caller's bytes, 12 of them at least,
 * names without compression. What does not fit any more leaves it as it was: -1
 * (without a message). Questions come first, then records, section by section.
 */
struct dns_write {
	uint8_t *data;
	size_t size, capacity;
};

void dns_write_open(struct dns_write *write, void *data, size_t capacity,
    uint16_t id, uint16_t flags);
int dns_write_question(struct dns_write *write,
    const struct dns_question *question);

/* A record with its name, section, class, flush and ttl, and one of these. */
int dns_write_name(struct dns_write *write, const struct dns_record *record,
    const struct dns_name *name);
int dns_write_srv(struct dns_write *write, const struct dns_record *record,
    const struct dns_srv *srv);
int dns_write_data(struct dns_write *write, const struct dns_record *record);

#endif
