/* SPDX-License-Identifier: ISC */
/* Receipts: they come back, and what they may not hold is refused. */
#include "doc/receipt.h"

#include "document.h"
#include "format/limits.h"

static const uint8_t ids[LIMIT_REQUEST_IDS * 32 + 32];

static struct buf
document_with(const struct receipt *receipt, int who)
{
	struct secret scalar = scalar_of(who);
	struct buf document = {0};

	must(receipt_encode(receipt, &scalar, &document) == 0, "encode");
	return document;
}

static bool
same(const struct receipt *a, const struct receipt *b)
{
	return a->time == b->time && digest_equal(&a->owner, &b->owner) &&
	    span_equal(a->ids, b->ids);
}

static void
test_round(struct receipt receipt, size_t count)
{
	struct owner owner = owner_of(1), stranger = owner_of(2);
	struct receipt back;
	struct buf document;

	receipt.ids = span_of(ids, 32 * count);
	document = document_with(&receipt, 1);
	check(receipt_decode(span_of_buf(&document), &owner.id, &back) == 0 &&
		same(&receipt, &back),
	    "%zu ids: %s", count, fail_last()->text);
	check_fails(receipt_decode(span_of_buf(&document), &stranger.id, &back),
	    FAIL_DATA, "the receipt is signed by a stranger", "a stranger's");
	buf_release(&document);
}

static bool
takes(struct span document)
{
	struct owner owner = owner_of(1);
	struct receipt back;

	return receipt_decode(document, &owner.id, &back) == 0;
}

static void
test_refused(struct receipt receipt, const char *what)
{
	struct buf document = document_with(&receipt, 1);
	struct owner owner = owner_of(1);
	struct receipt back;

	check_fails(receipt_decode(span_of_buf(&document), &owner.id, &back),
	    FAIL_DATA, "the receipt", what);
	buf_release(&document);
}

int
main(void)
{
	static const size_t count[] = {0, 1, 2, 7, 8, LIMIT_REQUEST_IDS};
	struct receipt receipt = {.time = 1700000000};
	size_t i;

	for (i = 0; i < COUNT(count); i++)
		test_round(receipt, count[i]);
	test_round((struct receipt){.time = UINT64_MAX}, 1);
	test_round((struct receipt){.time = 0}, 1);
	receipt.ids = span_of(ids, 32);
	document_test_damage(document_with(&receipt, 1), takes);
	document_test_kinds(takes);
	test_refused((struct receipt){.ids = span_of(ids, 31)}, "31 bytes");
	test_refused((struct receipt){.ids = span_of(ids, sizeof ids)},
	    "1001 ids");
	receipt.owner = owner_of(3).id;
	test_round(receipt, 1);
	return failures != 0;
}
