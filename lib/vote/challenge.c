/* SPDX-License-Identifier: ISC */
#include "vote/challenge.h"

int
challenge_encode(const struct challenge *challenge, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = poll_begin(&writer, &payload, RECORD_CHALLENGE, scalar,
	    &challenge->poll);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 6,
		    span_of_digest(&challenge->opening));
		cbor_write_uint(&writer, 7);
		poll_list_write(&writer, &challenge->joinings);
	}
	return poll_end(&writer, result, RECORD_CHALLENGE, &payload, scalar,
	    to);
}

int
challenge_decode(struct span document, const struct digest *poller,
    struct challenge *challenge)
{
	struct cbor_reader reader;

	if (poll_decode(document, RECORD_CHALLENGE, "the challenge", poller,
		&challenge->poll, &reader) != 0)
		return -1;
	cbor_read_pair_fixed(&reader, 6, challenge->opening.byte,
	    sizeof challenge->opening.byte);
	cbor_read_key(&reader, 7);
	poll_list_read(&reader, LIMIT_VOTERS, &challenge->joinings);
	return cbor_reader_end(&reader, "the challenge");
}

int
reveal_encode(const struct reveal *reveal, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result =
	    poll_begin(&writer, &payload, RECORD_REVEAL, scalar, &reveal->poll);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 6,
		    span_of_digest(&reveal->challenge));
		cbor_write_pair_bytes(&writer, 7,
		    span_of_digest(&reveal->number));
	}
	return poll_end(&writer, result, RECORD_REVEAL, &payload, scalar, to);
}

int
reveal_decode(struct span document, const struct digest *voter,
    struct reveal *reveal)
{
	struct cbor_reader reader;

	if (poll_decode(document, RECORD_REVEAL, "the reveal", voter,
		&reveal->poll, &reader) != 0)
		return -1;
	cbor_read_pair_fixed(&reader, 6, reveal->challenge.byte,
	    sizeof reveal->challenge.byte);
	cbor_read_pair_fixed(&reader, 7, reveal->number.byte,
	    sizeof reveal->number.byte);
	return cbor_reader_end(&reader, "the reveal");
}

int
seed_encode(const struct seed *seed, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result =
	    poll_begin(&writer, &payload, RECORD_SEED, scalar, &seed->poll);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 6,
		    span_of_digest(&seed->challenge));
		cbor_write_pair_bytes(&writer, 7,
		    span_of_digest(&seed->number));
		cbor_write_uint(&writer, 8);
		poll_list_write(&writer, &seed->reveals);
	}
	return poll_end(&writer, result, RECORD_SEED, &payload, scalar, to);
}

int
seed_decode(struct span document, const struct digest *poller,
    struct seed *seed)
{
	struct cbor_reader reader;

	if (poll_decode(document, RECORD_SEED, "the seed", poller, &seed->poll,
		&reader) != 0)
		return -1;
	cbor_read_pair_fixed(&reader, 6, seed->challenge.byte,
	    sizeof seed->challenge.byte);
	cbor_read_pair_fixed(&reader, 7, seed->number.byte,
	    sizeof seed->number.byte);
	cbor_read_key(&reader, 8);
	poll_list_read(&reader, LIMIT_VOTERS, &seed->reveals);
	return cbor_reader_end(&reader, "the seed");
}
