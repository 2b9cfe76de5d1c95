/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_INVENTORY_H
#define HEALTH_INVENTORY_H

/*
 * What a holder says that it has, to be asked many times: eight bytes of each
 * id, sorted. To ask for every shard of every backup over the wire would take
 * a request for each.
 */

#include "base/bytes.h"

struct holder;

struct inventory {
	uint64_t *id; /* the first bytes of it */
	size_t count, capacity;
};

/*
 * List an owner's shards at `holder`. FAIL_DATA when it lists more than
 * LIMIT_INVENTORY.
 */
int inventory_take(struct inventory *inventory, struct holder *holder,
    const struct digest *owner);
void inventory_release(struct inventory *inventory);

bool inventory_has(const struct inventory *inventory, const struct digest *id);

#endif
