/* SPDX-License-Identifier: ISC */
#include "find/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "find/crowd.h"
#include "peer/roster.h"

#define OLD (FOUND_CACHE | FOUND_STALE)

/* Where a record is, or belongs: the first that is not before it. */
static size_t
position(const struct table *table, const struct found *found, bool *there)
{
	size_t low = 0, high = table->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (found_compare(&table->record[middle]->found, found) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*there = low < table->count &&
	    found_compare(&table->record[low]->found, found) == 0;
	return low;
}

const struct found *
table_find(const struct table *table, const struct found *found)
{
	bool there;
	size_t at = position(table, found, &there);

	return there ? &table->record[at]->found : NULL;
}

static bool
same_id(const struct found *a, const struct digest *id)
{
	return a->has_id && digest_equal(&a->id, id);
}

/* The first record of an id; others follow it. */
static size_t
first_of(const struct table *table, const struct digest *id)
{
	struct found least = {.has_id = true, .id = *id};
	bool there;

	return position(table, &least, &there);
}

static int
insert(struct table *table, size_t at, const struct found *found)
{
	struct table_record *record = memory_get(1, sizeof *record), **grown;
	size_t capacity = table->capacity ? table->capacity * 2 : 64;

	if (record == NULL)
		return -1;
	*record = (struct table_record){.found = *found};
	if (table->count == table->capacity) {
		grown = memory_more(table->record, capacity, sizeof *grown);
		if (grown == NULL) {
			free(record);
			return -1;
		}
		table->record = grown;
		table->capacity = capacity;
	}
	memmove(&table->record[at + 1], &table->record[at],
	    (table->count - at) * sizeof *table->record);
	table->record[at] = record;
	table->count++;
	return 1;
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* What is new says more than what an earlier run has seen. */
static void
join_times(struct found *old, const struct found *new)
{
	if ((old->sources & ~OLD) == 0 && (new->sources & ~OLD) != 0) {
		memcpy(old->via, new->via, sizeof old->via);
		old->ttl = new->ttl;
		old->seen = new->seen;
	} else if ((new->sources & ~OLD) != 0) {
		if (new->ttl != 0 && (old->ttl == 0 || new->ttl < old->ttl))
			old->ttl = new->ttl;
		old->seen = larger(old->seen, new->seen);
	}
	if (new->refused > old->refused)
		old->failures = new->failures;
	old->ok = larger(old->ok, new->ok);
	old->refused = larger(old->refused, new->refused);
}

static int
join(struct found *old, const struct found *new)
{
	struct found before = *old;

	join_times(old, new);
	old->sources |= new->sources;
	if ((old->sources & ~OLD) != 0)
		old->sources &= ~(unsigned)FOUND_STALE;
	if (new->trust > old->trust)
		old->trust = new->trust;
	if (new->sources &(FOUND_DNS | FOUND_MDNS | FOUND_EXEC)) {
		old->priority = new->priority;
		old->weight = new->weight;
	}
	if (old->host[0] == '\0')
		memcpy(old->host, new->host, sizeof old->host);
	if (old->rtt_us == 0)
		old->rtt_us = new->rtt_us;
	return before.sources != old->sources || before.trust != old->trust ||
	    before.priority != old->priority || before.weight != old->weight;
}

static void
drop(struct table *table, size_t at)
{
	free(table->record[at]);
	table->count--;
	memmove(&table->record[at], &table->record[at + 1],
	    (table->count - at) * sizeof *table->record);
}

/* A source's word is taken back; what nobody else says goes. */
static int
yield(struct table *table, size_t at, unsigned sources)
{
	struct found gone = table->record[at]->found;

	table->crowded++;
	table->record[at]->found.sources &= ~sources;
	if (table->record[at]->found.sources != 0)
		return 0;
	drop(table, at);
	return table->gone != NULL ? table->gone(table->context, &gone) : 0;
}

int
table_add(struct table *table, const struct found *found)
{
	struct found new = *found;
	enum crowd room;
	size_t at;
	bool there;

	if (!found_has_address(found))
		return 0;
	if (new.trust > FOUND_SIGNED)
		new.trust = FOUND_SIGNED;
	if (new.has_id && roster_find(table->roster, &new.id) != NULL)
		new.trust = FOUND_WANTED;
	if (!filter_allows(table->filter, &new)) {
		table->forbidden++;
		return 0;
	}
	at = position(table, &new, &there);
	if (there)
		return join(&table->record[at]->found, &new);
	while ((room = crowd_judge(table, &new, &at)) == CROWD_YIELDS)
		if (yield(table, at, new.sources) != 0)
			return -1;
	if (room == CROWD_FULL) {
		table->crowded++;
		return 0;
	}
	at = position(table, &new, &there);
	return room == CROWD_ROOM ? insert(table, at, &new) : -1;
}

bool
table_forget(struct table *table, const struct found *found, unsigned sources)
{
	struct found *old;
	size_t at;
	bool there;

	at = position(table, found, &there);
	if (!there)
		return false;
	old = &table->record[at]->found;
	if ((old->sources & sources) == 0)
		return false;
	old->sources &= ~sources;
	if ((old->sources & ~OLD) != 0)
		return false;
	drop(table, at);
	return true;
}

/*
 * A record that gets its id goes to another place, or joins one there; and has
 * a place there, since it is proved.
 */
static int
move(struct table *table, size_t at, const struct digest *id)
{
	struct found found = table->record[at]->found;

	found.has_id = true;
	found.id = *id;
	found.ok = table->now;
	drop(table, at);
	return table_add(table, &found) < 0 ? -1 : 0;
}

int
table_prove(struct table *table, const struct found *found,
    const struct digest *id, uint32_t rtt_us)
{
	struct found proved = *found;
	size_t at;
	bool there;

	at = position(table, found, &there);
	if (there && !found->has_id && move(table, at, id) != 0)
		return -1;
	proved.has_id = true;
	proved.id = *id;
	at = position(table, &proved, &there);
	if (!there)
		return 0;
	table->record[at]->found.trust = FOUND_PROVED;
	table->record[at]->found.rtt_us = rtt_us;
	table->record[at]->found.ok = table->now;
	table->record[at]->found.failures = 0;
	return 0;
}

void
table_refuse(struct table *table, const struct found *found)
{
	size_t at;
	struct found *old;
	bool there;

	at = position(table, found, &there);
	if (!there)
		return;
	old = &table->record[at]->found;
	old->refused = larger(table->now, old->ok + 1);
	old->failures += old->failures < UINT8_MAX;
	table->record[at]->failed = true;
}

bool
table_has(const struct table *table, const struct digest *id, unsigned sources,
    enum found_trust trust)
{
	size_t i;

	for (i = first_of(table, id);
	     i < table->count && same_id(&table->record[i]->found, id); i++)
		if (table->record[i]->found.sources & sources &&
		    table->record[i]->found.trust >= trust)
			return true;
	return false;
}

void
table_settle(struct table *table)
{
	unsigned new = ~(unsigned)(OLD | FOUND_STATIC);
	const struct found *found;
	size_t i = table->count;

	while (i-- > 0) {
		found = &table->record[i]->found;
		if (found->sources == FOUND_STALE &&
		    table_has(table, &found->id, new | FOUND_CACHE, FOUND_HINT))
			drop(table, i);
	}
}

void
table_release(struct table *table)
{
	while (table->count > 0)
		free(table->record[--table->count]);
	free(table->record);
	table->record = NULL;
	table->capacity = 0;
}
