/* SPDX-License-Identifier: ISC */
#include "format/message.h"

#include "format/cbor.h"

#define HEAD_SIZE 128 /* of a request without ids and body */

static const char *const verb_name[VERB_COUNT] = {"hello", "put", "commit",
    "get", "have", "list", "drop", "prove", "ballot", "info", "peers", "pair"};

const char *
message_verb_name(enum verb verb)
{
	return verb < VERB_COUNT ? verb_name[verb] : "unknown";
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

	/* all at once: what grows leaves its bytes behind, maybe a secret */
	if (buf_reserve(to,
		request->ids.size + request->body.size + HEAD_SIZE) != 0)
		return -1;
	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, 7);
	cbor_write_pair_uint(&writer, 0, request->verb);
	cbor_write_pair_uint(&writer, 1, request->shelf);
	cbor_write_pair_bytes(&writer, 2, span_of_digest(&request->owner));
	cbor_write_pair_bytes(&writer, 3, request->ids);
	cbor_write_pair_uint(&writer, 4, request->size);
	cbor_write_pair_bytes(&writer, 5, request->body);
	cbor_write_pair_uint(&writer, 6, request->payload);
	return end(&writer, request->payload);
}

int
message_encode_reply(const struct reply *reply, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, 3);
	cbor_write_pair_uint(&writer, 0, reply->status);
	cbor_write_pair_bytes(&writer, 1, reply->body);
	cbor_write_pair_uint(&writer, 2, reply->payload);
	return end(&writer, reply->payload);
}

int
message_decode_request(struct span item, struct request *request)
{
	struct cbor_reader reader;

	*request = (struct request){0};
	cbor_reader_init(&reader, item);
	if (cbor_read_map(&reader, 7) != 7)
		reader.bad = true;
	request->verb =
	    (enum verb)cbor_read_pair_uint(&reader, 0, VERB_COUNT - 1);
	request->shelf =
	    (unsigned)cbor_read_pair_uint(&reader, 1, MESSAGE_SHELVES - 1);
	cbor_read_key(&reader, 2);
	cbor_read_fixed(&reader, request->owner.byte,
	    sizeof request->owner.byte);
	request->ids = cbor_read_pair_bytes(&reader, 3,
	    LIMIT_REQUEST_IDS * sizeof(struct digest));
	request->size = cbor_read_pair_uint(&reader, 4, LIMIT_SHARD_SIZE_MAX);
	request->body = cbor_read_pair_bytes(&reader, 5, LIMIT_MESSAGE);
	request->payload = cbor_read_pair_uint(&reader, 6,
	    request->verb == VERB_BALLOT ? LIMIT_TALLY : LIMIT_SHARD_SIZE_MAX);
	if (request->ids.size % sizeof(struct digest) != 0)
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
	reply->status = (unsigned)cbor_read_pair_uint(&reader, 0, 4);
	reply->body = cbor_read_pair_bytes(&reader, 1, LIMIT_MESSAGE);
	reply->payload = cbor_read_pair_uint(&reader, 2, LIMIT_SHARD_SIZE_MAX);
	return cbor_reader_end(&reader, "a reply");
}
