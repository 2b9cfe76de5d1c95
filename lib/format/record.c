/* SPDX-License-Identifier: ISC */
#include "format/record.h"

#include <string.h>

#include "base/fail.h"
#include "format/cbor.h"

#define MAGIC "shardkit"

uint32_t
stripe_shard_size(const struct head *head, uint32_t size)
{
	return (size + head->need - 1) / head->need;
}

int
record_kind(struct span item)
{
	struct cbor_reader reader;
	uint64_t kind;

	cbor_reader_init(&reader, item);
	cbor_read_map(&reader, 64);
	cbor_read_key(&reader, 0);
	kind = cbor_read_uint(&reader, 255);
	if (reader.bad)
		return fail(FAIL_DATA, "this is not a record of shardkit's");
	return (int)kind;
}

bool
record_is_head(struct span bytes)
{
	static const char prefix[] = "\x00\x00\x01\x68" MAGIC;
	size_t size = sizeof prefix - 1;

	return bytes.size > size && bytes.data[0] >> 5 == CBOR_MAP &&
	    memcmp(bytes.data + 1, prefix, size) == 0;
}

static void
write_kind(struct cbor_writer *writer, unsigned pairs, enum record_kind kind)
{
	cbor_write_map(writer, pairs);
	cbor_write_uint(writer, 0);
	cbor_write_uint(writer, kind);
}

int
record_encode_head(const struct head *head, struct buf *to)
{
	struct cbor_writer writer;
	bool labelled = head->label.size > 0;

	cbor_writer_init(&writer, to);
	write_kind(&writer, labelled ? 8 : 7, RECORD_HEAD);
	cbor_write_uint(&writer, 1);
	cbor_write_text(&writer, MAGIC);
	cbor_write_pair_uint(&writer, 2, RECORD_VERSION);
	cbor_write_pair_uint(&writer, 3, head->need);
	cbor_write_pair_uint(&writer, 4, head->total);
	cbor_write_pair_uint(&writer, 5, head->shard_size);
	cbor_write_pair_bytes(&writer, 6, span_of_digest(&head->owner));
	if (labelled)
		cbor_write_pair_bytes(&writer, 7, head->label);
	return cbor_writer_end(&writer);
}

static int
encode_stripe(const struct stripe *stripe, bool sealed, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	write_kind(&writer, sealed ? 5 : 4, RECORD_STRIPE);
	cbor_write_pair_uint(&writer, 1, stripe->number);
	cbor_write_pair_uint(&writer, 2, stripe->size);
	cbor_write_pair_bytes(&writer, 3,
	    span_of(stripe->id, stripe->total * sizeof stripe->id[0]));
	if (sealed)
		cbor_write_pair_bytes(&writer, 4,
		    span_of(stripe->box, sizeof stripe->box));
	return cbor_writer_end(&writer);
}

int
record_encode_stripe(const struct stripe *stripe, struct buf *to)
{
	return encode_stripe(stripe, true, to);
}

int
record_encode_stripe_public(const struct stripe *stripe, struct buf *to)
{
	return encode_stripe(stripe, false, to);
}

int
record_encode_shard(const struct shard *shard, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	write_kind(&writer, 4, RECORD_SHARD);
	cbor_write_pair_uint(&writer, 1, shard->stripe);
	cbor_write_pair_uint(&writer, 2, shard->index);
	cbor_write_pair_bytes(&writer, 3, span_of_digest(&shard->id));
	return cbor_writer_end(&writer);
}

/* The first `pairs` pairs of it. */
static int
encode_end(const struct end *end, unsigned pairs, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	write_kind(&writer, pairs, RECORD_END);
	cbor_write_pair_uint(&writer, 1, end->stripes);
	cbor_write_pair_uint(&writer, 2, end->size);
	if (pairs > 3)
		cbor_write_pair_bytes(&writer, 3, span_of_digest(&end->seal));
	if (pairs > 4)
		cbor_write_pair_bytes(&writer, 4, span_of_digest(&end->digest));
	return cbor_writer_end(&writer);
}

int
record_encode_end(const struct end *end, struct buf *to)
{
	return encode_end(end, 5, to);
}

int
record_encode_end_public(const struct end *end, struct buf *to)
{
	return encode_end(end, 3, to);
}

int
record_encode_end_sealed(const struct end *end, struct buf *to)
{
	return encode_end(end, 4, to);
}

static void
read_kind(struct cbor_reader *reader, uint64_t pairs, enum record_kind kind)
{
	if (cbor_read_map(reader, pairs) != pairs)
		reader->bad = true;
	cbor_read_key(reader, 0);
	if (cbor_read_uint(reader, 255) != kind)
		reader->bad = true;
}

/* Magic and version come first, so that a stranger is told apart from news. */
static int
read_magic(struct cbor_reader *reader, uint64_t *pairs)
{
	uint64_t version;
	struct span magic;

	*pairs = cbor_read_map(reader, 64);
	if (cbor_read_pair_uint(reader, 0, 255) != RECORD_HEAD)
		reader->bad = true;
	cbor_read_key(reader, 1);
	magic = cbor_read_text(reader, 16);
	version = cbor_read_pair_uint(reader, 2, UINT32_MAX);
	if (reader->bad || !span_equal(magic, span_of_text(MAGIC)))
		return fail(FAIL_DATA, "this is not a shard stream");
	if (version != RECORD_VERSION)
		return fail(FAIL_DATA,
		    "the stream is of version %llu, this tool knows version %d",
		    (unsigned long long)version, RECORD_VERSION);
	return 0;
}

static int
check_head(const struct head *head)
{
	if (head->need < 1 || head->need > head->total ||
	    head->shard_size < LIMIT_SHARD_SIZE_MIN ||
	    (uint64_t)head->total * head->shard_size > LIMIT_STRIPE_SIZE)
		return fail(FAIL_DATA,
		    "the head of the stream asks for %u of "
		    "%u shards of %lu bytes",
		    head->need, head->total, (unsigned long)head->shard_size);
	return 0;
}

int
record_decode_head(struct span item, struct head *head)
{
	struct cbor_reader reader;
	uint64_t pairs;

	*head = (struct head){0};
	cbor_reader_init(&reader, item);
	if (read_magic(&reader, &pairs) != 0)
		return -1;
	head->need = (unsigned)cbor_read_pair_uint(&reader, 3, LIMIT_TOTAL);
	head->total = (unsigned)cbor_read_pair_uint(&reader, 4, LIMIT_TOTAL);
	head->shard_size =
	    (uint32_t)cbor_read_pair_uint(&reader, 5, LIMIT_SHARD_SIZE_MAX);
	cbor_read_pair_fixed(&reader, 6, head->owner.byte,
	    sizeof head->owner.byte);
	if (pairs == 8) {
		cbor_read_key(&reader, 7);
		head->label = cbor_read_bytes(&reader, LIMIT_LABEL_BOX);
	}
	if (pairs != (head->label.size > 0 ? 8 : 7))
		reader.bad = true;
	if (cbor_reader_end(&reader, "the head of the stream") != 0)
		return -1;
	return check_head(head);
}

int
record_decode_stripe(struct span item, const struct head *head,
    struct stripe *stripe)
{
	struct cbor_reader reader;

	cbor_reader_init(&reader, item);
	read_kind(&reader, 5, RECORD_STRIPE);
	stripe->number = cbor_read_pair_uint(&reader, 1, UINT64_MAX);
	stripe->size = (uint32_t)cbor_read_pair_uint(&reader, 2,
	    (uint64_t)head->need * head->shard_size);
	stripe->total = head->total;
	cbor_read_pair_fixed(&reader, 3, stripe->id,
	    stripe->total * sizeof stripe->id[0]);
	cbor_read_pair_fixed(&reader, 4, stripe->box, sizeof stripe->box);
	if (stripe->size == 0)
		reader.bad = true;
	return cbor_reader_end(&reader, "a stripe record");
}

int
record_decode_shard(struct span item, const struct head *head,
    struct shard *shard)
{
	struct cbor_reader reader;

	cbor_reader_init(&reader, item);
	read_kind(&reader, 4, RECORD_SHARD);
	shard->stripe = cbor_read_pair_uint(&reader, 1, UINT64_MAX);
	shard->index =
	    (unsigned)cbor_read_pair_uint(&reader, 2, head->total - 1);
	cbor_read_pair_fixed(&reader, 3, shard->id.byte, sizeof shard->id.byte);
	return cbor_reader_end(&reader, "a shard's header");
}

int
record_decode_end(struct span item, struct end *end)
{
	struct cbor_reader reader;

	cbor_reader_init(&reader, item);
	read_kind(&reader, 5, RECORD_END);
	end->stripes = cbor_read_pair_uint(&reader, 1, UINT64_MAX);
	end->size = cbor_read_pair_uint(&reader, 2, UINT64_MAX);
	cbor_read_pair_fixed(&reader, 3, end->seal.byte, sizeof end->seal.byte);
	cbor_read_pair_fixed(&reader, 4, end->digest.byte,
	    sizeof end->digest.byte);
	return cbor_reader_end(&reader, "the end record");
}
