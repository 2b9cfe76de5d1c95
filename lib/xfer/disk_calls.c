/* SPDX-License-Identifier: ISC */
#include "xfer/disk_calls.h"

#include "base/fail.h"
#include "doc/cose.h"
#include "doc/order.h"

int
disk_calls_put(struct store *store, void *arguments)
{
	struct disk_bytes *put = arguments;

	return store_put(store, &put->key, span_of_buf(&put->bytes));
}

int
disk_calls_commit(struct store *store, void *arguments)
{
	(void)arguments;
	return store_commit(store);
}

int
disk_calls_have(struct store *store, void *arguments)
{
	struct disk_look *look = arguments;
	const struct question *question = &look->question;
	struct store_key key = {.shelf = question->shelf,
	    .owner = question->owner};
	size_t i;
	int has;

	for (i = 0; i < question->count; i++) {
		key.id = look->id[i];
		has = question->check ? store_check(store, &key, question->size,
					    LIMIT_SHARD_SIZE_MAX)
				      : store_has(store, &key, question->size);
		if (has < 0)
			return -1;
		look->there[i] = has == STORE_WHOLE;
		look->damaged[i] = has == STORE_DAMAGED;
	}
	return 0;
}

int
disk_calls_get(struct store *store, void *arguments)
{
	struct disk_bytes *get = arguments;

	return store_get(store, &get->key, get->limit, &get->bytes);
}

/* Who has asked may have left meanwhile, and what `each` works on with him. */
static int
list_one(void *context, const struct digest *id)
{
	struct disk_listing *listing = context;
	int result;

	if (!disk_enter(listing->disk))
		return -1;
	result = listing->each(listing->context, id);
	disk_leave(listing->disk);
	return result;
}

int
disk_calls_list(struct store *store, void *arguments)
{
	struct disk_listing *listing = arguments;

	return store_list(store, listing->shelf, &listing->owner, list_one,
	    listing);
}

/* A disk of ours obeys whoever signed. */
int
disk_calls_drop(struct store *store, void *arguments)
{
	const struct disk_bytes *drop = arguments;
	struct span document = span_of_buf(&drop->bytes);
	struct store_key key;
	struct order order;
	size_t i;
	int result;

	result = cose_peek(document, &key.owner) == RECORD_ORDER
	    ? order_decode(document, &key.owner, &order)
	    : fail(FAIL_DATA, "this is no drop order");
	if (result != 0)
		return -1;
	key.shelf = (enum store_shelf)order.shelf;
	for (i = 0; result == 0 && i < order.ids.size; i += sizeof key.id) {
		key.id = digest_from(order.ids.data + i);
		result = store_drop(store, &key);
	}
	return result;
}

int
disk_calls_room(struct store *store, void *arguments)
{
	struct disk_room *room = arguments;

	if (store_used(store, &room->owner, &room->used) != 0)
		return -1;
	return store_free(store, &room->free);
}
