/* SPDX-License-Identifier: ISC */
/*
 * What multicast says, with a clock of our own: packets that say nothing to
 * us, floods, forgeries; then what is told, told again, asked for and gone.
 */
#include "net/heard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"

#define LINK 1 /* the loopback, which has this index everywhere */

static struct heard heard;
static struct service last; /* that was told */
static int told;

static int
count_told(void *context, const struct service *service)
{
	(void)context;
	last = *service;
	told++;
	return 0;
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
	struct dns_name type = named("_x._tcp.local");

	heard_init(&heard, &type);
	told = 0;
}

/* How many are told at that time. */
static int
tell(int64_t now)
{
	told = 0;
	must(heard_tell(&heard, now, count_told, NULL) == 0, "tell");
	return told;
}

static int
forget(int64_t now)
{
	told = 0;
	must(heard_forget(&heard, now, count_told, NULL) == 0, "forget");
	return told;
}

/* A packet in the making. */
struct packet {
	uint8_t bytes[DNS_PACKET];
	struct dns_write write;
	uint32_t ttl;
	bool flush;
};

static void
packet_open(struct packet *packet, uint32_t ttl)
{
	dns_write_open(&packet->write, packet->bytes, sizeof packet->bytes, 0,
	    DNS_RESPONSE | DNS_AUTHORITATIVE);
	packet->ttl = ttl;
	packet->flush = false;
}

static struct dns_record
record(const struct packet *packet, const char *name, uint16_t type)
{
	return (struct dns_record){.name = named(name),
	    .type = type,
	    .class = DNS_IN,
	    .flush = packet->flush,
	    .ttl = packet->ttl};
}

static void
add_ptr(struct packet *packet, const char *instance)
{
	struct dns_record to = record(packet, "_x._tcp.local", DNS_PTR);
	struct dns_name name = named(instance);

	must(dns_write_name(&packet->write, &to, &name) == 0, "room");
}

static void
add_srv(struct packet *packet, const char *instance, const char *host,
    uint16_t port)
{
	struct dns_record to = record(packet, instance, DNS_SRV);
	struct dns_srv srv = {.port = port, .target = named(host)};

	must(dns_write_srv(&packet->write, &to, &srv) == 0, "room");
}

static void
add_data(struct packet *packet, const char *name, uint16_t type,
    const void *data, size_t size)
{
	struct dns_record to = record(packet, name, type);

	to.data = span_of(data, size);
	must(dns_write_data(&packet->write, &to) == 0, "room");
}

static void
take(const struct packet *packet, int64_t now)
{
	must(records_take(&heard.records, LINK,
		 span_of(packet->bytes, packet->write.size), false, now) == 0,
	    "take");
}

/* All of a service at 10.0.0.LAST, heard at that time. */
static void
hear(const char *label, uint8_t number, uint32_t ttl, bool flush, int64_t now)
{
	static struct packet packet;
	const uint8_t at[4] = {10, 0, 0, number};
	char instance[100], host[100];

	snprintf(instance, sizeof instance, "%s._x._tcp.local", label);
	snprintf(host, sizeof host, "%s.local", label);
	packet_open(&packet, ttl);
	add_ptr(&packet, instance);
	packet.flush = flush;
	add_srv(&packet, instance, host, 7117);
	add_data(&packet, instance, DNS_TXT, "\x09txtvers=1", 10);
	add_data(&packet, host, DNS_A, at, 4);
	take(&packet, now);
}

/* What is of another type, class or kind is not even kept. */
static void
what_says_nothing(void)
{
	static struct packet packet;
	const uint8_t at[4] = {10, 0, 0, 1};

	start();
	packet_open(&packet, 120);
	add_srv(&packet, "a._y._tcp.local", "a.local", 1);
	add_srv(&packet, "_x._tcp.local", "a.local", 1);
	add_srv(&packet, "b.a._x._tcp.local", "a.local", 1);
	add_ptr(&packet, "a._y._tcp.local");
	add_data(&packet, "a.local", DNS_A, at, 4);
	take(&packet, 0);
	check(heard.records.count == 0, "%zu records", heard.records.count);
	hear("a", 1, 0, false, 0);
	check(heard.records.count == 0, "goodbye of nobody");
	packet_open(&packet, 120);
	add_srv(&packet, "a._x._tcp.local", "a.local", 1);
	packet.bytes[2] = 0; /* a query */
	take(&packet, 0);
	packet.bytes[2] = 0x84;
	packet.bytes[3] = 3; /* NXDOMAIN */
	take(&packet, 0);
	packet.bytes[3] = 0;
	packet.bytes[7] = 2; /* one record more than there is */
	take(&packet, 0);
	packet.bytes[7] = 1;
	packet.bytes[packet.write.size - 6 - 9 - 7] ^= 2;
	take(&packet, 0);
	check(heard.records.count == 0, "a packet that is no response");
	packet.bytes[packet.write.size - 6 - 9 - 7] ^= 2;
	take(&packet, 0);
	check(heard.records.count == 2, "SRV and its host");
	check(tell(0) == 0, "a service without an address is told");
	heard_release(&heard);
}

/* An SRV record without a port, or to the root, is no endpoint. */
static void
services_that_are_none(void)
{
	static struct packet packet;
	const uint8_t at[4] = {10, 0, 0, 1};

	start();
	packet_open(&packet, 120);
	add_srv(&packet, "a._x._tcp.local", "a.local", 0);
	add_srv(&packet, "b._x._tcp.local", ".", 7);
	add_data(&packet, "a.local", DNS_A, at, 4);
	add_data(&packet, ".", DNS_A, at, 4);
	take(&packet, 0);
	check(tell(0) == 0, "port 0 and the root");
	heard_release(&heard);
}

/* Neither names nor records without end are kept. */
static void
floods(void)
{
	static struct packet packet;
	char name[100];
	uint8_t at[4] = {10, 0, 0, 1};
	int i;

	start();
	for (i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "f%d", i);
		hear(name, 1, 120, false, 0);
	}
	check(heard.records.count <= RECORDS_MOST, "%zu records",
	    heard.records.count);
	check(tell(0) == SERVICES_MOST, "%d are told", told);
	heard_release(&heard);

	start();
	for (i = 0; i < 1000; i++) {
		packet_open(&packet, 120);
		add_srv(&packet, "a._x._tcp.local", "a.local", 7);
		at[2] = (uint8_t)(i >> 8);
		at[3] = (uint8_t)i;
		add_data(&packet, "a.local", DNS_A, at, 4);
		take(&packet, 0);
	}
	check(tell(0) == 16, "%d addresses of one host", told);
	heard_release(&heard);
}

/* Of one packet 64 records are heeded. */
static void
long_packets(void)
{
	static struct packet packet;
	char name[100];
	int i;

	start();
	packet_open(&packet, 120);
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "p%d._x._tcp.local", i);
		add_ptr(&packet, name);
	}
	take(&packet, 0);
	check(heard.records.count == DNS_PACKET_RECORDS, "%zu records",
	    heard.records.count);
	heard_release(&heard);
}

static void
what_is_told(void)
{
	const struct sockaddr_in *at = (const struct sockaddr_in *)&last.at;
	struct span value;

	start();
	hear("a", 1, 120, true, 0);
	check(tell(0) == 1, "%d are told", told);
	check(strcmp(last.instance, "a") == 0 &&
		strcmp(last.host, "a.local") == 0 &&
		strcmp(last.via, "lo") == 0 && last.ttl == 120,
	    "'%s' on '%s' by '%s' for %u", last.instance, last.host, last.via,
	    last.ttl);
	check(at->sin_addr.s_addr == inet_addr("10.0.0.1") &&
		ntohs(at->sin_port) == 7117,
	    "its address");
	check(service_value(&last, "TXTVERS", &value) && is_text(value, "1"),
	    "its text");
	check(!service_value(&last, "txt", &value), "half a key");
	check(tell(0) == 0, "the same twice");
	hear("a", 1, 120, true, 60000);
	check(tell(60000) == 0, "a minute more");
	hear("a", 1, 600, true, 60000);
	check(tell(60000) == 1 && last.ttl == 600, "ten minutes more");
	hear("a", 2, 600, false, 60000);
	check(tell(60000) == 1, "an address more: %d", told);
	heard_release(&heard);
}

/* A link-local address is told with its link. */
static void
zones(void)
{
	const struct sockaddr_in6 *at = (const struct sockaddr_in6 *)&last.at;
	static struct packet packet;
	uint8_t local[16] = {0xfe, 0x80, [15] = 1};

	start();
	packet_open(&packet, 120);
	add_srv(&packet, "a._x._tcp.local", "a.local", 7);
	add_data(&packet, "a.local", DNS_AAAA, local, 16);
	take(&packet, 0);
	check(tell(0) == 1 && at->sin6_scope_id == LINK, "the zone");
	heard_release(&heard);
}

/* Goodbye, silence, and another address instead of the one before. */
static void
what_is_gone(void)
{
	const struct sockaddr_in *at = (const struct sockaddr_in *)&last.at;

	start();
	hear("a", 1, 120, true, 0);
	check(tell(0) == 1 && forget(100) == 0, "gone at once");
	hear("a", 1, 0, true, 1000);
	check(forget(1500) == 0, "gone before its second is over");
	check(forget(2001) == 1 && last.ttl == 0, "goodbye: %d", told);
	check(forget(3000) == 0, "gone twice");
	hear("a", 1, 120, true, 5000);
	check(tell(5000) == 1, "back again");
	check(forget(124000) == 0 && forget(125001) == 1, "silence");
	heard_release(&heard);

	start();
	hear("a", 1, 120, true, 0);
	tell(0);
	hear("a", 2, 120, true, 10000);
	check(tell(10000) == 1, "the new address");
	check(forget(10500) == 0, "the old one goes at once");
	check(forget(11001) == 1 && last.ttl == 0 &&
		at->sin_addr.s_addr == inet_addr("10.0.0.1"),
	    "the old one stays");
	heard_release(&heard);
}

/* A shorter word shortens nothing; a legacy one is not taken at its word. */
static void
how_long(void)
{
	static struct packet packet;

	start();
	hear("a", 1, 120, false, 0);
	hear("a", 1, 50, false, 1000);
	check(tell(1000) == 1 && last.ttl == 119, "shortened to %u", last.ttl);
	heard_release(&heard);

	start();
	packet_open(&packet, 10);
	add_srv(&packet, "a._x._tcp.local", "a.local", 1);
	add_data(&packet, "a.local", DNS_A, "\x0a\x00\x00\x01", 4);
	must(records_take(&heard.records, LINK,
		 span_of(packet.bytes, packet.write.size), true, 0) == 0,
	    "take");
	check(tell(0) == 1 && last.ttl == 120, "a legacy ttl: %u", last.ttl);
	heard_release(&heard);
}

static int
fail_each(void *context, const struct service *service)
{
	(void)context;
	(void)service;
	return fail(FAIL_SYSTEM, "enough");
}

static void
who_listens_fails(void)
{
	start();
	hear("a", 1, 120, false, 0);
	check_fails(heard_tell(&heard, 0, fail_each, NULL), FAIL_SYSTEM,
	    "enough", "tell");
	hear("b", 2, 120, false, 0);
	check_fails(heard_forget(&heard, 0, fail_each, NULL), FAIL_SYSTEM,
	    "enough", "forget");
	heard_release(&heard);
}

/* Questions that heard_ask writes, as text. */
static const char *
asked(int64_t now)
{
	static char text[2048];
	char name[DNS_TEXT];
	uint8_t bytes[512];
	struct dns_question question;
	struct dns_write write;
	struct dns_read read;

	text[0] = '\0';
	dns_write_open(&write, bytes, sizeof bytes, 0, 0);
	heard_ask(&heard, LINK, now, &write);
	must(dns_read_open(&read, span_of(bytes, write.size)) == 0, "query");
	while (dns_read_question(&read, &question) > 0) {
		dns_name_text(&question.name, name);
		sprintf(text + strlen(text), "%s %u;", name, question.type);
	}
	return text;
}

static void
what_is_asked(void)
{
	static struct packet packet;

	start();
	packet_open(&packet, 120);
	add_ptr(&packet, "a._x._tcp.local");
	take(&packet, 0);
	check(strcmp(asked(0), "a._x._tcp.local 33;a._x._tcp.local 16;") == 0,
	    "SRV and TXT");
	check(strcmp(asked(0), "") == 0, "the same twice");
	packet_open(&packet, 120);
	add_srv(&packet, "a._x._tcp.local", "a.local", 7);
	take(&packet, 0);
	check(strcmp(asked(0), "a.local 1;a.local 28;") == 0, "addresses");
	heard_release(&heard);
	start();
	hear("a", 1, 120, true, 0);
	check(strcmp(asked(0), "") == 0, "nothing is missing");
	heard_release(&heard);
}

/* How many known answers go with a query. */
static int
known(int64_t now)
{
	uint8_t bytes[512];
	struct dns_record record;
	struct dns_write write;
	struct dns_read read;
	int count = 0;

	dns_write_open(&write, bytes, sizeof bytes, 0, 0);
	heard_ask_known(&heard, LINK, now, &write);
	must(dns_read_open(&read, span_of(bytes, write.size)) == 0, "query");
	while (dns_read_record(&read, &record) > 0)
		count++;
	return count;
}

static void
what_is_known(void)
{
	start();
	check(heard_due(&heard, 0) == INT64_MAX, "nothing grows old");
	hear("a", 1, 120, true, 0);
	check(known(1000) == 1 && known(59000) == 1, "young");
	check(known(61000) == 0, "half of its life is over");
	check(heard_due(&heard, 1000) == 96000, "due at %lld",
	    (long long)heard_due(&heard, 1000));
	hear("a", 1, 120, true, 61000);
	check(known(62000) == 1, "young again");
	heard_release(&heard);
}

int
main(void)
{
	what_says_nothing();
	services_that_are_none();
	floods();
	long_packets();
	what_is_told();
	zones();
	what_is_gone();
	how_long();
	who_listens_fails();
	what_is_asked();
	what_is_known();
	return failures != 0;
}
