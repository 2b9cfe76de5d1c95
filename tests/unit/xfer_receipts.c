/* SPDX-License-Identifier: ISC */
/*
 * What holders sign in a run goes to all of them, is remembered as promised,
 * and is let go: only the last stays, or, if that is asked for, all.
 */
#include "xfer/receipts.h"

#include <stdatomic.h>

#include "doc/receipt.h"
#include "document.h"
#include "peer/roster.h"
#include "xfer/promises.h"

#define RECEIPTS 600 /* more than one batch has */

static struct holder holder[2];
static atomic_size_t put_count;
static size_t founds;

static int
end_put(struct holder *self, struct call *call, const struct store_key *key,
    struct span bytes, struct answer *answer)
{
	(void)self;
	(void)call;
	(void)answer;
	check(key->owner.byte[0] == 9 && bytes.size > 100, "another document");
	put_count++;
	return 0;
}

static int
commit(struct holder *self)
{
	(void)self;
	return 0;
}

static int
list(struct holder *self, enum store_shelf shelf, const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	(void)self;
	(void)shelf;
	(void)owner;
	(void)each;
	(void)context;
	return 0;
}

static int
found(struct holder *self, const struct store_key *key)
{
	(void)self;
	(void)key;
	founds++;
	return 0;
}

static const struct holder_calls calls = {.end_put = end_put,
    .commit = commit,
    .list = list,
    .found = found};

static struct digest
shard(size_t number)
{
	struct digest id = {{7}};

	memcpy(id.byte + 1, &number, sizeof number);
	return id;
}

/* The first holder signs for a shard; how long the receipt is. */
static size_t
sign(size_t number)
{
	struct secret scalar = scalar_of(1);
	struct digest id = shard(number);
	struct receipt receipt = {{{9}}, 100 + number, span_of_digest(&id)};
	struct buf document = {0};
	size_t size;

	must(receipt_encode(&receipt, &scalar, &document) == 0 &&
		holder_keep_receipt(&holder[0], span_of_buf(&document)) == 0,
	    "sign");
	size = document.size;
	buf_release(&document);
	return size;
}

/* Whether holder `h` is asked to sign for that one. */
static size_t
asks(struct holders *holders, int h, size_t number)
{
	struct store_key key = {STORE_SHARDS, {{9}}, shard(number)};

	founds = 0;
	must(promises_found(holders->promises, &holder[h], &key) == 0, "found");
	return founds;
}

/* All are published and known, and only the last is kept. */
static void
test_let_go(struct holders *holders)
{
	size_t i, size = 0;

	for (i = 0; i < RECEIPTS; i++) {
		check(asks(holders, 0, i) == 1, "%zu is known before", i);
		size = sign(i);
		if (i % 100 == 0)
			check(asks(holders, 0, i) == 0, "%zu is forgotten", i);
	}
	must(receipts_publish(holders) == 0, "publish");
	check(put_count == 2 * RECEIPTS, "%zu puts", put_count);
	check(holder[0].receipts.size == 0 && holder[0].published.size == size,
	    "%zu and %zu bytes are kept", holder[0].receipts.size,
	    holder[0].published.size);
	for (i = 0; i < RECEIPTS; i++)
		check(asks(holders, 0, i) == 0, "%zu is forgotten", i);
	check(asks(holders, 1, 0) == 1, "the other has not signed");
	must(receipts_publish(holders) == 0, "publish");
	check(put_count == 2 * RECEIPTS, "again: %zu puts", put_count);
}

static void
test_kept(struct holders *holders)
{
	size_t size, before = holder[0].published.size;

	holders->keep_receipts = true;
	size = sign(RECEIPTS) + sign(RECEIPTS + 1);
	must(receipts_publish(holders) == 0, "publish");
	check(holder[0].published.size == before + size &&
		put_count == 2 * RECEIPTS + 4,
	    "%zu bytes, %zu puts", holder[0].published.size, put_count);
	check(asks(holders, 0, RECEIPTS + 1) == 0, "it is forgotten");
}

int
main(void)
{
	static char name[] = "p";
	static struct peer peer = {.name = name};
	struct holders holders = {.holder = holder, .count = 2};
	struct digest owner = {{9}};
	size_t i;

	for (i = 0; i < 2; i++) {
		holder[i] = (struct holder){.calls = &calls,
		    .peer = &peer,
		    .id = owner_of((int)i + 1).id,
		    .shelves = STORE_SHELVES};
		pthread_mutex_init(&holder[i].lock, NULL);
	}
	must(promises_open(&holders, &owner) != NULL, "promises");
	test_let_go(&holders);
	test_kept(&holders);
	promises_close(holders.promises);
	for (i = 0; i < 2; i++) {
		buf_release(&holder[i].receipts);
		buf_release(&holder[i].published);
		pthread_mutex_destroy(&holder[i].lock);
	}
	return failures != 0;
}
