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
	size_t i, kept = 0, count = list->size / AGAIN_SIZE;
	uint8_t *one = list->data;

	if (count > 0)
		qsort(one, count, AGAIN_SIZE, compare);
	for (i = 0; i < count; i++)
		if (kept == 0 ||
		    compare(one + (kept - 1) * AGAIN_SIZE,
			one + i * AGAIN_SIZE) != 0)
			memmove(one + kept++ * AGAIN_SIZE, one + i * AGAIN_SIZE,
			    AGAIN_SIZE);
	list->size = kept * AGAIN_SIZE;
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
		  "the list of what is asked again is out of order, or names "
		  "what is not there");
}

/* How many of the list are about items before that one. */
static size_t
before(struct span list, size_t item)
{
	size_t low = 0, high = list.size / AGAIN_SIZE, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (again_get(list, middle).item < item)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct span
again_of(struct span list, size_t first, size_t end)
{
	size_t from = before(list, first), to = before(list, end);

	if (to == from)
		return (struct span){0};
	return span_of(list.data + from * AGAIN_SIZE, (to - from) * AGAIN_SIZE);
}
