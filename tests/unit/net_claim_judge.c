/* SPDX-License-Identifier: ISC */
/*
 * What the packets of others mean to a responder (RFC 6762 sections 6 to 9).
 */
#include "claimed.h"

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

/* Of what a packet says, its first 64 records count. */
static void
test_many_known(void)
{
	static const size_t others[] = {DNS_PACKET_RECORDS - 1,
	    DNS_PACKET_RECORDS};
	uint8_t packet[CLAIM_PACKET];
	struct dns_name type, other, mine;
	size_t i, n;

	start();
	type = named("_x._tcp.local");
	other = named("a.");
	mine = named(INSTANCE);
	for (i = 0; i < COUNT(others); i++) {
		struct dns_write write =
		    asking(packet, "_x._tcp.local", DNS_PTR, DNS_IN);
		struct dns_record record = {.name = other,
		    .type = DNS_PTR,
		    .class = DNS_IN,
		    .ttl = 4500};

		for (n = 0; n < others[i]; n++)
			must(dns_write_name(&write, &record, &other) == 0,
			    "another");
		record.name = type;
		must(dns_write_name(&write, &record, &mine) == 0, "ours");
		check(judge(&write) == (i == 0 ? CLAIM_KNOWN : CLAIM_ASKED),
		    "behind %zu others", others[i]);
	}
}

/*
 * With what somebody probes: T and S for our text and service, lower case and
 * + for lesser and greater ones, Z for a type behind both, O for another name;
 * A is what it knows, not what it probes with.
 */
static void
put_probe(struct dns_write *write, const char *letter)
{
	struct claim theirs = claim;
	uint8_t data[DNS_DATA];
	struct dns_record record;

	for (; *letter != '\0'; letter++) {
		int change = letter[0] > 'Z' ? -1 : letter[1] == '+';
		bool text = strchr("Tt", *letter) != NULL;

		theirs.port = (uint16_t)(claim.port + change);
		theirs.text[1] = (uint8_t)(claim.text[1] + change);
		record =
		    claim_record(&theirs, text ? CLAIM_TXT : CLAIM_SRV, data);
		record.section = *letter != 'A';
		if (*letter == 'Z')
			record.type = 99;
		if (*letter == 'O')
			record.name = named("other._x._tcp.local");
		must(dns_write_data(write, &record) == 0, "authority");
		letter += change == 1;
	}
}

/* Who probes for our name is told from who asks; the greater data win. */
static void
test_probes(void)
{
	static const struct {
		const char *records;
		enum claim_verdict verdict;
	} probe[] = {
	    {"", CLAIM_ASKED},
	    {"O", CLAIM_ASKED},
	    {"A+", CLAIM_ASKED},
	    {"TS", CLAIM_PROBED},
	    {"ST", CLAIM_PROBED},
	    {"TTSS", CLAIM_PROBED},
	    {"tS+", CLAIM_PROBED},
	    {"Ts", CLAIM_PROBED},
	    {"T", CLAIM_PROBED},
	    {"T+s", CLAIM_BEATEN},
	    {"TS+", CLAIM_BEATEN},
	    {"S+T", CLAIM_BEATEN},
	    {"S", CLAIM_BEATEN},
	    {"TSZ", CLAIM_BEATEN},
	    {"ZO", CLAIM_BEATEN},
	};
	uint8_t packet[CLAIM_PACKET];
	size_t i;

	start();
	for (i = 0; i < COUNT(probe); i++) {
		struct dns_write write =
		    asking(packet, INSTANCE, DNS_ANY, DNS_IN);

		put_probe(&write, probe[i].records);
		check(judge(&write) == probe[i].verdict, "probe with '%s'",
		    probe[i].records);
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
	dns_write_open(&write, packet, sizeof packet, 0, DNS_RESPONSE);
	record = (struct dns_record){.name = named(INSTANCE),
	    .type = DNS_TXT,
	    .class = DNS_IN,
	    .ttl = 4500,
	    .data = span_of("\x09txtvers=2", 10)};
	must(dns_write_data(&write, &record) == 0, "txt");
	check(judge(&write) == CLAIM_CONTESTED, "another text");
}

int
main(void)
{
	test_queries();
	test_known();
	test_many_known();
	test_probes();
	test_contest();
	return failures != 0;
}
