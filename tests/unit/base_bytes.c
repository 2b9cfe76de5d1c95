/* SPDX-License-Identifier: ISC */
/* Spans, growing buffers, digests and their hexadecimal. */
#include "check.h"

static void
test_hex_refused(void)
{
	static const char *const bad[] = {"", "0",
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0",
	    "000102030405060708090A0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
	    "000102030405060708090a0b0c0d0e0g101112131415161718191a1b1c1d1e1f",
	    " 00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1/",
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1:",
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1`"};
	struct digest digest;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		check(digest_parse(bad[i], &digest) == -1, "parses '%s'",
		    bad[i]);
}

static void
test_hex(void)
{
	char text[DIGEST_HEX_SIZE];
	struct digest digest, back;
	int i, value;

	for (value = 0; value < 256; value += 8) {
		for (i = 0; i < 32; i++)
			digest.byte[i] = (uint8_t)(value + i);
		digest_hex(&digest, text);
		check(strlen(text) == 64 &&
			is_hex(span_of_digest(&digest), text),
		    "hex of %d: %s", value, text);
		check(digest_parse(text, &back) == 0 &&
			digest_equal(&back, &digest),
		    "%s does not come back", text);
	}
}

static void
test_digests(void)
{
	struct digest zero = {{0}}, other;
	size_t i;

	check(digest_is_zero(&zero), "zero is not zero");
	for (i = 0; i < sizeof zero.byte; i++) {
		other = digest_from(zero.byte);
		other.byte[i] = 0x80;
		check(!digest_is_zero(&other) && !digest_equal(&zero, &other),
		    "byte %zu does not count", i);
	}
}

static void
test_spans(void)
{
	check(span_equal(span_of(NULL, 0), span_of("x", 0)), "empty ones");
	check(span_equal(span_of_text("abc"), span_of("abcd", 3)), "equal");
	check(!span_equal(span_of_text("abc"), span_of_text("abcd")), "longer");
	check(!span_equal(span_of_text("abc"), span_of_text("abd")), "other");
}

static void
test_buf(void)
{
	struct buf buf = {0};
	uint8_t byte;
	int i;

	check(buf_append(&buf, span_of(NULL, 0)) == 0 && buf.data == NULL,
	    "nothing takes memory");
	for (i = 0; i < 5000; i++) {
		byte = (uint8_t)i;
		check(buf_append(&buf, span_of(&byte, 1)) == 0, "append");
		check(buf.capacity >= buf.size && buf.capacity <= 8192,
		    "a capacity of %zu", buf.capacity);
	}
	for (i = 0; i < 5000 && buf.data[i] == (uint8_t)i; i++)
		;
	check(i == 5000 && buf.size == 5000, "byte %d is another", i);
	check(buf_reserve(&buf, 100000) == 0 && buf.size == 5000 &&
		buf.capacity >= 105000,
	    "reserve");
	check_fails(buf_reserve(&buf, SIZE_MAX), FAIL_SYSTEM, "cannot hold",
	    "all memory");
	check_fails(buf_reserve(&buf, SIZE_MAX / 4), FAIL_SYSTEM, "cannot hold",
	    "a quarter of memory");
	buf_release(&buf);
	check(buf.data == NULL && buf.size == 0 && buf.capacity == 0, "end");
	buf_release(&buf);
}

static void
test_uint32(void)
{
	static const uint32_t number[] = {0, 1, 0x01020304, UINT32_MAX};
	struct buf buf = {0};
	size_t i;

	for (i = 0; i < COUNT(number); i++)
		must(buf_append_uint32(&buf, number[i]) == 0, "append");
	for (i = 0; i < COUNT(number); i++)
		check(bytes_uint32(buf.data + 4 * i) == number[i], "number %zu",
		    i);
	check(memcmp(buf.data + 8, "\1\2\3\4", 4) == 0, "big-endian");
	buf_release(&buf);
}

int
main(void)
{
	test_hex_refused();
	test_hex();
	test_digests();
	test_spans();
	test_buf();
	test_uint32();
	return failures != 0;
}
