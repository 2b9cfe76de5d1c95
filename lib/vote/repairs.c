/* SPDX-License-Identifier: ISC */
#include "vote/repairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "crypto/hash.h"

int
repairs_init(struct repairs *repairs, const struct roll *roll,
    const uint8_t *verdict, uint64_t time)
{
	size_t i, count = items_count(&roll->items);

	*repairs = (struct repairs){.roll = roll,
	    .verdict = verdict,
	    .time = time,
	    .oldest = time};
	repairs->since = memory_get(count + 1, sizeof *repairs->since);
	repairs->seen = memory_get(count + 1, sizeof *repairs->seen);
	repairs->due = memory_get(count + 1, sizeof *repairs->due);
	if (repairs->since == NULL || repairs->seen == NULL ||
	    repairs->due == NULL)
		return -1;
	for (i = 0; i < count; i++)
		repairs->since[i] = time;
	return 0;
}

void
repairs_release(struct repairs *repairs)
{
	free(repairs->since);
	free(repairs->seen);
	free(repairs->row);
	free(repairs->due);
	*repairs = (struct repairs){0};
}

void
repairs_before(struct repairs *repairs, const struct items *items,
    const uint8_t *verdict, uint64_t time)
{
	const struct items *now = &repairs->roll->items;
	size_t i, place, holder;
	struct item item;

	if (items->holders != now->holders || time >= repairs->oldest)
		return;
	for (holder = 0; holder < now->holders; holder++)
		for (i = now->first[holder]; i < now->first[holder + 1]; i++) {
			if (repairs->verdict[i] == VERDICT_OK ||
			    repairs->since[i] != repairs->oldest)
				continue;
			item = items_get(now, i);
			place = items_find(items, holder, &item.id);
			if (place < items_count(items) &&
			    verdict[place] != VERDICT_OK)
				repairs->since[i] = time;
		}
	repairs->oldest = time;
}

/* What the members have of one shard. */
struct holding {
	size_t intact, unsure;
	size_t silent[LIMIT_MEMBERS], silents; /* items */
	size_t bad[LIMIT_MEMBERS], bads;
};

/* What a stripe has named before is passed over. */
static void
look_up(const struct repairs *repairs, const struct digest *id,
    struct holding *holding, bool *intact)
{
	const struct items *items = &repairs->roll->items;
	size_t holder, item;

	holding->intact = holding->unsure = 0;
	holding->silents = holding->bads = 0;
	for (holder = 0; holder < items->holders; holder++) {
		item = items_find(items, holder, id);
		if (item == items_count(items) || repairs->seen[item])
			continue;
		repairs->seen[item] = true;
		switch (repairs->verdict[item]) {
		case VERDICT_OK:
			holding->intact++;
			intact[holder] = true;
			break;
		case VERDICT_BAD:
			holding->bad[holding->bads++] = item;
			break;
		case VERDICT_SILENT:
			holding->silent[holding->silents++] = item;
			break;
		default:
			holding->unsure++;
		}
	}
}

/* How often the shard `i` is in the stripe; 0 when it was before `i`. */
static unsigned
count_equal(const struct stripe *stripe, unsigned i)
{
	unsigned k, count = 0;

	for (k = 0; k < stripe->total; k++) {
		if (!digest_equal(&stripe->id[k], &stripe->id[i]))
			continue;
		if (k < i)
			return 0;
		count++;
	}
	return count;
}

static int
add_row(struct repairs *repairs, const struct repairs_row *row)
{
	struct repairs_row *more = repairs->row;

	if (repairs->count == repairs->room) {
		repairs->room = 2 * repairs->room + 64;
		more = memory_more(more, repairs->room, sizeof *more);
		if (more == NULL)
			return -1;
		repairs->row = more;
	}
	more[repairs->count++] = *row;
	return 0;
}

/* Who was silent first, first. */
static void
sort_silent(const struct repairs *repairs, struct holding *holding)
{
	size_t i, k, item;

	for (i = 1; i < holding->silents; i++) {
		item = holding->silent[i];
		for (k = i; k > 0; k--) {
			if (repairs->since[holding->silent[k - 1]] <=
			    repairs->since[item])
				break;
			holding->silent[k] = holding->silent[k - 1];
		}
		holding->silent[k] = item;
	}
}

/*
 * The items of a shard of which `missing` are to be rebuilt: where one member
 * has lost what another one may come back with, the other one is waited for.
 */
static int
add_missing(struct repairs *repairs, struct repairs_row *row,
    struct holding *holding, size_t missing)
{
	int result = 0;

	sort_silent(repairs, holding);
	while (result == 0 && missing > 0 &&
	    holding->silents + holding->bads > 0) {
		row->item = (uint32_t)(holding->silents > 0
			? holding->silent[--holding->silents]
			: holding->bad[--holding->bads]);
		row->since = repairs->since[row->item];
		result = add_row(repairs, row);
		missing--;
	}
	return result;
}

/* Of those with an intact shard of the stripe, whoever has the lowest hash. */
static size_t
choose(const struct repairs *repairs, const bool *intact, uint32_t item)
{
	struct digest shard = items_get(&repairs->roll->items, item).id;
	struct digest member, hash, lowest = {{0}};
	size_t holder, chosen = LIMIT_MEMBERS;

	for (holder = 0; holder < repairs->roll->items.holders; holder++) {
		if (!intact[holder])
			continue;
		member = members_id(&repairs->roll->members, holder);
		hash =
		    hash_pair(span_of_digest(&shard), span_of_digest(&member));
		if (chosen < LIMIT_MEMBERS &&
		    memcmp(&hash, &lowest, sizeof hash) > 0)
			continue;
		lowest = hash;
		chosen = holder;
	}
	return chosen;
}

int
repairs_stripe(struct repairs *repairs, unsigned need,
    const struct stripe *stripe, uint64_t snapshot)
{
	struct repairs_row row = {.need = need,
	    .snapshot = snapshot,
	    .stripe = stripe->number};
	bool intact[LIMIT_MEMBERS] = {false};
	size_t first = repairs->count;
	struct holding holding;
	unsigned i, equal, have = 0;
	int result = 0;

	for (i = 0; result == 0 && i < stripe->total; i++) {
		equal = count_equal(stripe, i);
		if (equal == 0)
			continue;
		look_up(repairs, &stripe->id[i], &holding, intact);
		have += holding.intact < equal ? (unsigned)holding.intact
					       : equal;
		if (holding.intact + holding.unsure < equal)
			result = add_missing(repairs, &row, &holding,
			    equal - holding.intact - holding.unsure);
	}
	for (; first < repairs->count; first++) {
		repairs->row[first].intact = have;
		repairs->row[first].repairer =
		    choose(repairs, intact, repairs->row[first].item);
	}
	return result;
}

void
repairs_share(struct repairs *repairs, const struct digest *member)
{
	const struct repairs_row *row;
	size_t i, count = repairs->count;
	struct digest id;

	for (i = repairs->count = 0; i < count; i++) {
		row = &repairs->row[i];
		id = row->repairer == LIMIT_MEMBERS
		    ? (struct digest){{0}}
		    : members_id(&repairs->roll->members, row->repairer);
		repairs->due[row->item] = digest_equal(&id, member);
		if (repairs->due[row->item])
			repairs->row[repairs->count++] = *row;
	}
}

bool
repairs_want(const struct repairs *repairs, const struct digest *shard)
{
	const struct items *items = &repairs->roll->items;
	size_t holder, item;

	for (holder = 0; repairs->count > 0 && holder < items->holders;
	     holder++) {
		item = items_find(items, holder, shard);
		if (item < items_count(items) && repairs->due[item])
			return true;
	}
	return false;
}

/* The item that a shard at a member is; as many as there are: none. */
static size_t
item_of(const struct repairs *repairs, const struct digest *member,
    const struct digest *shard)
{
	const struct items *items = &repairs->roll->items;
	int holder = members_find(&repairs->roll->members, member);

	return holder >= 0 ? items_find(items, (size_t)holder, shard)
			   : items_count(items);
}

bool
repairs_due(const struct repairs *repairs, const struct digest *member,
    const struct digest *shard)
{
	size_t item = item_of(repairs, member, shard);

	return item < items_count(&repairs->roll->items) && repairs->due[item];
}

bool
repairs_doubt(const struct repairs *repairs, const struct digest *member,
    const struct digest *shard)
{
	size_t item = item_of(repairs, member, shard);

	return item < items_count(&repairs->roll->items) &&
	    repairs->verdict[item] == VERDICT_BAD &&
	    repairs->since[item] < repairs->time;
}
