/* SPDX-License-Identifier: ISC */
#include "net/claim.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* RFC 6762 section 10: what has to do with a host's address, and the rest. */
#define HOST_TTL 120
#define OTHER_TTL 4500
#define LEGACY_TTL 10

/* Records in the order in which they are numbered here. */
enum {
	PTR,
	SRV,
	TXT,
	FIRST_ADDRESS
};

int
claim_name(struct claim *claim, const char *type, const char *prefix,
    unsigned number)
{
	char label[DNS_LABEL_TEXT], host[DNS_LABEL_TEXT + 16];
	struct dns_name local;

	if (number < 2)
		snprintf(label, sizeof label, "%s", prefix);
	else
		snprintf(label, sizeof label, "%s-%u", prefix, number);
	snprintf(host, sizeof host, "shardkit-%s", label);
	if (dns_name_parse("local", &local) != 0 ||
	    dns_name_below(type, &local, &claim->type) != 0 ||
	    dns_name_below(label, &claim->type, &claim->instance) != 0)
		return -1;
	return dns_name_below(host, &local, &claim->host);
}

static size_t
put_srv(const struct claim *claim, uint8_t to[static DNS_DATA])
{
	memset(to, 0, 4); /* priority and weight */
	to[4] = (uint8_t)(claim->port >> 8);
	to[5] = (uint8_t)claim->port;
	memcpy(to + 6, claim->host.byte, claim->host.size);
	return 6 + claim->host.size;
}

static void
describe_address(const struct sockaddr_storage *at, struct dns_record *record)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)at;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)at;

	if (at->ss_family == AF_INET) {
		record->type = DNS_A;
		record->data = span_of(&v4->sin_addr, 4);
	} else {
		record->type = DNS_AAAA;
		record->data = span_of(&v6->sin6_addr, 16);
	}
}

/* Record `number` of ours; what its data is made of is in `data`. */
static struct dns_record
describe(const struct claim *claim, size_t number,
    uint8_t data[static DNS_DATA])
{
	struct dns_record record = {.class = DNS_IN,
	    .ttl = OTHER_TTL,
	    .flush = number != PTR,
	    .name = claim->instance};

	if (number == PTR) {
		record.name = claim->type;
		record.type = DNS_PTR;
		record.data =
		    span_of(claim->instance.byte, claim->instance.size);
	} else if (number == SRV) {
		record.type = DNS_SRV;
		record.ttl = HOST_TTL;
		record.data = span_of(data, put_srv(claim, data));
	} else if (number == TXT) {
		record.type = DNS_TXT;
		record.data = claim->text_size > 0
		    ? span_of(claim->text, claim->text_size)
		    : span_of("", 1); /* RFC 6763 section 6.1 */
	} else {
		record.name = claim->host;
		record.ttl = HOST_TTL;
		describe_address(&claim->at[number - FIRST_ADDRESS], &record);
	}
	return record;
}

/* All records from `number` on; what does not fit is left out. */
static void
write_records(const struct claim *claim, size_t number, int section, bool flush,
    uint32_t ttl_most, struct dns_write *write)
{
	uint8_t data[DNS_DATA];
	struct dns_record record;

	for (; number < FIRST_ADDRESS + claim->addresses; number++) {
		record = describe(claim, number, data);
		record.section = section;
		record.flush &= flush;
		if (record.ttl > ttl_most)
			record.ttl = ttl_most;
		dns_write_data(write, &record);
	}
}

size_t
claim_write(const struct claim *claim, enum claim_kind kind,
    uint8_t to[static CLAIM_PACKET])
{
	struct dns_question question = {.name = claim->instance,
	    .type = DNS_ANY,
	    .class = DNS_IN};
	struct dns_write write;

	dns_write_open(&write, to, CLAIM_PACKET, 0,
	    kind == CLAIM_PROBE ? 0 : DNS_RESPONSE | DNS_AUTHORITATIVE);
	if (kind == CLAIM_PROBE) {
		dns_write_question(&write, &question);
		question.name = claim->host;
		dns_write_question(&write, &question);
		write_records(claim, SRV, 1, false, UINT32_MAX, &write);
	} else {
		write_records(claim, PTR, 0, true,
		    kind == CLAIM_GOODBYE ? 0 : UINT32_MAX, &write);
	}
	return write.size;
}

static bool
asks_for(const struct dns_question *question, const struct dns_record *record)
{
	return (question->type == record->type || question->type == DNS_ANY) &&
	    (question->class == DNS_IN || question->class == DNS_ANY) &&
	    dns_name_equal(&question->name, &record->name);
}

/* A known answer counts with half of its life left (section 7.1). */
static bool
is_known(const struct dns_read *read, const struct dns_record *known,
    const struct dns_record *record)
{
	uint8_t data[DNS_DATA];
	size_t size;

	return known->section == 0 && known->type == record->type &&
	    known->ttl >= record->ttl / 2 &&
	    dns_name_equal(&known->name, &record->name) &&
	    dns_read_data(read, known, data, &size) == 0 &&
	    span_equal(span_of(data, size), record->data);
}

/* What one record of ours is to a query. */
static enum claim_verdict
judge_record(const struct dns_record *record, struct dns_read read)
{
	struct dns_question question;
	struct dns_record known;
	bool asked = false;
	int i;

	while (dns_read_question(&read, &question) > 0)
		asked |= asks_for(&question, record);
	for (i = 0;
	     i < DNS_PACKET_RECORDS && dns_read_record(&read, &known) > 0; i++)
		if (is_known(&read, &known, record))
			return CLAIM_KNOWN;
	return asked ? CLAIM_ASKED : CLAIM_NOTHING;
}

static enum claim_verdict
judge_query(const struct claim *claim, struct dns_read read)
{
	enum claim_verdict verdict = CLAIM_NOTHING, one;
	uint8_t data[DNS_DATA];
	struct dns_record record;
	size_t number;

	for (number = 0; number < FIRST_ADDRESS + claim->addresses; number++) {
		record = describe(claim, number, data);
		one = judge_record(&record, read);
		if (one == CLAIM_ASKED)
			return one;
		if (one == CLAIM_KNOWN)
			verdict = one;
	}
	return verdict;
}

/* Whoever has our instance's name on another host or port. */
static enum claim_verdict
judge_response(const struct claim *claim, struct dns_read read)
{
	uint8_t own[DNS_DATA], data[DNS_DATA];
	size_t own_size = put_srv(claim, own), size;
	struct dns_record record;
	int i;

	for (i = 0;
	     i < DNS_PACKET_RECORDS && dns_read_record(&read, &record) > 0; i++)
		if (record.type == DNS_SRV && record.ttl > 0 &&
		    dns_name_equal(&record.name, &claim->instance) &&
		    dns_read_data(&read, &record, data, &size) == 0 &&
		    !span_equal(span_of(data, size), span_of(own, own_size)))
			return CLAIM_CONTESTED;
	return CLAIM_NOTHING;
}

enum claim_verdict
claim_judge(const struct claim *claim, struct span packet)
{
	struct dns_read read;

	if (dns_read_open(&read, packet) != 0 ||
	    (read.flags & (DNS_OPCODE | DNS_OUTCOME)) != 0)
		return CLAIM_NOTHING;
	return (read.flags & DNS_RESPONSE) != 0 ? judge_response(claim, read)
						: judge_query(claim, read);
}

size_t
claim_write_legacy(const struct claim *claim, struct span query,
    uint8_t to[static CLAIM_PACKET])
{
	struct dns_question question;
	struct dns_write write;
	struct dns_read read;

	if (dns_read_open(&read, query) != 0 ||
	    dns_read_question(&read, &question) <= 0)
		return 0;
	question.unicast = false;
	dns_write_open(&write, to, CLAIM_PACKET, read.id,
	    DNS_RESPONSE | DNS_AUTHORITATIVE);
	dns_write_question(&write, &question);
	write_records(claim, PTR, 0, false, LEGACY_TTL, &write);
	return write.size;
}
