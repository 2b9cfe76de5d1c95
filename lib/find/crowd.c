/* SPDX-License-Identifier: ISC */
#include "find/crowd.h"

#include <string.h>

#include "crypto/hash.h"
#include "format/found_text.h"

/* What has the larger claim gives way first. */
struct claim {
	unsigned of;
	struct secret lot;
};

static struct claim
claim_of(const struct table *table, const struct found *found, bool stays)
{
	bool failed = found->refused > found->ok;
	char text[FOUND_TEXT_ADDRESS];

	found_text_address(found, text);
	return (struct claim){
	    .of = stays || (found->ok > 0 && !failed) ? 0 : 1 + failed,
	    .lot = hash_keyed(&table->key, span_of_text(text)),
	};
}

static bool
goes_before(const struct claim *a, const struct claim *b)
{
	if (a->of != b->of)
		return a->of > b->of;
	return memcmp(&a->lot, &b->lot, sizeof a->lot) > 0;
}

/* One of the records between `first` and `end`, or the new one. */
static enum crowd
choose(const struct table *table, const struct found *found, size_t first,
    size_t end, size_t *at)
{
	struct claim most = claim_of(table, found, false), claim;
	enum crowd result = CROWD_FULL;
	size_t i;

	for (i = first; i < end; i++) {
		const struct found *other = &table->record[i]->found;

		if ((other->sources & found->sources) == 0)
			continue;
		claim = claim_of(table, other, table->record[i]->failed);
		if (!goes_before(&claim, &most))
			continue;
		most = claim;
		*at = i;
		result = CROWD_YIELDS;
	}
	return result;
}

/* Whether other peers tell of too many addresses in its network. */
static bool
is_net_full(const struct table *table, const struct found *found)
{
	const struct found *other;
	size_t i, count = 0;

	if ((found->sources & FOUND_EXCHANGE) == 0)
		return false;
	for (i = 0; i < table->count; i++) {
		other = &table->record[i]->found;
		count += (other->sources & FOUND_EXCHANGE) != 0 &&
		    filter_same_net(other, found);
	}
	return count >= TABLE_OF_NET;
}

static bool
is_of(const struct table *table, size_t i, const struct found *found)
{
	return table->record[i]->found.has_id &&
	    digest_equal(&table->record[i]->found.id, &found->id);
}

enum crowd
crowd_judge(struct table *table, const struct found *found, size_t *at)
{
	size_t first = *at, end = *at, i, count = 0;

	if (found->sources & FOUND_STATIC)
		return CROWD_ROOM;
	if (is_net_full(table, found))
		return CROWD_FULL;
	if (!found->has_id)
		return CROWD_ROOM;
	while (first > 0 && is_of(table, first - 1, found))
		first--;
	while (end < table->count && is_of(table, end, found))
		end++;
	for (i = first; i < end; i++)
		count += (table->record[i]->found.sources & found->sources) !=
		    0;
	if (count < TABLE_OF_ID)
		return CROWD_ROOM;
	if (!table->keyed && secret_random(&table->key) != 0)
		return CROWD_FAILED;
	table->keyed = true;
	return choose(table, found, first, end, at);
}
