/* SPDX-License-Identifier: ISC */
#include "doc/document.h"

#include "base/fail.h"
#include "doc/cose.h"
#include "doc/describe.h"

static int
index_rows(enum report_style style, struct span document,
    const struct digest *signer, const struct owner *owner, struct buf *to)
{
	struct stripe stripe;
	struct index index;
	struct head head;
	int got;

	if (index_decode(document, NULL, &index) != 0 ||
	    record_decode_head(index.head, &head) != 0 ||
	    describe_index(style, &index, signer, to) != 0 ||
	    describe_head_for(style, &head, owner, to) != 0)
		return -1;
	while ((got = index_next(&index.records, &head, &stripe)) > 0)
		if (describe_stripe(style, &stripe, to) != 0)
			return -1;
	return got;
}

static int
snapshot_rows(enum report_style style, struct span document,
    const struct digest *signer, const struct owner *owner, struct buf *to)
{
	struct snapshot snapshot;
	struct head head;
	struct end end;

	if (snapshot_decode(document, NULL, &snapshot) != 0 ||
	    record_decode_head(snapshot.head, &head) != 0 ||
	    record_decode_end(snapshot.end, &end) != 0 ||
	    describe_snapshot(style, &snapshot, signer, to) != 0 ||
	    describe_head_for(style, &head, owner, to) != 0)
		return -1;
	return describe_end(style, &end, to);
}

int
document_describe(enum report_style style, struct span document,
    const struct owner *owner, struct buf *to)
{
	struct receipt receipt;
	struct members members;
	struct digest signer;
	struct order order;
	int kind = cose_peek(document, &signer);

	switch (kind) {
	case -1:
		return -1;
	case RECORD_INDEX:
		return index_rows(style, document, &signer, owner, to);
	case RECORD_SNAPSHOT:
		return snapshot_rows(style, document, &signer, owner, to);
	case RECORD_RECEIPT:
		return receipt_decode(document, NULL, &receipt) == 0
		    ? describe_receipt(style, &receipt, &signer, to)
		    : -1;
	case RECORD_MEMBERS:
		return members_decode(document, NULL, &members) == 0
		    ? describe_members(style, &members, &signer, to)
		    : -1;
	case RECORD_ORDER:
		return order_decode(document, NULL, &order) == 0
		    ? describe_order(style, &order, &signer, to)
		    : -1;
	default:
		return fail(FAIL_DATA, "documents of kind %d are not shown",
		    kind);
	}
}
