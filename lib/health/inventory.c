/* SPDX-License-Identifier: ISC */
#include "health/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "format/limits.h"
#include "xfer/holder.h"

#define FIRST 1024

static uint64_t
short_id(const struct digest *id)
{
	uint64_t bytes;

	memcpy(&bytes, id->byte, sizeof bytes);
	return bytes;
}

static int
compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static int
grow(struct inventory *inventory)
{
	size_t capacity = inventory->capacity ? 2 * inventory->capacity : FIRST;
	uint64_t *id;

	if (inventory->count == LIMIT_INVENTORY)
		return fail(FAIL_DATA, "it lists more than %d shards",
		    LIMIT_INVENTORY);
	id = memory_more(inventory->id, capacity, sizeof *id);
	if (id == NULL)
		return -1;
	inventory->id = id;
	inventory->capacity = capacity;
	return 0;
}

static int
add(void *context, const struct digest *id)
{
	struct inventory *inventory = context;

	if (inventory->count == inventory->capacity && grow(inventory) != 0)
		return -1;
	inventory->id[inventory->count++] = short_id(id);
	return 0;
}

int
inventory_take(struct inventory *inventory, struct holder *holder,
    const struct digest *owner)
{
	*inventory = (struct inventory){0};
	if (holder->calls->list(holder, STORE_SHARDS, owner, add, inventory) !=
	    0) {
		inventory_release(inventory);
		return -1;
	}
	if (inventory->count > 0)
		qsort(inventory->id, inventory->count, sizeof *inventory->id,
		    compare);
	return 0;
}

void
inventory_release(struct inventory *inventory)
{
	free(inventory->id);
	*inventory = (struct inventory){0};
}

bool
inventory_has(const struct inventory *inventory, const struct digest *id)
{
	uint64_t bytes = short_id(id);

	return inventory->count > 0 &&
	    bsearch(&bytes, inventory->id, inventory->count, sizeof bytes,
		compare) != NULL;
}
