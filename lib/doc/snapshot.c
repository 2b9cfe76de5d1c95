/* SPDX-License-Identifier: ISC */
#include "doc/snapshot.h"

#include "base/fail.h"
#include "doc/cose.h"

#define PAIRS 9

static void
write_bytes(struct cbor_writer *writer, unsigned key, struct span bytes)
{
	cbor_write_uint(writer, key);
	cbor_write_bytes(writer, bytes);
}

int
snapshot_encode(const struct snapshot *snapshot, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = cose_begin(&writer, &payload, PAIRS, RECORD_SNAPSHOT, scalar);
	if (result == 0) {
		cbor_write_uint(&writer, 3);
		cbor_write_uint(&writer, snapshot->number);
		write_bytes(&writer, 4, span_of_digest(&snapshot->previous));
		cbor_write_uint(&writer, 5);
		cbor_write_uint(&writer, snapshot->time);
		write_bytes(&writer, 6, snapshot->head);
		write_bytes(&writer, 7, snapshot->end);
		write_bytes(&writer, 8, snapshot->indexes);
		result = cbor_writer_end(&writer);
	}
	if (result == 0)
		result = cose_sign(RECORD_SNAPSHOT, span_of_buf(&payload),
		    scalar, to);
	buf_release(&payload);
	return result;
}

static struct span
read_bytes(struct cbor_reader *reader, unsigned key, size_t max)
{
	cbor_read_key(reader, key);
	return cbor_read_bytes(reader, max);
}

int
snapshot_decode(struct span document, const struct digest *signer,
    struct snapshot *snapshot)
{
	struct cbor_reader reader;

	if (cose_open(document, RECORD_SNAPSHOT, "the snapshot", signer, PAIRS,
		&reader) != 0)
		return -1;
	cbor_read_key(&reader, 3);
	snapshot->number = cbor_read_uint(&reader, UINT64_MAX - 1);
	cbor_read_key(&reader, 4);
	cbor_read_fixed(&reader, snapshot->previous.byte,
	    sizeof snapshot->previous.byte);
	cbor_read_key(&reader, 5);
	snapshot->time = cbor_read_uint(&reader, UINT64_MAX);
	snapshot->head = read_bytes(&reader, 6, LIMIT_RECORD);
	snapshot->end = read_bytes(&reader, 7, LIMIT_RECORD);
	snapshot->indexes =
	    read_bytes(&reader, 8, LIMIT_INDEXES * sizeof(struct digest));
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
