/* SPDX-License-Identifier: ISC */

/* Counts on their way from a holder to a peer. */

#include "base/fail.h"
#include "format/cbor.h"
#include "xfer/counts.h"

#define FIELDS 5     /* of a verb */
#define VERBS_MAX 64 /* also of a later version, which has more */

static void
write_array(struct cbor_writer *writer, const _Atomic uint64_t *number,
    size_t count)
{
	size_t i;

	cbor_write_array(writer, count);
	for (i = 0; i < count; i++)
		cbor_write_uint(writer, number[i]);
}

static void
read_array(struct cbor_reader *reader, _Atomic uint64_t *number, size_t count)
{
	size_t i;

	if (cbor_read_array(reader, count) != count)
		reader->bad = true;
	for (i = 0; i < count; i++)
		number[i] = cbor_read_uint(reader, UINT64_MAX);
}

int
counts_told_encode(const struct counts *counts, struct buf *to)
{
	const struct verb_counts *verb;
	struct cbor_writer writer;
	size_t i;

	cbor_writer_init(&writer, to);
	cbor_write_array(&writer, 4);
	cbor_write_uint(&writer, counts->welcome);
	cbor_write_uint(&writer, counts->refused);
	cbor_write_uint(&writer, counts->in_flight);
	cbor_write_array(&writer, VERB_COUNT);
	for (i = 0; i < VERB_COUNT; i++) {
		verb = &counts->verb[i];
		cbor_write_array(&writer, FIELDS);
		write_array(&writer, verb->outcome, COUNTS_OUTCOMES);
		cbor_write_uint(&writer, verb->in);
		cbor_write_uint(&writer, verb->out);
		cbor_write_uint(&writer, verb->ms);
		write_array(&writer, verb->bucket, COUNTS_BUCKETS);
	}
	return cbor_writer_end(&writer);
}

static void
read_verb(struct cbor_reader *reader, struct verb_counts *verb)
{
	if (cbor_read_array(reader, FIELDS) != FIELDS)
		reader->bad = true;
	read_array(reader, verb->outcome, COUNTS_OUTCOMES);
	verb->in = cbor_read_uint(reader, UINT64_MAX);
	verb->out = cbor_read_uint(reader, UINT64_MAX);
	verb->ms = cbor_read_uint(reader, UINT64_MAX);
	read_array(reader, verb->bucket, COUNTS_BUCKETS);
}

int
counts_told_decode(struct span bytes, struct counts *counts)
{
	struct verb_counts unknown;
	struct cbor_reader reader;
	uint64_t verbs, i;

	*counts = (struct counts){0};
	if (cbor_measure(bytes, LIMIT_COUNTS) != (int64_t)bytes.size)
		return fail(FAIL_DATA, "the counts of a holder are malformed");
	cbor_reader_init(&reader, bytes);
	if (cbor_read_array(&reader, 4) != 4)
		reader.bad = true;
	counts->welcome = cbor_read_uint(&reader, UINT64_MAX);
	counts->refused = cbor_read_uint(&reader, UINT64_MAX);
	counts->in_flight = cbor_read_uint(&reader, UINT64_MAX);
	verbs = cbor_read_array(&reader, VERBS_MAX);
	for (i = 0; i < verbs; i++)
		read_verb(&reader,
		    i < VERB_COUNT ? &counts->verb[i] : &unknown);
	return cbor_reader_end(&reader, "the counts of a holder");
}
