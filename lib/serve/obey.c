/* SPDX-License-Identifier: ISC */
#include "serve/obey.h"

#include <errno.h>
#include <time.h>

#include "base/fail.h"
#include "doc/order.h"
#include "serve/orders.h"

static int
drop_one(const struct obey *obey, const struct store_key *key)
{
	if (obey->keep_dropped > 0)
		return store_set_aside(obey->store, key,
		    (uint64_t)time(NULL) + obey->keep_dropped);
	return store_drop(obey->store, key);
}

/*
 * Whether an order is worth keeping: of an owner that may put nothing here
 * only about what is here, for it has no room for anything else.
 */
static int
matters(const struct obey *obey, struct store_key *key, struct span ids)
{
	size_t i;
	int has = obey->may_put;

	for (i = 0; has == STORE_ABSENT && i < ids.size; i += sizeof key->id) {
		key->id = digest_from(ids.data + i);
		has = store_has(obey->store, key, 0);
	}
	return has;
}

static int
drop_all(const struct obey *obey, struct store_key *key, struct span ids)
{
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < ids.size; i += sizeof key->id) {
		key->id = digest_from(ids.data + i);
		result = drop_one(obey, key);
	}
	return result;
}

/* Whether the last failure was for want of space. */
static bool
is_full(void)
{
	return fail_last()->error == ENOSPC || fail_last()->error == EDQUOT;
}

/* 1: there is no room for it; 0; -1. */
static int
keep(const struct obey *obey, struct span document)
{
	if (orders_keep(obey->store_path, &obey->owner, document) == 0)
		return 0;
	return is_full() ? 1 : -1;
}

int
obey_order(const struct obey *obey, struct span document)
{
	struct store_key key = {.owner = obey->owner};
	uint64_t now = (uint64_t)time(NULL);
	struct order order;
	int counts, kept = 0;

	if (order_decode(document, &obey->owner, &order) != 0)
		return -1;
	if (!order_same_day(order.time, now))
		return fail(FAIL_DATA,
		    "the order is of another day: are both clocks right?");
	key.shelf = (enum store_shelf)order.shelf;
	counts = order.shelf == STORE_SHARDS
	    ? matters(obey, &key, order.ids)
	    : 0; /* nobody promises to keep it */
	if (counts > 0)
		kept = keep(obey, document);
	if (counts < 0 || kept < 0 || drop_all(obey, &key, order.ids) != 0)
		return -1;
	return kept > 0 && keep(obey, document) < 0 ? -1 : 0;
}
