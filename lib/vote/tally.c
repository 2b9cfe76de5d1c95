/* SPDX-License-Identifier: ISC */
#include "vote/tally.h"

#include "vote/verdict.h"

int
tally_encode(const struct tally *tally, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result =
	    poll_begin(&writer, &payload, RECORD_TALLY, scalar, &tally->poll);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 6,
		    span_of_digest(&tally->opening));
		cbor_write_pair_bytes(&writer, 7,
		    span_of_digest(&tally->items));
		cbor_write_pair_uint(&writer, 8, tally->count);
		cbor_write_pair_uint(&writer, 9, tally->committee);
		cbor_write_uint(&writer, 10);
		cbor_write_bool(&writer, tally->strict);
		cbor_write_pair_bytes(&writer, 11,
		    span_of_digest(&tally->seed));
		cbor_write_pair_bytes(&writer, 12, span_of_digest(&tally->box));
		cbor_write_pair_uint(&writer, 13, tally->ballots);
		cbor_write_pair_uint(&writer, 14, tally->time);
		cbor_write_uint(&writer, 15);
		verdict_write(&writer, tally->verdict, (size_t)tally->count);
	}
	return poll_end(&writer, result, RECORD_TALLY, &payload, scalar, to);
}

static void
read_digest(struct cbor_reader *reader, uint64_t key, struct digest *digest)
{
	cbor_read_pair_fixed(reader, key, digest->byte, sizeof digest->byte);
}

int
tally_decode(struct span document, const struct digest *poller,
    struct tally *tally)
{
	struct cbor_reader reader;
	struct span runs;

	if (poll_decode(document, RECORD_TALLY, "the tally", poller,
		&tally->poll, &reader) != 0)
		return -1;
	read_digest(&reader, 6, &tally->opening);
	read_digest(&reader, 7, &tally->items);
	tally->count = cbor_read_pair_uint(&reader, 8, LIMIT_ITEMS);
	tally->committee = cbor_read_pair_uint(&reader, 9, LIMIT_VOTERS);
	cbor_read_key(&reader, 10);
	tally->strict = cbor_read_bool(&reader);
	read_digest(&reader, 11, &tally->seed);
	read_digest(&reader, 12, &tally->box);
	tally->ballots = cbor_read_pair_uint(&reader, 13, LIMIT_VOTERS);
	tally->time = cbor_read_pair_uint(&reader, 14, UINT64_MAX);
	runs = cbor_read_pair_bytes(&reader, 15, LIMIT_DOCUMENT);
	if (cbor_reader_end(&reader, "the tally") != 0)
		return -1;
	if (tally->verdict == NULL)
		return 0;
	return verdict_decode(runs, tally->verdict, (size_t)tally->count);
}
