/* SPDX-License-Identifier: ISC */
#include "vote/items.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "format/cbor.h"

int
items_add(struct buf *held, const struct item *item)
{
	if (buf_append(held, span_of_digest(&item->id)) != 0)
		return -1;
	return buf_append_uint32(held, item->size);
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest));
}

void
items_sort(struct buf *held)
{
	buf_sort(held, ITEM_SIZE, compare);
}

int
items_encode(const struct span *held, size_t holders, struct buf *to)
{
	struct cbor_writer writer;
	size_t i;

	cbor_writer_init(&writer, to);
	cbor_write_array(&writer, holders);
	for (i = 0; i < holders; i++)
		cbor_write_bytes(&writer, held[i]);
	return cbor_writer_end(&writer);
}

static bool
is_sorted(struct span held)
{
	size_t at;

	if (held.size % ITEM_SIZE != 0)
		return false;
	for (at = ITEM_SIZE; at < held.size; at += ITEM_SIZE)
		if (compare(held.data + at - ITEM_SIZE, held.data + at) >= 0)
			return false;
	return true;
}

int
items_decode(struct span list, size_t holders, struct items *items)
{
	struct cbor_reader reader;
	size_t i;

	if (cbor_measure(list, LIMIT_CERTIFICATE) != (int64_t)list.size)
		return fail(FAIL_DATA, "the list of items is malformed");
	cbor_reader_init(&reader, list);
	items->holders = (size_t)cbor_read_array(&reader, LIMIT_MEMBERS);
	items->first[0] = 0;
	for (i = 0; i < items->holders; i++) {
		items->held[i] =
		    cbor_read_bytes(&reader, LIMIT_ITEMS * ITEM_SIZE);
		items->first[i + 1] = items->first[i] +
		    items->held[i].size / ITEM_SIZE;
		reader.bad |= !is_sorted(items->held[i]);
	}
	if (items->holders != holders || items_count(items) > LIMIT_ITEMS)
		reader.bad = true;
	return cbor_reader_end(&reader, "the list of items");
}

size_t
items_count(const struct items *items)
{
	return items->first[items->holders];
}

static struct item
read_item(const uint8_t *at)
{
	return (struct item){digest_from(at),
	    bytes_uint32(at + sizeof(struct digest))};
}

struct item
items_get(const struct items *items, size_t i)
{
	size_t holder = items_holder(items, i);

	return read_item(
	    items->held[holder].data + (i - items->first[holder]) * ITEM_SIZE);
}

size_t
items_holder(const struct items *items, size_t i)
{
	size_t low = 0, high = items->holders, middle;

	while (high - low > 1) {
		middle = (low + high) / 2;
		if (items->first[middle] <= i)
			low = middle;
		else
			high = middle;
	}
	return low;
}

size_t
items_find(const struct items *items, size_t holder, const struct digest *id)
{
	struct span held = items->held[holder];
	const uint8_t *found;

	if (held.size == 0)
		return items_count(items);
	found =
	    bsearch(id, held.data, held.size / ITEM_SIZE, ITEM_SIZE, compare);
	if (found == NULL)
		return items_count(items);
	return items->first[holder] + (size_t)(found - held.data) / ITEM_SIZE;
}
