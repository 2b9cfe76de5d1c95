/* SPDX-License-Identifier: ISC */
#include "doc/addresses.h"

#include <string.h>

#include "doc/cose.h"

#define PAIRS 6
#define WHAT "the address record"

/* The ip, and behind it the port, its high byte first. */
static void
write_at(struct cbor_writer *writer, const struct addresses_at *at)
{
	uint8_t bytes[18];

	memcpy(bytes, at->ip, at->ip_size);
	bytes[at->ip_size] = (uint8_t)(at->port >> 8);
	bytes[at->ip_size + 1] = (uint8_t)at->port;
	cbor_write_bytes(writer, span_of(bytes, at->ip_size + 2));
}

int
addresses_encode(const struct addresses *addresses, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	size_t i;
	int result;

	result = cose_begin(&writer, &payload, PAIRS, RECORD_ADDRESSES, scalar);
	if (result == 0) {
		cbor_write_pair_uint(&writer, 3, addresses->number);
		cbor_write_pair_uint(&writer, 4, addresses->until);
		cbor_write_uint(&writer, 5);
		cbor_write_array(&writer, addresses->count);
		for (i = 0; i < addresses->count; i++)
			write_at(&writer, &addresses->at[i]);
		result = cbor_writer_end(&writer);
	}
	if (result == 0)
		result = cose_sign(RECORD_ADDRESSES, span_of_buf(&payload),
		    scalar, to);
	buf_release(&payload);
	return result;
}

static void
read_at(struct cbor_reader *reader, struct addresses_at *at)
{
	struct span bytes = cbor_read_bytes(reader, 18);

	if (bytes.size != 6 && bytes.size != 18) {
		reader->bad = true;
		return;
	}
	at->ip_size = (unsigned)bytes.size - 2;
	memcpy(at->ip, bytes.data, at->ip_size);
	at->port = (uint16_t)(bytes.data[at->ip_size] << 8 |
	    bytes.data[at->ip_size + 1]);
	if (at->port == 0)
		reader->bad = true;
}

int
addresses_decode(struct span document, const struct digest *peer,
    struct addresses *addresses)
{
	struct cbor_reader reader;
	size_t i;

	*addresses = (struct addresses){0};
	if (cose_open(document, RECORD_ADDRESSES, WHAT, peer, PAIRS, &reader) !=
	    0)
		return -1;
	addresses->number = cbor_read_pair_uint(&reader, 3, UINT64_MAX);
	addresses->until = cbor_read_pair_uint(&reader, 4, UINT64_MAX);
	cbor_read_key(&reader, 5);
	addresses->count = cbor_read_array(&reader, ADDRESSES_MOST);
	if (addresses->count == 0)
		reader.bad = true;
	for (i = 0; !reader.bad && i < addresses->count; i++)
		read_at(&reader, &addresses->at[i]);
	return cbor_reader_end(&reader, WHAT);
}
