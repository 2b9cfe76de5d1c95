/* SPDX-License-Identifier: ISC */
#include "format/proving.h"

#include "base/fail.h"
#include "format/cbor.h"
#include "format/limits.h"

#define PIECE_BYTES 4

int
prove_ask_add(struct buf *pieces, uint32_t piece)
{
	return buf_append_uint32(pieces, piece);
}

uint32_t
prove_ask_piece(const struct prove_ask *ask, size_t i)
{
	return bytes_uint32(ask->pieces.data + i * PIECE_BYTES);
}

int
prove_ask_encode(const struct prove_ask *ask, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, 3);
	cbor_write_pair_bytes(&writer, 0, span_of_digest(&ask->seed));
	cbor_write_pair_uint(&writer, 1, ask->first);
	cbor_write_pair_bytes(&writer, 2, ask->pieces);
	return cbor_writer_end(&writer);
}

int
prove_ask_decode(struct span item, size_t count, struct prove_ask *ask)
{
	struct cbor_reader reader;

	*ask = (struct prove_ask){.first = 0};
	if (cbor_measure(item, LIMIT_MESSAGE) != (int64_t)item.size ||
	    item.size == 0)
		return fail(FAIL_DATA, "the questions are malformed");
	cbor_reader_init(&reader, item);
	if (cbor_read_map(&reader, 3) != 3)
		reader.bad = true;
	cbor_read_pair_fixed(&reader, 0, ask->seed.byte, sizeof ask->seed.byte);
	ask->first = (uint32_t)cbor_read_pair_uint(&reader, 1, UINT32_MAX);
	ask->pieces =
	    cbor_read_pair_bytes(&reader, 2, LIMIT_REQUEST_IDS * PIECE_BYTES);
	if (ask->pieces.size != count * PIECE_BYTES)
		reader.bad = true;
	return cbor_reader_end(&reader, "the list of questions");
}
