/* SPDX-License-Identifier: ISC */
#include "format/message.h"

#include "format/cbor.h"

#define SHELVES 2

static const char *const verb_name[VERB_COUNT] = {"hello", "put", "commit",
    "get", "have", "list", "drop", "prove", "ballot", "info", "peers", "pair"};

const char *
message_verb_name(enum verb verb)
{
	return verb < VERB_COUNT ? verb_name[verb] : "unknown";
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

static int
end(struct cbor_writer *writer, uint64_t payload)
{
	if (payload > 0)
		cbor_write_bytes_head(writer, payload);
	return cbor_writer_end(writer);
}

int
message_encode_request(const struct request *request, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, 7);
	write_uint(&writer, 0, request->verb);
	write_uint(&writer, 1, request->shelf);
	write_bytes(&writer, 2, span_of_digest(&request->owner));
	write_bytes(&writer, 3, request->ids);
	write_uint(&writer, 4, request->size);
	write_bytes(&writer, 5, request->body);
	write_uint(&writer, 6, request->payload);
	return end(&writer, request->payload);
}

int
message_encode_reply(const struct reply *reply, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, 3);
	write_uint(&writer, 0, reply->status);
	write_bytes(&writer, 1, reply->body);
	write_uint(&writer, 2, reply->payload);
	return end(&writer, reply->payload);
}

static uint64_t
read_uint(struct cbor_reader *reader, unsigned key, uint64_t max)
{
	cbor_read_key(reader, key);
	return cbor_read_uint(reader, max);
}

static struct span
read_bytes(struct cbor_reader *reader, unsigned key, size_t max)
{
	cbor_read_key(reader, key);
	return cbor_read_bytes(reader, max);
}

int
message_decode_request(struct span item, struct request *request)
{
	struct cbor_reader reader;

	*request = (struct request){0};
	cbor_reader_init(&reader, item);
	if (cbor_read_map(&reader, 7) != 7)
		reader.bad = true;
	request->verb = (enum verb)read_uint(&reader, 0, VERB_COUNT - 1);
	request->shelf = (unsigned)read_uint(&reader, 1, SHELVES - 1);
	cbor_read_key(&reader, 2);
	cbor_read_fixed(&reader, request->owner.byte,
	    sizeof request->owner.byte);
	request->ids = read_bytes(&reader, 3, LIMIT_REQUEST_IDS * 32);
	request->size = read_uint(&reader, 4, LIMIT_SHARD_SIZE_MAX);
	request->body = read_bytes(&reader, 5, LIMIT_MESSAGE);
	request->payload = read_uint(&reader, 6, LIMIT_SHARD_SIZE_MAX);
	if (request->ids.size % 32 != 0)
		reader.bad = true;
	return cbor_reader_end(&reader, "a request");
}

int
message_decode_reply(struct span item, struct reply *reply)
{
	struct cbor_reader reader;

	*reply = (struct reply){0};
	cbor_reader_init(&reader, item);
	if (cbor_read_map(&reader, 3) != 3)
		reader.bad = true;
	reply->status = (unsigned)read_uint(&reader, 0, 4);
	reply->body = read_bytes(&reader, 1, LIMIT_MESSAGE);
	reply->payload = read_uint(&reader, 2, LIMIT_SHARD_SIZE_MAX);
	return cbor_reader_end(&reader, "a reply");
}
