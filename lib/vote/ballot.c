/* SPDX-License-Identifier: ISC */
#include "vote/ballot.h"

int
ballot_encode(const struct ballot *ballot, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result =
	    poll_begin(&writer, &payload, RECORD_BALLOT, scalar, &ballot->poll);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 6,
		    span_of_digest(&ballot->seed));
		cbor_write_pair_bytes(&writer, 7,
		    span_of_digest(&ballot->previous));
		cbor_write_uint(&writer, 8);
		verdict_write(&writer, ballot->verdict, ballot->count);
	}
	return poll_end(&writer, result, RECORD_BALLOT, &payload, scalar, to);
}

int
ballot_decode(struct span document, const struct digest *voter,
    struct ballot *ballot)
{
	struct cbor_reader reader;
	struct span runs;

	if (poll_decode(document, RECORD_BALLOT, "the ballot", voter,
		&ballot->poll, &reader) != 0)
		return -1;
	cbor_read_pair_fixed(&reader, 6, ballot->seed.byte,
	    sizeof ballot->seed.byte);
	cbor_read_pair_fixed(&reader, 7, ballot->previous.byte,
	    sizeof ballot->previous.byte);
	runs = cbor_read_pair_bytes(&reader, 8, LIMIT_DOCUMENT);
	if (cbor_reader_end(&reader, "the ballot") != 0)
		return -1;
	return verdict_decode(runs, ballot->verdict, ballot->count);
}

int
seal_encode(const struct seal *seal, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result =
	    poll_begin(&writer, &payload, RECORD_SEAL, scalar, &seal->poll);
	if (result == 0)
		cbor_write_pair_bytes(&writer, 6, span_of_digest(&seal->tally));
	return poll_end(&writer, result, RECORD_SEAL, &payload, scalar, to);
}

int
seal_decode(struct span document, const struct digest *voter, struct seal *seal)
{
	struct cbor_reader reader;

	if (poll_decode(document, RECORD_SEAL, "the seal", voter, &seal->poll,
		&reader) != 0)
		return -1;
	cbor_read_pair_fixed(&reader, 6, seal->tally.byte,
	    sizeof seal->tally.byte);
	return cbor_reader_end(&reader, "the seal");
}
