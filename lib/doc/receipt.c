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
		cbor_write_uint(&writer, 3);
		cbor_write_bytes(&writer, span_of_digest(&receipt->owner));
		cbor_write_uint(&writer, 4);
		cbor_write_uint(&writer, receipt->time);
		cbor_write_uint(&writer, 5);
		cbor_write_bytes(&writer, receipt->ids);
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
	cbor_read_key(&reader, 3);
	cbor_read_fixed(&reader, receipt->owner.byte,
	    sizeof receipt->owner.byte);
	cbor_read_key(&reader, 4);
	receipt->time = cbor_read_uint(&reader, UINT64_MAX);
	cbor_read_key(&reader, 5);
	receipt->ids =
	    cbor_read_bytes(&reader, LIMIT_REQUEST_IDS * sizeof(struct digest));
	if (receipt->ids.size % sizeof(struct digest) != 0)
		reader.bad = true;
	return cbor_reader_end(&reader, "the receipt");
}
