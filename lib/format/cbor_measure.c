/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/fail.h"
#include "format/cbor.h"
#include "format/limits.h"

/* A container that is open, and what it still waits for. */
struct level {
	uint64_t left;	      /* items, keys and values alike */
	bool is_map;	      /* so an even `left` waits for a key */
	const uint8_t *start; /* of the item under way */
	struct span key;      /* the last whole key, empty at first */
};

/*
 * The walk over one item; level 0 waits for that item. `room` is what `limit`
 * leaves if every promised item takes its least, one byte: a head that
 * promises more is the last that is read.
 */
struct walk {
	struct span rest;
	size_t limit;
	size_t room;
	size_t depth;
	struct level level[1 + LIMIT_CBOR_DEPTH];
};

static int
fail_long(const struct walk *walk)
{
	return fail(FAIL_DATA, "CBOR is longer than %zu bytes", walk->limit);
}

/* Take what a head promises, `count` times `size` bytes, out of `room`. */
static int
claim(struct walk *walk, uint64_t count, size_t size)
{
	if (count > walk->room / size)
		return fail_long(walk);
	walk->room -= (size_t)count * size;
	return 0;
}

static void
skip(struct walk *walk, size_t size)
{
	walk->rest.data += size;
	walk->rest.size -= size;
}

/* The string of a head: 1 when past it, 0 for "more bytes needed", or -1. */
static int
pass_string(struct walk *walk, const struct cbor_item *head)
{
	struct span string;

	if (claim(walk, head->number, 1) != 0)
		return -1;
	if (head->number > walk->rest.size)
		return 0;
	string = span_of(walk->rest.data, (size_t)head->number);
	if (head->kind == CBOR_TEXT && !cbor_text_is_valid(string))
		return fail(FAIL_DATA, "CBOR has text that is not UTF-8");
	skip(walk, string.size);
	return 1;
}

static int
open_level(struct walk *walk, const struct cbor_item *head)
{
	uint64_t count = head->kind == CBOR_TAG ? 1 : head->number;
	size_t size = head->kind == CBOR_MAP ? 2 : 1;

	if (walk->depth == LIMIT_CBOR_DEPTH)
		return fail(FAIL_DATA, "CBOR is nested deeper than %d",
		    LIMIT_CBOR_DEPTH);
	if (claim(walk, count, size) != 0)
		return -1;
	walk->level[++walk->depth] = (struct level){.left = count * size,
	    .is_map = head->kind == CBOR_MAP};
	return 0;
}

/* No encoding begins another: two keys differ within the shorter one. */
static bool
key_follows(struct span key, struct span last)
{
	size_t size = key.size < last.size ? key.size : last.size;

	return size == 0 || memcmp(last.data, key.data, size) < 0;
}

/* An item of the innermost level ends here. */
static int
end_item(struct walk *walk)
{
	struct level *level = &walk->level[walk->depth];
	struct span item =
	    span_of(level->start, (size_t)(walk->rest.data - level->start));

	if (level->is_map && level->left % 2 == 0) {
		if (!key_follows(item, level->key))
			return fail(FAIL_DATA,
			    "CBOR has map keys out of order or twice");
		level->key = item;
	}
	level->left--;
	return 0;
}

/* So does each container that waits for nothing more. */
static int
close_levels(struct walk *walk)
{
	while (walk->depth > 0 && walk->level[walk->depth].left == 0) {
		walk->depth--;
		if (end_item(walk) != 0)
			return -1;
	}
	return 0;
}

/* The next head, with its string if it has one: 1, 0 or -1 alike. */
static int
pass_head(struct walk *walk, struct cbor_item *head)
{
	int size = cbor_head_decode(walk->rest, head);

	if (size <= 0)
		return size;
	if (claim(walk, (uint64_t)size - 1, 1) != 0)
		return -1;
	walk->level[walk->depth].start = walk->rest.data;
	skip(walk, (size_t)size);
	if (head->kind == CBOR_BYTES || head->kind == CBOR_TEXT)
		return pass_string(walk, head);
	return 1;
}

static bool
is_container(const struct cbor_item *head)
{
	return head->kind == CBOR_ARRAY || head->kind == CBOR_MAP ||
	    head->kind == CBOR_TAG;
}

int64_t
cbor_measure(struct span bytes, size_t limit)
{
	struct walk walk = {.rest = bytes, .limit = limit, .room = limit};
	struct cbor_item head;
	int status;

	walk.level[0].left = 1;
	if (claim(&walk, 1, 1) != 0)
		return -1;
	while (walk.level[0].left > 0) {
		status = pass_head(&walk, &head);
		if (status == 0 && bytes.size >= limit)
			return fail_long(&walk);
		if (status <= 0)
			return status;
		status = is_container(&head) ? open_level(&walk, &head)
					     : end_item(&walk);
		if (status != 0 || close_levels(&walk) != 0)
			return -1;
	}
	return (int64_t)(bytes.size - walk.rest.size);
}

int
cbor_measure_bytes_head(struct span bytes, uint64_t *size)
{
	struct cbor_item item;
	int length = cbor_head_decode(bytes, &item);

	*size = item.number;
	if (length > 0 && item.kind != CBOR_BYTES)
		return fail(FAIL_DATA, "CBOR has no byte string here");
	return length;
}
