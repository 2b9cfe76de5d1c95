/* SPDX-License-Identifier: ISC */
#include "vote/poll.h"

#include <assert.h>

#include "base/fail.h"
#include "crypto/hash.h"

/* How many pairs a payload of each kind has, from RECORD_OPENING on. */
static const uint8_t pairs_of[] = {14, 10, 8, 8, 9, 9, 16, 7};

static uint64_t
pairs(enum record_kind kind)
{
	assert(kind >= RECORD_OPENING && kind <= RECORD_SEAL);
	return pairs_of[kind - RECORD_OPENING];
}

bool
poll_equal(const struct poll *a, const struct poll *b)
{
	return digest_equal(&a->members, &b->members) &&
	    digest_equal(&a->poller, &b->poller) && a->sequence == b->sequence;
}

int
poll_begin(struct cbor_writer *writer, struct buf *payload,
    enum record_kind kind, const struct secret *scalar, const struct poll *poll)
{
	if (cose_begin(writer, payload, (unsigned)pairs(kind), kind, scalar) !=
	    0)
		return -1;
	cbor_write_pair_bytes(writer, 3, span_of_digest(&poll->members));
	cbor_write_pair_bytes(writer, 4, span_of_digest(&poll->poller));
	cbor_write_pair_uint(writer, 5, poll->sequence);
	return 0;
}

int
poll_end(struct cbor_writer *writer, int result, enum record_kind kind,
    struct buf *payload, const struct secret *scalar, struct buf *to)
{
	if (result == 0)
		result = cbor_writer_end(writer);
	if (result == 0)
		result = cose_sign(kind, span_of_buf(payload), scalar, to);
	buf_release(payload);
	return result;
}

int
poll_decode(struct span document, enum record_kind kind, const char *what,
    const struct digest *signer, struct poll *poll, struct cbor_reader *reader)
{
	if (cose_open(document, kind, what, signer, pairs(kind), reader) != 0)
		return -1;
	cbor_read_pair_fixed(reader, 3, poll->members.byte,
	    sizeof poll->members.byte);
	cbor_read_pair_fixed(reader, 4, poll->poller.byte,
	    sizeof poll->poller.byte);
	poll->sequence = cbor_read_pair_uint(reader, 5, UINT64_MAX);
	return 0;
}

int
poll_check(const struct poll *poll, const struct poll *wanted, const char *what)
{
	if (poll_equal(poll, wanted))
		return 0;
	return fail(FAIL_DATA, "%s is of another poll", what);
}

struct digest
poll_digest(struct span document)
{
	struct span payload;

	if (cose_payload(document, &payload) != 0)
		return (struct digest){{0}};
	return hash_bytes(payload);
}

void
poll_list_write(struct cbor_writer *writer, const struct poll_list *list)
{
	size_t i;

	cbor_write_array(writer, list->count);
	for (i = 0; i < list->count; i++)
		cbor_write_bytes(writer, list->document[i]);
}

void
poll_list_read(struct cbor_reader *reader, size_t most, struct poll_list *list)
{
	size_t i;

	list->count = (size_t)cbor_read_array(reader, most);
	for (i = 0; i < list->count; i++)
		list->document[i] = cbor_read_bytes(reader, LIMIT_DOCUMENT);
}
