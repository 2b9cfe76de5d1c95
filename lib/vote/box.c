/* SPDX-License-Identifier: ISC */
#include "vote/box.h"

#include "base/fail.h"
#include "crypto/hash.h"
#include "format/limits.h"

#define PARTS 6

int
box_encode(const struct box *box, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_array(&writer, PARTS);
	cbor_write_bytes(&writer, box->tally);
	cbor_write_bytes(&writer, box->opening);
	cbor_write_bytes(&writer, box->challenge);
	cbor_write_bytes(&writer, box->seed);
	poll_list_write(&writer, &box->ballots);
	poll_list_write(&writer, &box->proofs);
	return cbor_writer_end(&writer);
}

int
box_decode(struct span bytes, struct box *box)
{
	struct cbor_reader reader;

	if (cbor_measure(bytes, LIMIT_TALLY) != (int64_t)bytes.size)
		return fail(FAIL_DATA, "the ballot box is malformed");
	cbor_reader_init(&reader, bytes);
	if (cbor_read_array(&reader, PARTS) != PARTS)
		reader.bad = true;
	box->tally = cbor_read_bytes(&reader, LIMIT_DOCUMENT);
	box->opening = cbor_read_bytes(&reader, LIMIT_DOCUMENT);
	box->challenge = cbor_read_bytes(&reader, LIMIT_DOCUMENT);
	box->seed = cbor_read_bytes(&reader, LIMIT_DOCUMENT);
	poll_list_read(&reader, LIMIT_VOTERS, &box->ballots);
	poll_list_read(&reader, LIMIT_PROOFS, &box->proofs);
	return cbor_reader_end(&reader, "the ballot box");
}

static void
fold(struct digest *all, struct span document)
{
	struct digest one = hash_bytes(document);

	*all = hash_pair(span_of_digest(all), span_of_digest(&one));
}

struct digest
box_digest(const struct box *box)
{
	struct digest all = hash_bytes(box->opening);
	size_t i;

	fold(&all, box->challenge);
	fold(&all, box->seed);
	for (i = 0; i < box->ballots.count; i++)
		fold(&all, box->ballots.document[i]);
	for (i = 0; i < box->proofs.count; i++)
		fold(&all, box->proofs.document[i]);
	return all;
}
