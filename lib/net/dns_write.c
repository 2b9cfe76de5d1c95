/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "net/dns.h"

#define HEADER_SIZE 12
#define QUESTIONS_AT 4 /* the first of four counts */
#define TOP_BIT 0x8000

static void
put(struct dns_write *write, struct span bytes)
{
	memcpy(write->data + write->size, bytes.data, bytes.size);
	write->size += bytes.size;
}

static void
put_number(struct dns_write *write, unsigned value)
{
	write->data[write->size++] = (uint8_t)(value >> 8);
	write->data[write->size++] = (uint8_t)value;
}

static void
put_name(struct dns_write *write, const struct dns_name *name)
{
	put(write, span_of(name->byte, name->size));
}

static void
count(struct dns_write *write, int section)
{
	uint8_t *at = write->data + QUESTIONS_AT + 2 * section;

	if (++at[1] == 0)
		at[0]++;
}

static bool
has_room(const struct dns_write *write, size_t size)
{
	return size <= write->capacity - write->size;
}

void
dns_write_open(struct dns_write *write, void *data, size_t capacity,
    uint16_t id, uint16_t flags)
{
	*write = (struct dns_write){data, 0, capacity};
	put_number(write, id);
	put_number(write, flags);
	memset(write->data + write->size, 0, HEADER_SIZE - write->size);
	write->size = HEADER_SIZE;
}

int
dns_write_question(struct dns_write *write, const struct dns_question *question)
{
	if (!has_room(write, question->name.size + 4))
		return -1;
	put_name(write, &question->name);
	put_number(write, question->type);
	put_number(write, question->class | (question->unicast ? TOP_BIT : 0u));
	count(write, 0);
	return 0;
}

/* All of a record but its data, for which there is room. */
static int
put_head(struct dns_write *write, const struct dns_record *record, size_t size)
{
	if (!has_room(write, record->name.size + 10 + size))
		return -1;
	put_name(write, &record->name);
	put_number(write, record->type);
	put_number(write, record->class | (record->flush ? TOP_BIT : 0u));
	put_number(write, record->ttl >> 16);
	put_number(write, record->ttl & 0xffff);
	put_number(write, (unsigned)size);
	count(write, 1 + record->section);
	return 0;
}

int
dns_write_name(struct dns_write *write, const struct dns_record *record,
    const struct dns_name *name)
{
	if (put_head(write, record, name->size) != 0)
		return -1;
	put_name(write, name);
	return 0;
}

int
dns_write_srv(struct dns_write *write, const struct dns_record *record,
    const struct dns_srv *srv)
{
	if (put_head(write, record, 6 + srv->target.size) != 0)
		return -1;
	put_number(write, srv->priority);
	put_number(write, srv->weight);
	put_number(write, srv->port);
	put_name(write, &srv->target);
	return 0;
}

int
dns_write_data(struct dns_write *write, const struct dns_record *record)
{
	if (put_head(write, record, record->data.size) != 0)
		return -1;
	put(write, record->data);
	return 0;
}
