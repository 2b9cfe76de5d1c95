/* SPDX-License-Identifier: ISC */
#include "vote/again.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "crypto/piece.h"
#include "vote/items.h"

struct again
again_get(struct span list, size_t i)
{
	const uint8_t *at = list.data + i * AGAIN_SIZE;

	return (struct again){bytes_uint32(at), bytes_uint32(at + 4)};
}

int
again_add(struct buf *list, const struct again *again)
{
	if (buf_append_uint32(list, again->item) != 0)
		return -1;
	return buf_append_uint32(list, again->piece);
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, AGAIN_SIZE);
}

void
again_sort(struct buf *list)
{
	buf_sort(list, AGAIN_SIZE, compare);
}

/* Whether one of them stands behind the one before it, and names a piece. */
static bool
is_good(struct span list, size_t i, const struct items *items)
{
	const uint8_t *at = list.data + i * AGAIN_SIZE;
	struct again again = again_get(list, i);

	return (i == 0 || compare(at - AGAIN_SIZE, at) < 0) &&
	    again.item < items_count(items) &&
	    again.piece < piece_count(items_get(items, again.item).size);
}

int
again_check(struct span list, const struct items *items)
{
	size_t i, count = list.size / AGAIN_SIZE;
	bool good = list.size % AGAIN_SIZE == 0 && count <= LIMIT_AGAIN;

	for (i = 0; good && i < count; i++)
		good = is_good(list, i, items);
	return good
	    ? 0
	    : fail(FAIL_DATA,
		  "what is asked again is out of order, or is not there");
}

struct span
again_of(struct span list, size_t first, size_t end)
{
	size_t size = 0;

	for (; list.size > 0 && again_get(list, 0).item < first;
	     list.data += AGAIN_SIZE)
		list.size -= AGAIN_SIZE;
	while (
	    size < list.size && again_get(list, size / AGAIN_SIZE).item < end)
		size += AGAIN_SIZE;
	return span_of(list.data, size);
}
