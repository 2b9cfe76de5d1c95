/* SPDX-License-Identifier: ISC */
/*
 * What is asked in the DNS and answered: answers to nothing, more services
 * than there may be, and the order of RFC 2782.
 */
#include "net/inquiry.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"

static struct inquiry inquiry;
static uint16_t port[INQUIRY_SERVICES]; /* as they were told */
static size_t told, enough;

static int
note(void *context, const struct service *service)
{
	(void)context;
	check(service->ttl > 0, "what is told is not gone");
	port[told++] = ntohs(
	    ((const struct sockaddr_in *)&service->at)->sin_port);
	return told == enough;
}

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
	struct dns_name name = named("_x._tcp.test");

	inquiry_init(&inquiry, &name, "server");
	told = enough = 0;
}

static uint8_t bytes[1 << 20];
static struct dns_write answer;

static void
answer_open(uint16_t id)
{
	dns_write_open(&answer, bytes, sizeof bytes, id, DNS_RESPONSE);
}

static void
add_srv(uint16_t priority, uint16_t weight, uint16_t number, const char *host)
{
	struct dns_record record = {.name = named("_x._tcp.test"),
	    .type = DNS_SRV,
	    .class = DNS_IN};
	struct dns_srv srv = {priority, weight, number, named(host)};

	must(dns_write_srv(&answer, &record, &srv) == 0, "room");
}

static void
add_address(int section, const char *host)
{
	struct dns_record record = {.section = section,
	    .name = named(host),
	    .type = DNS_A,
	    .class = DNS_IN,
	    .data = span_of("\x0a\x00\x00\x01", 4)};

	must(dns_write_data(&answer, &record) == 0, "room");
}

static int
take(void)
{
	return inquiry_take(&inquiry, span_of(bytes, answer.size));
}

static void
answers_to_nothing(void)
{
	start();
	answer_open(2);
	add_srv(1, 1, 7, "a.test");
	check(take() == 0, "an answer to query 2 of two");
	answer_open(0xffff);
	check(take() == 0, "an answer to query 65535");
	answer_open(0);
	add_srv(1, 1, 7, "a.test");
	bytes[2] = 0;
	check(take() == 0, "a query");
	check_fails(inquiry_take(&inquiry, span_of(bytes, 5)), FAIL_DATA,
	    "cut short", "half a header");
	answer_open(0);
	add_srv(1, 1, 7, "a.test");
	check(take() == 1, "%s", fail_last()->text);
	check(take() == 0, "the same answer twice");
	check(!inquiry_has_endpoints(&inquiry), "an endpoint from nowhere");
	inquiry_release(&inquiry);
}

/* The query with this number, as text. */
static const char *
query(size_t number)
{
	static char text[DNS_TEXT + 32];
	uint8_t to[INQUIRY_QUERY];
	size_t size = inquiry_query(&inquiry, number, to);
	struct dns_question question;
	struct dns_read read;

	if (size == 0)
		return "";
	check((size_t)(to[0] << 8 | to[1]) == size - 2, "its length");
	must(dns_read_open(&read, span_of(to + 2, size - 2)) == 0 &&
		dns_read_question(&read, &question) == 1,
	    "a query");
	check(read.id == number && read.flags == DNS_RECURSE, "its header");
	dns_name_text(&question.name, text);
	sprintf(text + strlen(text), " %u", question.type);
	return text;
}

/* Two targets, of which the first answer brings the address of one along. */
static void
what_is_asked(void)
{
	size_t i, addresses = 0;

	start();
	check(strcmp(query(0), "_x._tcp.test 33") == 0, "query 0");
	check(strcmp(query(1), "_x._tcp.test 16") == 0, "query 1");
	answer_open(0);
	add_srv(1, 1, 7, "a.test");
	add_srv(1, 1, 8, "a.test");
	add_srv(1, 1, 9, "b.test");
	add_address(0, "b.test");
	add_address(1, "b.test");
	add_address(2, "A.Test");
	add_address(2, "c.test");
	check(take() == 1, "%s", fail_last()->text);
	check(strcmp(query(0), "") == 0, "an answered query is asked again");
	check(inquiry.asks == 2 + 1 + 3, "%zu queries", inquiry.asks);
	for (i = 2; i < inquiry.asks; i++)
		addresses += strcmp(query(i), "b.test 1") == 0 ||
		    strcmp(query(i), "b.test 28") == 0;
	check(addresses == 2, "%zu queries for addresses", addresses);
	check(inquiry_has_endpoints(&inquiry), "no endpoint");
	check(inquiry_tell(&inquiry, note, NULL) == 0 && told == 2,
	    "%zu are told", told);
	inquiry_release(&inquiry);
}

static void
too_many(void)
{
	char host[32];
	int i;

	start();
	answer_open(0);
	for (i = 0; i < INQUIRY_SERVICES + 100; i++) {
		snprintf(host, sizeof host, "h%d.test", i);
		add_srv(1, 1, 7, host);
	}
	for (i = 0; i < 10; i++)
		add_address(2, "h7.test");
	check(take() == 1, "%s", fail_last()->text);
	check(inquiry.offers == INQUIRY_SERVICES && inquiry.crowded,
	    "%zu offers", inquiry.offers);
	check(inquiry.asks <= COUNT(inquiry.ask), "%zu queries", inquiry.asks);
	check(inquiry_tell(&inquiry, note, NULL) == 0 &&
		told == INQUIRY_ADDRESSES,
	    "%zu addresses of one host", told);
	inquiry_release(&inquiry);
}

/* By priority always; by weight as often as it says; zero rarely first. */
static void
the_order(void)
{
	int i, first[4] = {0};

	for (i = 0; i < 1000; i++) {
		start();
		answer_open(0);
		add_srv(20, 9, 3, "a.test");
		add_srv(10, 0, 0x100, "a.test");
		add_srv(10, 30, 1, "a.test");
		add_srv(10, 10, 2, "a.test");
		add_address(2, "a.test");
		must(take() == 1 && inquiry_tell(&inquiry, note, NULL) == 0 &&
			told == 4,
		    "four services");
		check(port[3] == 3, "a priority of 20 is told before 10");
		first[port[0] == 0x100 ? 0 : port[0]]++;
		inquiry_release(&inquiry);
	}
	check(first[1] > 600 && first[1] < 850, "weight 30: %d", first[1]);
	check(first[2] > 120 && first[2] < 380, "weight 10: %d", first[2]);
	check(first[0] < 100, "weight 0: %d", first[0]);
}

static void
enough_is_enough(void)
{
	start();
	answer_open(0);
	add_srv(1, 1, 7, "a.test");
	add_srv(1, 1, 8, "a.test");
	add_address(2, "a.test");
	must(take() == 1, "an answer");
	enough = 1;
	check(inquiry_tell(&inquiry, note, NULL) == 0 && told == 1,
	    "%zu are told", told);
	inquiry_release(&inquiry);
}

/* Answer a query with a record of these bytes; its name is any. */
static void
answer_query(size_t number, uint16_t type, const char *data, size_t size)
{
	struct dns_record record = {.name = named("whoever.test"),
	    .type = type,
	    .class = DNS_IN,
	    .ttl = 60,
	    .data = span_of(data, size)};

	answer_open((uint16_t)number);
	must(dns_write_data(&answer, &record) == 0, "room");
	check(take() == 1, "query %zu: %s", number, fail_last()->text);
}

static size_t
number_of(const char *text)
{
	size_t i;

	for (i = 0; i < inquiry.asks; i++)
		if (strcmp(query(i), text) == 0)
			return i;
	check(false, "'%s' is not asked", text);
	return 0;
}

static int
note_v6(void *context, const struct service *service)
{
	const struct sockaddr_in6 *v6 = (const void *)&service->at;

	check(v6->sin6_family == AF_INET6 && v6->sin6_port == htons(7) &&
		v6->sin6_addr.s6_addr[15] == 9,
	    "the address");
	check(service->text_size == 10 && service->ttl == 1, "text and ttl");
	++*(int *)context;
	return 0;
}

/* What is not brought along is asked for, and taken as it comes. */
static void
answers_to_the_rest(void)
{
	static const char v6[16] = {[0] = 0x2a, [15] = 9};
	int count = 0;

	start();
	answer_open(0);
	add_srv(1, 1, 7, "a.test");
	check(take() == 1, "the offer");
	answer_query(number_of("a.test 28"), DNS_AAAA, v6, sizeof v6);
	answer_query(number_of("a.test 16"), DNS_TXT, "\x09txtvers=1", 10);
	answer_query(number_of("a.test 1"), DNS_TXT, "\x01x", 2);
	check(!inquiry_is_done(&inquiry), "one is not answered");
	answer_query(1, DNS_TXT, "\x09txtvers=2", 10);
	check(inquiry_is_done(&inquiry), "all are answered");
	check(inquiry_tell(&inquiry, note_v6, &count) == 0 && count == 1,
	    "%d are told", count);
	inquiry_release(&inquiry);
}

/* What a server says instead of an answer, each with its words. */
static void
outcomes(void)
{
	static const struct {
		uint16_t flags;
		enum fail_kind kind;
		const char *words;
	} said[] = {
	    {3, FAIL_NO, "there is no name '_x._tcp.test' (server)"},
	    {2, FAIL_SYSTEM, "SERVFAIL"},
	    {5, FAIL_SYSTEM, "REFUSED"},
	    {11, FAIL_SYSTEM, "an error"},
	    {DNS_TRUNCATED, FAIL_DATA, "cuts its answer"},
	    {0, FAIL_NO, "there is no service '_x._tcp.test' (server)"},
	};
	size_t i;

	for (i = 0; i < COUNT(said); i++) {
		start();
		answer_open(0);
		bytes[2] |= (uint8_t)(said[i].flags >> 8);
		bytes[3] |= (uint8_t)said[i].flags;
		check_fails(take(), said[i].kind, said[i].words, said[i].words);
		inquiry_release(&inquiry);
	}
	start();
	answer_open(0);
	add_srv(1, 1, 0, "a.test");
	add_srv(1, 1, 7, ".");
	check_fails(take(), FAIL_NO, "is not offered", "port 0, and the root");
	inquiry_release(&inquiry);
}

/* Broken behind the answers: these count. Broken within: nothing does. */
static void
broken(void)
{
	static const uint8_t srv[] = {0, 1, 0};
	struct dns_record record = {.name = named("_x._tcp.test"),
	    .type = DNS_SRV,
	    .class = DNS_IN,
	    .data = span_of(srv, sizeof srv)};

	start();
	answer_open(0);
	add_srv(1, 1, 7, "a.test");
	add_address(2, "a.test");
	answer.size -= 2;
	check(take() == 1, "%s", fail_last()->text);
	check(inquiry.offers == 1 && !inquiry_has_endpoints(&inquiry),
	    "what a broken message brings along");
	inquiry_release(&inquiry);
	start();
	answer_open(0);
	add_srv(1, 1, 7, "a.test");
	add_srv(1, 1, 8, "a.test");
	answer.size -= 2;
	check_fails(take(), FAIL_DATA, "cut short", "broken answers");
	inquiry_release(&inquiry);
	start();
	answer_open(0);
	must(dns_write_data(&answer, &record) == 0, "room");
	check_fails(take(), FAIL_DATA, "cut short", "half an SRV record");
	inquiry_release(&inquiry);
}

int
main(void)
{
	answers_to_the_rest();
	outcomes();
	broken();
	answers_to_nothing();
	what_is_asked();
	too_many();
	the_order();
	enough_is_enough();
	return failures != 0;
}
