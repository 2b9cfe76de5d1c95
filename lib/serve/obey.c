/* SPDX-License-Identifier: ISC */
#include "serve/obey.h"

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

int
obey_order(const struct obey *obey, struct span document)
{
	struct store_key key = {.owner = obey->owner};
	uint64_t now = (uint64_t)time(NULL);
	struct order order;
	size_t i;
	int result = 0;

	if (order_decode(document, &obey->owner, &order) != 0)
		return -1;
	if (order.time + ORDER_AGE < now || order.time > now + ORDER_AGE)
		return fail(FAIL_DATA,
		    "the order is of another day: are both clocks right?");
	if (orders_keep(obey->store_path, &obey->owner, document, now) != 0)
		return -1;
	key.shelf = (enum store_shelf)order.shelf;
	for (i = 0; result == 0 && i < order.ids.size; i += sizeof key.id) {
		key.id = digest_from(order.ids.data + i);
		result = drop_one(obey, &key);
	}
	return result;
}
