/* SPDX-License-Identifier: ISC */
#include "format/pairing.h"

#include "format/cbor.h"
#include "format/limits.h"

/* A text, that cbor_write_text would want to end with a NUL. */
static void
write_text(struct cbor_writer *writer, unsigned key, struct span text)
{
	struct cbor_item item = {.kind = CBOR_TEXT,
	    .number = text.size,
	    .bytes = text};

	cbor_write_uint(writer, key);
	cbor_write(writer, &item);
}

static struct span
read_text(struct cbor_reader *reader, unsigned key, size_t max)
{
	cbor_read_key(reader, key);
	return cbor_read_text(reader, max);
}

static uint64_t
read_size(struct cbor_reader *reader, unsigned key)
{
	cbor_read_key(reader, key);
	return cbor_read_uint(reader, INT64_MAX);
}

static void
start_map(struct cbor_reader *reader, struct span item, unsigned count)
{
	cbor_reader_init(reader, item);
	if (cbor_measure(item, LIMIT_MESSAGE) != (int64_t)item.size ||
	    cbor_read_map(reader, count) != count)
		reader->bad = true;
}

int
pairing_encode_ask(const struct pairing_ask *ask, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, 4);
	cbor_write_pair_bytes(&writer, 0, span_of(ask->secret, PAIRING_SECRET));
	write_text(&writer, 1, ask->name);
	write_text(&writer, 2, ask->address);
	cbor_write_pair_uint(&writer, 3, ask->give);
	return cbor_writer_end(&writer);
}

int
pairing_decode_ask(struct span item, struct pairing_ask *ask)
{
	struct cbor_reader reader;

	*ask = (struct pairing_ask){.name = {0}};
	start_map(&reader, item, 4);
	cbor_read_pair_fixed(&reader, 0, ask->secret, PAIRING_SECRET);
	ask->name = read_text(&reader, 1, PAIRING_NAME);
	ask->address = read_text(&reader, 2, PAIRING_ADDRESS);
	ask->give = read_size(&reader, 3);
	return cbor_reader_end(&reader, "a request to pair");
}

int
pairing_encode_yes(const struct pairing_yes *yes, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, 2);
	write_text(&writer, 0, yes->name);
	cbor_write_pair_uint(&writer, 1, yes->give);
	return cbor_writer_end(&writer);
}

int
pairing_decode_yes(struct span item, struct pairing_yes *yes)
{
	struct cbor_reader reader;

	*yes = (struct pairing_yes){.name = {0}};
	start_map(&reader, item, 2);
	yes->name = read_text(&reader, 0, PAIRING_NAME);
	yes->give = read_size(&reader, 1);
	return cbor_reader_end(&reader, "the answer to a pairing");
}
