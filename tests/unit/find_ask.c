/* SPDX-License-Identifier: ISC */
/*
 * Sources side by side, and the news that they make: those that hang, fail,
 * flood or lie, and who is told what.
 */
#include "find/ask.h"

#include <string.h>

#include "base/log.h"
#include "find/news.h"
#include "format/found_text.h"
#include "peer/roster.h"
#include "scratch.h"

#define NOBODY 9

static struct peer peer[3];
static struct roster roster = {peer, COUNT(peer)};
static struct filter filter;
static struct table table;

static void
start(void)
{
	table_release(&table);
	table = (struct table){.roster = &roster,
	    .filter = &filter,
	    .now = 1700000000,
	    .sorted = true};
}

/* Say that this peer is at 8.8.8.LAST. */
static int
say(int out, int who, uint8_t last, uint64_t ttl, unsigned sources)
{
	struct found found = {.has_id = true,
	    .id = {{(uint8_t)(who + 1)}},
	    .ip_size = 4,
	    .ip = {8, 8, 8, last},
	    .port = 7117,
	    .sources = sources,
	    .trust = FOUND_SIGNED,
	    .ok = 1,
	    .rtt_us = 1,
	    .seen = 1,
	    .ttl = ttl};

	return source_tell(out, &found);
}

static int
say_two(const struct source *source, int out)
{
	return say(out, 0, 1, 60, source->kind) != 0 ||
		say(out, NOBODY, 2, 60, FOUND_STATIC) != 0
	    ? -1
	    : 0;
}

static int
say_gone(const struct source *source, int out)
{
	return say(out, 0, 1, 60, source->kind | FOUND_GONE);
}

static int
say_and_fail(const struct source *source, int out)
{
	return say(out, 1, 3, 60, source->kind) == 0
	    ? fail(FAIL_SYSTEM, "enough of that")
	    : -1;
}

static int
hang(const struct source *source, int out)
{
	say(out, 2, 4, 60, source->kind);
	while (pause() == -1)
		;
	return 0;
}

static int
crash(const struct source *source, int out)
{
	say(out, 2, 4, 60, source->kind);
	return raise(SIGKILL);
}

static int
say_goodbye(const struct source *source, int out)
{
	if (say(out, 0, 1, 60, source->kind) != 0 ||
	    say(out, 0, 1, 0, source->kind) != 0 ||
	    say(out, 0, 7, 0, source->kind) != 0)
		return -1;
	return say(out, 1, 3, 60, source->kind);
}

static int
say_many(const struct source *source, int out)
{
	uint8_t i;

	for (i = 1; i <= 40; i++)
		if (say(out, 0, i, 60, source->kind) != 0)
			return -1;
	return 0;
}

/* The addresses that are found, sorted, with their sources. */
static void
has(const char *wanted, const char *what)
{
	char address[FOUND_TEXT_ADDRESS], sources[FOUND_TEXT_SOURCES];
	struct buf all = {0};
	size_t i;

	for (i = 0; i < table.count; i++) {
		found_text_address(&table.record[i]->found, address);
		found_text_sources(table.record[i]->found.sources, sources);
		buf_print(&all, "%s %s; ", address, sources);
	}
	check(is_text(span_of_buf(&all), wanted), "%s", what);
	buf_release(&all);
}

static void
test_side_by_side(void)
{
	const struct source source[] = {
	    {.kind = FOUND_DNS, .name = "two", .via = "v", .run = say_two},
	    {.kind = FOUND_DNS, .name = "fails", .run = say_and_fail},
	    {.kind = FOUND_DNS, .name = "hangs", .run = hang},
	    {.kind = FOUND_DNS, .name = "gone", .run = say_gone},
	    {.kind = FOUND_EXEC, .name = "no", .command = "exit 3"},
	    {.kind = FOUND_EXEC, .name = "dies", .command = "kill -9 $$"},
	    {.kind = FOUND_EXEC,
		.name = "closes",
		.command = "exec >&-; exec sleep 100"},
	    {.kind = FOUND_EXEC,
		.name = "text",
		.command = "echo - 8.8.8.5:7117; echo x"},
	};
	struct news news = {.table = &table};
	const struct found *found;
	int wait = 300; /* for those that hang; others may take longer */

	do {
		start();
		must(news_run(&news, source, COUNT(source), wait) == 0, "run");
	} while (table.count < 5 && (wait *= 10) <= 30000);
	has("8.8.8.5:7117 exec; 8.8.8.1:7117 dns; 8.8.8.3:7117 dns; "
	    "8.8.8.4:7117 dns; 8.8.8.2:7117 dns; ",
	    "all that was said, by whom it was said");
	found = &table.record[4]->found;
	check(found->trust == FOUND_HINT && found->ok == 0 &&
		found->rtt_us == 0 && found->seen > 1700000000,
	    "what a source says of trust, time and dials");
	check(strcmp(found->via, "v") == 0, "by way of '%s'", found->via);
}

/* Each kind of end that is none is told, once, with the name of the source. */
static void
test_told(void)
{
	const struct source source[] = {
	    {.kind = FOUND_DNS, .name = "two", .run = say_two},
	    {.kind = FOUND_DNS, .name = "fails", .run = say_and_fail},
	    {.kind = FOUND_MDNS, .name = "crashes", .run = crash},
	    {.kind = FOUND_EXEC, .name = "no", .command = "exit 3"},
	    {.kind = FOUND_EXEC, .name = "dies", .command = "kill -9 $$"},
	};
	static const char *const said[] = {"warning: fails: enough of that\n",
	    "warning: crashes: it was ended by signal 9 (Killed)\n",
	    "warning: no: the command failed (status 3)\n",
	    "warning: dies: the command failed (status 137)\n"};
	struct news news = {.table = &table};
	struct buf told = {0};
	size_t i;

	start();
	must(freopen(scratch("told"), "w", stderr) != NULL, "stderr");
	log_start("test", LOG_WARN);
	must(news_run(&news, source, COUNT(source), 60000) == 0, "run");
	must(freopen("/dev/null", "w", stderr) != NULL, "no warnings");
	must(file_read(scratch("told"), 4096, &told) == 0, "what was told");
	for (i = 0; i < COUNT(said); i++)
		check(memmem(told.data, told.size, said[i], strlen(said[i])) !=
			NULL,
		    "%s", said[i]);
	for (i = 0; told.size > 0; told.size--)
		i += told.data[told.size - 1] == '\n';
	check(i == COUNT(said), "%zu lines", i);
	buf_release(&told);
	has("8.8.8.1:7117 dns; 8.8.8.3:7117 dns; 8.8.8.4:7117 mdns; "
	    "8.8.8.2:7117 dns; ",
	    "what was said before is kept");
}

static void
test_flood(void)
{
	const struct source source[] = {
	    {.kind = FOUND_EXEC,
		.name = "flood",
		.command = "seq -f '- 8.8.8.8:%g' 2001 5000"},
	    {.kind = FOUND_DNS, .name = "two", .run = say_two},
	};
	struct news news = {.table = &table};

	start();
	must(news_run(&news, source, COUNT(source), 5000) == 0, "run");
	check(table.count == LIMIT_FOUND_RECORDS + 2, "%zu records",
	    table.count);
}

/* As soon as so many of the roster are found, nobody is waited for. */
static void
test_need(void)
{
	const struct source source[] = {
	    {.kind = FOUND_DNS, .name = "hangs", .run = hang},
	    {.kind = FOUND_DNS, .name = "two", .run = say_two},
	};
	struct news news = {.table = &table, .need = 2};

	start();
	must(news_run(&news, source, COUNT(source), 60000) == 0, "run");
	check(table.count >= 2, "%zu records", table.count);
}

static void
test_too_many(void)
{
	static const struct source source[65];
	struct news news = {.table = &table};

	check_fails(news_run(&news, source, COUNT(source), 1), FAIL_USAGE,
	    "more than 64 sources", "65 sources");
}

static int
never(void *context, const struct source *source, struct found *found)
{
	(void)context;
	(void)source;
	(void)found;
	return fail(FAIL_SYSTEM, "no more");
}

static void
test_each_fails(void)
{
	const struct source source[] = {
	    {.kind = FOUND_DNS, .name = "two", .run = say_two},
	    {.kind = FOUND_DNS, .name = "hangs", .run = hang},
	};
	const struct ask ask = {.source = source,
	    .count = 2,
	    .wait_ms = 60000,
	    .each = never};

	check_fails(ask_run(&ask), FAIL_SYSTEM, "no more", "each fails");
}

/* What `news` has printed, cut to addresses and sources. */
static void
printed(int fd, const char *wanted, const char *what)
{
	char line[512], address[300], sources[100];
	struct buf all = {0};
	FILE *file = fdopen(fd, "r");

	must(file != NULL, "fdopen");
	rewind(file);
	while (fgets(line, sizeof line, file) != NULL) {
		must(sscanf(line, "%*s %299s %99s", address, sources) == 2,
		    line);
		buf_print(&all, "%s %s; ", address, sources);
	}
	check(is_text(span_of_buf(&all), wanted), "%s", what);
	fclose(file);
	buf_release(&all);
}

/* While watching, what a source does not name again is gone. */
static void
test_rounds(void)
{
	char command[4 * PATH_MAX], id[2][80];
	struct source source = {.kind = FOUND_EXEC,
	    .name = "rounds",
	    .via = "rounds",
	    .command = command,
	    .again_ms = 1100};
	struct news news = {.table = &table, .watch = true, .need = 2};
	struct buf line = {0};
	struct found found = {.has_id = true};
	int i;

	for (i = 0; i < 2; i++) {
		found.id = peer[i].id;
		line.size = 0;
		must(found_text_write(REPORT_TEXT, &found, NULL, &line) == 0,
		    "line");
		snprintf(id[i], sizeof id[i], "%.*s",
		    (int)strcspn((char *)line.data, "\t"), (char *)line.data);
	}
	buf_release(&line);
	snprintf(command, sizeof command,
	    "cd %s; if [ ! -e 1 ]; then echo %s 8.8.8.1:7117; : > 1; "
	    "elif [ ! -e 2 ]; then : > 2; "
	    "else echo %s 8.8.8.2:7117; echo %s 8.8.8.3:7117; fi",
	    scratch(""), id[0], id[0], id[1]);
	start();
	news.out = memfd_create("out", 0);
	must(news_run(&news, &source, 1, 60000) == 0, "run");
	printed(news.out,
	    "8.8.8.1:7117 exec; 8.8.8.1:7117 gone; 8.8.8.2:7117 exec; "
	    "8.8.8.3:7117 exec; ",
	    "rounds");
}

/* A goodbye is believed while watching only. */
static void
test_goodbye(void)
{
	struct source source = {.kind = FOUND_MDNS,
	    .name = "bye",
	    .run = say_goodbye,
	    .endless = true};
	struct news news = {.table = &table, .watch = true};

	start();
	news.out = memfd_create("out", 0);
	must(news_run(&news, &source, 1, 60000) == 0, "run");
	printed(news.out,
	    "8.8.8.1:7117 mdns; 8.8.8.1:7117 gone; 8.8.8.3:7117 mdns; ",
	    "a goodbye");
	source.endless = false;
	news.watch = false;
	start();
	must(news_run(&news, &source, 1, 60000) == 0, "run");
	has("8.8.8.1:7117 mdns; 8.8.8.7:7117 mdns; 8.8.8.3:7117 mdns; ",
	    "a forged goodbye");
}

/* How often a file has this. */
static size_t
count_in(int fd, const char *words)
{
	struct buf all = memory_read(fd);
	const uint8_t *at = all.data, *end = all.data + all.size;
	size_t size = strlen(words), count = 0;

	while ((at = memmem(at, (size_t)(end - at), words, size)) != NULL) {
		count++;
		at += size;
	}
	buf_release(&all);
	return count;
}

/* What gives way to another is told to be gone, as long as somebody watches. */
static void
test_yield(void)
{
	struct source source = {.kind = FOUND_EXEC,
	    .name = "many",
	    .run = say_many};
	struct news news = {.table = &table, .watch = true};

	start();
	news.out = memfd_create("out", 0);
	must(news_run(&news, &source, 1, 60000) == 0, "run");
	check(table.count == TABLE_OF_ID &&
		count_in(news.out, "\texec\t") ==
		    TABLE_OF_ID + count_in(news.out, "\tgone\t") &&
		table.crowded == 40 - TABLE_OF_ID,
	    "%zu told, %zu gone", count_in(news.out, "\texec\t"),
	    count_in(news.out, "\tgone\t"));
	check(table.gone == NULL, "told when nobody watches any more");
	close(news.out);
}

int
main(void)
{
	static char name[] = "peer";
	size_t i;

	for (i = 0; i < COUNT(peer); i++)
		peer[i] = (struct peer){.name = name,
		    .has_id = true,
		    .id = {{(uint8_t)(i + 1)}}};
	must(freopen("/dev/null", "w", stderr) != NULL, "no warnings");
	test_side_by_side();
	test_told();
	test_flood();
	test_need();
	test_too_many();
	test_each_fails();
	test_rounds();
	test_goodbye();
	test_yield();
	table_release(&table);
	return failures != 0;
}
