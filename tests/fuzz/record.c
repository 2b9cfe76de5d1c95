/* SPDX-License-Identifier: ISC */
/*
 * Every record, whole or not: what decodes is encoded to the same bytes.
 */
#include "format/record.h"
#include "format/cbor.h"
#include "fuzz.h"

static const struct head three_of_five = {.need = 3,
    .total = 5,
    .shard_size = 1024};

static void
check_head(struct span item, struct buf *to)
{
	struct head head;

	if (record_decode_head(item, &head) != 0)
		return;
	must(record_encode_head(&head, to) == 0);
	must(span_equal(span_of_buf(to), item) && record_is_head(item));
	must(record_kind(item) == RECORD_HEAD);
}

static void
check_stripe(struct span item, struct buf *to)
{
	struct stripe stripe;

	if (record_decode_stripe(item, &three_of_five, &stripe) != 0)
		return;
	must(record_encode_stripe(&stripe, to) == 0);
	must(span_equal(span_of_buf(to), item));
	must(stripe.total == 5 && stripe.size > 0 && stripe.size <= 3072);
}

static void
check_shard(struct span item, struct buf *to)
{
	struct shard shard;

	if (record_decode_shard(item, &three_of_five, &shard) != 0)
		return;
	must(record_encode_shard(&shard, to) == 0);
	must(span_equal(span_of_buf(to), item) && shard.index < 5);
}

static void
check_end(struct span item, struct buf *to)
{
	struct end end;

	if (record_decode_end(item, &end) != 0)
		return;
	must(record_encode_end(&end, to) == 0);
	must(span_equal(span_of_buf(to), item));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const check[])(struct span, struct buf *) = {check_head,
	    check_stripe, check_shard, check_end};
	struct span item = span_of(data, size);
	struct buf to = {0};
	size_t i;

	for (i = 0; i < sizeof check / sizeof *check; i++) {
		to.size = 0;
		check[i](item, &to);
	}
	record_kind(item);
	record_is_head(item);
	buf_release(&to);
	return 0;
}
