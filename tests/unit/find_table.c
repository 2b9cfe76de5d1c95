/* SPDX-License-Identifier: ISC */
/* What is found, merged and ranked: fake sources, and who is passed over. */
#include "find/table.h"

#include "check.h"
#include "find/dials.h"
#include "find/ranking.h"
#include "find/wanted.h"
#include "format/found_text.h"
#include "peer/roster.h"

#define NOW 1700000000

static struct filter filter = {.own = {{.ip = {192, 168, 7, 1},
				   .ip_size = 4,
				   .bits = 24,
				   .zone = "eth0"}},
    .count = 1};
static struct peer peer[3];
static struct roster roster = {peer, COUNT(peer)};
static struct table table;

static struct digest
id_of(int who)
{
	return (struct digest){{(uint8_t)(who + 1)}};
}

static void
start(void)
{
	table_release(&table);
	table = (struct table){.roster = &roster,
	    .filter = &filter,
	    .now = NOW,
	    .sorted = true};
}

/* Peer `who` (-1: nobody knows), as one source says. */
static struct found
found_of(int who, const char *address, unsigned source)
{
	struct found found = {.has_id = who >= 0,
	    .id = id_of(who),
	    .sources = source,
	    .seen = NOW,
	    .ttl = 1000};

	must(found_text_take_address(address, &found) == 0, address);
	return found;
}

static int
add(int who, const char *address, unsigned source)
{
	struct found found = found_of(who, address, source);

	return table_add(&table, &found);
}

/* The addresses in their order are these. */
static void
ranked(const char *wanted, const char *what)
{
	struct table_record *list[64];
	char text[FOUND_TEXT_ADDRESS];
	struct buf all = {0};
	size_t i;

	must(ranking_list(&table, list) == 0, "rank");
	for (i = 0; i < table.count; i++) {
		found_text_address(&list[i]->found, text);
		buf_append(&all, span_of_text(i > 0 ? " " : ""));
		buf_append(&all, span_of_text(text));
	}
	check(is_text(span_of_buf(&all), wanted), "%s", what);
	buf_release(&all);
}

/* Whom strangers may not make us dial, and by whom we may be told after all. */
static const struct {
	const char *address;
	unsigned allowed; /* sources */
} dial[] = {
#define ANY (FOUND_MDNS | FOUND_DNS | FOUND_EXEC | FOUND_EXCHANGE | FOUND_CACHE)
    {"0.0.0.0:7117", 0},
    {"0.1.2.3:7117", 0},
    {"127.0.0.1:7117", 0},
    {"127.255.0.1:7117", 0},
    {"224.0.0.251:7117", 0},
    {"239.1.1.1:7117", 0},
    {"240.0.0.1:7117", 0},
    {"255.255.255.255:7117", 0},
    {"[::]:7117", 0},
    {"[::1]:7117", 0},
    {"[::7f00:1]:7117", 0},
    {"[::ffff]:7117", 0},
    {"[ff02::fb]:7117", 0},
    {"8.8.8.8:1023", 0},
    {"8.8.8.8:22", 0},
    {"[2a00::1]:443", 0},
    {"nas.example:7117", 0},
    {"[fe80::1]:7117", 0}, /* on which link? */
    {"8.8.8.8:1024", ANY},
    {"128.0.0.1:7117", ANY},
    {"223.255.255.255:7117", ANY},
    {"[2a00::1]:7117", ANY},
    {"10.0.0.1:7117", FOUND_MDNS},
    {"100.64.0.1:7117", FOUND_MDNS},
    {"100.128.0.1:7117", ANY},
    {"169.254.1.1:7117", FOUND_MDNS},
    {"172.16.0.1:7117", FOUND_MDNS},
    {"172.31.255.1:7117", FOUND_MDNS},
    {"172.32.0.1:7117", ANY},
    {"192.0.0.1:7117", FOUND_MDNS},
    {"192.0.2.1:7117", FOUND_MDNS},
    {"192.168.6.1:7117", FOUND_MDNS},
    {"192.168.7.200:7117", ANY}, /* an interface is there */
    {"198.18.0.1:7117", FOUND_MDNS},
    {"198.19.255.1:7117", FOUND_MDNS},
    {"198.51.100.1:7117", FOUND_MDNS},
    {"203.0.113.1:7117", FOUND_MDNS},
    {"[100::1]:7117", FOUND_MDNS},
    {"[64:ff9b:1::a00:1]:7117", FOUND_MDNS},
    {"[64:ff9b::808:808]:7117", ANY},
    {"[fec0::1]:7117", FOUND_MDNS},
    {"[2001:2::1]:7117", FOUND_MDNS},
    {"[2001:db8::1]:7117", FOUND_MDNS},
    {"[fd00::1]:7117", FOUND_MDNS},
    {"[fe80::1%eth0]:7117", FOUND_MDNS},
};

static void
test_filter(void)
{
	unsigned source;
	size_t i;

	for (i = 0; i < COUNT(dial); i++)
		for (source = FOUND_STATIC; source <= FOUND_CACHE;
		     source *= 2) {
			struct found found =
			    found_of(0, dial[i].address, source);
			bool right = source == FOUND_STATIC ||
			    (dial[i].allowed & source) != 0;

			check(filter_allows(&filter, &found) == right,
			    "%s by source %u", dial[i].address, source);
		}
}

static void
test_zones(void)
{
	struct filter own = {.own = {{.ip = {0xfe, 0x80},
				 .ip_size = 16,
				 .bits = 64,
				 .zone = "eth0"}},
	    .count = 1};
	struct found found = found_of(0, "[fe80::9%eth0]:7117", FOUND_CACHE);

	check(filter_allows(&own, &found), "its own link");
	check(filter_distance(&own, &found) == 0, "is near");
	strcpy(found.zone, "eth1");
	check(!filter_allows(&own, &found), "another link");
	check(filter_distance(&own, &found) == 1, "is private");
}

static void
test_merge(void)
{
	struct found found = found_of(0, "8.8.8.8:7117", FOUND_DNS);
	const struct found *one;

	start();
	check(table_add(&table, &found) == 1, "new");
	check(table_add(&table, &found) == 0, "the same again");
	found.sources = FOUND_MDNS;
	found.ttl = 50;
	check(table_add(&table, &found) == 1, "by another source");
	check(table.count == 1, "%zu records", table.count);
	one = &table.record[0]->found;
	check(one->sources == (FOUND_DNS | FOUND_MDNS), "sources");
	check(one->ttl == 50, "ttl %llu", (unsigned long long)one->ttl);
	check(one->trust == FOUND_WANTED, "trust %u", one->trust);
	check(add(0, "8.8.8.8:7118", FOUND_DNS) == 1, "another port");
	check(add(1, "8.8.8.8:7117", FOUND_DNS) == 1, "another id");
	check(add(-1, "8.8.8.8:7117", FOUND_DNS) == 1, "no id");
	check(add(0, "[fe80::1%a]:7117", FOUND_MDNS) == 1, "a zone");
	check(add(0, "[fe80::1%b]:7117", FOUND_MDNS) == 1, "another zone");
	check(table.count == 6, "%zu records", table.count);
}

/* Nobody's word makes more of a record than it is. */
static void
test_trust(void)
{
	struct found found = found_of(7, "8.8.8.8:7117", FOUND_EXEC);

	start();
	found.trust = FOUND_PROVED;
	table_add(&table, &found);
	check(table.record[0]->found.trust == FOUND_SIGNED, "a stranger");
	start();
	found.id = id_of(1);
	table_add(&table, &found);
	check(table.record[0]->found.trust == FOUND_WANTED, "a peer");
}

static void
test_limits(void)
{
	char address[32];
	int i;

	start();
	for (i = 0; i < 100; i++) {
		snprintf(address, sizeof address, "8.8.%d.8:7117", i);
		add(0, address, FOUND_MDNS);
	}
	check(table.count == TABLE_OF_ID, "%zu of one id", table.count);
	check(table.crowded == 100 - TABLE_OF_ID, "the rest is counted");
	check(add(0, "9.9.9.9:7117", FOUND_DNS) == 1, "another source");
	check(add(0, "9.9.9.8:7117", FOUND_CACHE) == 1, "the cache");
	check(add(0, "9.9.9.7:7117", FOUND_STATIC) == 1, "the roster");
	check(add(1, "9.9.9.6:7117", FOUND_MDNS) == 1, "another peer");
	start();
	for (i = 0; i < 100; i++) {
		snprintf(address, sizeof address, "8.8.8.%d:7117", i);
		add(10 + i, address, FOUND_EXCHANGE);
	}
	check(table.count == TABLE_OF_NET, "%zu of one /24", table.count);
	check(add(9, "8.8.9.1:7117", FOUND_EXCHANGE) == 1, "another /24");
	check(add(9, "8.8.8.200:7117", FOUND_DNS) == 1, "another source");
	start();
	for (i = 0; i < 100; i++) {
		snprintf(address, sizeof address, "[2a00:0:1:%x::1]:7117", i);
		add(10 + i, address, FOUND_EXCHANGE);
	}
	check(table.count == TABLE_OF_NET, "%zu of one /48", table.count);
	check(add(9, "[2a00:0:2::1]:7117", FOUND_EXCHANGE) == 1, "another /48");
}

static bool
has(const char *address)
{
	struct found found = found_of(0, address, FOUND_MDNS);

	return table_find(&table, &found) != NULL;
}

/* A liar names `count` addresses of our peer's id. */
static void
lie(int count)
{
	char address[32];
	int i;

	for (i = 0; i < count; i++) {
		snprintf(address, sizeof address, "8.8.%d.8:7117", i);
		add(0, address, FOUND_MDNS);
	}
}

/* A liar's addresses that have failed give way to the peer's own. */
static void
test_refused_yield(void)
{
	struct found found = found_of(0, "8.8.3.8:7117", FOUND_MDNS);
	int seed;

	for (seed = 0; seed < 20; seed++) {
		start();
		lie(TABLE_OF_ID);
		add(0, "8.8.5.8:7117", FOUND_CACHE);
		found.refused = NOW; /* a run of this very second */
		table_add(&table, &found);
		check(add(0, "9.9.9.9:7117", FOUND_MDNS) == 1, "not heard");
		check(!has("8.8.3.8:7117"), "the one that failed is there");
		check(table.count == TABLE_OF_ID && table.crowded == 1,
		    "one for one");
		found.ok = NOW;
		memcpy(found.ip, (uint8_t[4]){8, 8, 4, 8}, 4);
		table_add(&table, &found);
		found = found_of(0, "9.9.9.9:7117", FOUND_MDNS);
		table_refuse(&table, &found);
		lie(100);
		check(has("9.9.9.9:7117"), "this run's dial is known");
		found = found_of(0, "8.8.3.8:7117", FOUND_MDNS);
		check(has("8.8.4.8:7117"), "what was reached stays");
		check(has("8.8.5.8:7117"), "another source's word stays");
	}
}

/* Whoever comes first or last, one in so many stays, the same all the run. */
static void
test_yield_by_lot(void)
{
	unsigned heard[2] = {0};
	int seed, first;

	for (seed = 0; seed < 600; seed++) {
		first = seed % 2;
		start();
		if (first)
			add(0, "9.9.9.9:7117", FOUND_MDNS);
		lie(23);
		if (!first)
			add(0, "9.9.9.9:7117", FOUND_MDNS);
		heard[first] += has("9.9.9.9:7117");
		first = has("9.9.9.9:7117");
		lie(23);
		lie(23);
		add(0, "9.9.9.9:7117", FOUND_MDNS);
		check(has("9.9.9.9:7117") == (bool)first, "said again");
		check(table.count == TABLE_OF_ID, "%zu", table.count);
	}
	check(heard[0] > 50 && heard[0] < 150, "a third: %u", heard[0]);
	check(heard[1] > 50 && heard[1] < 150, "a third: %u", heard[1]);
}

/* What two sources name is not a way to have more than both may. */
static void
test_yield_of_two(void)
{
	int i;

	start();
	for (i = 0; i < 50; i++) {
		add(0, "9.9.9.9:7117", FOUND_CACHE);
		add(0, "9.9.9.9:7117", FOUND_MDNS);
		lie(10 + i);
		check(table.count <= 2 * TABLE_OF_ID, "%zu", table.count);
	}
}

/* A place that is proved to be the peer's is not lost among a liar's. */
static void
test_proved_stays(void)
{
	struct found nobody = found_of(-1, "9.9.9.9:7117", FOUND_MDNS);
	struct digest id = id_of(0);
	int seed;

	for (seed = 0; seed < 20; seed++) {
		start();
		lie(TABLE_OF_ID);
		table_add(&table, &nobody);
		must(table_prove(&table, &nobody, &id, 7) == 0, "prove");
		lie(50);
		check(has("9.9.9.9:7117"), "proved");
		check(table.count == TABLE_OF_ID, "%zu", table.count);
	}
}

/* One net is a /24, or a /48 of IPv6; what has no ip is in none. */
static void
test_nets(void)
{
	static const struct {
		const char *a, *b;
		bool same;
	} pair[] = {
	    {"8.8.8.0:7117", "8.8.8.255:9999", true},
	    {"8.8.8.255:7117", "8.8.9.0:7117", false},
	    {"[2a00:1:2::1]:7117", "[2a00:1:2:ffff:ffff::9]:9", true},
	    {"[2a00:1:2:ffff::1]:7117", "[2a00:1:3::1]:7117", false},
	    {"[2a00:1:2::1]:7117", "[2a01:1:2::1]:7117", false},
	    {"8.8.8.8:7117", "[808:808::]:7117", false},
	    {"a.example:7117", "a.example:7117", false},
	};
	struct found a, b;
	size_t i;

	for (i = 0; i < COUNT(pair); i++) {
		a = found_of(0, pair[i].a, FOUND_DNS);
		b = found_of(0, pair[i].b, FOUND_DNS);
		check(filter_same_net(&a, &b) == pair[i].same &&
			filter_same_net(&b, &a) == pair[i].same,
		    "%s and %s", pair[i].a, pair[i].b);
	}
}

static void
test_rank(void)
{
	struct found found;

	start();
	add(-1, "1.1.1.1:7117", FOUND_DNS);
	add(0, "8.8.8.8:7117", FOUND_DNS);
	add(0, "172.16.0.9:7117", FOUND_MDNS);
	add(0, "192.168.7.9:7117", FOUND_MDNS);
	ranked("192.168.7.9:7117 172.16.0.9:7117 8.8.8.8:7117 1.1.1.1:7117",
	    "by trust, then by distance");

	found = found_of(0, "192.168.7.9:7117", FOUND_CACHE);
	found.refused = NOW - 1;
	table_add(&table, &found);
	ranked("172.16.0.9:7117 8.8.8.8:7117 1.1.1.1:7117 192.168.7.9:7117",
	    "who refused is last");
	table.now = NOW + RANKING_PENALTY;
	ranked("172.16.0.9:7117 8.8.8.8:7117 192.168.7.9:7117 1.1.1.1:7117",
	    "for ten minutes; then it is behind its likes");
	found.ok = NOW;
	table_add(&table, &found);
	ranked("192.168.7.9:7117 172.16.0.9:7117 8.8.8.8:7117 1.1.1.1:7117",
	    "reached since");
}

static void
test_rank_services(void)
{
	static const struct {
		const char *address;
		uint16_t priority, weight;
		uint32_t rtt;
	} service[] = {
	    {"8.0.0.1:7117", 2, 9, 1},
	    {"8.0.0.2:7117", 1, 1, 0},
	    {"8.0.0.3:7117", 1, 7, 0},
	    {"8.0.0.4:7117", 1, 7, 900},
	    {"8.0.0.5:7117", 1, 7, 100},
	};
	struct found found;
	size_t i;

	start();
	for (i = 0; i < COUNT(service); i++) {
		found = found_of(0, service[i].address, FOUND_DNS);
		found.priority = service[i].priority;
		found.weight = service[i].weight;
		found.rtt_us = service[i].rtt;
		table_add(&table, &found);
	}
	ranked("8.0.0.5:7117 8.0.0.4:7117 8.0.0.3:7117 8.0.0.2:7117 "
	       "8.0.0.1:7117",
	    "priority up, weight down, the quickest first");
}

/* Equals change places, so that not all of us go to the same one first. */
static void
test_lots(void)
{
	bool first[2] = {false, false};
	struct table_record *list[2];
	int i;

	for (i = 0; i < 200 && !(first[0] && first[1]); i++) {
		start();
		table.sorted = false;
		add(0, "8.8.8.1:7117", FOUND_DNS);
		add(0, "8.8.8.2:7117", FOUND_DNS);
		ranking_list(&table, list);
		first[list[0]->found.ip[3] - 1] = true;
	}
	check(first[0] && first[1], "the order is always the same");
}

/* A weight is a share of the first turns (RFC 2782); 0 has hardly one. */
static void
test_weights(void)
{
	static const uint16_t weights[] = {0, 1, 3};
	struct table_record *list[3];
	unsigned first[3] = {0}, last[3] = {0};
	struct found found;
	int i;

	for (i = 0; i < 4000; i++) {
		start();
		table.sorted = false;
		for (size_t w = 0; w < COUNT(weights); w++) {
			found = found_of(0, "8.8.8.0:7117", FOUND_DNS);
			found.ip[3] = (uint8_t)w;
			found.weight = weights[w];
			table_add(&table, &found);
		}
		ranking_list(&table, list);
		first[list[0]->found.ip[3]]++;
		last[list[2]->found.ip[3]]++;
	}
	check(first[2] > 2800 && first[2] < 3200, "3 of 4: %u", first[2]);
	check(first[1] > 800 && first[1] < 1200, "1 of 4: %u", first[1]);
	check(last[0] == 4000, "a weight of 0 is last: %u", last[0]);
}

/* Which addresses are dialled, and when: in hundreds of milliseconds. */
static void
dialled(const char *wanted, const char *what)
{
	char text[FOUND_TEXT_ADDRESS];
	struct buf all = {0};
	struct dials dials;
	size_t i;

	must(dials_plan(&table, &dials) == 0, "plan");
	for (i = 0; i < dials.count; i++) {
		found_text_address(&dials.dial[i].found, text);
		buf_print(&all, "%s@%d ", text, dials.dial[i].after_ms / 100);
	}
	check(is_text(span_of_buf(&all), wanted), "%s", what);
	buf_release(&all);
	dials_release(&dials);
}

/*
 * A network that is not ours is not stormed; who is not wanted is left alone.
 */
static void
test_dials(void)
{
	struct found failed = found_of(0, "8.8.7.1:7117", FOUND_DNS);

	start();
	add(0, "8.8.8.1:7117", FOUND_DNS);
	add(1, "8.8.8.2:7117", FOUND_EXEC);
	add(-1, "8.8.8.3:7117", FOUND_DNS);
	add(2, "8.8.9.1:7117", FOUND_DNS);
	add(9, "8.8.9.2:7117", FOUND_DNS);
	add(0, "8.8.8.9:7117", FOUND_STATIC);
	add(0, "192.168.7.8:7117", FOUND_MDNS);
	add(0, "192.168.7.9:7117", FOUND_MDNS);
	dialled("8.8.8.1:7117@0 8.8.8.9:7117@0 192.168.7.8:7117@0 "
		"192.168.7.9:7117@0 8.8.9.1:7117@0 8.8.8.2:7117@10 "
		"8.8.8.3:7117@20 ",
	    "a second apart, but for our own and the roster's");
	start();
	table_add(&table, &failed);
	table_refuse(&table, &failed);
	dialled("", "it has just failed");
	table.now += DIALS_AGAIN;
	dialled("8.8.7.1:7117@0 ", "a minute later");
	table_refuse(&table, &failed);
	add(0, "8.8.7.1:7117", FOUND_STATIC);
	dialled("8.8.7.1:7117@0 ", "the user says so");
}

/* Each time that it failed again it is left alone for twice as long. */
static void
test_back_off(void)
{
	static const int rest[] = {60, 120, 240, 480, 960, 1920, 3600, 3600};
	struct found failed = found_of(0, "8.8.7.1:7117", FOUND_DNS);
	size_t i;

	start();
	table_add(&table, &failed);
	for (i = 0; i < COUNT(rest); i++) {
		table_refuse(&table, &failed);
		table.now += (uint64_t)rest[i] - 1;
		dialled("", "it rests");
		table.now++;
		dialled("8.8.7.1:7117@0 ", "its rest is over");
	}
	for (i = 0; i < 300; i++)
		table_refuse(&table, &failed);
	check(table.record[0]->found.failures == 255, "the count stays");
	table.now += 3600;
	dialled("8.8.7.1:7117@0 ", "an hour, and no more");
	must(table_prove(&table, &failed, &failed.id, 7) == 0, "prove");
	table_refuse(&table, &failed);
	check(table.record[0]->found.failures == 1, "it begins anew");
}

/* What the cache says of failures counts if it is what happened last. */
static void
test_back_off_kept(void)
{
	struct found found = found_of(0, "8.8.7.1:7117", FOUND_CACHE);

	start();
	found.refused = NOW - 200;
	found.failures = 3;
	table_add(&table, &found);
	dialled("", "four minutes after the third time");
	found.refused = NOW - 300;
	found.failures = 9;
	table_add(&table, &found);
	table.now += 41;
	dialled("8.8.7.1:7117@0 ", "what is older counts no more");
}

/* What was dialled in this run already has had its turn in its network. */
static void
test_dials_before(void)
{
	struct found found = found_of(0, "8.8.8.0:7117", FOUND_DNS);
	int i;

	start();
	for (i = 0; i < 3; i++) {
		found.ip[3] = (uint8_t)i;
		table_add(&table, &found);
	}
	must(table_prove(&table, &found, &found.id, 7) == 0, "prove");
	found.ip[3] = 1;
	table_refuse(&table, &found);
	dialled("8.8.8.0:7117@20 ", "a second after the two before");
	for (i = 3; i < 17; i++) {
		found.ip[3] = (uint8_t)i;
		found.id = id_of(1 + i % 2);
		table_add(&table, &found);
		table_refuse(&table, &found);
	}
	check(table.count == 17, "%zu records", table.count);
	dialled("", "16 were dialled there");
	found.ip[3] = 0;
	found.id = id_of(0);
	found.sources = FOUND_STATIC;
	table_add(&table, &found);
	dialled("8.8.8.0:7117@0 ", "the user says so");
	must(table_prove(&table, &found, &found.id, 7) == 0, "prove");
	dialled("", "what was proved is not dialled again");
}

/* Of one network 16 are dialled, and no more, a second apart. */
static void
test_dials_limit(void)
{
	char address[32];
	struct dials dials;
	int i;

	start();
	for (i = 0; i < 40; i++) {
		snprintf(address, sizeof address, "8.8.8.%d:7117", i);
		add(-1, address, FOUND_DNS);
		snprintf(address, sizeof address, "[2a00::%x]:7117", i);
		add(-1, address, FOUND_DNS);
	}
	must(dials_plan(&table, &dials) == 0, "plan");
	check(dials.count == 2 * TABLE_OF_NET, "%zu of two nets", dials.count);
	for (i = 0; i < (int)dials.count; i++)
		check(dials.dial[i].after_ms == i / 2 * DIALS_APART_MS &&
			(i == 0 ||
			    !filter_same_net(&dials.dial[i].found,
				&dials.dial[i - 1].found)),
		    "number %d after %d ms", i, dials.dial[i].after_ms);
	dials_release(&dials);
}

/* What a dial has shown: whose an endpoint is, or that nobody is there. */
static void
test_prove(void)
{
	struct found nobody = found_of(-1, "8.8.8.8:7117", FOUND_DNS);
	struct found named = found_of(0, "8.8.8.8:7117", FOUND_DNS);
	struct found absent = found_of(1, "8.8.8.7:7117", FOUND_DNS);
	struct digest id = id_of(0);
	const struct found *one;

	start();
	table_add(&table, &nobody);
	must(table_prove(&table, &nobody, &id, 7) == 0, "prove");
	check(table.count == 1 && table_find(&table, &nobody) == NULL,
	    "it is still without an id");
	one = table_find(&table, &named);
	must(one != NULL, "it has an id");
	check(one->trust == FOUND_PROVED && one->rtt_us == 7 && one->ok == NOW,
	    "trust, time and when");
	check(table_has(&table, &id, FOUND_DNS, FOUND_PROVED) &&
		!table_has(&table, &id, FOUND_MDNS, FOUND_PROVED),
	    "by whom it is known");
	table_add(&table, &nobody);
	must(table_prove(&table, &nobody, &id, 9) == 0, "prove");
	check(table.count == 1, "two that turn out to be one are one");
	must(table_prove(&table, &absent, &absent.id, 9) == 0, "absent");
	table_refuse(&table, &absent);
	check(table.count == 1, "what is not there is not made");
	table_refuse(&table, &named);
	check(one->refused > one->ok, "refused in the same second");
}

/* A signed word is more than a hint; what is no address is nothing. */
static void
test_word(void)
{
	struct found found = found_of(9, "8.8.8.8:7117", FOUND_DNS);
	struct found none = {.has_id = true, .sources = FOUND_STATIC};

	start();
	table_add(&table, &found);
	found.sources = FOUND_EXCHANGE;
	found.trust = FOUND_SIGNED;
	check(table_add(&table, &found) == 1, "news");
	check(table.record[0]->found.trust == FOUND_SIGNED, "its trust");
	check(!table_forget(&table, &found, FOUND_MDNS), "of no such source");
	check(table_add(&table, &none) == 0 && table.count == 1,
	    "without an address");
	none.has_id = false;
	check(filter_distance(&filter, &none) == 2, "a name may be anywhere");
}

/* A goodbye takes back one source's word, and nobody else's. */
static void
test_forget(void)
{
	struct found found = found_of(0, "192.168.7.9:7117", FOUND_MDNS);

	start();
	check(!table_forget(&table, &found, FOUND_MDNS), "not there");
	table_add(&table, &found);
	add(0, "192.168.7.9:7117", FOUND_DNS);
	check(!table_forget(&table, &found, FOUND_MDNS), "DNS has it");
	check(table.count == 1, "it is gone");
	check(table_forget(&table, &found, FOUND_DNS), "nobody has it");
	check(table.count == 0, "it is there");
}

static void
test_settle(void)
{
	start();
	add(0, "8.8.8.1:7117", FOUND_STALE);
	add(0, "8.8.8.2:7117", FOUND_STATIC);
	add(1, "8.8.8.3:7117", FOUND_STALE);
	add(1, "8.8.8.4:7117", FOUND_DNS);
	table_settle(&table);
	ranked("8.8.8.2:7117 8.8.8.4:7117 8.8.8.1:7117",
	    "stale ones stay where nothing else was found");
}

static void
test_wanted(void)
{
	char exec[] = "exec:ssh b", host[] = "h:1";

	start();
	check(wanted_count(&table) == 3, "all are wanted");
	peer[0].address[0] = exec;
	peer[0].addresses = 1;
	peer[1].give = 1;
	check(wanted_count(&table) == 1, "a command, and one that comes to us");
	peer[1].store = 1;
	check(wanted_count(&table) == 2, "it holds something for us");
	peer[1].store = 0;
	peer[1].address[0] = host;
	peer[1].addresses = 1;
	check(wanted_count(&table) == 2, "it has an address");
	check(wanted_found(&table, ~0u, FOUND_HINT) == 0,
	    "nobody is found yet");
	must(wanted_add_typed(&table) == 0, "typed");
	check(table.count == 1 && wanted_found(&table, ~0u, FOUND_HINT) == 1,
	    "one is");
	check(wanted_found(&table, FOUND_MDNS, FOUND_HINT) == 0,
	    "by the roster alone");
	peer[0].addresses = peer[1].addresses = 0;
	peer[1].give = 0;
}

int
main(void)
{
	static char name[] = "peer";
	size_t i;

	for (i = 0; i < COUNT(peer); i++)
		peer[i] = (struct peer){.name = name,
		    .has_id = true,
		    .id = id_of((int)i)};
	test_filter();
	test_zones();
	test_merge();
	test_trust();
	test_limits();
	test_refused_yield();
	test_yield_by_lot();
	test_yield_of_two();
	test_proved_stays();
	test_nets();
	test_rank();
	test_rank_services();
	test_lots();
	test_weights();
	test_prove();
	test_word();
	test_dials();
	test_dials_limit();
	test_dials_before();
	test_back_off();
	test_back_off_kept();
	test_forget();
	test_settle();
	test_wanted();
	table_release(&table);
	return failures != 0;
}
