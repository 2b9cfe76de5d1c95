/* SPDX-License-Identifier: ISC */
#include "doc/receipt.h"

#include "doc/cose.h"
#include "format/limits.h"

#define PAIRS 6

int
receipt_encode(const struct receipt *receipt, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = cose_begin(&writer, &payload, PAIRS, RECORD_RECEIPT, scalar);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 3,
		    span_of_digest(&receipt->owner));
		cbor_write_pair_uint(&writer, 4, receipt->time);
		cbor_write_pair_bytes(&writer, 5, receipt->ids);
		result = cbor_writer_end(&writer);
	}
	if (result == 0)
		result = cose_sign(RECORD_RECEIPT, span_of_buf(&payload),
		    scalar, to);
	buf_release(&payload);
	return result;
}

int
receipt_decode(struct span document, const struct digest *holder,
    struct receipt *receipt)
{
	struct cbor_reader reader;

	if (cose_open(document, RECORD_RECEIPT, "the receipt", holder, PAIRS,
		&reader) != 0)
		return -1;
	cbor_read_pair_fixed(&reader, 3, receipt->owner.byte,
	    sizeof receipt->owner.byte);
	receipt->time = cbor_read_pair_uint(&reader, 4, UINT64_MAX);
	receipt->ids = cbor_read_pair_bytes(&reader, 5,
	    LIMIT_REQUEST_IDS * sizeof(struct digest));
	if (receipt->ids.size % sizeof(struct digest) != 0)
		reader.bad = true;
	return cbor_reader_end(&reader, "the receipt");
}
