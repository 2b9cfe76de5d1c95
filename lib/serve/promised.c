/* SPDX-License-Identifier: ISC */
#include "serve/promised.h"

#include <stdlib.h>

#include "base/memory.h"
#include "doc/receipt.h"
#include "format/limits.h"
#include "serve/orders.h"

/* Papers being read. */
struct reading {
	struct store *store;
	const struct roll *roll;
	uint64_t *promised; /* when each item was last; 0: never */
};

/* An item that a receipt names, by its place among the holder's. */
static void
note(struct reading *reading, size_t place, const struct digest *id,
    uint64_t time)
{
	const struct items *items = &reading->roll->items;
	size_t item = items_find(items, place, id);

	if (item < items_count(items) && time >= reading->promised[item])
		reading->promised[item] = time > 0 ? time : 1;
}

static void
note_all(struct reading *reading, const struct digest *holder,
    const struct receipt *receipt)
{
	const struct roll *roll = reading->roll;
	int place = members_find(&roll->members, holder);
	struct digest id;
	size_t i;

	for (i = 0; place >= 0 && i < receipt->ids.size; i += sizeof id) {
		id = digest_from(receipt->ids.data + i);
		note(reading, (size_t)place, &id, receipt->time);
	}
}

static int
read_receipt(void *context, const struct digest *id)
{
	struct reading *reading = context;
	struct store_key key = {STORE_RECEIPTS, reading->roll->owner, *id};
	struct buf document = {0};
	struct receipt receipt;
	struct digest holder;

	if (store_get(reading->store, &key, LIMIT_DOCUMENT, &document) == 1 &&
	    cose_peek(span_of_buf(&document), &holder) == RECORD_RECEIPT &&
	    receipt_decode(span_of_buf(&document), &holder, &receipt) == 0)
		note_all(reading, &holder, &receipt);
	buf_release(&document);
	return 0;
}

/* What was promised before the order is promised no more, by anybody. */
static int
take_back(void *context, const struct digest *id, uint64_t time)
{
	struct reading *reading = context;
	const struct items *items = &reading->roll->items;
	size_t place, item;

	for (place = 0; place < items->holders; place++) {
		item = items_find(items, place, id);
		if (item < items_count(items) &&
		    reading->promised[item] <= time)
			reading->promised[item] = 0;
	}
	return 0;
}

bool *
promised_items(struct store *store, const char *store_path,
    const struct roll *roll, uint64_t now)
{
	size_t i, count = items_count(&roll->items);
	struct reading reading = {store, roll,
	    memory_get(count + 1, sizeof *reading.promised)};
	bool *promised = memory_get(count + 1, sizeof *promised);
	int result = reading.promised == NULL || promised == NULL ? -1 : 0;

	if (result == 0 &&
	    (store_list(store, STORE_RECEIPTS, &roll->owner, read_receipt,
		 &reading) < 0 ||
		orders_each(store_path, &roll->owner, now, take_back,
		    &reading) != 0))
		result = -1;
	for (i = 0; result == 0 && i < count; i++)
		promised[i] = reading.promised[i] > 0;
	free(reading.promised);
	if (result == 0)
		return promised;
	free(promised);
	return NULL;
}
