/* SPDX-License-Identifier: ISC */
/*
 * Requests and replies: bytes that others can read, back to the same fields,
 * and nothing that is longer, shorter or more than it may be.
 */
#include "format/message.h"

#include "check.h"

static const uint8_t ids[LIMIT_REQUEST_IDS * 32 + 32];
static uint8_t body[LIMIT_MESSAGE + 1];

static void
test_bytes(void)
{
	struct request request = {.verb = VERB_PUT, .payload = 5};
	struct reply reply = {.status = 1, .body = span_of_text("no")};
	struct buf bytes = {0};

	request.ids = span_of(ids, 32);
	must(message_encode_request(&request, &bytes) == 0, "encode");
	check(is_hex(span_of_buf(&bytes),
		  "a7 0001 0100 025820 00000000000000000000000000000000"
		  "00000000000000000000000000000000 035820"
		  "00000000000000000000000000000000"
		  "00000000000000000000000000000000 0400 0540 0605 45"),
	    "a put");
	bytes.size = 0;
	must(message_encode_reply(&reply, &bytes) == 0, "encode");
	check(is_hex(span_of_buf(&bytes), "a3 0001 0142 6e6f 0200"), "a no");
	bytes.size = 0;
	reply = (struct reply){.payload = 300};
	must(message_encode_reply(&reply, &bytes) == 0, "encode");
	check(is_hex(span_of_buf(&bytes), "a3 0000 0140 0219012c 59012c"),
	    "a payload");
	buf_release(&bytes);
}

static void
test_round(const struct request *request)
{
	struct buf bytes = {0};
	struct request back;
	struct span item;

	must(message_encode_request(request, &bytes) == 0, "encode");
	item = span_of_buf(&bytes);
	if (request->payload > 0)
		item.size -= request->payload < 24 ? 1 : 5;
	check(message_decode_request(item, &back) == 0 &&
		back.verb == request->verb && back.shelf == request->shelf &&
		digest_equal(&back.owner, &request->owner) &&
		span_equal(back.ids, request->ids) &&
		back.size == request->size &&
		span_equal(back.body, request->body) &&
		back.payload == request->payload,
	    "verb %d: %s", (int)request->verb, fail_last()->text);
	buf_release(&bytes);
}

static void
test_rounds(void)
{
	struct request request = {.shelf = 1, .size = 7};
	unsigned verb;

	memset(request.owner.byte, 0xa5, sizeof request.owner.byte);
	for (verb = 0; verb < VERB_COUNT; verb++) {
		request.verb = (enum verb)verb;
		request.ids = span_of(ids, 32 * verb);
		request.body = span_of(body, verb);
		request.payload = verb;
		test_round(&request);
		check(strcmp(message_verb_name(request.verb), "unknown") != 0,
		    "verb %u has no name", verb);
	}
	request.ids = span_of(ids, LIMIT_REQUEST_IDS * 32);
	request.size = request.payload = LIMIT_SHARD_SIZE_MAX;
	test_round(&request);
	request.verb = VERB_BALLOT;
	request.payload = LIMIT_TALLY;
	test_round(&request);
	check(strcmp(message_verb_name(VERB_COUNT), "unknown") == 0, "no verb");
}

/* A request that encodes, but may not be taken. */
static void
refused(struct request request, const char *what)
{
	struct buf bytes = {0};
	struct request back;

	must(message_encode_request(&request, &bytes) == 0, "encode");
	check_fails(message_decode_request(span_of_buf(&bytes), &back),
	    FAIL_DATA, "a request", what);
	buf_release(&bytes);
}

static void
test_limits(void)
{
	refused((struct request){.verb = VERB_COUNT}, "a verb");
	refused((struct request){.verb = (enum verb)4096}, "a large verb");
	refused((struct request){.shelf = MESSAGE_SHELVES}, "a shelf");
	refused((struct request){.ids = span_of(ids, 31)}, "31 bytes");
	refused((struct request){.ids = span_of(ids, 33)}, "33 bytes");
	refused((struct request){.ids = span_of(ids, sizeof ids)}, "1001 ids");
	refused((struct request){.size = LIMIT_SHARD_SIZE_MAX + 1}, "a size");
	refused((struct request){.size = UINT64_MAX}, "a huge size");
	refused((struct request){.payload = LIMIT_SHARD_SIZE_MAX + 1},
	    "a payload");
	refused((struct request){.verb = VERB_BALLOT,
		    .payload = LIMIT_TALLY + 1},
	    "a payload of a poll");
	refused((struct request){.body = span_of(body, sizeof body)}, "a body");
}

static void
refused_hex(const char *hex, bool request)
{
	struct buf bytes = {0};
	struct request asked;
	struct reply said;

	unhex(hex, &bytes);
	check_fails(request
		? message_decode_request(span_of_buf(&bytes), &asked)
		: message_decode_reply(span_of_buf(&bytes), &said),
	    FAIL_DATA, request ? "a request" : "a reply", hex);
	buf_release(&bytes);
}

static void
test_malformed(void)
{
	static const char *const replies[] = {"", "a0", "80", "a3",
	    "a3 0000 0140 02", "a3 0000 0140 0200 00", "a2 0000 0140",
	    "a4 0000 0140 0200 0300", "a3 0005 0140 0200", "a3 0000 0160 0200",
	    "a3 0000 0240 0100", "a3 0000 0000 0140",
	    "a3 0000 0140 021a01000001", "a3 0000 0140 0220",
	    "a3 1800 00 0140 0200", "bf 0000 0140 0200 ff",
	    "a3 0000 015f 40 ff 0200", "a3 0000 015b4000000000000000 0200"};
	size_t i;

	for (i = 0; i < COUNT(replies); i++)
		refused_hex(replies[i], false);
	refused_hex("", true);
	refused_hex("a0", true);
	refused_hex("a7 0000", true);
	refused_hex("a3 0000 0140 0200", true);
}

/* Every request with a byte cut off or changed is refused or says so. */
static void
test_damage(void)
{
	struct request request = {.verb = VERB_HAVE}, back;
	struct buf bytes = {0};
	size_t i;

	request.ids = span_of(ids, 64);
	request.body = span_of_text("check");
	must(message_encode_request(&request, &bytes) == 0, "encode");
	for (i = 0; i < bytes.size; i++)
		check(message_decode_request(span_of(bytes.data, i), &back) ==
			-1,
		    "cut at %zu", i);
	for (i = 0; i < bytes.size; i++) {
		bytes.data[i] ^= 0x80;
		if (message_decode_request(span_of_buf(&bytes), &back) == 0)
			check(!digest_equal(&back.owner, &request.owner) ||
				!span_equal(back.ids, request.ids) ||
				!span_equal(back.body, request.body),
			    "byte %zu does not matter", i);
		bytes.data[i] ^= 0x80;
	}
	buf_release(&bytes);
}

int
main(void)
{
	test_bytes();
	test_rounds();
	test_limits();
	test_malformed();
	test_damage();
	return failures != 0;
}
