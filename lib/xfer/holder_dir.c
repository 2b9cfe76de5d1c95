/* SPDX-License-Identifier: ISC */

/* A holder that is a store on a disk of this machine: dir:/path. */

#include <time.h>

#include "doc/cose.h"
#include "doc/order.h"
#include "format/limits.h"
#include "xfer/holder.h"

static int
dir_end_put(struct holder *holder, struct call *call,
    const struct store_key *key, struct span bytes, struct answer *answer)
{
	(void)call;
	(void)answer;
	return store_put(holder->state, key, bytes);
}

static int
dir_commit(struct holder *holder)
{
	return store_commit(holder->state);
}

static int
dir_end_have(struct holder *holder, struct call *call,
    const struct question *question, struct answer *answer, bool *there)
{
	struct store_key key = {.shelf = question->shelf,
	    .owner = question->owner};
	size_t i;
	int has;

	(void)call;
	(void)answer;
	for (i = 0; i < question->count; i++) {
		key.id = question->id[i];
		has = question->check
		    ? store_check(holder->state, &key, question->size,
			  LIMIT_SHARD_SIZE_MAX)
		    : store_has(holder->state, &key, question->size);
		if (has < 0)
			return -1;
		there[i] = has == STORE_WHOLE;
		if (question->damaged != NULL)
			question->damaged[i] = has == STORE_DAMAGED;
	}
	return 0;
}

static int
dir_get(struct holder *holder, const struct store_key *key, size_t limit,
    struct buf *to)
{
	return store_get(holder->state, key, limit, to);
}

static int
dir_list(struct holder *holder, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	return store_list(holder->state, shelf, owner, each, context);
}

/* A disk of ours obeys whoever signed. */
static int
dir_drop(struct holder *holder, struct span document)
{
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
		result = store_drop(holder->state, &key);
	}
	return result;
}

static int
dir_info(struct holder *holder, const struct digest *owner, struct info *info)
{
	*info = (struct info){.time = (uint64_t)time(NULL),
	    .quota = UINT64_MAX,
	    .version = VERSION};
	if (store_used(holder->state, owner, &info->used) != 0)
		return -1;
	return store_free(holder->state, &info->free);
}

/* A disk answers in its own time, or never. */
static void
dir_stop(struct holder *holder)
{
	(void)holder;
}

static void
dir_close(struct holder *holder)
{
	store_close(holder->state);
}

static const struct holder_calls dir_calls = {
    .end_put = dir_end_put,
    .commit = dir_commit,
    .end_have = dir_end_have,
    .get = dir_get,
    .list = dir_list,
    .drop = dir_drop,
    .info = dir_info,
    .stop = dir_stop,
    .close = dir_close,
};

int
holder_dir_open(struct holder *holder, const char *path, enum holder_mode mode)
{
	struct store *store =
	    store_open(path, mode == HOLDER_WRITE ? STORE_WRITE : STORE_READ);

	if (store == NULL)
		return -1;
	holder->calls = &dir_calls;
	holder->state = store;
	holder->id = *store_name(store);
	holder->shelves = STORE_SHELVES;
	return 0;
}
