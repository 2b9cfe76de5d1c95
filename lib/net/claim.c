/* SPDX-License-Identifier: ISC */
#include "net/claim.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* RFC 6762 section 10: what has to do with a host's address, and the rest. */
#define HOST_TTL 120
#define OTHER_TTL 4500
#define LEGACY_TTL 10

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

size_t
claim_records(const struct claim *claim)
{
	return CLAIM_FIRST_ADDRESS + claim->addresses;
}

struct dns_record
claim_record(const struct claim *claim, size_t number,
    uint8_t data[static DNS_DATA])
{
	struct dns_record record = {.class = DNS_IN,
	    .ttl = OTHER_TTL,
	    .flush = number != CLAIM_PTR,
	    .name = claim->instance};

	if (number == CLAIM_PTR) {
		record.name = claim->type;
		record.type = DNS_PTR;
		record.data =
		    span_of(claim->instance.byte, claim->instance.size);
	} else if (number == CLAIM_SRV) {
		record.type = DNS_SRV;
		record.ttl = HOST_TTL;
		record.data = span_of(data, put_srv(claim, data));
	} else if (number == CLAIM_TXT) {
		record.type = DNS_TXT;
		record.data = claim->text_size > 0
		    ? span_of(claim->text, claim->text_size)
		    : span_of("", 1); /* RFC 6763 section 6.1 */
	} else {
		record.name = claim->host;
		record.ttl = HOST_TTL;
		describe_address(&claim->at[number - CLAIM_FIRST_ADDRESS],
		    &record);
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

	for (; number < claim_records(claim); number++) {
		record = claim_record(claim, number, data);
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
		write_records(claim, CLAIM_SRV, 1, false, UINT32_MAX, &write);
	} else {
		write_records(claim, CLAIM_PTR, 0, true,
		    kind == CLAIM_GOODBYE ? 0 : UINT32_MAX, &write);
	}
	return write.size;
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
	write_records(claim, CLAIM_PTR, 0, false, LEGACY_TTL, &write);
	return write.size;
}
