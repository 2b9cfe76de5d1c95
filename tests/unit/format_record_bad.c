/* SPDX-License-Identifier: ISC */
/* The records of a stream: what is refused, field by field. */
#include "format/record.h"

#include "spell.h"

/* What is wrong with an item, "+" first if it is too long, and the item. */
struct item {
	const char *what;
	const char *spelling;
};

static const struct item bad_heads[] = {
    {"no map", "80"},
    {"an empty map", "a0"},
    {"another kind",
	"a7 00 01 01 " MAGIC " 02 01 03 03 04 05 05 190400 06 [32]"},
    {"another magic",
	"a7 00 00 01 68 7368617264 6b6975"
	" 02 01 03 03 04 05 05 190400 06 [32]"},
    {"a shorter magic",
	"a7 00 00 01 67 7368617264 6b69"
	" 02 01 03 03 04 05 05 190400 06 [32]"},
    {"a magic in bytes",
	"a7 00 00 01 48 7368617264 6b6974"
	" 02 01 03 03 04 05 05 190400 06 [32]"},
    {"need 0", "a7 00 00 01 " MAGIC " 02 01 03 00 04 05 05 190400 06 [32]"},
    {"need above total",
	"a7 00 00 01 " MAGIC " 02 01 03 06 04 05 05 190400 06 [32]"},
    {"total 0", "a7 00 00 01 " MAGIC " 02 01 03 00 04 00 05 190400 06 [32]"},
    {"total 256",
	"a7 00 00 01 " MAGIC " 02 01 03 03 04 190100 05 190400 06 [32]"},
    {"need 2^32 + 3",
	"a7 00 00 01 " MAGIC
	" 02 01 03 1b0000000100000003 04 05 05 190400 06 [32]"},
    {"shards of 1023",
	"a7 00 00 01 " MAGIC " 02 01 03 03 04 05 05 1903ff 06 [32]"},
    {"shards of 16 MiB and a byte",
	"a7 00 00 01 " MAGIC " 02 01 03 03 04 05 05 1a01000001 06 [32]"},
    {"a stripe of 272 MiB",
	"a7 00 00 01 " MAGIC " 02 01 03 03 04 11 05 1a01000000 06 [32]"},
    {"an owner of 31",
	"a7 00 00 01 " MAGIC " 02 01 03 03 04 05 05 190400 06 [31]"},
    {"an owner of 33",
	"a7 00 00 01 " MAGIC " 02 01 03 03 04 05 05 190400 06 [33]"},
    {"no owner", "a6 00 00 01 " MAGIC " 02 01 03 03 04 05 05 190400"},
    {"a pair too few", "a6 " HEAD},
    {"+a label that is not counted", "a7 " HEAD " 07 [80]"},
    {"a label of 273", "a8 " HEAD " 07 [273]"},
    {"an empty label", "a8 " HEAD " 07 [0]"},
    {"a label in text", "a8 " HEAD " 07 6161"},
    {"a key 8", "a8 " HEAD " 08 [80]"},
    {"nine pairs", "a9 " HEAD " 07 [80] 08 00"},
    {"+a byte", "a7 " HEAD " 00"},
    {"need in text",
	"a7 00 00 01 " MAGIC " 02 01 03 6133 04 05 05 190400 06 [32]"},
};

static const struct item bad_stripes[] = {
    {"another kind", "a5 00 02 01 00 02 190bb8 03 [160] 04 [64]"},
    {"no box", "a4 00 01 01 00 02 190bb8 03 [160]"},
    {"no bytes", "a5 00 01 01 00 02 00 03 [160] 04 [64]"},
    {"a byte too many", "a5 00 01 01 00 02 190c01 03 [160] 04 [64]"},
    {"2^32 bytes", "a5 00 01 01 00 02 1b0000000100000000 03 [160] 04 [64]"},
    {"4 ids", "a5 00 01 01 00 02 190bb8 03 [128] 04 [64]"},
    {"6 ids", "a5 00 01 01 00 02 190bb8 03 [192] 04 [64]"},
    {"ids less a byte", "a5 00 01 01 00 02 190bb8 03 [159] 04 [64]"},
    {"a box of 63", "a5 00 01 01 00 02 190bb8 03 [160] 04 [63]"},
    {"a box of 65", "a5 00 01 01 00 02 190bb8 03 [160] 04 [65]"},
    {"a negative number", "a5 00 01 01 20 02 190bb8 03 [160] 04 [64]"},
    {"another key", "a5 00 01 01 00 02 190bb8 03 [160] 05 [64]"},
    {"six pairs", "a6 00 01 01 00 02 190bb8 03 [160] 04 [64] 05 00"},
    {"+a byte", "a5 00 01 01 00 02 190bb8 03 [160] 04 [64] 00"},
};

static const struct item bad_shards[] = {
    {"another kind", "a4 00 01 01 00 02 00 03 [32]"},
    {"index 5", "a4 00 02 01 00 02 05 03 [32]"},
    {"index 2^32", "a4 00 02 01 00 02 1b0000000100000000 03 [32]"},
    {"an id of 31", "a4 00 02 01 00 02 00 03 [31]"},
    {"an id of 33", "a4 00 02 01 00 02 00 03 [33]"},
    {"no id", "a3 00 02 01 00 02 00"},
    {"a number in text", "a4 00 02 01 6130 02 00 03 [32]"},
    {"five pairs", "a5 00 02 01 00 02 00 03 [32] 04 00"},
    {"+a byte", "a4 00 02 01 00 02 00 03 [32] 00"},
};

static const struct item bad_ends[] = {
    {"another kind", "a5 00 03 01 00 02 00 03 [32] 04 [32]"},
    {"a seal of 31", "a5 00 04 01 00 02 00 03 [31] 04 [32]"},
    {"a digest of 33", "a5 00 04 01 00 02 00 03 [32] 04 [33]"},
    {"no digest", "a4 00 04 01 00 02 00 03 [32]"},
    {"a negative count", "a5 00 04 01 20 02 00 03 [32] 04 [32]"},
    {"a negative size", "a5 00 04 01 00 02 20 03 [32] 04 [32]"},
    {"six pairs", "a6 00 04 01 00 02 00 03 [32] 04 [32] 05 00"},
    {"+a byte", "a5 00 04 01 00 02 00 03 [32] 04 [32] 00"},
};

static const struct head three_of_five = {.need = 3,
    .total = 5,
    .shard_size = 1024};

/* Decode as `kind`, which must fail; so must every beginning of it. */
static void
refused(const struct item *item, enum record_kind kind, const char *words)
{
	struct span bytes = spell(item->spelling), part;
	struct stripe stripe;
	struct shard shard;
	struct head head;
	struct end end;
	int result = 0;

	for (part = bytes; part.size > 0; part.size--) {
		if (kind == RECORD_HEAD)
			result = record_decode_head(part, &head);
		else if (kind == RECORD_STRIPE)
			result =
			    record_decode_stripe(part, &three_of_five, &stripe);
		else if (kind == RECORD_SHARD)
			result =
			    record_decode_shard(part, &three_of_five, &shard);
		else
			result = record_decode_end(part, &end);
		if (part.size == bytes.size)
			check_fails(result, FAIL_DATA, words, item->what);
		else if (item->what[0] != '+')
			check(result == -1, "%s: %zu bytes of it pass",
			    item->what, part.size);
	}
	forget(bytes);
}

static void
test_refused(void)
{
	static const struct item version = {"version 2",
	    "a7 00 00 01 " MAGIC " 02 02 03 03 04 05 05 190400 06 [32]"};
	size_t i;

	for (i = 0; i < COUNT(bad_heads); i++)
		refused(&bad_heads[i], RECORD_HEAD, "");
	refused(&version, RECORD_HEAD,
	    "the stream is of version 2, this tool knows version 1");
	refused(&bad_heads[3], RECORD_HEAD, "this is not a shard stream");
	refused(&bad_heads[6], RECORD_HEAD,
	    "the head of the stream asks for 0 of 5 shards of 1024 bytes");
	for (i = 0; i < COUNT(bad_stripes); i++)
		refused(&bad_stripes[i], RECORD_STRIPE,
		    "a stripe record is malformed");
	for (i = 0; i < COUNT(bad_shards); i++)
		refused(&bad_shards[i], RECORD_SHARD,
		    "a shard's header is malformed");
	for (i = 0; i < COUNT(bad_ends); i++)
		refused(&bad_ends[i], RECORD_END,
		    "the end record is malformed");
}

int
main(void)
{
	test_refused();
	return failures != 0;
}
