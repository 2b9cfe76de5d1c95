/* SPDX-License-Identifier: ISC */
#include "format/stream.h"

#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "format/cbor.h"

#define TOLD 5 /* shards out of place, each in a line */

/* Which offset of it the failure in the slot is about. */
static int
fail_at(const struct input *input)
{
	struct failure reason = *fail_last();

	return fail(reason.kind, "byte %llu of the stream: %s",
	    (unsigned long long)input->offset, reason.text);
}

int
stream_peek(struct input *input, size_t limit, struct span *item)
{
	struct span bytes;
	size_t want = 1;
	int64_t size;

	for (;;) {
		if (input_peek(input, want, &bytes) != 0)
			return -1;
		if (bytes.size == 0)
			return 0;
		size = cbor_measure(bytes, limit);
		if (size < 0)
			return fail_at(input);
		if (size > 0)
			break;
		if (bytes.size < want)
			return fail(FAIL_DATA,
			    "the stream is cut short at byte %llu",
			    (unsigned long long)(input->offset + bytes.size));
		want = bytes.size + 1;
	}
	*item = span_of(bytes.data, (size_t)size);
	return 1;
}

static int
fail_cut_short(const char *how)
{
	fail(FAIL_DATA, "%s", how);
	return fail_hint("the program that wrote it has failed or was killed");
}

int
stream_adopt(struct stream *stream, struct input *input)
{
	struct span item;
	int got;

	*stream = (struct stream){.input = *input};
	*input = (struct input){.fd = -1};
	file_widen_pipe(stream->input.fd);
	got = stream_peek(&stream->input, LIMIT_RECORD, &item);
	if (got == 0)
		got = fail_cut_short("the stream is empty");
	if (got < 0 || buf_append(&stream->head_item, item) != 0)
		return -1;
	input_take(&stream->input, item.size);
	return record_decode_head(span_of_buf(&stream->head_item),
	    &stream->head);
}

int
stream_open(struct stream *stream, int fd)
{
	struct input input;

	*stream = (struct stream){0};
	if (input_open(&input, fd, STREAM_LOOKAHEAD) != 0)
		return -1;
	return stream_adopt(stream, &input);
}

void
stream_close(struct stream *stream)
{
	if (stream->misplaced > TOLD)
		log_line(LOG_WARN, "%llu shards in all were out of place",
		    (unsigned long long)stream->misplaced);
	input_close(&stream->input);
	buf_release(&stream->head_item);
	buf_release(&stream->end_item);
}

/* The byte string behind a shard's header: its bytes to `to`, or nowhere. */
static int
read_payload(struct stream *stream, uint8_t *to, size_t expected)
{
	uint8_t scratch[4096];
	struct span bytes;
	uint64_t size;
	size_t part;
	int head;

	if (input_peek(&stream->input, 9, &bytes) != 0)
		return -1;
	head = cbor_measure_bytes_head(bytes, &size);
	if (head <= 0 || size > LIMIT_SHARD_SIZE_MAX ||
	    (to != NULL && size != expected)) {
		fail(FAIL_DATA, "a shard without its bytes");
		return fail_at(&stream->input);
	}
	input_take(&stream->input, (size_t)head);
	if (to != NULL)
		return input_copy(&stream->input, to, expected);
	for (; size > 0; size -= part) {
		part = size < sizeof scratch ? (size_t)size : sizeof scratch;
		if (input_copy(&stream->input, scratch, part) != 0)
			return -1;
	}
	return 0;
}

/* A shard's header has been peeked at as `item`: take it and its bytes. */
static int
read_shard(struct stream *stream, struct span item, struct bundle *bundle)
{
	const struct stripe *stripe = bundle ? &bundle->stripe : NULL;
	struct shard shard;
	bool wanted;

	if (record_decode_shard(item, &stream->head, &shard) != 0)
		return fail_at(&stream->input);
	input_take(&stream->input, item.size);
	wanted = stripe != NULL && shard.stripe == stripe->number &&
	    digest_equal(&shard.id, &stripe->id[shard.index]) &&
	    !bundle->have[shard.index];
	if (!wanted) {
		if (++stream->misplaced <= TOLD)
			log_line(LOG_WARN,
			    "shard %u of stripe %llu is out of place",
			    shard.index, (unsigned long long)shard.stripe);
		return read_payload(stream, NULL, 0);
	}
	if (read_payload(stream,
		bundle_shard(bundle, &stream->head, shard.index),
		stripe_shard_size(&stream->head, stripe->size)) != 0)
		return -1;
	bundle->have[shard.index] = 1;
	return 0;
}

static int
read_end(struct stream *stream, struct span item)
{
	int got;

	if (record_decode_end(item, &stream->end) != 0)
		return fail_at(&stream->input);
	if (buf_append(&stream->end_item, item) != 0)
		return -1;
	input_take(&stream->input, item.size);
	got = stream_peek(&stream->input, LIMIT_RECORD, &item);
	if (got < 0 && fail_last()->kind == FAIL_SYSTEM)
		return -1;
	if (got != 0)
		return fail(FAIL_DATA,
		    "there is something behind the end of the stream");
	stream->ended = true;
	return 0;
}

/* All shards that come before the next record of another kind. */
static int
read_shards(struct stream *stream, struct bundle *bundle)
{
	struct span item;
	int got;

	while ((got = stream_peek(&stream->input, LIMIT_RECORD, &item)) > 0 &&
	    record_kind(item) == RECORD_SHARD)
		if (read_shard(stream, item, bundle) != 0)
			return -1;
	return got < 0 ? -1 : 0;
}

static const char no_end[] = "the stream is cut short: it has no end record";

int
stream_read(struct stream *stream, struct bundle *bundle)
{
	struct span item;
	int got;

	if (stream->ended)
		return 0;
	if (read_shards(stream, NULL) != 0)
		return -1;
	got = stream_peek(&stream->input, LIMIT_RECORD, &item);
	if (got == 0)
		return fail_cut_short(no_end);
	if (got < 0)
		return -1;
	got = record_kind(item);
	if (got == RECORD_END)
		return read_end(stream, item);
	if (got != RECORD_STRIPE) {
		if (got >= 0)
			fail(FAIL_DATA, "a record of unknown kind %d", got);
		return fail_at(&stream->input);
	}
	if (record_decode_stripe(item, &stream->head, &bundle->stripe) != 0)
		return fail_at(&stream->input);
	input_take(&stream->input, item.size);
	memset(bundle->have, 0, sizeof bundle->have);
	if (read_shards(stream, bundle) != 0)
		return -1;
	/* Where the stream breaks off, that is the reason for too few. */
	if (bundle_count(bundle) < stream->head.need &&
	    stream_peek(&stream->input, LIMIT_RECORD, &item) == 0)
		return fail_cut_short(no_end);
	return 1;
}

/* Where the shards' headers end in `headers`, for as many as there are. */
static int
encode_headers(const struct head *head, const struct bundle *bundle,
    struct buf *headers, size_t *ends)
{
	const struct stripe *stripe = &bundle->stripe;
	uint32_t size = stripe_shard_size(head, stripe->size);
	struct cbor_writer writer;
	struct shard shard;
	unsigned i;

	if (record_encode_stripe(stripe, headers) != 0)
		return -1;
	for (i = 0; i < stripe->total; i++) {
		if (!bundle->have[i])
			continue;
		shard = (struct shard){stripe->number, i, stripe->id[i]};
		if (record_encode_shard(&shard, headers) != 0)
			return -1;
		cbor_writer_init(&writer, headers);
		cbor_write_bytes_head(&writer, size);
		if (cbor_writer_end(&writer) != 0)
			return -1;
		*ends++ = headers->size;
	}
	return 0;
}

int
stream_write(int fd, const struct head *head, const struct bundle *bundle)
{
	struct iovec part[2 * LIMIT_TOTAL + 1];
	size_t ends[LIMIT_TOTAL], from = 0, count = 0, i, shards = 0;
	struct buf headers = {0};
	int result = -1;

	if (encode_headers(head, bundle, &headers, ends) != 0)
		goto out;
	for (i = 0; i < bundle->stripe.total; i++) {
		if (!bundle->have[i])
			continue;
		part[count].iov_base = headers.data + from;
		part[count++].iov_len = ends[shards] - from;
		from = ends[shards++];
		part[count].iov_base = bundle_shard(bundle, head, (unsigned)i);
		part[count++].iov_len =
		    stripe_shard_size(head, bundle->stripe.size);
	}
	part[count].iov_base = headers.data + from;
	part[count++].iov_len = headers.size - from;
	result = file_write_parts(fd, part, count);
out:
	buf_release(&headers);
	return result;
}
