/* SPDX-License-Identifier: ISC */
/* Lists of verdicts and of items: they come back, in one form only. */
#include "vote/verdict.h"

#include "check.h"
#include "vote/items.h"

#define ITEMS 300

static void
test_refused(const char *hex, const char *what)
{
	struct buf runs = {0};
	uint8_t verdict[10];

	unhex(hex, &runs);
	check_fails(verdict_decode(span_of_buf(&runs), verdict, 10), FAIL_DATA,
	    "the list of verdicts is malformed", what);
	buf_release(&runs);
}

static void
test_bad(void)
{
	test_refused("00", "cut short");
	test_refused("0001", "cut short");
	test_refused("000100", "a run of good ones");
	test_refused("000104", "an unknown verdict");
	test_refused("000001", "an empty run");
	test_refused("000b01", "more items than there are");
	test_refused("0a0101", "a run behind the end");
	test_refused("000101 000101", "one run in two");
	test_refused("000101 0a0101", "behind the end");
	test_refused("18000101", "a longer form");
	test_refused("200101", "another kind of number");
	test_refused("1bffffffffffffffff 0101", "a huge number");
}

static void
test_round(unsigned percent)
{
	uint8_t verdict[ITEMS], back[ITEMS];
	size_t i, counts[VERDICTS];
	struct buf bytes = {0};
	struct cbor_writer writer;
	struct cbor_reader reader;

	for (i = 0; i < ITEMS; i++)
		verdict[i] = random_number() % 100 < percent
		    ? (uint8_t)(random_number() % VERDICTS)
		    : VERDICT_OK;
	cbor_writer_init(&writer, &bytes);
	verdict_write(&writer, verdict, ITEMS);
	must(cbor_writer_end(&writer) == 0, "write");
	cbor_reader_init(&reader, span_of_buf(&bytes));
	check(verdict_decode(cbor_read_bytes(&reader, 10000), back, ITEMS) ==
		    0 &&
		memcmp(verdict, back, ITEMS) == 0,
	    "%u %%: %s", percent, fail_last()->text);
	check(percent > 0 || bytes.size == 1, "all good takes %zu bytes",
	    bytes.size);
	verdict_count(back, ITEMS, counts);
	check(counts[0] + counts[1] + counts[2] + counts[3] == ITEMS, "sum");
	buf_release(&bytes);
}

/* Appends an item that begins with `first`. */
static void
add(struct buf *held, uint8_t first)
{
	struct item item = {{{first, 7}}, 1000u + first};

	must(items_add(held, &item) == 0, "add");
}

static void
items_refused(const char *hex, const char *what)
{
	struct buf bytes = {0};
	static struct items items;

	unhex(hex, &bytes);
	check_fails(items_decode(span_of_buf(&bytes), 2, &items), FAIL_DATA,
	    "the list of items is malformed", what);
	buf_release(&bytes);
}

static void
test_items(void)
{
	struct buf held[3] = {{0}}, list = {0};
	struct digest id = {{5, 7}};
	static struct items items;
	struct item item;

	items_refused("", "nothing");
	items_refused("8140", "one holder of two");
	items_refused("83404040", "three holders");
	items_refused("824041ff", "part of an item");
	items_refused("8240", "cut short");
	items_refused("82404000", "a byte more");
	add(&held[0], 9);
	add(&held[0], 5);
	add(&held[0], 9);
	items_sort(&held[0]);
	check(held[0].size == 2 * ITEM_SIZE, "each once");
	add(&held[2], 1);
	must(items_encode((struct span[]){span_of_buf(&held[0]),
			      span_of_buf(&held[1]), span_of_buf(&held[2])},
		 3, &list) == 0 &&
		items_decode(span_of_buf(&list), 3, &items) == 0,
	    "a list");
	item = items_get(&items, 0);
	check(items_count(&items) == 3 && item.id.byte[0] == 5 &&
		item.size == 1005 && items_holder(&items, 1) == 0 &&
		items_holder(&items, 2) == 2,
	    "the items");
	check(items_find(&items, 0, &id) == 0 &&
		items_find(&items, 1, &id) == 3 &&
		items_find(&items, 2, &id) == 3,
	    "find");
	check_fails(items_decode(span_of_buf(&list), 4, &items), FAIL_DATA,
	    "malformed", "for others");
	list.size = 0;
	add(&held[2], 0);
	must(items_encode((struct span[]){span_of_buf(&held[2])}, 1, &list) ==
		0,
	    "a list");
	check_fails(items_decode(span_of_buf(&list), 1, &items), FAIL_DATA,
	    "malformed", "not sorted");
	buf_release(&held[0]);
	buf_release(&held[2]);
	buf_release(&list);
}

int
main(void)
{
	static const unsigned percent[] = {0, 1, 10, 50, 100};
	size_t i;

	test_bad();
	for (i = 0; i < COUNT(percent); i++)
		test_round(percent[i]);
	test_items();
	return failures != 0;
}
