/* SPDX-License-Identifier: ISC */
/*
 * A responder's own records: what it says of them, and what the packets of
 * others mean to it (RFC 6762 sections 6 to 8).
 */
#include "net/claim.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"

#define INSTANCE "me._x._tcp.local"
#define HOST "shardkit-me.local"

static struct claim claim;

static struct dns_name
named(const char *text)
{
	struct dns_name name;

	must(dns_name_parse(text, &name) == 0, text);
	return name;
}

static void
start(void)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&claim.at[0];
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&claim.at[1];

	claim = (struct claim){.port = 7117, .addresses = 2};
	must(claim_name(&claim, "_x._tcp", "me", 1) == 0, "names");
	v4->sin_family = AF_INET;
	must(inet_pton(AF_INET, "10.0.0.1", &v4->sin_addr) == 1, "v4");
	v6->sin6_family = AF_INET6;
	must(inet_pton(AF_INET6, "fe80::1", &v6->sin6_addr) == 1, "v6");
	claim.text_size = 10;
	memcpy(claim.text, "\x09txtvers=1", 10);
}

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

/* A query with one question, and known answers behind it. */
static struct dns_write
asking(uint8_t *packet, const char *name, uint16_t type, uint16_t class)
{
	struct dns_question question = {.name = named(name),
	    .type = type,
	    .class = class};
	struct dns_write write;

	dns_write_open(&write, packet, CLAIM_PACKET, 77, 0);
	must(dns_write_question(&write, &question) == 0, "question");
	return write;
}

static enum claim_verdict
judge(const struct dns_write *write)
{
	return claim_judge(&claim, span_of(write->data, write->size));
}

static void
test_queries(void)
{
	static const struct {
		const char *name;
		uint16_t type, class;
		enum claim_verdict verdict;
	} query[] = {
	    {"_x._tcp.local", DNS_PTR, DNS_IN, CLAIM_ASKED},
	    {"_X._TCP.LOCAL", DNS_PTR, DNS_ANY, CLAIM_ASKED},
	    {"_x._tcp.local", DNS_ANY, DNS_IN, CLAIM_ASKED},
	    {INSTANCE, DNS_SRV, DNS_IN, CLAIM_ASKED},
	    {INSTANCE, DNS_TXT, DNS_IN, CLAIM_ASKED},
	    {HOST, DNS_A, DNS_IN, CLAIM_ASKED},
	    {HOST, DNS_AAAA, DNS_IN, CLAIM_ASKED},
	    {"_x._tcp.local", DNS_SRV, DNS_IN, CLAIM_NOTHING},
	    {"_x._tcp.local", DNS_PTR, 3, CLAIM_NOTHING},
	    {"_y._tcp.local", DNS_PTR, DNS_IN, CLAIM_NOTHING},
	    {"other._x._tcp.local", DNS_SRV, DNS_IN, CLAIM_NOTHING},
	    {"_services._dns-sd._udp.local", DNS_PTR, DNS_IN, CLAIM_NOTHING},
	};
	uint8_t packet[CLAIM_PACKET];
	struct dns_write write;
	size_t i;

	start();
	for (i = 0; i < COUNT(query); i++) {
		write = asking(packet, query[i].name, query[i].type,
		    query[i].class);
		check(judge(&write) == query[i].verdict, "query %zu", i);
	}
	packet[3] |= 2;
	check(judge(&write) == CLAIM_NOTHING, "an outcome in a query");
	check(claim_judge(&claim, span_of(packet, 5)) == CLAIM_NOTHING,
	    "no packet");
}

/* Who has our answer with half of its life left need not be told again. */
static void
test_known(void)
{
	static const struct {
		const char *instance;
		uint32_t ttl;
		enum claim_verdict verdict;
	} known[] = {
	    {INSTANCE, 4500, CLAIM_KNOWN},
	    {INSTANCE, 2250, CLAIM_KNOWN},
	    {INSTANCE, 2249, CLAIM_ASKED},
	    {"other._x._tcp.local", 4500, CLAIM_ASKED},
	};
	uint8_t packet[CLAIM_PACKET];
	size_t i;

	start();
	for (i = 0; i < COUNT(known); i++) {
		struct dns_write write =
		    asking(packet, "_x._tcp.local", DNS_PTR, DNS_IN);
		struct dns_record record = {.name = named("_x._tcp.local"),
		    .type = DNS_PTR,
		    .class = DNS_IN,
		    .ttl = known[i].ttl};
		struct dns_name name = named(known[i].instance);

		must(dns_write_name(&write, &record, &name) == 0, "known");
		check(judge(&write) == known[i].verdict, "known %zu", i);
	}
}

/* Whoever says something else of our instance's name contests it. */
static void
test_contest(void)
{
	uint8_t packet[CLAIM_PACKET];
	struct dns_srv srv = {.port = 7117, .target = named(HOST)};
	struct dns_record record = {.name = named(INSTANCE),
	    .type = DNS_SRV,
	    .class = DNS_IN,
	    .ttl = 120};
	struct dns_write write;
	int i;

	start();
	for (i = 0; i < 5; i++) {
		srv.port = i == 1 ? 7118 : 7117;
		srv.target = named(i == 2 ? "another.local" : HOST);
		record.name = named(i == 3 ? "other._x._tcp.local" : INSTANCE);
		if (i >= 3)
			srv.port = 1;
		record.ttl = i == 4 ? 0 : 120;
		dns_write_open(&write, packet, sizeof packet, 0, DNS_RESPONSE);
		must(dns_write_srv(&write, &record, &srv) == 0, "srv");
		check(judge(&write) ==
			(i == 1 || i == 2 ? CLAIM_CONTESTED : CLAIM_NOTHING),
		    "response %d", i);
	}
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
	test_queries();
	test_known();
	test_contest();
	test_legacy();
	return failures != 0;
}
