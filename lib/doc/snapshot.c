/* SPDX-License-Identifier: ISC */
#include "doc/snapshot.h"

#include "base/fail.h"
#include "doc/cose.h"

#define PAIRS 9

int
snapshot_encode(const struct snapshot *snapshot, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = cose_begin(&writer, &payload, PAIRS, RECORD_SNAPSHOT, scalar);
	if (result == 0) {
		cbor_write_pair_uint(&writer, 3, snapshot->number);
		cbor_write_pair_bytes(&writer, 4,
		    span_of_digest(&snapshot->previous));
		cbor_write_pair_uint(&writer, 5, snapshot->time);
		cbor_write_pair_bytes(&writer, 6, snapshot->head);
		cbor_write_pair_bytes(&writer, 7, snapshot->end);
		cbor_write_pair_bytes(&writer, 8, snapshot->indexes);
		result = cbor_writer_end(&writer);
	}
	if (result == 0)
		result = cose_sign(RECORD_SNAPSHOT, span_of_buf(&payload),
		    scalar, to);
	buf_release(&payload);
	return result;
}

int
snapshot_decode(struct span document, const struct digest *signer,
    struct snapshot *snapshot)
{
	struct cbor_reader reader;

	if (cose_open(document, RECORD_SNAPSHOT, "the snapshot", signer, PAIRS,
		&reader) != 0)
		return -1;
	snapshot->number = cbor_read_pair_uint(&reader, 3, LIMIT_NUMBER);
	cbor_read_pair_fixed(&reader, 4, snapshot->previous.byte,
	    sizeof snapshot->previous.byte);
	snapshot->time = cbor_read_pair_uint(&reader, 5, UINT64_MAX);
	snapshot->head = cbor_read_pair_bytes(&reader, 6, LIMIT_RECORD);
	snapshot->end = cbor_read_pair_bytes(&reader, 7, LIMIT_RECORD);
	snapshot->indexes = cbor_read_pair_bytes(&reader, 8,
	    LIMIT_INDEXES * sizeof(struct digest));
	if (snapshot->number == 0 ||
	    snapshot->indexes.size % sizeof(struct digest) != 0)
		reader.bad = true;
	return cbor_reader_end(&reader, "the snapshot");
}

struct digest
snapshot_index(const struct snapshot *snapshot, size_t i)
{
	return digest_from(snapshot->indexes.data + i * sizeof(struct digest));
}
