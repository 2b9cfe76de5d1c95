/* SPDX-License-Identifier: ISC */
/*
 * What is refused, with its words; then RFC 8949's appendix A, line by line,
 * in its own diagnostic notation; then the reader and the writer.
 */
#include "format/cbor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "format/limits.h"

#define LIMIT 4096

/* Items in hexadecimal, apart by spaces, all refused for the same reason. */
struct refused {
	const char *why;
	const char *items;
};

static const struct refused refused[] = {
    {"CBOR is not in its shortest form",
	"1800 1817 190000 190017 1900ff 1a00000000 1a0000ffff "
	"1b0000000000000000 1b00000000ffffffff 3800 3817 3900ff 3a0000ffff "
	"3b00000000ffffffff 5800 581700 590001aa 5b0000000000000000 7800 "
	"7a0000000161 9800 9b0000000000000001 b800 b90000 d800 d81000 "
	"d900ff00 da0000d9f700 f800 f814 f815 f816 f817 8201821800 a11800"},
    {"CBOR has a reserved simple value", "f818 f819 f81f 81f81e"},
    {"CBOR has an indefinite or reserved length",
	"1c 1d 1e 1f 3c 3f 5c 5d 5e 5f 7c 7e 7f 9c 9d 9f bc be bf dc dd de "
	"df 5f42010243030405ff 815f a17f a1009f c6bf"},
    {"CBOR has a float or a break",
	"f9 fa fb fc fd fe ff 81f9 a1ff a101ff 8201f93c00 c1fb"},
    /* lone, cut, overlong, surrogates, past U+10FFFF, no UTF-8 at all */
    {"CBOR has text that is not UTF-8",
	"6180 61bf 61c3 62e6b0 63f09085 62c328 63e628a1 63e6b028 64f0908528 "
	"62c080 62c1bf 63e08080 63e09fbf 64f0808080 64f08fbfbf 63eda080 "
	"63edbfbf 66eda080edb080 64f4908080 64f5808080 65f888808080 61f8 "
	"61fe 61ff 6361ff62 62c3c3 8161ff a161ff00 a10061ff c061ff"},
    /* integers, signs, text, nested keys; at every place of a map */
    {"CBOR has map keys out of order or twice",
	"a203000100 a201000100 a2616200616100 a2616100616100 "
	"a262616100616200 a2200018ff00 a2f500f400 a300002000181800 "
	"a380008000 a2a1020300a1010300 a2a1010000a1010000 a2c10100c10100 "
	"a28181000081810000 a3010002000200 a3010003000200 81a201000100 "
	"a101a201000100 a1a20100010001 c2a201000100 8301a0a201000100 "
	"a2000001a201000100 a30a0020001864"},
    /* 64-bit lengths and counts, and what is one byte too long for 4096 */
    {"CBOR is longer than 4096 bytes",
	"5bffffffffffffffff 5b7fffffffffffffff 5b8000000000000000 "
	"5b0000000100000000 7bffffffffffffffff 7a80000000 "
	"9bffffffffffffffff 9b0000000100000000 9b8000000000000000 "
	"9a00100000 bbffffffffffffffff bb8000000000000000 "
	"bb8000000000000001 bb7fffffffffffffff bb0000000100000000 590ffe "
	"790ffe 990ffe b907ff 82590ffc 82990ffc a1590ffc c1590ffd "
	"99080099080000 815bffffffffffffffff c19bffffffffffffffff"},
};

/* The appendix's line, and NULL where its form is not deterministic here. */
struct vector {
	const char *hex;
	const char *notation;
};

static const struct vector appendix[] = {
    {"00", "0"},
    {"01", "1"},
    {"0a", "10"},
    {"17", "23"},
    {"1818", "24"},
    {"1819", "25"},
    {"1864", "100"},
    {"1903e8", "1000"},
    {"1a000f4240", "1000000"},
    {"1b000000e8d4a51000", "1000000000000"},
    {"1bffffffffffffffff", "18446744073709551615"},
    {"c249010000000000000000", "2(h'010000000000000000')"},
    {"3bffffffffffffffff", "-18446744073709551616"},
    {"c349010000000000000000", "3(h'010000000000000000')"},
    {"20", "-1"},
    {"29", "-10"},
    {"3863", "-100"},
    {"3903e7", "-1000"},
    {"f90000", NULL},
    {"f98000", NULL},
    {"f93c00", NULL},
    {"fb3ff199999999999a", NULL},
    {"f93e00", NULL},
    {"f97bff", NULL},
    {"fa47c35000", NULL},
    {"fa7f7fffff", NULL},
    {"fb7e37e43c8800759c", NULL},
    {"f90001", NULL},
    {"f90400", NULL},
    {"f9c400", NULL},
    {"fbc010666666666666", NULL},
    {"f97c00", NULL},
    {"f97e00", NULL},
    {"f9fc00", NULL},
    {"fa7f800000", NULL},
    {"fa7fc00000", NULL},
    {"faff800000", NULL},
    {"fb7ff0000000000000", NULL},
    {"fb7ff8000000000000", NULL},
    {"fbfff0000000000000", NULL},
    {"f4", "false"},
    {"f5", "true"},
    {"f6", "null"},
    {"f7", "undefined"},
    {"f0", "simple(16)"},
    {"f818", NULL},
    {"f8ff", "simple(255)"},
    {"c074323031332d30332d32315432303a30343a30305a",
	"0(\"2013-03-21T20:04:00Z\")"},
    {"c11a514b67b0", "1(1363896240)"},
    {"c1fb41d452d9ec200000", NULL},
    {"d74401020304", "23(h'01020304')"},
    {"d818456449455446", "24(h'6449455446')"},
    {"d82076687474703a2f2f7777772e6578616d706c652e636f6d",
	"32(\"http://www.example.com\")"},
    {"40", "h''"},
    {"4401020304", "h'01020304'"},
    {"60", "\"\""},
    {"6161", "\"a\""},
    {"6449455446", "\"IETF\""},
    {"62225c", "\"\\\"\\\\\""},
    {"62c3bc", "\"ü\""},
    {"63e6b0b4", "\"水\""},
    {"64f0908591", "\"𐅑\""},
    {"80", "[]"},
    {"83010203", "[1, 2, 3]"},
    {"8301820203820405", "[1, [2, 3], [4, 5]]"},
    {"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
	"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, "
	"14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]"},
    {"a0", "{}"},
    {"a201020304", "{1: 2, 3: 4}"},
    {"a26161016162820203", "{\"a\": 1, \"b\": [2, 3]}"},
    {"826161a161626163", "[\"a\", {\"b\": \"c\"}]"},
    {"a56161614161626142616361436164614461656145",
	"{\"a\": \"A\", \"b\": \"B\", \"c\": \"C\", \"d\": \"D\", \"e\": "
	"\"E\"}"},
    {"5f42010243030405ff", NULL},
    {"7f657374726561646d696e67ff", NULL},
    {"9fff", NULL},
    {"9f018202039f0405ffff", NULL},
    {"9f01820203820405ff", NULL},
    {"83018202039f0405ff", NULL},
    {"83019f0203ff820405", NULL},
    {"9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", NULL},
    {"bf61610161629f0203ffff", NULL},
    {"826161bf61626163ff", NULL},
    {"bf6346756ef563416d7421ff", NULL},
};

/* Not in the appendix: edges of what is taken. */
static const struct vector edges[] = {
    {"18ff", "255"},
    {"190100", "256"},
    {"19ffff", "65535"},
    {"1a00010000", "65536"},
    {"1affffffff", "4294967295"},
    {"1b0000000100000000", "4294967296"},
    {"3b7fffffffffffffff", "-9223372036854775808"},
    {"3bfffffffffffffffe", "-18446744073709551615"},
    {"f3", "simple(19)"},
    {"f820", "simple(32)"},
    {"c000", "0(0)"},
    {"d24101", "18(h'01')"},
    {"d9d9f700", "55799(0)"},
    {"dbffffffffffffffff00", "18446744073709551615(0)"},
    {"617f", "\"\x7f\""},
    {"62c280", "\"\xc2\x80\""},
    {"62dfbf", "\"\xdf\xbf\""},
    {"63e0a080", "\"\xe0\xa0\x80\""},
    {"63ed9fbf", "\"\xed\x9f\xbf\""},
    {"63ee8080", "\"\xee\x80\x80\""},
    {"63efbfbf", "\"\xef\xbf\xbf\""},
    {"64f0908080", "\"\xf0\x90\x80\x80\""},
    {"64f48fbfbf", "\"\xf4\x8f\xbf\xbf\""},
    /* the order of section 4.2.1, not the older one, shortest key first */
    {"a80a001864002000617a006261610081186400812000f400",
	"{10: 0, 100: 0, -1: 0, \"z\": 0, \"aa\": 0, [100]: 0, [-1]: 0, "
	"false: 0}"},
    {"a28000a000", "{[]: 0, {}: 0}"},
    {"a1a2010203040a", "{{1: 2, 3: 4}: 10}"},
    {"a2c10100c10200", "{1(1): 0, 1(2): 0}"},
    {"a201a20100020002a201000200", "{1: {1: 0, 2: 0}, 2: {1: 0, 2: 0}}"},
};

static int failures;

static void check(bool right, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
check(bool right, const char *format, ...)
{
	va_list arguments;

	if (right)
		return;
	failures++;
	printf("format_cbor: ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

/* A block of just this size, so that ASan sees a read past its end. */
static struct span
exactly(struct span bytes, size_t size)
{
	uint8_t *data = malloc(size > 0 ? size : 1);

	if (data == NULL)
		abort();
	memcpy(data, bytes.data, size);
	return span_of(data, size);
}

static void
forget(struct span bytes)
{
	free((void *)(uintptr_t)bytes.data);
}

/* The bytes that `hex` spells, up to a space. */
static struct span
unhex(const char *hex)
{
	static uint8_t data[1024];
	size_t size = strcspn(hex, " ") / 2, i;
	unsigned byte;

	for (i = 0; i < size && i < sizeof data; i++) {
		check(sscanf(hex + 2 * i, "%2x", &byte) == 1, "bad hex");
		data[i] = (uint8_t)byte;
	}
	return exactly(span_of(data, size), size);
}

static int64_t
measure_prefix(struct span bytes, size_t size, size_t limit)
{
	struct span prefix = exactly(bytes, size);
	int64_t length = cbor_measure(prefix, limit);

	forget(prefix);
	return length;
}

/* The reader is given anything: nothing but memory can go wrong. */
static void
read_anything(struct span bytes)
{
	struct cbor_reader reader;
	struct cbor_item item;
	unsigned sum = 0;

	cbor_reader_init(&reader, bytes);
	while (cbor_read(&reader, &item))
		while (item.bytes.size > 0)
			sum += item.bytes.data[--item.bytes.size];
	check(item.number == 0 && sum < UINT32_MAX, "a reader at its end");
}

static void
test_refused(const struct refused *group)
{
	const char *hex;
	struct span item, prefix;
	size_t size;

	for (hex = group->items; *hex; hex += strspn(hex, " ")) {
		item = unhex(hex);
		check(cbor_measure(item, LIMIT) == -1, "%.40s passes", hex);
		check(strcmp(fail_last()->text, group->why) == 0 &&
			fail_last()->kind == FAIL_DATA,
		    "%.40s: %s", hex, fail_last()->text);
		for (size = 0; size <= item.size; size++) {
			prefix = exactly(item, size);
			check(cbor_measure(prefix, LIMIT) <= 0,
			    "%zu bytes of %.40s pass", size, hex);
			read_anything(prefix);
			forget(prefix);
		}
		forget(item);
		hex += strcspn(hex, " ");
	}
}

/* Text that grows; what does not fit is cut, and so is not equal. */
struct text {
	char byte[512];
	size_t size;
};

static void say(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(struct text *text, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(text->byte + text->size,
	    sizeof text->byte - text->size, format, arguments);
	va_end(arguments);
	text->size += (size_t)size;
	if (text->size >= sizeof text->byte)
		text->size = sizeof text->byte - 1;
}

static void
say_string(struct text *text, const struct cbor_item *item)
{
	size_t i;
	uint8_t byte;

	say(text, item->kind == CBOR_BYTES ? "h'" : "\"");
	for (i = 0; i < item->bytes.size; i++) {
		byte = item->bytes.data[i];
		if (item->kind == CBOR_BYTES)
			say(text, "%02x", byte);
		else if (byte == '"' || byte == '\\')
			say(text, "\\%c", byte);
		else
			say(text, "%c", byte);
	}
	say(text, item->kind == CBOR_BYTES ? "'" : "\"");
}

static void
say_simple(struct text *text, uint64_t number)
{
	static const char *const name[] = {"false", "true", "null",
	    "undefined"};

	if (number >= CBOR_FALSE && number < CBOR_FALSE + 4)
		say(text, "%s", name[number - CBOR_FALSE]);
	else
		say(text, "simple(%" PRIu64 ")", number);
}

static void say_item(struct text *text, struct cbor_reader *reader);

static void
say_inside(struct text *text, struct cbor_reader *reader,
    const struct cbor_item *head)
{
	uint64_t i;

	say(text, head->kind == CBOR_MAP ? "{" : "[");
	for (i = 0; i < head->number; i++) {
		say(text, i > 0 ? ", " : "");
		say_item(text, reader);
		if (head->kind == CBOR_MAP) {
			say(text, ": ");
			say_item(text, reader);
		}
	}
	say(text, head->kind == CBOR_MAP ? "}" : "]");
}

/* The next item in the diagnostic notation of RFC 8949 section 8. */
static void
say_item(struct text *text, struct cbor_reader *reader)
{
	struct cbor_item item;

	if (!cbor_read(reader, &item))
		say(text, "?");
	else if (item.kind == CBOR_UINT)
		say(text, "%" PRIu64, item.number);
	else if (item.kind == CBOR_NINT && item.number == UINT64_MAX)
		say(text, "-18446744073709551616");
	else if (item.kind == CBOR_NINT)
		say(text, "-%" PRIu64, item.number + 1);
	else if (item.kind == CBOR_BYTES || item.kind == CBOR_TEXT)
		say_string(text, &item);
	else if (item.kind == CBOR_ARRAY || item.kind == CBOR_MAP)
		say_inside(text, reader, &item);
	else if (item.kind == CBOR_SIMPLE)
		say_simple(text, item.number);
	else {
		say(text, "%" PRIu64 "(", item.number);
		say_item(text, reader);
		say(text, ")");
	}
}

static void
test_notation(const struct vector *vector, struct span item)
{
	struct cbor_reader reader;
	struct text text = {0};

	cbor_reader_init(&reader, item);
	say_item(&text, &reader);
	check(strcmp(text.byte, vector->notation) == 0, "%s reads as %s",
	    vector->hex, text.byte);
	check(cbor_reader_end(&reader, "it") == 0, "%s does not end",
	    vector->hex);
}

static void
test_written_again(const struct vector *vector, struct span bytes)
{
	struct buf copy = {0};
	struct cbor_reader reader;
	struct cbor_writer writer;
	struct cbor_item item;

	cbor_reader_init(&reader, bytes);
	cbor_writer_init(&writer, &copy);
	while (cbor_read(&reader, &item))
		cbor_write(&writer, &item);
	check(cbor_writer_end(&writer) == 0 &&
		span_equal(span_of_buf(&copy), bytes),
	    "%s is written otherwise", vector->hex);
	buf_release(&copy);
}

/* Any prefix wants more, any limit below the length is too low. */
static void
test_measures(const struct vector *vector, struct span item)
{
	uint8_t more[1024] = {0};
	size_t size;

	check(cbor_measure(item, item.size) == (int64_t)item.size,
	    "%s is refused: %s", vector->hex, fail_last()->text);
	memcpy(more, item.data, item.size);
	check(cbor_measure(span_of(more, item.size + 1), LIMIT) ==
		(int64_t)item.size,
	    "%s and a byte more", vector->hex);
	for (size = 0; size < item.size; size++) {
		check(measure_prefix(item, size, item.size) == 0,
		    "%zu bytes of %s: %s", size, vector->hex,
		    fail_last()->text);
		check(cbor_measure(item, size) == -1, "%s passes the limit %zu",
		    vector->hex, size);
		check(measure_prefix(item, size, size) == -1,
		    "%zu bytes of %s fill the limit", size, vector->hex);
	}
}

static void
test_vector(const struct vector *vector)
{
	struct span item = unhex(vector->hex);

	if (vector->notation == NULL) {
		check(cbor_measure(item, LIMIT) == -1, "%s", vector->hex);
	} else {
		test_measures(vector, item);
		test_notation(vector, item);
		test_written_again(vector, item);
	}
	forget(item);
}

/* `levels` of the container that `opener` opens, a zero in the innermost. */
static int64_t
measure_nested(const char *opener, const char *closer, int levels)
{
	char hex[256] = "";
	struct span item;
	int64_t length;
	int i;

	for (i = 0; i < levels; i++)
		strcat(hex, opener);
	strcat(hex, "00");
	for (i = 0; i < levels; i++)
		strcat(hex, closer);
	item = unhex(hex);
	length = cbor_measure(item, LIMIT);
	check(length <= 0 || (size_t)length == item.size, "%s", hex);
	forget(item);
	return length;
}

static void
test_depth(void)
{
	static const char *const container[][2] = {{"81", ""}, {"8200", ""},
	    {"82", "00"}, {"a100", ""}, {"a1", "00"}, {"c1", ""}, {"d1", ""}};
	size_t i;
	int levels;

	for (i = 0; i < sizeof container / sizeof *container; i++) {
		for (levels = 1; levels <= LIMIT_CBOR_DEPTH; levels++)
			check(measure_nested(container[i][0], container[i][1],
				  levels) > 0,
			    "%d times %s", levels, container[i][0]);
		check(measure_nested(container[i][0], container[i][1],
			  levels) == -1,
		    "17 times %s", container[i][0]);
		check(strcmp(fail_last()->text,
			  "CBOR is nested deeper than 16") == 0,
		    "17 times: %s", fail_last()->text);
	}
	/* An empty one is a level too; 17 side by side are not. */
	check(measure_nested("8180", "", 0) > 0, "none");
	check(cbor_measure(span_of("\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81"
				   "\x81\x81\x81\x81\x81\x81\x80",
			       17),
		  LIMIT) == -1,
	    "an empty array is the 17th level");
	check(cbor_measure(span_of("\x92\x80\x80\x80\x80\x80\x80\x80\x80\x80"
				   "\x80\x80\x80\x80\x80\x80\x80\x80\x80",
			       19),
		  LIMIT) == 19,
	    "18 empty arrays");
}

static void
test_limits(void)
{
	check(cbor_measure(span_of("", 0), 0) == -1, "nothing within 0");
	check(cbor_measure(span_of("", 0), 1) == 0, "nothing within 1");
	check(cbor_measure(span_of(NULL, 0), 1) == 0, "NULL within 1");
	check(cbor_measure(span_of("\x43", 1), 4) == 0, "3 bytes within 4");
	check(cbor_measure(span_of("\x43", 1), 3) == -1, "3 bytes within 3");
	check(cbor_measure(span_of("\x59\x10\x00", 3), 4099) == 0, "4099");
	check(cbor_measure(span_of("\x59\x10\x00", 3), 4098) == -1, "4098");
	/* what an array still waits for counts with the string in it */
	check(cbor_measure(span_of("\x82\x43", 2), 6) == 0, "one byte left");
	check(cbor_measure(span_of("\x82\x43", 2), 5) == -1, "none left");
	check(cbor_measure(span_of("\xa2\x43", 2), 8) == 0, "three left");
	check(cbor_measure(span_of("\xa2\x43", 2), 7) == -1, "two left");
	check(cbor_measure(span_of("\x9a\xff\xff\xff\xff", 5), SIZE_MAX) == 0,
	    "2^32 - 1 items without a limit");
	check(cbor_measure(span_of("\xbb\xff\xff\xff\xff\xff\xff\xff\xff", 9),
		  SIZE_MAX) == -1,
	    "2^64 - 1 pairs without a limit");
	check(cbor_measure(span_of("\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 9),
		  SIZE_MAX) == -1,
	    "2^64 - 1 bytes without a limit");
}

/* A sequence item by item, and what is no whole one. */
static void
test_take(void)
{
	static const uint8_t bytes[] = {0x01, 0x61, 'a', 0x82, 0x02};
	struct span rest = span_of(bytes, 3), item;

	check(cbor_take(&rest, LIMIT, "it", &item) == 1 && item.size == 1 &&
		item.data == bytes,
	    "the first");
	check(cbor_take(&rest, LIMIT, "it", &item) == 1 && item.size == 2 &&
		item.data == bytes + 1,
	    "the second");
	check(cbor_take(&rest, LIMIT, "it", &item) == 0, "the end");
	rest = span_of(bytes + 3, 2);
	check(cbor_take(&rest, LIMIT, "it", &item) == -1 && rest.size == 2 &&
		strcmp(fail_last()->text, "it is malformed or cut") == 0,
	    "one that is cut: %s", fail_last()->text);
	rest = span_of(bytes, 3);
	check(cbor_take(&rest, 1, "it", &item) == 1 &&
		cbor_take(&rest, 1, "it", &item) == -1 &&
		fail_last()->kind == FAIL_DATA,
	    "one that is too long");
}

static void
test_bytes_head(void)
{
	uint64_t size;

	check(cbor_measure_bytes_head(span_of("\x18\x20", 2), &size) == -1,
	    "a number");
	check(cbor_measure_bytes_head(span_of("\x60", 1), &size) == -1,
	    "a text");
	check(cbor_measure_bytes_head(span_of("\x5f", 1), &size) == -1,
	    "no length");
	check(cbor_measure_bytes_head(span_of("\x58\x17", 2), &size) == -1,
	    "a long head");
	check(cbor_measure_bytes_head(span_of("", 0), &size) == 0, "nothing");
	check(cbor_measure_bytes_head(span_of("\x5a\0\1\0", 4), &size) == 0,
	    "a part of a head");
	check(cbor_measure_bytes_head(span_of("\x5a\0\1\0\0", 5), &size) == 5 &&
		size == 65536,
	    "65536 bytes");
	check(cbor_measure_bytes_head(
		  span_of("\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 9), &size) ==
		    9 &&
		size == UINT64_MAX,
	    "2^64 - 1 bytes");
	check(cbor_measure_bytes_head(span_of("\x40\1\2", 3), &size) == 1 &&
		size == 0,
	    "no bytes");
}

/* 0 to 9 are the ways to read something else than the 1 that is there. */
static bool
misread(struct cbor_reader *reader, int way)
{
	uint8_t to[2] = {1, 1};

	switch (way) {
	case 0:
		return cbor_read_uint(reader, 0) == 0;
	case 1:
		return cbor_read_bytes(reader, 9).size == 0;
	case 2:
		return cbor_read_text(reader, 9).size == 0;
	case 3:
		return cbor_read_array(reader, 9) == 0;
	case 4:
		return cbor_read_map(reader, 9) == 0;
	case 5:
		cbor_read_tag(reader, 1);
		return true;
	case 6:
		return !cbor_read_bool(reader);
	case 7:
		cbor_read_fixed(reader, to, sizeof to);
		return to[0] == 0 && to[1] == 0;
	case 8:
		cbor_read_key(reader, 2);
		return true;
	default:
		cbor_read_key(reader, 0);
		return true;
	}
}

static void
test_bad_reads(void)
{
	struct cbor_reader reader;
	struct cbor_item item;
	int way;

	for (way = 0; way < 10; way++) {
		cbor_reader_init(&reader, span_of("\1\1", 2));
		check(misread(&reader, way) && reader.bad, "misread %d", way);
		check(!cbor_read(&reader, &item) && item.number == 0 &&
			cbor_read_uint(&reader, 9) == 0 &&
			misread(&reader, 7) && reader.bad,
		    "read on after %d", way);
		check(cbor_reader_end(&reader, "a thing") == -1, "end");
		check(strcmp(fail_last()->text, "a thing is malformed") == 0 &&
			fail_last()->kind == FAIL_DATA,
		    "end: %s", fail_last()->text);
	}
	cbor_reader_init(&reader, span_of("\1", 1));
	check(cbor_read_uint(&reader, 1) == 1, "at its maximum");
	check(!cbor_read(&reader, &item) && !reader.bad, "the end");
	check(cbor_reader_end(&reader, "it") == 0, "a good end");
	check(cbor_read_uint(&reader, 1) == 0 && reader.bad, "past the end");
	cbor_reader_init(&reader, span_of("\1\1", 2));
	check(cbor_read_uint(&reader, 1) == 1 &&
		cbor_reader_end(&reader, "it") == -1,
	    "a byte left over");
}

static void
test_typed(void)
{
	static const uint8_t bytes[] = {0xd2, 0x82, 0x44, 1, 2, 3, 4, 0xa2, 1,
	    0x62, 'h', 'i', 0x18, 0x64, 0x84, 0xf4, 0xf5, 0xf6, 0x40};
	struct cbor_reader reader;
	struct cbor_item item;
	uint8_t four[4];

	check(cbor_measure(span_of(bytes, sizeof bytes), LIMIT) == 19, "typed");
	cbor_reader_init(&reader, span_of(bytes, sizeof bytes));
	cbor_read_tag(&reader, 18);
	check(cbor_read_array(&reader, 2) == 2, "array");
	cbor_read_fixed(&reader, four, sizeof four);
	check(memcmp(four, "\1\2\3\4", 4) == 0, "fixed");
	check(cbor_read_map(&reader, 2) == 2, "map");
	cbor_read_key(&reader, 1);
	check(span_equal(cbor_read_text(&reader, 2), span_of("hi", 2)), "text");
	cbor_read_key(&reader, 100);
	check(cbor_read_array(&reader, 9) == 4, "array of 4");
	check(!cbor_read_bool(&reader) && cbor_read_bool(&reader), "bools");
	check(cbor_read(&reader, &item) && item.kind == CBOR_SIMPLE &&
		item.number == CBOR_NULL,
	    "null");
	check(cbor_read_bytes(&reader, 0).size == 0, "no bytes");
	check(cbor_reader_end(&reader, "it") == 0, "typed end");

	cbor_reader_init(&reader, span_of("\xf6", 1));
	check(!cbor_read_bool(&reader) && reader.bad, "null is no bool");
	cbor_reader_init(&reader, span_of("\xf3", 1));
	check(!cbor_read_bool(&reader) && reader.bad, "19 is no bool");
	cbor_reader_init(&reader, span_of("\x43\1\2\3", 4));
	check(cbor_read_bytes(&reader, 2).size == 0 && reader.bad, "3 over 2");
	cbor_reader_init(&reader, span_of("\x41\1", 2));
	cbor_read_fixed(&reader, four, sizeof four);
	check(memcmp(four, "\0\0\0\0", 4) == 0 && reader.bad, "1 for 4");
}

/* Each kind of head at each edge of a width, and every short tag. */
static void
test_heads(void)
{
	static const struct {
		uint64_t number;
		int size;
	} edge[] = {{0, 1}, {23, 1}, {24, 2}, {255, 2}, {256, 3}, {65535, 3},
	    {65536, 5}, {UINT32_MAX, 5}, {UINT32_MAX + UINT64_C(1), 9},
	    {UINT64_MAX, 9}, {55799, 3}};
	uint8_t head[CBOR_HEAD_SIZE];
	struct cbor_item item;
	size_t i, size;
	unsigned kind, tag;

	for (kind = CBOR_UINT; kind < CBOR_SIMPLE; kind++) {
		for (i = 0; i < sizeof edge / sizeof *edge; i++) {
			size = cbor_head_encode(head, kind, edge[i].number);
			check(cbor_head_decode(span_of(head, size), &item) ==
				    edge[i].size &&
				item.kind == kind &&
				item.number == edge[i].number,
			    "kind %u of %" PRIu64, kind, edge[i].number);
		}
	}
	for (tag = 0; tag <= 30; tag++) {
		size = cbor_head_encode(head, CBOR_TAG, tag);
		check(size == (tag < 24 ? 1 : 2) &&
			head[0] == (tag < 24 ? 0xc0 + tag : 0xd8) &&
			cbor_head_decode(span_of(head, size), &item) ==
			    (int)size &&
			item.kind == CBOR_TAG && item.number == tag,
		    "tag %u", tag);
	}
}

static void
test_writer(void)
{
	static const uint8_t wanted[] = {0xd1, 0x87, 0x18, 0x18, 0x39, 1, 0,
	    0x43, 1, 2, 3, 0x62, 'h', 'i', 0xa1, 1, 0xf5, 0xf4, 0x5a, 0, 1, 0,
	    0};
	struct buf to = {0};
	struct cbor_writer writer;

	cbor_writer_init(&writer, &to);
	cbor_write_tag(&writer, 17);
	cbor_write_array(&writer, 7);
	cbor_write_uint(&writer, 24);
	cbor_write_nint(&writer, 256);
	cbor_write_bytes(&writer, span_of("\1\2\3", 3));
	cbor_write_text(&writer, "hi");
	cbor_write_map(&writer, 1);
	cbor_write_uint(&writer, 1);
	cbor_write_bool(&writer, true);
	cbor_write_bool(&writer, false);
	cbor_write_bytes_head(&writer, 65536);
	check(cbor_writer_end(&writer) == 0 &&
		span_equal(span_of_buf(&to), span_of(wanted, sizeof wanted)),
	    "written");
	buf_release(&to);
}

static void
test_bad_writer(void)
{
	/* as good as full: no memory is asked for and none is touched */
	struct buf full = {.size = SIZE_MAX / 4, .capacity = SIZE_MAX / 4};
	struct buf to = {0};
	struct cbor_writer writer;

	cbor_writer_init(&writer, &full);
	cbor_write_uint(&writer, 1);
	cbor_write_text(&writer, "more");
	check(cbor_writer_end(&writer) == -1 &&
		fail_last()->kind == FAIL_SYSTEM,
	    "no memory: %s", fail_last()->text);

	cbor_writer_init(&writer, &to);
	cbor_write_text(&writer, "caf\xe9");
	cbor_write_text(&writer, "more");
	check(cbor_writer_end(&writer) == -1 && to.size == 0 &&
		fail_last()->kind == FAIL_DATA &&
		strcmp(fail_last()->text, "text is not UTF-8") == 0,
	    "Latin-1: %s", fail_last()->text);
	buf_release(&to);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof refused / sizeof *refused; i++)
		test_refused(&refused[i]);
	for (i = 0; i < sizeof appendix / sizeof *appendix; i++)
		test_vector(&appendix[i]);
	for (i = 0; i < sizeof edges / sizeof *edges; i++)
		test_vector(&edges[i]);
	test_depth();
	test_limits();
	test_take();
	test_bytes_head();
	test_bad_reads();
	test_typed();
	test_heads();
	test_writer();
	test_bad_writer();
	return failures > 0;
}
