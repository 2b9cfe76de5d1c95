/* SPDX-License-Identifier: ISC */
#include "doc/index.h"

#include "base/fail.h"
#include "doc/cose.h"

#define PAIRS 7

int
index_encode(const struct index *index, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = cose_begin(&writer, &payload, PAIRS, RECORD_INDEX, scalar);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 3, index->head);
		cbor_write_pair_uint(&writer, 4, index->first);
		cbor_write_pair_uint(&writer, 5, index->count);
		cbor_write_pair_bytes(&writer, 6, index->records);
		result = cbor_writer_end(&writer);
	}
	if (result == 0)
		result =
		    cose_sign(RECORD_INDEX, span_of_buf(&payload), scalar, to);
	buf_release(&payload);
	return result;
}

int
index_decode(struct span document, const struct digest *signer,
    struct index *index)
{
	struct cbor_reader reader;

	if (cose_open(document, RECORD_INDEX, "the index", signer, PAIRS,
		&reader) != 0)
		return -1;
	index->head = cbor_read_pair_bytes(&reader, 3, LIMIT_RECORD);
	index->first = cbor_read_pair_uint(&reader, 4, UINT64_MAX);
	index->count = cbor_read_pair_uint(&reader, 5, LIMIT_INDEX_RECORDS);
	index->records = cbor_read_pair_bytes(&reader, 6, LIMIT_DOCUMENT);
	return cbor_reader_end(&reader, "the index");
}

int
index_next(struct span *records, const struct head *head, struct stripe *stripe)
{
	int64_t size;

	if (records->size == 0)
		return 0;
	size = cbor_measure(*records, LIMIT_RECORD);
	if (size < 0)
		return -1;
	if (size == 0)
		return fail(FAIL_DATA, "the index is cut short");
	if (record_decode_stripe(span_of(records->data, (size_t)size), head,
		stripe) != 0)
		return -1;
	*records = span_of(records->data + size, records->size - (size_t)size);
	return 1;
}
