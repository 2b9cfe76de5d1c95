/* SPDX-License-Identifier: ISC */

/* A holder that is a store on a disk of this machine: dir:/path. */

#include <time.h>

#include "base/clock.h"
#include "doc/cose.h"
#include "doc/order.h"
#include "format/limits.h"
#include "xfer/holder.h"

/* Something that a disk is asked for, which counts as with other peers. */
struct errand_dir {
	uint64_t began;
	struct counted counted;
};

static struct errand_dir
begin(struct holder *holder, enum verb verb)
{
	counts_begin(&holder->counts);
	return (struct errand_dir){clock_us(), {.verb = verb}};
}

/* What has come of it, which is also returned. */
static int
end(struct holder *holder, struct errand_dir errand, int result)
{
	errand.counted.ms = (clock_us() - errand.began) / 1000;
	if (result < 0)
		errand.counted.status = fail_last()->kind;
	counts_end(&holder->counts, &errand.counted);
	return result;
}

static int
dir_end_put(struct holder *holder, struct call *call,
    const struct store_key *key, struct span bytes, struct answer *answer)
{
	struct errand_dir errand = begin(holder, VERB_PUT);
	int result = store_put(holder->state, key, bytes);

	(void)call;
	(void)answer;
	errand.counted.out = result == 0 ? bytes.size : 0;
	return end(holder, errand, result);
}

static int
dir_commit(struct holder *holder)
{
	struct errand_dir errand = begin(holder, VERB_COMMIT);

	return end(holder, errand, store_commit(holder->state));
}

static int
look_for(struct holder *holder, const struct question *question, bool *there)
{
	struct store_key key = {.shelf = question->shelf,
	    .owner = question->owner};
	size_t i;
	int has;

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
dir_end_have(struct holder *holder, struct call *call,
    const struct question *question, struct answer *answer, bool *there)
{
	struct errand_dir errand = begin(holder, VERB_HAVE);

	(void)call;
	(void)answer;
	return end(holder, errand, look_for(holder, question, there));
}

static int
dir_get(struct holder *holder, const struct store_key *key, size_t limit,
    struct buf *to)
{
	struct errand_dir errand = begin(holder, VERB_GET);
	size_t size = to->size;
	int result = store_get(holder->state, key, limit, to);

	if (result > 0)
		errand.counted.in = to->size - size;
	else
		errand.counted.status = FAIL_NO;
	return end(holder, errand, result);
}

static int
dir_list(struct holder *holder, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	struct errand_dir errand = begin(holder, VERB_LIST);

	return end(holder, errand,
	    store_list(holder->state, shelf, owner, each, context));
}

/* A disk of ours obeys whoever signed. */
static int
obey(struct holder *holder, struct span document)
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
dir_drop(struct holder *holder, struct span document)
{
	struct errand_dir errand = begin(holder, VERB_DROP);

	return end(holder, errand, obey(holder, document));
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
	static const enum store_mode how[] = {[HOLDER_READ] = STORE_READ,
	    [HOLDER_RESCUE] = STORE_RESCUE,
	    [HOLDER_AGAIN] = STORE_AGAIN,
	    [HOLDER_WRITE] = STORE_WRITE};
	struct store *store = store_open(path, how[mode]);

	if (store == NULL)
		return -1;
	if (store_begin(store) != 0) {
		store_close(store);
		return -1;
	}
	holder->calls = &dir_calls;
	holder->state = store;
	holder->id = *store_name(store);
	holder->shelves = STORE_SHELVES;
	return 0;
}
