/* SPDX-License-Identifier: ISC */
#include "serve/listed.h"

#include <stdatomic.h>

#include "base/shared.h"
#include "peer/roster.h"

/* A sequence lock (Lameter 2005): an odd number means that it is changing. */
struct listed {
	atomic_uint sequence;
	atomic_size_t count;
	struct digest id[ROSTER_PEERS];
};

struct listed *
listed_open(void)
{
	return shared_memory(sizeof(struct listed));
}

void
listed_set(struct listed *listed, const struct roster *roster)
{
	size_t i, count = 0;

	atomic_fetch_add(&listed->sequence, 1);
	for (i = 0; i < roster->count; i++)
		if (roster->peer[i].has_id)
			listed->id[count++] = roster->peer[i].id;
	atomic_store(&listed->count, count);
	atomic_fetch_add(&listed->sequence, 1);
}

bool
listed_has(const struct listed *listed, const struct digest *id)
{
	unsigned before;
	size_t i, count;
	bool has;

	do {
		before = atomic_load(&listed->sequence);
		has = false;
		count = atomic_load(&listed->count);
		for (i = 0; i < count; i++)
			has |= digest_equal(&listed->id[i], id);
	} while (before % 2 != 0 || before != atomic_load(&listed->sequence));
	return has;
}
