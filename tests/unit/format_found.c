/* SPDX-License-Identifier: ISC */
/* Found records: what none is, and what good ones say in each form. */
#include "format/found.h"

#include "check.h"
#include "format/found_read.h"
#include "format/found_text.h"

#define ID_A "0001081G81860J-W40J2GB1G6GW3B-RG2491650N2RBX-HG68T3CE1T7GZ8"

/* Maps that are no records, each but for one thing a good one. */
static const struct {
	const char *hex;
	const char *what;
} bad[] = {
    {"a0", "an empty map"},
    {"80", "an array"},
    {"a3 00 1820 07 08 09 00", "another kind"},
    {"a3 00 1821 07 08 09 00", "neither address nor id"},
    {"a2 00 1821 09 00", "no sources"},
    {"a2 00 1821 07 08", "no time"},
    {"a5 00 1821 02 44 01020304 04 00 07 08 09 00", "port 0"},
    {"a5 00 1821 02 44 01020304 04 1a00010000 07 08 09 00", "port 65536"},
    {"a4 00 1821 02 44 01020304 07 08 09 00", "an ip without a port"},
    {"a4 00 1821 04 1904d2 07 08 09 00", "a port without an ip"},
    {"a5 00 1821 02 43 010203 04 1904d2 07 08 09 00", "an ip of 3 bytes"},
    {"a5 00 1821 02 50 00000000000000000000ffff01020304 04 1904d2 07 08 09 00",
	"IPv4 in disguise"},
    {"a6 00 1821 02 44 01020304 04 1904d2 05 64 65746830 07 08 09 00",
	"a zone of IPv4"},
    {"a5 00 1821 03 60 04 1904d2 07 08 09 00", "an empty host"},
    {"a5 00 1821 03 62 610a 04 1904d2 07 08 09 00", "a newline in a host"},
    {"a5 00 1821 03 62 c3a9 04 1904d2 07 08 09 00", "a host in UTF-8"},
    {"a5 00 1821 02 44 01020304 04 1904d2 07 00 09 00", "sources 0"},
    {"a5 00 1821 02 44 01020304 04 1904d2 07 190100 09 00", "sources 256"},
    {"a6 00 1821 02 44 01020304 04 1904d2 07 08 08 04 09 00", "trust 4"},
    {"a6 00 1821 02 44 01020304 04 1904d2 07 08 08 00 09 00", "trust 0"},
    {"a6 00 1821 02 44 01020304 04 1904d2 07 08 09 00 11 01", "key 17"},
    {"a6 00 1821 02 44 01020304 04 1904d2 07 08 09 00 10 00", "0 failures"},
    {"a6 00 1821 02 44 01020304 04 1904d2 07 08 09 00 10 190100",
	"256 failures"},
    {"a5 00 1821 04 1904d2 02 44 01020304 07 08 09 00", "another order"},
    {"a5 00 1821 02 44 01020304 04 1904d2 07 08 09 1800", "a long 0"},
    {"a5 00 1821 02 44 01020304 04 1904d2 07 08 09 00 00", "a byte more"},
    {"a5 00 1821 02 44 01020304 04 1904d2 07 08 09", "a byte less"},
};

static void
test_bad(void)
{
	struct found found;
	struct buf bytes = {0};
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		bytes.size = 0;
		unhex(bad[i].hex, &bytes);
		check_fails(found_decode(span_of_buf(&bytes), &found),
		    FAIL_DATA, "found record", bad[i].what);
	}
	buf_release(&bytes);
}

static const struct {
	const char *line;
	const char *reason;
} bad_line[] = {
    {"x", "'x' has no address behind it"},
    {ID_A, "has no address behind it"},
    {"x 1.2.3.4:7117", "'x' is not an id"},
    {ID_A " 1.2.3.4", "is not of the form host:port"},
    {ID_A " :7117", "is not of the form host:port"},
    {ID_A " 1.2.3.4:0", "is not a number from 1 to 65535"},
    {ID_A " 1.2.3.4:65536", "is not a number from 1 to 65535"},
    {ID_A " 1.2.3.4:+1", "is not a number from 1 to 65535"},
    {ID_A " 1.2.3.4:", "is not a number from 1 to 65535"},
    {ID_A " fe80::1:7117", "has no proper host"},
    {ID_A " [1.2.3.4]:7117", "has no proper host"},
    {ID_A " [fe80::1%]:7117", "has no proper host"},
    {ID_A " [fe80::1%0123456789abcdef]:7117", "has no proper host"},
    {ID_A " [fe80::1%eth\x80]:7117", "has no proper host"},
    {ID_A " [::ffff:1.2.3.4]:7117", "has no proper host"},
    {ID_A " []:7117", "has no proper host"},
    {ID_A " -o:7117", "has no proper host"},
    {ID_A " a/b:7117", "has no proper host"},
    {ID_A " a\x80:7117", "has no proper host"},
    {"{", "not a JSON object"},
    {"{}", "has no \"address\""},
    {"{\"address\":\"1.2.3.4:5\"", "not a JSON object"},
    {"{\"address\":\"1.2.3.4:5\"} x", "not a JSON object"},
    {"{\"address\":\"1.2.3.4:5}", "not a JSON object"},
    {"{\"address\" \"1.2.3.4:5\"}", "not a JSON object"},
    {"{\"address\":\"1.2.3.4:5\",}", "not a JSON object"},
    {"{\"address\":[\"1.2.3.4:5\"]}", "not a JSON object"},
    {"{\"address\":\"1.2.3.4\\u003a5\"}", "is not of the form"},
    {"{\"address\":\"1.2.3.4:5\",\"weight\":65536}", "is out of range"},
    {"{\"address\":\"1.2.3.4:5\",\"ttl\":-1}", "is out of range"},
    {"{\"address\":\"1.2.3.4:5\",\"priority\":1.5}", "is out of range"},
    {"{\"id\":\"x\",\"address\":\"1.2.3.4:5\"}", "'x' is not an id"},
};

static void
test_bad_lines(void)
{
	char large[LIMIT_FOUND + 2];
	struct found found;
	size_t i;

	for (i = 0; i < COUNT(bad_line); i++)
		check_fails(found_text_read(span_of_text(bad_line[i].line),
				&found),
		    FAIL_DATA, bad_line[i].reason, bad_line[i].line);
	memset(large, ' ', sizeof large);
	check_fails(found_text_read(span_of(large, sizeof large), &found),
	    FAIL_DATA, "too long", "a long line");
	check_fails(found_text_read(span_of("- a:1\0", 6), &found), FAIL_DATA,
	    "not text", "a NUL");
	check(found_text_read(span_of_text(""), &found) == 0, "nothing");
	check(found_text_read(span_of_text(" \t"), &found) == 0, "blanks");
	check(found_text_read(span_of_text("# x"), &found) == 0, "a comment");
	check(found_text_read(span_of_text(ID_A "\t?\tstatic"), &found) == 0,
	    "nobody");
}

/* A line, and what a line of it is again. */
static void
test_line(const char *line, const char *again)
{
	struct buf text = {0};
	struct found found;

	if (check(found_text_read(span_of_text(line), &found) == 1, "%s: %s",
		line, fail_last()->text)) {
		found_text_write(REPORT_TEXT, &found, NULL, &text);
		check(is_text(span_of_buf(&text), again), "%s", line);
	}
	buf_release(&text);
}

static void
test_lines(void)
{
	test_line("- 1.2.3.4:7117", "-\t1.2.3.4:7117\t-\thint\t-\t-\n");
	test_line("  " ID_A "\t[2a00:0::01]:1 more words",
	    ID_A "\t[2a00::1]:1\t-\thint\t-\t-\n");
	test_line("- [fe80::7%eth0]:65535\r",
	    "-\t[fe80::7%eth0]:65535\t-\thint\t-\t-\n");
	test_line("- nas.example:7117", "-\tnas.example:7117\t-\thint\t-\t-\n");
	test_line("{\"id\": \"" ID_A "\", \"x\": null, \"y\": -1.5e3,"
		  "\"z\":true, \"s\":\"a\\\"b\\\\\", \"address\":\"h:1\" }",
	    ID_A "\th:1\t-\thint\t-\t-\n");
	test_line("{\"id\":\"-\",\"address\":\"h:1\",\"weight\":7}",
	    "-\th:1\t-\thint\t-\t-\n");
}

static struct found
full(void)
{
	struct found found = {.has_id = true,
	    .id = {{1, 2, 3}},
	    .ip_size = 16,
	    .ip = {0xfe, 0x80, [15] = 7},
	    .port = 7117,
	    .zone = "eth0",
	    .host = "box.local",
	    .via = "eth0",
	    .sources = FOUND_MDNS | FOUND_STALE,
	    .trust = FOUND_PROVED,
	    .seen = 1700000000,
	    .ttl = 120,
	    .priority = 1,
	    .weight = 2,
	    .rtt_us = 1234,
	    .ok = 3,
	    .refused = 4};

	return found;
}

static void
test_full(void)
{
	struct found found = full(), back;
	struct buf bytes = {0}, text = {0};
	size_t i;

	must(found_encode(&found, &bytes) == 0, "encode");
	check(found_decode(span_of_buf(&bytes), &back) == 0, "decode: %s",
	    fail_last()->text);
	check(memcmp(&found, &back, sizeof found) == 0, "it is another");
	found_text_write(REPORT_TEXT, &found, "bob", &text);
	check(strstr((char *)text.data,
		  "\t[fe80::7%eth0]:7117\tmdns,stale\tproved\t1.234 ms\tbob\n"),
	    "its line");
	for (i = 0; i < bytes.size; i++)
		check(found_decode(span_of(bytes.data, i), &back) == -1,
		    "cut at %zu", i);
	buf_release(&bytes);
	buf_release(&text);
}

static int
count_one(void *context, struct found *found)
{
	size_t *count = context;

	check(found->port == 7117, "port %u", found->port);
	return ++*count == 100;
}

/* CBOR, JSON and text behind each other, byte by byte. */
static void
test_mixed(void)
{
	static const char lines[] =
	    "- 1.2.3.4:7117\n{\"address\":\"1.2.3.4:7117\"}\n\n- h:7117";
	struct found found = full();
	struct buf all = {0}, some = {0};
	size_t i, count = 0;

	found_encode(&found, &all);
	found_encode(&found, &all);
	buf_append(&all, span_of_text(lines));
	for (i = 0; i < all.size; i++) {
		buf_append(&some, span_of(all.data + i, 1));
		check(found_read(&some, false, count_one, &count) == 0,
		    "at byte %zu: %s", i, fail_last()->text);
	}
	check(count == 4, "%zu before the end", count);
	check(found_read(&some, true, count_one, &count) == 0 && count == 5,
	    "%zu at the end", count);
	some.size = 0;
	buf_append(&some, span_of(all.data, 20));
	check_fails(found_read(&some, true, count_one, &count), FAIL_DATA,
	    "cut short", "half a record");
	buf_release(&all);
	buf_release(&some);
}

static void
test_set(void)
{
	struct found found = full();

	found_set(found.zone, sizeof found.zone, "a b\xc3\xa9\n");
	check(strcmp(found.zone, "a b???") == 0, "'%s'", found.zone);
	found_set(found.zone, sizeof found.zone, "0123456789abcdefgh");
	check(strcmp(found.zone, "0123456789abcde") == 0, "'%s'", found.zone);
}

int
main(void)
{
	test_bad();
	test_bad_lines();
	test_lines();
	test_full();
	test_mixed();
	test_set();
	return failures != 0;
}
