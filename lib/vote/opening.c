/* SPDX-License-Identifier: ISC */
#include "vote/opening.h"

#include "vote/again.h"

int
opening_encode(const struct opening *opening, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = poll_begin(&writer, &payload, RECORD_OPENING, scalar,
	    &opening->poll);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 6,
		    span_of_digest(&opening->items));
		cbor_write_pair_uint(&writer, 7, opening->count);
		cbor_write_pair_uint(&writer, 8, opening->samples);
		cbor_write_pair_uint(&writer, 9, opening->committee);
		cbor_write_uint(&writer, 10);
		cbor_write_bool(&writer, opening->strict);
		cbor_write_pair_uint(&writer, 11, opening->closes);
		cbor_write_pair_bytes(&writer, 12,
		    span_of_digest(&opening->commitment));
		cbor_write_pair_bytes(&writer, 13, opening->again);
	}
	return poll_end(&writer, result, RECORD_OPENING, &payload, scalar, to);
}

int
opening_decode(struct span document, struct opening *opening)
{
	struct cbor_reader reader;
	struct digest signer;

	if (cose_peek(document, &signer) < 0 ||
	    poll_decode(document, RECORD_OPENING, "the opening", &signer,
		&opening->poll, &reader) != 0)
		return -1;
	cbor_read_pair_fixed(&reader, 6, opening->items.byte,
	    sizeof opening->items.byte);
	opening->count = cbor_read_pair_uint(&reader, 7, LIMIT_ITEMS);
	opening->samples = cbor_read_pair_uint(&reader, 8, LIMIT_SAMPLES);
	opening->committee = cbor_read_pair_uint(&reader, 9, LIMIT_VOTERS);
	cbor_read_key(&reader, 10);
	opening->strict = cbor_read_bool(&reader);
	opening->closes = cbor_read_pair_uint(&reader, 11, UINT32_MAX);
	cbor_read_pair_fixed(&reader, 12, opening->commitment.byte,
	    sizeof opening->commitment.byte);
	opening->again =
	    cbor_read_pair_bytes(&reader, 13, LIMIT_AGAIN * AGAIN_SIZE);
	reader.bad |= !digest_equal(&signer, &opening->poll.poller);
	return cbor_reader_end(&reader, "the opening");
}

const char *
joining_reason_name(enum joining_reason reason)
{
	static const char *const name[JOINING_REASONS] = {
	    [JOINING_YES] = "takes part",
	    [JOINING_BUSY] = "busy",
	    [JOINING_OFTEN] = "too often",
	    [JOINING_OLDER] = "newer members",
	    [JOINING_ITEMS] = "items unknown",
	};

	return name[reason];
}

int
joining_encode(const struct joining *joining, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = poll_begin(&writer, &payload, RECORD_JOINING, scalar,
	    &joining->poll);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 6,
		    span_of_digest(&joining->opening));
		cbor_write_pair_uint(&writer, 7, joining->reason);
		cbor_write_pair_bytes(&writer, 8,
		    span_of_digest(&joining->commitment));
		cbor_write_pair_bytes(&writer, 9,
		    span_of_digest(&joining->last));
	}
	return poll_end(&writer, result, RECORD_JOINING, &payload, scalar, to);
}

int
joining_decode(struct span document, const struct digest *voter,
    struct joining *joining)
{
	struct cbor_reader reader;

	if (poll_decode(document, RECORD_JOINING, "the joining", voter,
		&joining->poll, &reader) != 0)
		return -1;
	cbor_read_pair_fixed(&reader, 6, joining->opening.byte,
	    sizeof joining->opening.byte);
	joining->reason = (enum joining_reason)cbor_read_pair_uint(&reader, 7,
	    JOINING_REASONS - 1);
	cbor_read_pair_fixed(&reader, 8, joining->commitment.byte,
	    sizeof joining->commitment.byte);
	cbor_read_pair_fixed(&reader, 9, joining->last.byte,
	    sizeof joining->last.byte);
	return cbor_reader_end(&reader, "the joining");
}
