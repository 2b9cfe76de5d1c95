/* SPDX-License-Identifier: ISC */
/*
 * The records of a stream: the bytes that they have, and that they come back.
 */
#include "format/record.h"

#include "spell.h"

static const struct head three_of_five = {.need = 3,
    .total = 5,
    .shard_size = 1024};

static void
is_spelt(struct buf *bytes, const char *spelling)
{
	struct span wanted = spell(spelling);

	check(span_equal(span_of_buf(bytes), wanted), "not written as %s",
	    spelling);
	check(cbor_measure(wanted, LIMIT_RECORD) == (int64_t)wanted.size,
	    "%s is not an item", spelling);
	bytes->size = 0;
	forget(wanted);
}

static struct digest
eleven(void)
{
	struct digest digest;

	memset(&digest, 0x11, sizeof digest);
	return digest;
}

static void
test_head(unsigned need, unsigned total, uint32_t shard_size, size_t label,
    const char *spelling)
{
	static const uint8_t filler[LIMIT_LABEL_BOX] = {0};
	struct head head = {need, total, shard_size, eleven(),
	    span_of(filler, label)};
	struct head back;
	struct buf bytes = {0};

	must(record_encode_head(&head, &bytes) == 0, "encode");
	check(record_decode_head(span_of_buf(&bytes), &back) == 0 &&
		back.need == need && back.total == total &&
		back.shard_size == shard_size &&
		digest_equal(&back.owner, &head.owner) &&
		span_equal(back.label, head.label),
	    "the head %u %u %u: %s", need, total, shard_size,
	    fail_last()->text);
	check(record_kind(span_of_buf(&bytes)) == RECORD_HEAD &&
		record_is_head(span_of_buf(&bytes)),
	    "the head's kind");
	if (spelling != NULL)
		is_spelt(&bytes, spelling);
	buf_release(&bytes);
}

static void
test_stripe(uint64_t number, uint32_t size, const char *spelling)
{
	struct stripe stripe = {.number = number, .size = size, .total = 5};
	struct stripe back;
	struct buf bytes = {0};

	memset(stripe.id, 0x11, 5 * sizeof stripe.id[0]);
	memset(stripe.box, 0x11, sizeof stripe.box);
	must(record_encode_stripe(&stripe, &bytes) == 0, "encode");
	check(record_decode_stripe(span_of_buf(&bytes), &three_of_five,
		  &back) == 0 &&
		back.number == number && back.size == size && back.total == 5 &&
		memcmp(back.id, stripe.id, 5 * sizeof back.id[0]) == 0 &&
		memcmp(back.box, stripe.box, sizeof back.box) == 0,
	    "the stripe %llu: %s", (unsigned long long)number,
	    fail_last()->text);
	check(record_kind(span_of_buf(&bytes)) == RECORD_STRIPE &&
		!record_is_head(span_of_buf(&bytes)),
	    "its kind");
	is_spelt(&bytes, spelling);
	must(record_encode_stripe_public(&stripe, &bytes) == 0, "encode");
	check(bytes.size > 0 && bytes.data[0] == 0xa4, "the public part");
	buf_release(&bytes);
}

static void
test_shard_and_end(void)
{
	struct shard shard = {300, 4, eleven()}, shard_back;
	struct end end = {7, 70000, eleven(), eleven()}, end_back;
	struct buf bytes = {0};

	must(record_encode_shard(&shard, &bytes) == 0, "encode");
	check(record_decode_shard(span_of_buf(&bytes), &three_of_five,
		  &shard_back) == 0 &&
		shard_back.stripe == 300 && shard_back.index == 4 &&
		digest_equal(&shard_back.id, &shard.id) &&
		record_kind(span_of_buf(&bytes)) == RECORD_SHARD,
	    "the shard: %s", fail_last()->text);
	is_spelt(&bytes, "a4 00 02 01 19012c 02 04 03 [32]");
	must(record_encode_end(&end, &bytes) == 0, "encode");
	check(record_decode_end(span_of_buf(&bytes), &end_back) == 0 &&
		end_back.stripes == 7 && end_back.size == 70000 &&
		digest_equal(&end_back.digest, &end.digest) &&
		digest_equal(&end_back.seal, &end.seal) &&
		record_kind(span_of_buf(&bytes)) == RECORD_END,
	    "the end: %s", fail_last()->text);
	is_spelt(&bytes, "a5 00 04 01 07 02 1a00011170 03 [32] 04 [32]");
	must(record_encode_end_public(&end, &bytes) == 0, "encode");
	is_spelt(&bytes, "a3 00 04 01 07 02 1a00011170");
	must(record_encode_end_sealed(&end, &bytes) == 0, "encode");
	is_spelt(&bytes, "a4 00 04 01 07 02 1a00011170 03 [32]");
	buf_release(&bytes);
}

static void
test_kinds(void)
{
	static const char *const none[] = {"00", "80", "a0", "a1 01 00",
	    "a1 00 6130", "a1 00 190100", "a1 00 20", "6161", "[3]"};
	struct span bytes;
	size_t i, size;

	for (i = 0; i < COUNT(none); i++) {
		bytes = spell(none[i]);
		check_fails(record_kind(bytes), FAIL_DATA,
		    "this is not a record of shardkit's", none[i]);
		check(!record_is_head(bytes), "%s is a head", none[i]);
		forget(bytes);
	}
	bytes = spell("a1 00 18ff");
	check(record_kind(bytes) == 255, "kind 255");
	forget(bytes);
	bytes = spell("a7 " HEAD);
	for (size = 0; size < 16; size++)
		check(record_is_head(span_of(bytes.data, size)) == (size > 12),
		    "%zu bytes of a head", size);
	forget(bytes);
}

static void
test_shard_sizes(void)
{
	struct head head = three_of_five;

	check(stripe_shard_size(&head, 1) == 1 &&
		stripe_shard_size(&head, 3) == 1 &&
		stripe_shard_size(&head, 4) == 2 &&
		stripe_shard_size(&head, 3071) == 1024 &&
		stripe_shard_size(&head, 3072) == 1024,
	    "shard sizes");
	head.need = 255;
	check(stripe_shard_size(&head, 255 << 20) == 1 << 20, "255 of them");
}

int
main(void)
{
	test_head(3, 5, 1024, 0, "a7 " HEAD);
	test_head(3, 5, 1024, 1, "a8 " HEAD " 07 4100");
	test_head(1, 1, 1024, 80, NULL);
	test_head(255, 255, 1 << 20, LIMIT_LABEL_BOX, NULL);
	test_head(1, 16, 16 << 20, 0,
	    "a7 00 00 01 " MAGIC " 02 01 03 01 04 10 05 1a01000000 06 [32]");
	test_stripe(0, 1, "a5 00 01 01 00 02 01 03 [160] 04 [64]");
	test_stripe(UINT64_MAX, 3072,
	    "a5 00 01 01 1bffffffffffffffff 02 190c00 03 [160] 04 [64]");
	test_shard_and_end();
	test_kinds();
	test_shard_sizes();
	return failures != 0;
}
