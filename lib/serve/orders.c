/* SPDX-License-Identifier: ISC */
#include "serve/orders.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/regular.h"
#include "base/strict.h"
#include "doc/order.h"
#include "format/cbor.h"
#include "format/limits.h"
#include "store/store.h"

#define KEPT (LIMIT_ORDERS / 4 * 3) /* when it is full: a poll's */

/* The file is a CBOR sequence of documents, the newest last. */
static void
path_of(const char *store_path, const struct digest *owner,
    char path[static PATH_MAX])
{
	char folder[PATH_MAX];

	snprintf(folder, sizeof folder, "%s/orders", store_path);
	file_named(folder, owner, path);
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

/* What is there of whole documents: a crash may have cut the last one. */
static size_t
measure(struct span orders)
{
	struct span rest = orders, document;

	while (cbor_take(&rest, LIMIT_DOCUMENT, "the orders", &document) > 0)
		;
	return orders.size - rest.size;
}

/* Behind them. */
static int
append(const char *path, size_t whole, struct span order)
{
	int fd = strict_must(strict_open(path, O_WRONLY), path), result = 0;

	if (fd < 0)
		return -1;
	if (ftruncate(fd, (off_t)whole) != 0 ||
	    lseek(fd, (off_t)whole, SEEK_SET) < 0 ||
	    file_write(fd, order) != 0 || fsync(fd) != 0)
		result = fail_errno("cannot write '%s'", path);
	close(fd);
	return result;
}

/* Anew, without the oldest, so that it takes a while to be full again. */
static int
rewrite(const char *path, struct span orders, struct span order)
{
	struct span document;
	struct buf kept = {0};
	int result = 0;

	while (orders.size + order.size > KEPT &&
	    cbor_take(&orders, LIMIT_DOCUMENT, "the orders", &document) > 0)
		;
	if (buf_append(&kept, orders) != 0 || buf_append(&kept, order) != 0)
		result = -1;
	if (result == 0)
		result = file_put(path, span_of_buf(&kept), 0600, FILE_REPLACE);
	buf_release(&kept);
	return result;
}

static int
keep(const char *path, struct span order)
{
	struct buf older = {0};
	size_t whole;
	int result = load(path, &older);

	if (result == 0) {
		whole = measure(span_of_buf(&older));
		result = whole > 0 && whole + order.size <= LIMIT_ORDERS
		    ? append(path, whole, order)
		    : rewrite(path, span_of(older.data, whole), order);
	}
	buf_release(&older);
	return result;
}

int
orders_keep(const char *store_path, const struct digest *owner,
    struct span order)
{
	char store[FILE_PATH], folder[PATH_MAX], path[PATH_MAX];
	struct order decoded;
	int lock, result;

	if (order_decode(order, owner, &decoded) != 0 ||
	    strict_resolve(store_path, store, sizeof store) != 0)
		return -1;
	snprintf(folder, sizeof folder, "%s/orders", store);
	path_of(store, owner, path);
	lock = file_lock_folder(folder);
	if (lock < 0)
		return -1;
	result = keep(path, order);
	close(lock);
	return result;
}

int
orders_each(const char *store_path, const struct digest *owner, uint64_t now,
    int (*each)(void *context, const struct digest *id, uint64_t time),
    void *context)
{
	char path[PATH_MAX];
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
