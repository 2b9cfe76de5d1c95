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

static void
write_uint(struct cbor_writer *writer, unsigned key, uint64_t number)
{
	cbor_write_uint(writer, key);
	cbor_write_uint(writer, number);
}

static void
write_bytes(struct cbor_writer *writer, unsigned key, struct span bytes)
{
	cbor_write_uint(writer, key);
	cbor_write_bytes(writer, bytes);
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
	write_uint(&writer, 2, RECORD_VERSION);
	write_uint(&writer, 3, head->need);
	write_uint(&writer, 4, head->total);
	write_uint(&writer, 5, head->shard_size);
	write_bytes(&writer, 6, span_of_digest(&head->owner));
	if (labelled)
		write_bytes(&writer, 7, head->label);
	return cbor_writer_end(&writer);
}

static int
encode_stripe(const struct stripe *stripe, bool sealed, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	write_kind(&writer, sealed ? 5 : 4, RECORD_STRIPE);
	write_uint(&writer, 1, stripe->number);
	write_uint(&writer, 2, stripe->size);
	write_bytes(&writer, 3,
	    span_of(stripe->id, stripe->total * sizeof stripe->id[0]));
	if (sealed)
		write_bytes(&writer, 4,
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
	write_uint(&writer, 1, shard->stripe);
	write_uint(&writer, 2, shard->index);
	write_bytes(&writer, 3, span_of_digest(&shard->id));
	return cbor_writer_end(&writer);
}

/* The first `pairs` pairs of it. */
static int
encode_end(const struct end *end, unsigned pairs, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	write_kind(&writer, pairs, RECORD_END);
	write_uint(&writer, 1, end->stripes);
	write_uint(&writer, 2, end->size);
	if (pairs > 3)
		write_bytes(&writer, 3, span_of_digest(&end->seal));
	if (pairs > 4)
		write_bytes(&writer, 4, span_of_digest(&end->digest));
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

static uint64_t
read_uint(struct cbor_reader *reader, unsigned key, uint64_t max)
{
	cbor_read_key(reader, key);
	return cbor_read_uint(reader, max);
}

static void
read_fixed(struct cbor_reader *reader, unsigned key, void *to, size_t size)
{
	cbor_read_key(reader, key);
	cbor_read_fixed(reader, to, size);
}

/* Magic and version come first, so that a stranger is told apart from news. */
static int
read_magic(struct cbor_reader *reader, uint64_t *pairs)
{
	uint64_t version;
	struct span magic;

	*pairs = cbor_read_map(reader, 64);
	if (read_uint(reader, 0, 255) != RECORD_HEAD)
		reader->bad = true;
	cbor_read_key(reader, 1);
	magic = cbor_read_text(reader, 16);
	version = read_uint(reader, 2, UINT32_MAX);
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
	head->need = (unsigned)read_uint(&reader, 3, LIMIT_TOTAL);
	head->total = (unsigned)read_uint(&reader, 4, LIMIT_TOTAL);
	head->shard_size =
	    (uint32_t)read_uint(&reader, 5, LIMIT_SHARD_SIZE_MAX);
	read_fixed(&reader, 6, head->owner.byte, sizeof head->owner.byte);
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
	stripe->number = read_uint(&reader, 1, UINT64_MAX);
	stripe->size = (uint32_t)read_uint(&reader, 2,
	    (uint64_t)head->need * head->shard_size);
	stripe->total = head->total;
	read_fixed(&reader, 3, stripe->id,
	    stripe->total * sizeof stripe->id[0]);
	read_fixed(&reader, 4, stripe->box, sizeof stripe->box);
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
	shard->stripe = read_uint(&reader, 1, UINT64_MAX);
	shard->index = (unsigned)read_uint(&reader, 2, head->total - 1);
	read_fixed(&reader, 3, shard->id.byte, sizeof shard->id.byte);
	return cbor_reader_end(&reader, "a shard's header");
}

int
record_decode_end(struct span item, struct end *end)
{
	struct cbor_reader reader;

	cbor_reader_init(&reader, item);
	read_kind(&reader, 5, RECORD_END);
	end->stripes = read_uint(&reader, 1, UINT64_MAX);
	end->size = read_uint(&reader, 2, UINT64_MAX);
	read_fixed(&reader, 3, end->seal.byte, sizeof end->seal.byte);
	read_fixed(&reader, 4, end->digest.byte, sizeof end->digest.byte);
	return cbor_reader_end(&reader, "the end record");
}
