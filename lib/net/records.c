/* SPDX-License-Identifier: ISC */
#include "net/records.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void
records_init(struct records *records, const struct dns_name *type)
{
	*records = (struct records){.type = *type};
	records->last = &records->all;
}

void
records_release(struct records *records)
{
	struct held *held, *after;

	for (held = records->all; held != NULL; held = after) {
		after = held->after;
		free(held);
	}
	records_init(records, &records->type);
}

static uint32_t
hash_of(const struct dns_name *name, uint16_t type)
{
	return dns_name_hash(name) + type * 2654435761u;
}

static void
hang_in(struct records *records, struct held *held)
{
	struct held **bucket = &records->bucket[held->hash % RECORDS_BUCKETS];

	held->after = NULL;
	*records->last = held;
	records->last = &held->after;
	held->next = *bucket;
	*bucket = held;
	records->count++;
}

struct held *
records_add(struct records *records, const struct dns_name *name, uint16_t type,
    unsigned link, struct span data)
{
	struct held *held = memory_get(1, sizeof *held + data.size);

	if (held == NULL)
		return NULL;
	held->hash = hash_of(name, type);
	held->name = *name;
	held->type = type;
	held->link = link;
	held->size = data.size;
	if (data.size > 0)
		memcpy(held->data, data.data, data.size);
	hang_in(records, held);
	return held;
}

void
records_sweep(struct records *records, int64_t now)
{
	struct held *held = records->all, *after;

	memset(records->bucket, 0, sizeof records->bucket);
	records->last = &records->all;
	records->all = NULL;
	records->count = 0;
	for (; held != NULL; held = after) {
		after = held->after;
		held->fresh = false;
		if (held->dies > now)
			hang_in(records, held);
		else
			free(held);
	}
}

/* The first from `held` on that has this name, type and link, and lives. */
static struct held *
matching(struct held *held, uint32_t hash, const struct dns_name *name,
    uint16_t type, unsigned link, int64_t now)
{
	while (held != NULL &&
	    (held->hash != hash || held->type != type || held->link != link ||
		held->dies <= now || !dns_name_equal(&held->name, name)))
		held = held->next;
	return held;
}

struct held *
records_first(const struct records *records, const struct dns_name *name,
    uint16_t type, unsigned link, int64_t now)
{
	uint32_t hash = hash_of(name, type);

	return matching(records->bucket[hash % RECORDS_BUCKETS], hash, name,
	    type, link, now);
}

struct held *
records_next(const struct held *held, int64_t now)
{
	return matching(held->next, held->hash, &held->name, held->type,
	    held->link, now);
}

/* The data as dns_read wants it: a record in a message of its own. */
static struct dns_record
record_of(const struct held *held, struct dns_read *read)
{
	*read = (struct dns_read){.message = span_of(held->data, held->size)};
	return (struct dns_record){.type = held->type, .data = read->message};
}

void
held_srv(const struct held *held, struct dns_srv *srv)
{
	struct dns_read read;
	struct dns_record record = record_of(held, &read);

	dns_read_srv(&read, &record, srv);
}

void
held_address(const struct held *held, struct sockaddr_storage *at)
{
	struct dns_read read;
	struct dns_record record = record_of(held, &read);

	dns_read_address(&record, at);
}

int64_t
held_until(const struct held *held, int percent)
{
	return held->dies - (int64_t)held->ttl * (1000 - 10 * percent);
}
