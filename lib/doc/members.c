/* SPDX-License-Identifier: ISC */
#include "doc/members.h"

#include <stdlib.h>
#include <string.h>

#include "doc/cose.h"

#define PAIRS 10

unsigned
members_liars(size_t count)
{
	return count > 0 ? (unsigned)(count - 1) / 3 : 0;
}

unsigned
members_quorum(size_t count, bool strict)
{
	if (strict)
		return (unsigned)count;
	return ((unsigned)count + members_liars(count)) / 2 + 1;
}

size_t
members_count(const struct members *members)
{
	return members->ids.size / sizeof(struct digest);
}

struct digest
members_id(const struct members *members, size_t i)
{
	return digest_from(members->ids.data + i * sizeof(struct digest));
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest));
}

int
members_find(const struct members *members, const struct digest *id)
{
	return (int)digest_find(members->ids, id);
}

bool
members_has(const struct members *members, const struct digest *id,
    uint64_t now)
{
	return now < members->expires && members_find(members, id) >= 0;
}

int
members_encode(const struct members *members, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = cose_begin(&writer, &payload, PAIRS, RECORD_MEMBERS, scalar);
	if (result == 0) {
		cbor_write_pair_uint(&writer, 3, members->number);
		cbor_write_pair_bytes(&writer, 4,
		    span_of_digest(&members->previous));
		cbor_write_pair_uint(&writer, 5, members->time);
		cbor_write_pair_uint(&writer, 6, members->expires);
		cbor_write_pair_uint(&writer, 7, members->liars);
		cbor_write_pair_uint(&writer, 8, members->quorum);
		cbor_write_pair_bytes(&writer, 9, members->ids);
		result = cbor_writer_end(&writer);
	}
	if (result == 0)
		result = cose_sign(RECORD_MEMBERS, span_of_buf(&payload),
		    scalar, to);
	buf_release(&payload);
	return result;
}

/* Sorted, each once, and with the numbers that so many make. */
static bool
is_sound(const struct members *members)
{
	const uint8_t *id = members->ids.data;
	size_t i, count = members_count(members);

	if (members->number == 0 || count == 0 ||
	    members->ids.size % sizeof(struct digest) != 0)
		return false;
	for (i = 1; i < count; i++)
		if (compare(id + (i - 1) * sizeof(struct digest),
			id + i * sizeof(struct digest)) >= 0)
			return false;
	return members->liars == members_liars(count) &&
	    (members->quorum == members_quorum(count, false) ||
		members->quorum == members_quorum(count, true));
}

int
members_decode(struct span document, const struct digest *owner,
    struct members *members)
{
	struct cbor_reader reader;

	if (cose_open(document, RECORD_MEMBERS, "the members document", owner,
		PAIRS, &reader) != 0)
		return -1;
	members->number = cbor_read_pair_uint(&reader, 3, LIMIT_NUMBER);
	cbor_read_pair_fixed(&reader, 4, members->previous.byte,
	    sizeof members->previous.byte);
	members->time = cbor_read_pair_uint(&reader, 5, UINT64_MAX);
	members->expires = cbor_read_pair_uint(&reader, 6, UINT64_MAX);
	members->liars = (unsigned)cbor_read_pair_uint(&reader, 7, UINT16_MAX);
	members->quorum = (unsigned)cbor_read_pair_uint(&reader, 8, UINT16_MAX);
	members->ids = cbor_read_pair_bytes(&reader, 9,
	    LIMIT_MEMBERS * sizeof(struct digest));
	if (!is_sound(members))
		reader.bad = true;
	return cbor_reader_end(&reader, "the members document");
}
