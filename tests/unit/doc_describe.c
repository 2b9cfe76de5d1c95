/* SPDX-License-Identifier: ISC */
/* Records and documents as rows. */
#include "doc/describe.h"

#include "check.h"

#define OWNER "1ANANANANANANT-ANANANANANANAT-NANANANANANANN-ANANANANANANAW"
#define A8 "aaaaaaaaaaaaaaaa"
#define DIGEST A8 A8 A8 A8

static struct digest aa; /* 32 times 0xaa */

static void
told(int result, struct buf *row, const char *wanted)
{
	check(result == 0 && is_text(span_of_buf(row), wanted), "a row");
	row->size = 0;
}

static void
test_records(void)
{
	struct head head = {3, 5, 1024, aa, {NULL, 0}};
	struct stripe stripe = {.number = 9, .size = 77, .total = 5};
	struct end end = {10, 777, aa, aa};
	struct buf row = {0};

	stripe.id[4] = aa;
	told(describe_head(REPORT_PAIRS, &head, "my \"own\"", &row), &row,
	    "record=head need=3 total=5 shard-size=1024 owner=" OWNER
	    " label=my \"own\"\n");
	told(describe_head(REPORT_JSON, &head, "my \"own\"", &row), &row,
	    "{\"record\":\"head\",\"need\":3,\"total\":5,\"shard-size\":1024,"
	    "\"owner\":\"" OWNER "\",\"label\":\"my \\\"own\\\"\"}\n");
	told(describe_stripe(REPORT_PAIRS, &stripe, &row), &row,
	    "record=stripe stripe=9 size=77 shards=5\n");
	told(describe_shard(REPORT_PAIRS, &stripe, 4, 26, "whole", &row), &row,
	    "record=shard stripe=9 index=4 size=26 id=" DIGEST
	    " state=whole\n");
	told(describe_end(REPORT_PAIRS, &end, &row), &row,
	    "record=end stripes=10 size=777 digest=" DIGEST "\n");
	told(describe_bytes(REPORT_PAIRS, &aa, 5, "damaged", &row), &row,
	    "record=bytes size=5 id=" DIGEST " state=damaged\n");
	buf_release(&row);
}

static void
test_documents(void)
{
	struct index index = {.first = 4, .count = 3};
	struct snapshot snapshot = {.number = 8,
	    .previous = aa,
	    .time = 951782400,
	    .indexes = span_of(aa.byte, 32)};
	struct receipt receipt = {aa, 951782400, span_of(aa.byte, 32)};
	struct order order = {951782400, 1, span_of(aa.byte, 32)};
	struct buf row = {0};

	told(describe_index(REPORT_PAIRS, &index, &aa, &row), &row,
	    "record=index first=4 stripes=3 signer=" OWNER "\n");
	told(describe_snapshot(REPORT_PAIRS, &snapshot, &aa, &row), &row,
	    "record=snapshot number=8 time=2000-02-29 00:00:00 UTC "
	    "previous=" DIGEST " signer=" OWNER "\n"
	    "record=lists index=0 id=" DIGEST "\n");
	told(describe_snapshot(REPORT_JSON, &snapshot, &aa, &row), &row,
	    "{\"record\":\"snapshot\",\"number\":8,\"time\":951782400,"
	    "\"previous\":\"" DIGEST "\",\"signer\":\"" OWNER "\"}\n"
	    "{\"record\":\"lists\",\"index\":0,\"id\":\"" DIGEST "\"}\n");
	told(describe_receipt(REPORT_PAIRS, &receipt, &aa, &row), &row,
	    "record=receipt time=2000-02-29 00:00:00 UTC owner=" OWNER
	    " signer=" OWNER "\n"
	    "record=keeps index=0 id=" DIGEST "\n");
	told(describe_receipt(REPORT_JSON, &receipt, &aa, &row), &row,
	    "{\"record\":\"receipt\",\"time\":951782400,"
	    "\"owner\":\"" OWNER "\",\"signer\":\"" OWNER "\"}\n"
	    "{\"record\":\"keeps\",\"index\":0,\"id\":\"" DIGEST "\"}\n");
	told(describe_order(REPORT_PAIRS, &order, &aa, &row), &row,
	    "record=order time=2000-02-29 00:00:00 UTC shelf=snapshots "
	    "signer=" OWNER "\n"
	    "record=drops index=0 id=" DIGEST "\n");
	buf_release(&row);
}

int
main(void)
{
	memset(&aa, 0xaa, sizeof aa);
	test_records();
	test_documents();
	return failures != 0;
}
