/* SPDX-License-Identifier: ISC */
/* The cache: what is kept for how long, and that nothing in it does harm. */
#include "find/cache.h"

#include <sys/time.h>
#include <time.h>

#include "base/fail.h"
#include "find/failed.h"
#include "format/found_text.h"
#include "peer/roster.h"
#include "scratch.h"

#define NOW 1700000000
#define DAY 86400

static struct filter filter;
static struct peer peer = {.has_id = true, .id = {{1}}};
static struct roster roster = {&peer, 1};

static struct table
table_at(uint64_t now)
{
	return (struct table){.roster = &roster,
	    .filter = &filter,
	    .now = now,
	    .sorted = true};
}

/* Save one record, and load it `later` seconds after: its sources, or 0. */
static unsigned
after(uint64_t later, unsigned source, uint64_t ttl)
{
	struct table table = table_at(NOW);
	struct found found = {.has_id = true,
	    .id = peer.id,
	    .ip_size = 4,
	    .ip = {8, 8, 8, 8},
	    .port = 7117,
	    .sources = source,
	    .seen = NOW,
	    .ttl = ttl};
	unsigned sources = 0;

	must(table_add(&table, &found) == 1, "add");
	must(cache_save(scratch("new/folder/peers.cbor"), &table) == 0, "save");
	table_release(&table);
	table = table_at(NOW + later);
	must(cache_load(scratch("new/folder/peers.cbor"), &table) == 0, "load");
	if (table.count > 0)
		sources = table.record[0]->found.sources;
	table_release(&table);
	return sources;
}

static void
test_times(void)
{
	check(after(0, FOUND_DNS, 60) == FOUND_CACHE, "at once");
	check(after(60, FOUND_DNS, 60) == FOUND_CACHE, "at its ttl");
	check(after(61, FOUND_DNS, 60) == FOUND_STALE, "after its ttl");
	check(after(3600, FOUND_DNS, 90000) == FOUND_CACHE, "an hour");
	check(after(3601, FOUND_DNS, 90000) == FOUND_STALE, "no more");
	check(after(120, FOUND_MDNS, 4500) == FOUND_CACHE, "2 minutes");
	check(after(121, FOUND_MDNS, 4500) == FOUND_STALE, "on a link");
	check(after(7 * DAY, FOUND_DNS, 60) == FOUND_STALE, "a week");
	check(after(7 * DAY + 1, FOUND_DNS, 60) == 0, "not longer");
	check(after((uint64_t)-DAY, FOUND_DNS, 60) == FOUND_CACHE,
	    "a clock that was set back");
	check(after(0, FOUND_STATIC, 0) == 0, "what the roster has");
}

/* What is seen again is young again; what is not, stays as old as it was. */
static void
test_again(void)
{
	const char *path = scratch("again");
	struct table table = table_at(NOW);
	struct found found = {.has_id = true,
	    .id = peer.id,
	    .ip_size = 4,
	    .ip = {8, 8, 8, 8},
	    .port = 7117,
	    .sources = FOUND_DNS,
	    .seen = NOW,
	    .ttl = 60};

	table_add(&table, &found);
	found.ip[3] = 9;
	table_add(&table, &found);
	must(cache_save(path, &table) == 0, "save");
	table_release(&table);

	table = table_at(NOW + 100);
	must(cache_load(path, &table) == 0, "load");
	found.seen = NOW + 100;
	table_add(&table, &found);
	check(table.count == 2, "%zu records", table.count);
	check(table.record[0]->found.sources == FOUND_STALE, "8 is stale");
	check(table.record[1]->found.sources == (FOUND_DNS | FOUND_CACHE) ||
		table.record[1]->found.sources == FOUND_DNS,
	    "9 has sources %u", table.record[1]->found.sources);
	must(cache_save(path, &table) == 0, "save again");
	table_release(&table);

	table = table_at(NOW + 150);
	must(cache_load(path, &table) == 0, "load again");
	check(table.record[0]->found.seen == NOW &&
		table.record[0]->found.sources == FOUND_STALE,
	    "8 was made younger");
	check(table.record[1]->found.sources == FOUND_CACHE, "9 is fresh");
	table_release(&table);
}

/* Load these bytes: nothing of them may be taken. */
static void
loads_nothing(struct span bytes, const char *what)
{
	struct table table = table_at(NOW);

	scratch_write(scratch("bad"), bytes, 0600);
	check(cache_load(scratch("bad"), &table) == 0, "%s: %s", what,
	    fail_last()->text);
	check(table.count == 0, "%s: %zu records", what, table.count);
	table_release(&table);
}

static void
test_bad(void)
{
	struct found found = {.has_id = true,
	    .id = peer.id,
	    .ip_size = 4,
	    .ip = {8, 8, 8, 8},
	    .port = 7117,
	    .sources = FOUND_DNS,
	    .seen = NOW};
	struct table table = table_at(NOW);
	struct buf bytes = {0};

	check(cache_load(scratch("none"), &table) == 0, "no file");
	check(cache_load(scratch(""), &table) == 0, "a folder");
	must(mkfifo(scratch("pipe"), 0600) == 0, "mkfifo");
	check(cache_load(scratch("pipe"), &table) == 0, "a pipe");
	loads_nothing(span_of("\xff\xff", 2), "no CBOR");
	loads_nothing(span_of("", 0), "an empty file");
	found.id.byte[0]++;
	found_encode(&found, &bytes);
	loads_nothing(span_of_buf(&bytes), "a stranger's");
	found.id.byte[0]--;
	found.has_id = false;
	bytes.size = 0;
	found_encode(&found, &bytes);
	loads_nothing(span_of_buf(&bytes), "nobody's");
	found.has_id = true;
	found.sources = FOUND_STATIC;
	found.ip[0] = 127;
	bytes.size = 0;
	found_encode(&found, &bytes);
	loads_nothing(span_of_buf(&bytes), "a forged word of the roster");
	found.sources = FOUND_MDNS;
	found.ip[0] = 10;
	bytes.size = 0;
	found_encode(&found, &bytes);
	loads_nothing(span_of_buf(&bytes), "another link's private address");
	bytes.size = 0;
	found.ip[0] = 8;
	found_encode(&found, &bytes);
	loads_nothing(span_of(bytes.data, bytes.size - 1), "half a record");
	buf_release(&bytes);
}

/* Each configuration has its own, by whatever path it is called. */
static void
test_path(void)
{
	char path[PATH_MAX], other[PATH_MAX], wanted[PATH_MAX + 8];
	size_t size;

	setenv("XDG_CACHE_HOME", "/c", 1);
	setenv("SHARDKIT_HOME", scratch("a"), 1);
	must(mkdir(scratch("a"), 0700) == 0, "a folder");
	check(cache_path(CACHE_PEERS, path, sizeof path) &&
		strncmp(path, "/c/shardkit/", 12) == 0 &&
		strcmp(path + 12 + 16, "/peers.cbor") == 0,
	    "%s", path);
	size = strlen(path);
	check(!cache_path(CACHE_PEERS, other, size), "no room");
	setenv("SHARDKIT_HOME", scratch("../"), 1);
	check(cache_path(CACHE_PEERS, other, sizeof other) &&
		strcmp(path, other) != 0,
	    "two configurations, one cache");
	setenv("SHARDKIT_HOME", scratch("a/../a/."), 1);
	check(cache_path(CACHE_PEERS, other, sizeof other) &&
		strcmp(path, other) == 0,
	    "%s is not %s", other, path);
	setenv("XDG_CACHE_HOME", "relative", 1);
	setenv("HOME", "/h", 1);
	check(cache_path("x", path, sizeof path) &&
		strncmp(path, "/h/.cache/shardkit/", 19) == 0,
	    "%s", path);
	unsetenv("HOME");
	check(!cache_path(CACHE_PEERS, path, sizeof path), "nowhere");
	unsetenv("SHARDKIT_HOME");
	unsetenv("XDG_CONFIG_HOME");
	setenv("XDG_CACHE_HOME", "/c", 1);
	check(!cache_path(CACHE_PEERS, path, sizeof path), "of nothing");
	memset(wanted, 'x', sizeof wanted);
	memcpy(wanted + sizeof wanted - 4, "x/y", 4);
	check_fails(cache_save(wanted, &(struct table){.count = 0}),
	    FAIL_SYSTEM, "the path 'xxx", "a path too long");
}

/* A lookup that failed fails again for a minute, in the same words. */
static void
test_failed(void)
{
	const char *path = scratch("new/failed");
	struct timeval times[2] = {{NOW, 0}, {NOW, 0}};

	tree_remove(scratch("new"));
	check(failed_lately(path, NOW) == 0, "nothing has failed");
	fail(FAIL_NO, "there is no x");
	fail_hint("look elsewhere");
	failed_note(path, -1);
	check(strcmp(fail_last()->text, "there is no x") == 0 &&
		fail_last()->kind == FAIL_NO && fail_last()->hint[0] != '\0',
	    "the failure is changed");
	must(utimes(path, times) == 0, "a time");
	check_fails(failed_lately(path, NOW), FAIL_SYSTEM,
	    "there is no x, 0 s ago", "at once");
	check_fails(failed_lately(path, NOW + FAILED_AGAIN - 1), FAIL_SYSTEM,
	    "there is no x, 59 s ago", "before a minute is over");
	check(failed_lately(path, NOW + FAILED_AGAIN) == 0, "a minute later");
	check(failed_lately(path, NOW - 1) == 0, "a clock that was set back");
	failed_note(path, 0);
	check(access(path, F_OK) != 0, "it has not failed");
	fail(FAIL_USAGE, "x is no server");
	failed_note(path, -1);
	check(access(path, F_OK) != 0, "a question that is wrong");
	must(mkdir(path, 0700) == 0, "a folder");
	fail(FAIL_NO, "there is no x");
	failed_note(path, -1);
	check(strcmp(fail_last()->text, "there is no x") == 0,
	    "it cannot be noted: %s", fail_last()->text);
	check(failed_lately(path, (uint64_t)time(NULL)) == 0, "a folder");
}

int
main(void)
{
	test_path();
	test_times();
	test_again();
	test_bad();
	test_failed();
	return failures != 0;
}
