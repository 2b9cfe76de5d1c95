/* SPDX-License-Identifier: ISC */
#include "net/claim.h"

#include <string.h>

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

	for (number = 0; number < claim_records(claim); number++) {
		record = claim_record(claim, number, data);
		one = judge_record(&record, read);
		if (one == CLAIM_ASKED)
			return one;
		if (one == CLAIM_KNOWN)
			verdict = one;
	}
	return verdict;
}

/* A record of an instance, so that memcmp has the order of section 8.2. */
struct key {
	uint8_t byte[4 + DNS_DATA]; /* class, type, data */
	size_t size;		    /* 0: of none, which comes first */
};

static int
compare(const struct key *a, const struct key *b)
{
	size_t size = a->size < b->size ? a->size : b->size;
	int order = memcmp(a->byte, b->byte, size);

	return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

/* Keep the first of those behind `after`. */
static void
consider(const struct dns_record *record, struct span data,
    const struct key *after, struct key *first)
{
	struct key key = {{(uint8_t)(record->class >> 8),
			      (uint8_t)record->class,
			      (uint8_t)(record->type >> 8),
			      (uint8_t)record->type},
	    4 + data.size};

	memcpy(key.byte + 4, data.data, data.size);
	if (compare(&key, after) > 0 &&
	    (first->size == 0 || compare(&key, first) < 0))
		*first = key;
}

static struct key
next_of_ours(const struct claim *claim, const struct key *after)
{
	struct key first = {.size = 0};
	uint8_t data[DNS_DATA];
	struct dns_record record;
	size_t number;

	for (number = CLAIM_SRV; number <= CLAIM_TXT; number++) {
		record = claim_record(claim, number, data);
		consider(&record, record.data, after, &first);
	}
	return first;
}

/* The next of those with which somebody probes for our instance. */
static struct key
next_of_theirs(const struct claim *claim, struct dns_read read,
    const struct key *after)
{
	struct key first = {.size = 0};
	uint8_t data[DNS_DATA];
	struct dns_record record;
	size_t size;
	int i;

	for (i = 0;
	     i < DNS_PACKET_RECORDS && dns_read_record(&read, &record) > 0; i++)
		if (record.section == 1 &&
		    dns_name_equal(&record.name, &claim->instance) &&
		    dns_read_data(&read, &record, data, &size) == 0)
			consider(&record, span_of(data, size), after, &first);
	return first;
}

/* What a query is that asks for something of ours. */
static enum claim_verdict
judge_probe(const struct claim *claim, struct dns_read read)
{
	struct key ours = {.size = 0},
		   theirs = next_of_theirs(claim, read, &ours);
	int order;

	if (theirs.size == 0)
		return CLAIM_ASKED;
	do {
		theirs = next_of_theirs(claim, read, &ours);
		ours = next_of_ours(claim, &ours);
		order = compare(&ours, &theirs);
	} while (order == 0 && ours.size > 0);
	return order < 0 ? CLAIM_BEATEN : CLAIM_PROBED;
}

/* Whether a record of somebody's is not what we say of our instance. */
static bool
contests(const struct claim *claim, const struct dns_read *read,
    const struct dns_record *record)
{
	uint8_t own[DNS_DATA], data[DNS_DATA];
	struct dns_record ours;
	size_t size;

	if ((record->type != DNS_SRV && record->type != DNS_TXT) ||
	    record->ttl == 0 ||
	    !dns_name_equal(&record->name, &claim->instance))
		return false;
	ours = claim_record(claim,
	    record->type == DNS_SRV ? CLAIM_SRV : CLAIM_TXT, own);
	return dns_read_data(read, record, data, &size) == 0 &&
	    !span_equal(span_of(data, size), ours.data);
}

static enum claim_verdict
judge_response(const struct claim *claim, struct dns_read read)
{
	struct dns_record record;
	int i;

	for (i = 0;
	     i < DNS_PACKET_RECORDS && dns_read_record(&read, &record) > 0; i++)
		if (contests(claim, &read, &record))
			return CLAIM_CONTESTED;
	return CLAIM_NOTHING;
}

enum claim_verdict
claim_judge(const struct claim *claim, struct span packet)
{
	enum claim_verdict verdict;
	struct dns_read read;

	if (dns_read_open(&read, packet) != 0 ||
	    (read.flags & (DNS_OPCODE | DNS_OUTCOME)) != 0)
		return CLAIM_NOTHING;
	if ((read.flags & DNS_RESPONSE) != 0)
		return judge_response(claim, read);
	verdict = judge_query(claim, read);
	return verdict == CLAIM_ASKED ? judge_probe(claim, read) : verdict;
}
