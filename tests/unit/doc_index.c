/* SPDX-License-Identifier: ISC */
/* Indexes: they come back, and what they may not hold is refused. */
#include "doc/index.h"

#include "document.h"

static const struct head head = {.need = 2, .total = 3, .shard_size = 1024};

static struct buf
records_of(uint64_t first, uint64_t count)
{
	struct stripe stripe = {.size = 5, .total = 3};
	struct buf records = {0};

	for (stripe.number = first; stripe.number < first + count;
	     stripe.number++)
		must(record_encode_stripe(&stripe, &records) == 0, "encode");
	return records;
}

static struct buf
document_with(const struct index *index)
{
	struct secret scalar = scalar_of(1);
	struct buf document = {0};

	must(index_encode(index, &scalar, &document) == 0, "encode");
	return document;
}

static void
test_round(uint64_t first, uint64_t count, struct span records)
{
	struct index index = {span_of_text("head"), first, count, records};
	struct buf document = document_with(&index);
	struct owner owner = owner_of(1), stranger = owner_of(2);
	struct index back;

	check(index_decode(span_of_buf(&document), &owner.id, &back) == 0 &&
		span_equal(back.head, index.head) && back.first == first &&
		back.count == count && span_equal(back.records, records),
	    "%llu of them: %s", (unsigned long long)count, fail_last()->text);
	check(index_decode(span_of_buf(&document), NULL, &back) == 0,
	    "any signer: %s", fail_last()->text);
	check_fails(index_decode(span_of_buf(&document), &stranger.id, &back),
	    FAIL_DATA, "the index is signed by a stranger", "a stranger");
	buf_release(&document);
}

static void
test_refused(struct index index, const char *words)
{
	struct buf document = document_with(&index);
	struct index back;

	check_fails(index_decode(span_of_buf(&document), NULL, &back),
	    FAIL_DATA, words, "an index");
	buf_release(&document);
}

static void
test_limits(void)
{
	static uint8_t large[LIMIT_DOCUMENT];
	struct secret zero = secret_of(0);
	struct buf none = {0}, hello = document_of(RECORD_INDEX, 1),
		   snapshot = document_of(RECORD_SNAPSHOT, 1);
	struct index index = {.count = LIMIT_INDEX_RECORDS + 1}, back;

	test_refused(index, "the index is malformed");
	index.count = 1;
	index.head = span_of(large, LIMIT_RECORD + 1);
	test_refused(index, "the index is malformed");
	index.head = span_of(large, LIMIT_RECORD);
	index.records = span_of(large, LIMIT_DOCUMENT);
	test_refused(index, "the index is not a signed document");
	check_fails(index_encode(&index, &zero, &none), FAIL_DATA,
	    "a private key is out of range", "no key");
	check_fails(index_decode(span_of_buf(&hello), NULL, &back), FAIL_DATA,
	    "the index is malformed", "another document");
	check_fails(index_decode(span_of_buf(&snapshot), NULL, &back),
	    FAIL_DATA, "the index is not of kind 'index'", "a snapshot");
	buf_release(&none);
	buf_release(&hello);
	buf_release(&snapshot);
}

static void
test_next(void)
{
	struct buf records = records_of(40, 3);
	struct span rest = span_of_buf(&records), before;
	struct stripe stripe;
	uint64_t number;
	size_t size;

	for (number = 40; number < 43; number++)
		check(index_next(&rest, &head, &stripe) == 1 &&
			stripe.number == number && stripe.total == 3,
		    "stripe %llu: %s", (unsigned long long)number,
		    fail_last()->text);
	check(index_next(&rest, &head, &stripe) == 0 && rest.size == 0,
	    "the end");
	for (size = 1; size < records.size / 3; size++) {
		rest = before = span_of(records.data, size);
		check_fails(index_next(&rest, &head, &stripe), FAIL_DATA,
		    "the index is cut short", "a cut one");
		check(span_equal(rest, before), "it moves");
	}
	rest = span_of("\xff", 1);
	check_fails(index_next(&rest, &head, &stripe), FAIL_DATA, "CBOR",
	    "no CBOR");
	rest = span_of("\xa0", 1);
	check_fails(index_next(&rest, &head, &stripe), FAIL_DATA,
	    "a stripe record is malformed", "no stripe");
	buf_release(&records);
}

int
main(void)
{
	static const uint64_t counts[] = {0, 1, 2, 1000};
	struct buf records;
	size_t i;

	test_limits();
	test_next();
	for (i = 0; i < COUNT(counts); i++) {
		records = records_of(7, counts[i]);
		test_round(7, counts[i], span_of_buf(&records));
		buf_release(&records);
	}
	test_round(UINT64_MAX, 0, span_of(NULL, 0));
	return failures != 0;
}
