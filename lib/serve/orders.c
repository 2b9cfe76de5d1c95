/* SPDX-License-Identifier: ISC */
#include "serve/orders.h"

#include <stdio.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/regular.h"
#include "doc/order.h"
#include "format/cbor.h"
#include "format/limits.h"
#include "store/store.h"

#define PATH 4096

/* The file is a CBOR sequence of documents. */
static void
path_of(const char *store_path, const struct digest *owner,
    char path[static PATH])
{
	char folder[PATH];

	snprintf(folder, sizeof folder, "%s/orders", store_path);
	file_named(folder, owner, path, PATH);
}

static int
load(const char *path, struct buf *orders)
{
	if (access(path, F_OK) != 0)
		return 0;
	return regular_read(path, LIMIT_ORDERS, orders);
}

/* Take the next order that still counts off the rest; false: there is none. */
static bool
next(struct span *rest, const struct digest *owner, uint64_t now,
    struct span *document, struct order *order)
{
	while (cbor_take(rest, LIMIT_DOCUMENT, "the orders", document) > 0)
		if (order_decode(*document, owner, order) == 0 &&
		    order->shelf == STORE_SHARDS &&
		    order->time + ORDER_AGE >= now)
			return true;
	return false;
}

/* The newest stands first, so what finds no room is the oldest. */
static int
append_older(struct span older, const struct digest *owner, uint64_t now,
    struct buf *kept)
{
	struct span document;
	struct order order;

	while (next(&older, owner, now, &document, &order) &&
	    kept->size + document.size <= LIMIT_ORDERS)
		if (buf_append(kept, document) != 0)
			return -1;
	return 0;
}

static int
keep(const char *path, const struct digest *owner, struct span order,
    uint64_t now)
{
	struct buf older = {0}, kept = {0};
	int result = load(path, &older);

	if (result == 0)
		result = buf_append(&kept, order);
	if (result == 0)
		result = append_older(span_of_buf(&older), owner, now, &kept);
	if (result == 0)
		result = file_put(path, span_of_buf(&kept), 0600, FILE_REPLACE);
	buf_release(&older);
	buf_release(&kept);
	return result;
}

int
orders_keep(const char *store_path, const struct digest *owner,
    struct span order, uint64_t now)
{
	char folder[PATH], path[PATH];
	struct order decoded;
	int lock, result;

	if (order_decode(order, owner, &decoded) != 0)
		return -1;
	snprintf(folder, sizeof folder, "%s/orders", store_path);
	path_of(store_path, owner, path);
	lock = file_lock_folder(folder);
	if (lock < 0)
		return -1;
	result = keep(path, owner, order, now);
	close(lock);
	return result;
}

int
orders_each(const char *store_path, const struct digest *owner, uint64_t now,
    int (*each)(void *context, const struct digest *id, uint64_t time),
    void *context)
{
	char path[PATH];
	struct buf orders = {0};
	struct span rest, document;
	struct order order;
	struct digest id;
	size_t i;
	int got;

	path_of(store_path, owner, path);
	got = load(path, &orders);
	rest = span_of_buf(&orders);
	while (
	    got == 0 && (got = next(&rest, owner, now, &document, &order)) > 0)
		for (i = 0, got = 0; got == 0 && i < order.ids.size; i += 32) {
			id = digest_from(order.ids.data + i);
			got = each(context, &id, order.time);
		}
	buf_release(&orders);
	return got;
}
