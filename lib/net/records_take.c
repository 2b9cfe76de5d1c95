/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "net/records.h"

/* What says goodbye, or is replaced, lives one second more (10.1, 10.2). */
#define GOODBYE_MS 1000

/* Records of one name and type: a host has few addresses. */
#define SAME_MOST 16

/* What lives ten seconds by a legacy answer has at least this (section 10). */
#define LEGACY_TTL 120

/* A record as it will be held, while it is being taken. */
struct taken {
	struct dns_record record;
	struct dns_name name; /* what it is held under */
	unsigned link;
	bool legacy;
	uint8_t data[DNS_DATA];
	size_t size;
};

static bool
is_address(uint16_t type)
{
	return type == DNS_A || type == DNS_AAAA;
}

static bool
is_wanted(const struct records *records, const struct dns_record *record,
    unsigned link, int64_t now)
{
	if (record->class != DNS_IN)
		return false;
	if (record->type == DNS_PTR)
		return dns_name_equal(&record->name, &records->type);
	if (record->type == DNS_SRV || record->type == DNS_TXT)
		return dns_name_is_child(&record->name, &records->type);
	return is_address(record->type) &&
	    records_first(records, &record->name, RECORDS_HOST, link, now) !=
	    NULL;
}

/* What is to live on is not shortened. */
static void
refresh(struct held *held, uint32_t ttl, int64_t now)
{
	int64_t dies = now + (int64_t)ttl * 1000;

	held->heard = now;
	held->fresh = true;
	if (dies < held->dies)
		return;
	held->dies = dies;
	held->ttl = ttl;
}

/* All of a name and type but what was heard just now (section 10.2). */
static void
retire(struct held *held, int64_t heard_before, int64_t now)
{
	for (; held != NULL; held = records_next(held, now))
		if (held->heard < heard_before && held->dies > now + GOODBYE_MS)
			held->dies = now + GOODBYE_MS;
}

/* An instance that says goodbye takes its SRV record with it. */
static void
take_goodbye(struct records *records, struct held *held, int64_t now)
{
	held->dies = now + GOODBYE_MS;
	if (held->type == DNS_PTR)
		retire(records_first(records, &held->name, DNS_SRV, held->link,
			   now),
		    INT64_MAX, now);
}

/* Remember the host of a service as long as its SRV record lives. */
static int
take_host(struct records *records, const struct held *srv, int64_t now)
{
	struct held *host;
	struct dns_srv data;

	held_srv(srv, &data);
	host =
	    records_first(records, &data.target, RECORDS_HOST, srv->link, now);
	if (host == NULL)
		host = records_add(records, &data.target, RECORDS_HOST,
		    srv->link, span_of(NULL, 0));
	if (host == NULL)
		return -1;
	refresh(host, srv->ttl, now);
	return 0;
}

static int
take_record(struct records *records, const struct taken *taken, int64_t now)
{
	const struct dns_record *record = &taken->record;
	struct held *first, *held;
	uint32_t ttl;
	int same = 0;

	first = records_first(records, &taken->name, record->type, taken->link,
	    now);
	for (held = first; held != NULL; held = records_next(held, now), same++)
		if (span_equal(span_of(held->data, held->size),
			span_of(taken->data, taken->size)))
			break;
	if (record->ttl == 0) {
		if (held != NULL)
			take_goodbye(records, held, now);
		return 0;
	}
	if (record->flush)
		retire(first, now - GOODBYE_MS, now);
	if (held == NULL &&
	    (same >= SAME_MOST || records->count >= RECORDS_MOST - 1))
		return 0;
	if (held == NULL)
		held = records_add(records, &taken->name, record->type,
		    taken->link, span_of(taken->data, taken->size));
	if (held == NULL)
		return -1;
	ttl = record->ttl;
	if (taken->legacy && ttl < LEGACY_TTL)
		ttl = LEGACY_TTL;
	refresh(held, ttl, now);
	return held->type == DNS_SRV ? take_host(records, held, now) : 0;
}

/* What a record says, names whole; a PTR record names an instance. */
static int
expand(const struct records *records, const struct dns_read *read,
    struct taken *taken)
{
	const struct dns_record *record = &taken->record;

	taken->name = record->name;
	if (record->type == DNS_PTR) {
		taken->size = 0;
		return dns_read_name(read, record, &taken->name) == 0 &&
			dns_name_is_child(&taken->name, &records->type)
		    ? 0
		    : -1;
	}
	return dns_read_data(read, record, taken->data, &taken->size);
}

/*
 * Addresses come after the SRV records that make them wanted, so a message is
 * gone through twice.
 */
static int
take_all(struct records *records, struct taken *taken, struct dns_read read,
    bool addresses, int64_t now)
{
	const struct dns_record *record = &taken->record;
	int i, more = 1;

	for (i = 0; i < DNS_PACKET_RECORDS && more > 0; i++) {
		more = dns_read_record(&read, &taken->record);
		if (more > 0 && is_address(record->type) == addresses &&
		    is_wanted(records, record, taken->link, now) &&
		    expand(records, &read, taken) == 0 &&
		    take_record(records, taken, now) != 0)
			return -1;
	}
	return 0;
}

/* Whether every record of it can be read. */
static bool
is_whole(struct dns_read read)
{
	struct dns_record record;
	int i, more = 1;

	for (i = 0; i < DNS_PACKET_RECORDS && more > 0; i++)
		more = dns_read_record(&read, &record);
	return more >= 0;
}

int
records_take(struct records *records, unsigned link, struct span packet,
    bool legacy, int64_t now)
{
	struct taken taken = {.link = link, .legacy = legacy};
	struct dns_read read;

	if (dns_read_open(&read, packet) != 0 ||
	    (read.flags & (DNS_RESPONSE | DNS_OPCODE | DNS_OUTCOME)) !=
		DNS_RESPONSE ||
	    !is_whole(read))
		return 0;
	if (take_all(records, &taken, read, false, now) != 0)
		return -1;
	return take_all(records, &taken, read, true, now);
}
