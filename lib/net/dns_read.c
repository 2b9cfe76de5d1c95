/* SPDX-License-Identifier: ISC */
#include <netinet/in.h>
#include <string.h>

#include "base/fail.h"
#include "net/dns.h"

#define HEADER_SIZE 12
#define POINTER 0xc0   /* RFC 1035 section 4.1.4 */
#define TOP_BIT 0x8000 /* of a class: RFC 6762 sections 5.4 and 10.2 */

static int
cut_short(void)
{
	return fail(FAIL_DATA, "a DNS message is cut short");
}

static uint16_t
number(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* Take a number of two bytes; the caller knows that they are there. */
static uint16_t
take(struct dns_read *read)
{
	read->at += 2;
	return number(read->message.data + read->at - 2);
}

int
dns_read_open(struct dns_read *read, struct span message)
{
	int i;

	*read = (struct dns_read){.message = message};
	if (message.size < HEADER_SIZE)
		return cut_short();
	read->id = take(read);
	read->flags = take(read);
	read->questions = take(read);
	for (i = 0; i < 3; i++)
		read->records[i] = take(read);
	return 0;
}

/* Append a label and its length: 1; 0 when it was the root. */
static int
take_label(struct span message, size_t at, struct dns_name *name)
{
	size_t size = 1 + (size_t)message.data[at];

	if (size > 1 + DNS_LABEL)
		return fail(FAIL_DATA, "a DNS message has a strange label");
	if (size > message.size - at)
		return cut_short();
	if (size > DNS_NAME - name->size)
		return fail(FAIL_DATA, "a DNS message has a name too long");
	memcpy(name->byte + name->size, message.data + at, size);
	name->size += size;
	return size > 1;
}

/* Follow a pointer, which leads to before all that was read of the name. */
static int
follow(struct span message, size_t *at, size_t *lowest)
{
	if (message.size - *at < 2)
		return cut_short();
	*at = number(message.data + *at) & ~(POINTER << 8);
	if (*at >= *lowest)
		return fail(FAIL_DATA, "a DNS message has a pointer forward");
	*lowest = *at;
	return 0;
}

/* Expand the name at `*at`, which is moved behind it. */
static int
take_name(struct span message, size_t *at, struct dns_name *name)
{
	size_t here = *at, lowest = *at, behind = 0;
	int more = 1, hops = 0;

	name->size = 0;
	while (more > 0) {
		if (here >= message.size)
			return cut_short();
		if (message.data[here] < POINTER) {
			more = take_label(message, here, name);
			here += 1 + (size_t)message.data[here];
			continue;
		}
		if (++hops > DNS_HOPS)
			return fail(FAIL_DATA,
			    "a DNS message has a name of too many pointers");
		if (behind == 0)
			behind = here + 2;
		more = follow(message, &here, &lowest) == 0 ? 1 : -1;
	}
	*at = behind != 0 ? behind : here;
	return more;
}

int
dns_read_question(struct dns_read *read, struct dns_question *question)
{
	if (read->questions == 0)
		return 0;
	if (take_name(read->message, &read->at, &question->name) != 0)
		return -1;
	if (read->message.size - read->at < 4)
		return cut_short();
	question->type = take(read);
	question->class = take(read);
	question->unicast = (question->class & TOP_BIT) != 0;
	question->class &= (uint16_t)~TOP_BIT;
	read->questions--;
	return 1;
}

static int
skip_questions(struct dns_read *read)
{
	struct dns_question question;
	int more;

	do
		more = dns_read_question(read, &question);
	while (more > 0);
	return more;
}

static int
take_record(struct dns_read *read, struct dns_record *record)
{
	size_t size;

	if (take_name(read->message, &read->at, &record->name) != 0)
		return -1;
	if (read->message.size - read->at < 10)
		return cut_short();
	record->type = take(read);
	record->class = take(read);
	record->flush = (record->class & TOP_BIT) != 0;
	record->class &= (uint16_t)~TOP_BIT;
	record->ttl = (uint32_t)take(read) << 16;
	record->ttl |= take(read);
	size = take(read);
	if (size > read->message.size - read->at)
		return cut_short();
	record->data = span_of(read->message.data + read->at, size);
	read->at += size;
	return 1;
}

int
dns_read_record(struct dns_read *read, struct dns_record *record)
{
	int section;

	if (skip_questions(read) != 0)
		return -1;
	for (section = 0; section < 3; section++) {
		if (read->records[section] == 0)
			continue;
		record->section = section;
		if (take_record(read, record) != 1)
			return -1;
		read->records[section]--;
		return 1;
	}
	return 0;
}

/* A name that fills the record's data from `skip` on. */
static int
name_within(const struct dns_read *read, const struct dns_record *record,
    size_t skip, struct dns_name *name)
{
	size_t start = (size_t)(record->data.data - read->message.data);
	size_t at = start + skip;

	if (take_name(read->message, &at, name) != 0)
		return -1;
	if (at != start + record->data.size)
		return fail(FAIL_DATA,
		    "a DNS message has a record of another size than its name");
	return 0;
}

int
dns_read_name(const struct dns_read *read, const struct dns_record *record,
    struct dns_name *name)
{
	return name_within(read, record, 0, name);
}

int
dns_read_srv(const struct dns_read *read, const struct dns_record *record,
    struct dns_srv *srv)
{
	const uint8_t *data = record->data.data;

	if (record->data.size < 6)
		return cut_short();
	srv->priority = number(data);
	srv->weight = number(data + 2);
	srv->port = number(data + 4);
	return name_within(read, record, 6, &srv->target);
}

int
dns_read_address(const struct dns_record *record, struct sockaddr_storage *at)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)at;

	memset(at, 0, sizeof *at);
	if (record->type == DNS_A && record->data.size == 4) {
		v4->sin_family = AF_INET;
		memcpy(&v4->sin_addr, record->data.data, 4);
		return 0;
	}
	if (record->type == DNS_AAAA && record->data.size == 16) {
		v6->sin6_family = AF_INET6;
		memcpy(&v6->sin6_addr, record->data.data, 16);
		return 0;
	}
	return fail(FAIL_DATA, "a DNS message has an address that is none");
}

int
dns_read_text(const struct dns_record *record, struct span *text)
{
	size_t at = 0;

	while (at < record->data.size)
		at += 1 + (size_t)record->data.data[at];
	if (at != record->data.size)
		return fail(FAIL_DATA, "a DNS message has a text cut short");
	*text = record->data;
	return 0;
}

/* How much of the data is in front of its name; -1: it has none. */
static int
name_at(uint16_t type)
{
	if (type == DNS_PTR || type == DNS_CNAME)
		return 0;
	return type == DNS_SRV ? 6 : -1;
}

/* Whether data that has no name in it is what its type says. */
static int
check_data(const struct dns_record *record)
{
	struct sockaddr_storage at;
	struct span text;

	if (record->type == DNS_A || record->type == DNS_AAAA)
		return dns_read_address(record, &at);
	return record->type == DNS_TXT ? dns_read_text(record, &text) : 0;
}

int
dns_read_data(const struct dns_read *read, const struct dns_record *record,
    uint8_t to[static DNS_DATA], size_t *size)
{
	int front = name_at(record->type);
	struct dns_name name = {.size = 0};

	*size = front >= 0 ? (size_t)front : record->data.size;
	if (*size > record->data.size)
		return cut_short();
	if (front >= 0 ? name_within(read, record, *size, &name) != 0
		       : check_data(record) != 0)
		return -1;
	if (*size + name.size > DNS_DATA)
		return fail(FAIL_DATA, "a DNS message has a record too long");
	if (*size > 0)
		memcpy(to, record->data.data, *size);
	memcpy(to + *size, name.byte, name.size);
	*size += name.size;
	return 0;
}
