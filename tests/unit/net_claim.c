/* SPDX-License-Identifier: ISC */
/*
 * A responder's own records, and what it says of them (RFC 6762 sections 6 to
 * 8).
 */
#include "claimed.h"

/* The records of a packet: "name type ttl [flush]; ..." */
static void
says(struct span packet, const char *wanted, const char *what)
{
	char name[DNS_TEXT];
	struct dns_question question;
	struct dns_record record;
	struct dns_read read;
	struct buf all = {0};

	must(dns_read_open(&read, packet) == 0, what);
	while (dns_read_question(&read, &question) > 0) {
		dns_name_text(&question.name, name);
		buf_print(&all, "%s %u?; ", name, question.type);
	}
	while (dns_read_record(&read, &record) > 0) {
		dns_name_text(&record.name, name);
		buf_print(&all, "%s %u %u%s; ", name, record.type, record.ttl,
		    record.flush ? "!" : "");
	}
	check(is_text(span_of_buf(&all), wanted), "%s", what);
	buf_release(&all);
}

static void
test_names(void)
{
	char text[DNS_TEXT], longest[80];

	start();
	must(claim_name(&claim, "_x._tcp", "me", 2) == 0, "names");
	dns_name_text(&claim.instance, text);
	check(strcmp(text, "me-2._x._tcp.local") == 0, "%s", text);
	dns_name_text(&claim.host, text);
	check(strcmp(text, "shardkit-me-2.local") == 0, "%s", text);
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	check_fails(claim_name(&claim, "_x._tcp", longest, 1), FAIL_USAGE,
	    "is not a domain name", "a label too long");
	check_fails(claim_name(&claim, "..", "me", 1), FAIL_USAGE,
	    "is not a domain name", "no type");
}

static void
test_writes(void)
{
	uint8_t packet[CLAIM_PACKET];
	size_t size;

	start();
	size = claim_write(&claim, CLAIM_PROBE, packet);
	says(span_of(packet, size),
	    INSTANCE " 255?; " HOST " 255?; " INSTANCE " 33 120; " INSTANCE
		     " 16 4500; " HOST " 1 120; " HOST " 28 120; ",
	    "a probe");
	size = claim_write(&claim, CLAIM_ANSWER, packet);
	says(span_of(packet, size),
	    "_x._tcp.local 12 4500; " INSTANCE " 33 120!; " INSTANCE
	    " 16 4500!; " HOST " 1 120!; " HOST " 28 120!; ",
	    "an answer");
	size = claim_write(&claim, CLAIM_GOODBYE, packet);
	says(span_of(packet, size),
	    "_x._tcp.local 12 0; " INSTANCE " 33 0!; " INSTANCE " 16 0!; " HOST
	    " 1 0!; " HOST " 28 0!; ",
	    "a goodbye");
	claim.text_size = 0;
	size = claim_write(&claim, CLAIM_ANSWER, packet);
	check(memmem(packet, size, "\x00\x10\x80\x01\x00\x00\x11\x94\x00\x01",
		  11) != NULL,
	    "without a text there is an empty string");
}

static void
test_legacy(void)
{
	uint8_t packet[CLAIM_PACKET], answer[CLAIM_PACKET];
	struct dns_write write;
	size_t size;

	start();
	write = asking(packet, "_x._tcp.local", DNS_PTR, DNS_IN);
	size = claim_write_legacy(&claim, span_of(packet, write.size), answer);
	check(answer[0] == 0 && answer[1] == 77, "its id");
	says(span_of(answer, size),
	    "_x._tcp.local 12?; _x._tcp.local 12 10; " INSTANCE
	    " 33 10; " INSTANCE " 16 10; " HOST " 1 10; " HOST " 28 10; ",
	    "a legacy answer");
	check(claim_write_legacy(&claim, span_of(packet, 12), answer) == 0,
	    "without a question");
	check(claim_write_legacy(&claim, span_of(packet, 3), answer) == 0,
	    "without a header");
}

int
main(void)
{
	test_names();
	test_writes();
	test_legacy();
	return failures != 0;
}
