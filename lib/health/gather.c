/* SPDX-License-Identifier: ISC */
#include "health/gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "health/inventory.h"
#include "peer/roster.h"
#include "xfer/forgotten.h"
#include "xfer/listing.h"

struct gathering {
	const struct look *look;
	struct facts *facts;
	struct holders holders;
	struct inventory *inventory; /* for each holder */
};

/* The facts about the peer that a holder is. */
static struct peer_facts *
facts_of(struct gathering *gathering, const struct holder *holder)
{
	return &gathering->facts
		    ->peer[holder->peer - gathering->look->roster->peer];
}

static void
ask(void *context, struct holder *holder)
{
	struct gathering *gathering = context;
	struct peer_facts *peer = facts_of(gathering, holder);
	const struct digest *owner = &gathering->look->owner;
	uint64_t began = clock_us();

	if (!holder_usable(holder) ||
	    holder_info(holder, owner, &peer->info) != 0)
		return;
	if (holder->peer->has_id)
		peer->rtt = clock_us() - began;
	peer->ahead = (int64_t)peer->info.time - (int64_t)time(NULL);
	if (inventory_take(&gathering
				->inventory[holder - gathering->holders.holder],
		holder, owner) == 0)
		peer->counted = true;
	else
		log_line(LOG_WARN, "peer '%s': %s", holder->peer->name,
		    fail_last()->text);
	peer->told = holder_counts(holder, owner, &peer->counts) == 1;
}

/* Who proved its key and then fell silent is not who cannot be reached. */
static enum peer_state
state_of_lost(const struct holder *holder)
{
	if (holder->reason.kind == FAIL_DATA)
		return PEER_REFUSED;
	return holder->calls != NULL && holder->peer->has_id ? PEER_LATE
							     : PEER_DOWN;
}

/* At the end, when all that could go wrong has done so. */
static void
conclude(struct gathering *gathering)
{
	struct peer_facts *peer;
	struct holder *holder;
	size_t i;

	for (i = 0; i < gathering->holders.count; i++) {
		holder = &gathering->holders.holder[i];
		peer = facts_of(gathering, holder);
		peer->damaged = holder->damaged;
		peer->state = PEER_UP;
		if (!holder_usable(holder))
			peer->state = state_of_lost(holder);
		if (peer->state != PEER_UP || peer->damaged > 0)
			snprintf(peer->reason, sizeof peer->reason, "%s",
			    holder->reason.text);
	}
}

/* A holder has no use of two equal shards, so of those it counts for one. */
static size_t
count_seen(const struct gathering *gathering, const struct stripe *stripe,
    unsigned need)
{
	bool seen[LIMIT_TOTAL] = {false};
	size_t h, i, count = 0;

	for (h = 0; h < gathering->holders.count; h++)
		for (i = 0; i < stripe->total; i++) {
			if (seen[i] ||
			    !inventory_has(&gathering->inventory[h],
				&stripe->id[i]))
				continue;
			seen[i] = true;
			count++;
			if (need == 1)
				break;
		}
	return count;
}

/* How many peers could have shards that nobody has listed. */
static size_t
count_away(const struct facts *facts)
{
	size_t i, count = 0;

	for (i = 0; i < facts->peers; i++)
		count += facts->peer[i].state != PEER_PASSIVE &&
		    !facts->peer[i].counted;
	return count;
}

/* How many peers have that index of it which the fewest have. */
static size_t
count_indexed(const struct gathering *gathering, const struct listing *listing)
{
	size_t h, i, count, fewest = SIZE_MAX;
	struct digest index;

	for (i = 0; i < listing->snapshot.indexes.size / sizeof(struct digest);
	     i++) {
		index = snapshot_index(&listing->snapshot, i);
		for (h = count = 0; h < gathering->holders.count; h++)
			count +=
			    inventory_has(&gathering->inventory[h], &index);
		if (count < fewest)
			fewest = count;
	}
	return fewest;
}

static int
count_backup(struct gathering *gathering, struct listing *listing,
    struct backup_facts *backup)
{
	size_t away = count_away(gathering->facts), seen;
	size_t indexed = count_indexed(gathering, listing);
	struct stripe stripe;
	int got;

	backup->need = listing->head.need;
	backup->total = backup->worst = listing->head.total;
	while ((got = listing_next(listing, &stripe)) > 0) {
		seen = count_seen(gathering, &stripe, backup->need);
		if (seen < backup->worst)
			backup->worst = (unsigned)seen;
		backup->stripes[facts_redundancy(seen, away, backup->need,
		    backup->total)]++;
	}
	if (indexed < backup->copies)
		backup->copies = (unsigned)indexed;
	backup->documents =
	    facts_documents(backup->copies, away, backup->need, backup->total);
	return got;
}

static void
look_into(struct gathering *gathering, const struct catalog_entry *entry,
    struct backup_facts *backup)
{
	struct listing listing;
	int result;

	*backup = (struct backup_facts){.number = entry->number,
	    .time = entry->time,
	    .size = entry->size,
	    .copies = (unsigned)entry->holders};
	result = listing_open(&listing, &gathering->holders,
	    &gathering->look->owner, &entry->id);
	if (result == 0)
		result = count_backup(gathering, &listing, backup);
	listing_close(&listing);
	backup->counted = result == 0;
	if (result != 0)
		log_line(LOG_DETAIL, "backup %llu: %s",
		    (unsigned long long)backup->number, fail_last()->text);
}

static int
look_at_backups(struct gathering *gathering)
{
	struct facts *facts = gathering->facts;
	struct catalog catalog;
	size_t i, count;

	if (catalog_load(&catalog, &gathering->holders,
		&gathering->look->owner) != 0)
		return -1;
	forgotten_leave_out(&catalog);
	facts->snapshots = count = catalog.count;
	if (gathering->look->last > 0 && gathering->look->last < count)
		count = gathering->look->last;
	facts->backup = memory_get(count + 1, sizeof *facts->backup);
	if (facts->backup != NULL) {
		for (i = 0; i < count; i++)
			look_into(gathering,
			    &catalog.entry[catalog.count - 1 - i],
			    &facts->backup[i]);
		facts->backups = count;
	}
	catalog_release(&catalog);
	return facts->backup ? 0 : -1;
}

static int
look_around(struct gathering *gathering)
{
	size_t i;
	int result;

	gathering->inventory = memory_get(gathering->holders.count + 1,
	    sizeof *gathering->inventory);
	if (gathering->inventory == NULL)
		return -1;
	result = holders_each(&gathering->holders, ask, gathering);
	if (result == 0 && holders_usable(&gathering->holders) > 0)
		result = look_at_backups(gathering);
	conclude(gathering);
	for (i = 0; i < gathering->holders.count; i++)
		inventory_release(&gathering->inventory[i]);
	free(gathering->inventory);
	return result;
}

/* What is known of a peer before anybody was asked. */
static void
begin(struct peer_facts *facts, const struct peer *peer)
{
	facts->peer = peer;
	facts->state = peer_is_guest(peer) ? PEER_PASSIVE : PEER_DOWN;
	if (peer->addresses == 0 && !peer_is_guest(peer))
		snprintf(facts->reason, sizeof facts->reason,
		    "it has no address, and was not found");
}

int
gather(const struct look *look, struct facts *facts)
{
	const struct roster *roster = look->roster;
	struct gathering gathering = {.look = look, .facts = facts};
	size_t i;
	int result;

	facts->now = (uint64_t)time(NULL);
	facts->peers = roster->count;
	facts->peer = memory_get(roster->count + 1, sizeof *facts->peer);
	if (facts->peer == NULL)
		return -1;
	for (i = 0; i < roster->count; i++)
		begin(&facts->peer[i], &roster->peer[i]);
	result =
	    holders_open(&gathering.holders, roster, HOLDER_READ, look->scalar);
	forgotten_use(&gathering.holders);
	if (result == 0)
		result = look_around(&gathering);
	holders_close(&gathering.holders);
	return result;
}
