/* SPDX-License-Identifier: ISC */
/* What was dialled and how it went is in the cache, and nothing more. */
#include "find/tried.h"

#include <time.h>

#include "find/cache.h"
#include "find/ranking.h"
#include "format/found_text.h"
#include "peer/roster.h"
#include "scratch.h"
#include "xfer/holder.h"

static char bad[] = "8.8.8.1:7117", good[] = "8.8.8.2:7117",
	    later[] = "8.8.8.3:7117", host[] = "nas.example:7117",
	    disk[] = "dir:/disk", other[] = "8.8.8.9:7117";
static struct peer peer[2] = {{.has_id = true,
				  .id = {{1}},
				  .address = {host, bad, good, later},
				  .addresses = 4},
    {.address = {disk}, .addresses = 1}};
static struct roster roster = {peer, COUNT(peer)};
static struct filter filter;

static struct table
table_now(void)
{
	return (struct table){.roster = &roster,
	    .filter = &filter,
	    .now = (uint64_t)time(NULL),
	    .sorted = true};
}

/* The cache has these addresses of the first peer. */
static void
keep(const char *const *address, size_t count)
{
	struct table table = table_now();
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < count; i++) {
		struct found found = {.has_id = true,
		    .id = peer[0].id,
		    .sources = FOUND_DNS,
		    .seen = table.now};

		must(found_text_take_address(address[i], &found) == 0, "text");
		must(table_add(&table, &found) == 1, address[i]);
	}
	must(cache_path(CACHE_PEERS, path, sizeof path), "path");
	must(cache_save(path, &table) == 0, "save");
	table_release(&table);
}

/* In this order it has these now, each with + when reached, - when not. */
static void
has(const char *wanted)
{
	struct table table = table_now();
	struct table_record *list[8];
	char path[PATH_MAX], text[FOUND_TEXT_ADDRESS];
	struct buf all = {0};
	size_t i;

	cache_path(CACHE_PEERS, path, sizeof path);
	must(cache_load(path, &table) == 0, "load");
	must(ranking_list(&table, list) == 0, "rank");
	for (i = 0; i < table.count; i++) {
		found_text_address(&list[i]->found, text);
		buf_print(&all, "%s%s ", text,
		    list[i]->found.ok		 ? "+"
			: list[i]->found.refused ? "-"
						 : "");
	}
	check(is_text(span_of_buf(&all), wanted), "the cache");
	buf_release(&all);
	table_release(&table);
}

static void
test_order(void)
{
	static const char *const address[] = {bad, good, later, other};
	static const struct holder_calls calls;
	struct holder holder[2] = {{.peer = &peer[0], .calls = &calls},
	    {.peer = &peer[1], .calls = &calls, .tried = 1}};
	struct holders holders = {.holder = holder, .count = COUNT(holder)};

	keep(address, COUNT(address));
	tried_note(&holders, &roster);
	has("8.8.8.1:7117 8.8.8.2:7117 8.8.8.3:7117 8.8.8.9:7117 ");
	holder[0].tried = 3;
	tried_note(&holders, &roster);
	has("8.8.8.2:7117+ 8.8.8.3:7117 8.8.8.9:7117 8.8.8.1:7117- ");
	holder[0].calls = NULL;
	holder[0].tried = 4;
	tried_note(&holders, &roster);
	has("8.8.8.9:7117 8.8.8.1:7117- 8.8.8.2:7117+ 8.8.8.3:7117- ");
}

/* Nothing is made of nothing, and no trouble of trouble. */
static void
test_nothing(void)
{
	static const struct holder_calls calls;
	struct holder holder = {.peer = &peer[0], .calls = &calls, .tried = 3};
	struct holders holders = {.holder = &holder, .count = 1};
	char path[PATH_MAX];

	cache_path(CACHE_PEERS, path, sizeof path);
	unlink(path);
	tried_note(&holders, &roster);
	check(access(path, F_OK) != 0, "a cache out of nothing");
	must(mkdir(path, 0700) == 0, "a folder");
	tried_note(&holders, &roster);
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	tried_note(&holders, &roster);
}

int
main(void)
{
	setenv("XDG_CACHE_HOME", scratch("cache"), 1);
	setenv("SHARDKIT_HOME", scratch("home"), 1);
	test_order();
	test_nothing();
	return failures != 0;
}
