/* SPDX-License-Identifier: ISC */
/*
 * What a voter knows of the items of a poll: what was promised, and not
 * dropped since.
 */
#include "serve/promised.h"

#include <stdlib.h>

#include "doc/order.h"
#include "doc/receipt.h"
#include "polls.h"
#include "scratch.h"
#include "serve/orders.h"

#define EACH 2
#define LATER (POLLS_NOW + 50)

static struct polls polls;
static struct store *store;

static void
keep_paper(const struct buf *document)
{
	struct span bytes = span_of_buf(document);
	struct store_key key = {STORE_RECEIPTS, polls.roll.owner,
	    tree_root(bytes)};

	must(store_put(store, &key, bytes) == 0 && store_commit(store) == 0,
	    "a paper");
}

/* The holder of an item signs for it, by that time. */
static void
promise(size_t item, uint64_t time)
{
	size_t holder = items_holder(&polls.roll.items, item);
	struct secret scalar = scalar_of(polls.who[holder]);
	struct digest id = items_get(&polls.roll.items, item).id;
	struct receipt receipt = {.owner = polls.roll.owner,
	    .time = time,
	    .ids = span_of_digest(&id)};
	struct buf document = {0};

	must(receipt_encode(&receipt, &scalar, &document) == 0, "a receipt");
	keep_paper(&document);
	buf_release(&document);
}

/* Somebody orders that an item be dropped. */
static int
order(int who, unsigned shelf, size_t item, uint64_t time)
{
	struct secret scalar = scalar_of(who);
	struct digest id = items_get(&polls.roll.items, item).id;
	struct order order = {time, shelf, span_of_digest(&id)};
	struct buf document = {0};
	int result;

	must(order_encode(&order, &scalar, &document) == 0, "an order");
	result = orders_keep(scratch("store"), &polls.roll.owner,
	    span_of_buf(&document));
	buf_release(&document);
	return result;
}

/* The items that are promised are these, '+', and no others, '-'. */
static void
are(const char *wanted, uint64_t now, const char *what)
{
	bool *promised =
	    promised_items(store, scratch("store"), &polls.roll, now);
	size_t i;

	must(promised != NULL, what);
	for (i = 0; i < strlen(wanted); i++)
		check(promised[i] == (wanted[i] == '+'), "%s: item %zu", what,
		    i);
	free(promised);
}

static void
test_orders(void)
{
	are("------", POLLS_NOW, "no receipts");
	promise(0, POLLS_NOW);
	promise(1, POLLS_NOW);
	promise(4, POLLS_NOW);
	are("++--+-", POLLS_NOW, "three receipts");
	check_fails(order(3, STORE_SHARDS, 0, LATER), FAIL_DATA,
	    "by a stranger", "a member's order");
	must(order(POLLS_OWNER, STORE_SNAPSHOTS, 1, LATER) == 0, "another");
	are("++--+-", LATER, "an order for a snapshot");
	must(order(POLLS_OWNER, STORE_SHARDS, 0, LATER) == 0 &&
		order(POLLS_OWNER, STORE_SHARDS, 4, LATER) == 0,
	    "orders");
	are("-+----", LATER, "two are dropped");
	promise(4, LATER + 1);
	are("-+--+-", LATER + 1, "put again since");
	are("-+--+-", LATER + ORDER_AGE, "a day later");
	are("++--+-", LATER + ORDER_AGE + 1, "when the orders are over");
}

static const char *
orders_path(void)
{
	static char path[120];
	char name[DIGEST_HEX_SIZE];

	digest_hex(&polls.roll.owner, name);
	snprintf(path, sizeof path, "store/orders/%s", name);
	return scratch(path);
}

static void
read_file(struct buf *file)
{
	file->size = 0;
	must(file_read(orders_path(), LIMIT_ORDERS, file) == 0, "the file");
}

/* A crash cuts the last one: those before count, and those behind. */
static void
test_torn(void)
{
	struct buf file = {0};

	read_file(&file);
	file.size--;
	scratch_write(orders_path(), span_of_buf(&file), 0600);
	are("-+--+-", LATER + 1, "the last one is cut");
	must(order(POLLS_OWNER, STORE_SHARDS, 1, LATER) == 0, "another");
	are("----+-", LATER + 1, "it counts, too");
	buf_release(&file);
}

/* What an order costs is its own size, unless the file is full. */
static void
test_full(void)
{
	static uint8_t ids[32 * LIMIT_REQUEST_IDS];
	struct secret scalar = scalar_of(POLLS_OWNER);
	struct order large = {LATER, STORE_SHARDS, span_of(ids, sizeof ids)};
	struct buf document = {0}, file = {0};
	struct stat before, after;

	must(order_encode(&large, &scalar, &document) == 0, "an order");
	while (file.size + document.size <= LIMIT_ORDERS)
		must(buf_append(&file, span_of_buf(&document)) == 0, "memory");
	file.size -= document.size;
	scratch_write(orders_path(), span_of_buf(&file), 0600);
	must(stat(orders_path(), &before) == 0, "the file");
	must(order(POLLS_OWNER, STORE_SHARDS, 0, LATER) == 0, "one more");
	must(stat(orders_path(), &after) == 0, "the file");
	check(after.st_ino == before.st_ino, "it was written anew");
	must(orders_keep(scratch("store"), &polls.roll.owner,
		 span_of_buf(&document)) == 0,
	    "one that fills it");
	must(orders_keep(scratch("store"), &polls.roll.owner,
		 span_of_buf(&document)) == 0,
	    "one too many");
	read_file(&file);
	check(file.size > LIMIT_ORDERS / 2 && file.size < LIMIT_ORDERS * 7 / 8,
	    "%zu bytes are kept", file.size);
	are("-+--+-", LATER + 1, "the newest are");
	buf_release(&document);
	buf_release(&file);
}

/* What is damaged is as good as none. */
static void
test_damaged(void)
{
	struct buf file = {0};

	read_file(&file);
	file.data[0] = 0xff;
	scratch_write(orders_path(), span_of_buf(&file), 0600);
	are("++--+-", LATER + 1, "a damaged file");
	must(order(POLLS_OWNER, STORE_SHARDS, 0, LATER) == 0, "on top of that");
	are("-+--+-", LATER + 1, "it counts");
	buf_release(&file);
}

int
main(void)
{
	polls_init(&polls, 3, EACH, false);
	must(mkdir(scratch("store"), 0700) == 0, "a folder");
	store = store_open(scratch("store"), STORE_WRITE);
	must(store != NULL, "a store");
	test_orders();
	test_torn();
	test_full();
	test_damaged();
	store_close(store);
	polls_release(&polls);
	return failures != 0;
}
