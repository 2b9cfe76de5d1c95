/* SPDX-License-Identifier: ISC */
#include "xfer/leaflet.h"

#include <stdlib.h>

#include "base/memory.h"

/* Puts until nothing is lost between one and its commit any more. */
#define LEAFLET_ROUNDS 8

/* A document on its way to every holder. */
struct leaflet {
	struct group *group;
	struct question question;
	const struct store_key *key;
	struct span bytes;
	unsigned *epoch; /* of each holder, before it went there */
};

static void
put_leaflet(void *context, struct holder *holder)
{
	const struct leaflet *leaflet = context;
	bool there = false;

	if (!holder_takes(holder))
		return;
	leaflet->epoch[holder - leaflet->group->holders->holder] = holder_epoch(
	    holder);
	if (holder_have(holder, &leaflet->question, &there) != 0)
		return;
	if (!there)
		holder_put(holder, leaflet->key, leaflet->bytes);
	else if (leaflet->key->shelf == STORE_SHARDS)
		promises_found(leaflet->group->promises, holder, leaflet->key);
}

/* Whether every holder that can be used is still the one it was put on. */
static bool
leaflet_rests(const struct leaflet *leaflet)
{
	const struct holders *holders = leaflet->group->holders;
	size_t i;

	for (i = 0; i < holders->count; i++)
		if (holder_takes(&holders->holder[i]) &&
		    holder_epoch(&holders->holder[i]) != leaflet->epoch[i])
			return false;
	return true;
}

int
leaflet_put(struct group *group, const struct store_key *key, struct span bytes)
{
	struct leaflet leaflet = {group,
	    {key->shelf, key->owner, &key->id, 1, bytes.size, group->check,
		NULL},
	    key, bytes, NULL};
	int round, result = 0;

	leaflet.epoch =
	    memory_get(group->holders->count, sizeof *leaflet.epoch);
	if (leaflet.epoch == NULL)
		return -1;
	for (round = 0; result == 0 && round < LEAFLET_ROUNDS; round++) {
		result = holders_each(group->holders, put_leaflet, &leaflet);
		if (result == 0)
			result = group_commit(group);
		if (result == 0 && leaflet_rests(&leaflet))
			break;
	}
	free(leaflet.epoch);
	if (result == 0 && round == LEAFLET_ROUNDS)
		return fail(FAIL_SYSTEM,
		    "the connections to peers break again and again");
	return result == 0 ? group_check_usable(group) : -1;
}
