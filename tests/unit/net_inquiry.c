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
	check(inquiry.offers == INQUIRY_SERVICES, "%zu offers", inquiry.offers);
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

int
main(void)
{
	answers_to_nothing();
	what_is_asked();
	too_many();
	the_order();
	enough_is_enough();
	return failures != 0;
}
