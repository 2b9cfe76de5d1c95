/* SPDX-License-Identifier: ISC */
/* Drop orders: they come back, and what they may not hold is refused. */
#include "doc/order.h"

#include "document.h"
#include "format/limits.h"

static const uint8_t ids[LIMIT_REQUEST_IDS * 32 + 32];

static struct buf
document_with(const struct order *order, int who)
{
	struct secret scalar = scalar_of(who);
	struct buf document = {0};

	must(order_encode(order, &scalar, &document) == 0, "encode");
	return document;
}

static bool
same(const struct order *a, const struct order *b)
{
	return a->time == b->time && a->shelf == b->shelf &&
	    span_equal(a->ids, b->ids);
}

static void
test_round(struct order order, size_t count)
{
	struct owner owner = owner_of(1), stranger = owner_of(2);
	struct order back;
	struct buf document;

	order.ids = span_of(ids, 32 * count);
	document = document_with(&order, 1);
	check(order_decode(span_of_buf(&document), &owner.id, &back) == 0 &&
		same(&order, &back),
	    "%zu ids: %s", count, fail_last()->text);
	check_fails(order_decode(span_of_buf(&document), &stranger.id, &back),
	    FAIL_DATA, "the drop order is signed by a stranger",
	    "a stranger's");
	buf_release(&document);
}

static bool
takes(struct span document)
{
	struct owner owner = owner_of(1);
	struct order back;

	return order_decode(document, &owner.id, &back) == 0;
}

static void
test_refused(struct order order, const char *what)
{
	struct buf document = document_with(&order, 1);
	struct owner owner = owner_of(1);
	struct order back;

	check_fails(order_decode(span_of_buf(&document), &owner.id, &back),
	    FAIL_DATA, "the drop order", what);
	buf_release(&document);
}

int
main(void)
{
	static const size_t count[] = {0, 1, 2, 7, 8, LIMIT_REQUEST_IDS};
	struct order order = {.time = 1700000000};
	size_t i;

	for (i = 0; i < COUNT(count); i++)
		test_round(order, count[i]);
	test_round((struct order){.time = UINT64_MAX}, 1);
	test_round((struct order){.time = 0}, 1);
	order.ids = span_of(ids, 32);
	document_test_damage(document_with(&order, 1), takes);
	document_test_kinds(takes);
	test_refused((struct order){.ids = span_of(ids, 31)}, "31 bytes");
	test_refused((struct order){.ids = span_of(ids, sizeof ids)},
	    "1001 ids");
	test_round((struct order){.shelf = 1}, 1);
	test_refused((struct order){.shelf = 2}, "members documents");
	test_round((struct order){.shelf = 3}, 1);
	test_refused((struct order){.shelf = 4}, "a shelf");
	return failures != 0;
}
