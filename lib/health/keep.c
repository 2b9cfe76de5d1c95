/* SPDX-License-Identifier: ISC */
#include "health/keep.h"

#include <stdlib.h>
#include <time.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "doc/snapshot.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "store/store.h"

/* One owner's snapshots, one after the other. */
struct look {
	struct store *store;
	struct owner_facts *owner;
};

/* What is not whole is the scrub's to tell; what cannot be read is no loss. */
static int
take_snapshot(void *context, const struct digest *id)
{
	struct look *look = context;
	struct store_key key = {STORE_SNAPSHOTS, look->owner->peer->id, *id};
	struct snapshot snapshot;
	struct buf document = {0};
	int got = store_get(look->store, &key, LIMIT_DOCUMENT, &document);

	if (got == 1 &&
	    snapshot_decode(span_of_buf(&document), &key.owner, &snapshot) ==
		0) {
		look->owner->snapshots++;
		if (snapshot.time > look->owner->newest)
			look->owner->newest = snapshot.time;
	}
	buf_release(&document);
	return got < 0 && fail_last()->kind != FAIL_DATA ? -1 : 0;
}

static int
take_owner(struct store *store, const struct peer *peer, struct facts *facts)
{
	struct owner_facts owner = {.peer = peer};
	struct look look = {store, &owner};

	if (store_used(store, &peer->id, &owner.used) != 0 ||
	    store_list(store, STORE_SNAPSHOTS, &peer->id, take_snapshot,
		&look) != 0)
		return -1;
	if (peer->give > 0 || owner.used > 0)
		facts->owner[facts->owners++] = owner;
	return 0;
}

int
keep_gather(const char *path, const char *engine, const struct roster *roster,
    struct facts *facts)
{
	struct store *store = store_open(path, STORE_READ);
	int result;
	size_t i;

	if (store == NULL)
		return -1;
	result = engine != NULL ? store_use_engine(store, engine) : 0;
	facts->now = (uint64_t)time(NULL);
	facts->owner = memory_get(roster->count + 1, sizeof *facts->owner);
	if (facts->owner == NULL)
		result = -1;
	for (i = 0; result == 0 && i < roster->count; i++)
		if (roster->peer[i].has_id)
			result = take_owner(store, &roster->peer[i], facts);
	store_close(store);
	if (result == 0)
		scrubbed_load(path, &facts->scrubbed);
	return result;
}
