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

/* Every byte counts: no change of one is the same word. */
static void
test_damage(void)
{
	struct receipt receipt = {.time = 1700000000, .ids = span_of(ids, 32)},
		       back;
	struct buf document = document_with(&receipt, 1);
	struct owner owner = owner_of(1);
	size_t i;

	for (i = 0; i < document.size; i += i < 24 ? 1 : 7) {
		document.data[i] ^= 1;
		check(receipt_decode(span_of_buf(&document), &owner.id,
			  &back) == -1,
		    "byte %zu does not matter", i);
		document.data[i] ^= 1;
	}
	for (i = 0; i < document.size; i += i < 24 ? 1 : 13)
		check(receipt_decode(span_of(document.data, i), &owner.id,
			  &back) == -1,
		    "cut at %zu", i);
	buf_append(&document, span_of("", 1));
	check(receipt_decode(span_of_buf(&document), &owner.id, &back) == -1,
	    "a byte more");
	document.size--;
	document_malleate(&document);
	check(receipt_decode(span_of_buf(&document), &owner.id, &back) == -1,
	    "the other signature");
	buf_release(&document);
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

/* A word of another kind with the same key is none of this kind. */
static void
test_kinds(void)
{
	enum record_kind kind;
	struct owner owner = owner_of(1);
	struct buf document;
	struct receipt back;

	for (kind = RECORD_INDEX; kind <= RECORD_ORDER; kind++) {
		document = document_of(kind, 1);
		check(receipt_decode(span_of_buf(&document), &owner.id,
			  &back) == -1,
		    "kind %d is taken", (int)kind);
		buf_release(&document);
	}
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
	test_damage();
	test_kinds();
	test_refused((struct receipt){.ids = span_of(ids, 31)}, "31 bytes");
	test_refused((struct receipt){.ids = span_of(ids, sizeof ids)},
	    "1001 ids");
	receipt.owner = owner_of(3).id;
	test_round(receipt, 1);
	return failures != 0;
}
