/* SPDX-License-Identifier: ISC */
/*
 * Which snapshots a poll is about: what was dropped is none of them, whoever
 * still shows it; and what is only missing at some is one.
 */
#include "poll/living.h"

#include "document.h"
#include "peers.h"
#include "xfer/forgotten.h"

static const uint8_t plain[100];
static struct digest first, second;

/* Two snapshots at so many peers. */
static void
begin(int count)
{
	struct buf stream =
	    stream_of(1, 1, (unsigned)count, span_of(plain, sizeof plain));
	struct peers peers;

	peers_forget(PEERS_TOTAL);
	unlink(scratch("dropped"));
	peers_open(&peers, count, HOLDER_WRITE);
	must(peers_send(&peers, span_of_buf(&stream), 0, 1, NULL, &first) ==
		    0 &&
		peers_send(&peers, span_of_buf(&stream), 0, 2, &first,
		    &second) == 0,
	    "send");
	peers_close(&peers);
	buf_release(&stream);
}

static void
lose(int peer, const struct digest *id)
{
	unlink(peers_path(peer, STORE_SNAPSHOTS, id));
}

/* Load what these peers show, with or without the file. */
static void
load(struct peers *peers, int count, bool knows, struct living *living)
{
	struct owner owner = owner_of(1);
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s", scratch("dropped"));
	peers_open(peers, count, HOLDER_READ);
	peers->holders.forgotten = knows ? path : NULL;
	must(living_load(living, &peers->holders, &owner.id) == 0, "load");
}

/* The first snapshot lives, or not; the second does. */
static void
lives(int count, bool knows, bool does, const char *what)
{
	struct living living;
	struct peers peers;

	load(&peers, count, knows, &living);
	check(living.catalog.count == 1U + does &&
		digest_equal(&living.catalog.entry[does].id, &second),
	    "%s: %zu live", what, living.catalog.count);
	living_release(&living);
	peers_close(&peers);
}

static void
test_few(void)
{
	begin(3);
	lives(3, false, true, "all have it");
	lose(0, &first);
	lives(3, false, true, "two of three");
	lose(1, &first);
	lives(3, false, false, "one of three");
	lives(3, true, false, "one of three, and no file");
	tree_remove(scratch("s0"));
	lives(3, false, true, "one of three, and one is away");
	begin(2);
	lose(0, &first);
	lives(2, false, true, "one of two");
	begin(5);
	lose(0, &first);
	lose(1, &first);
	lives(5, false, true, "three of five");
	lose(2, &first);
	lives(5, false, false, "two of five");
}

/* Drop the first, or none, as far as the file goes. */
static void
drop(int count, bool chosen_first)
{
	struct owner owner = owner_of(1);
	bool chosen[2] = {chosen_first, false}, gone[1] = {false};
	struct catalog catalog;
	struct peers peers;

	peers_open(&peers, count, HOLDER_READ);
	peers.holders.forgotten = scratch("dropped");
	must(catalog_load(&catalog, &peers.holders, &owner.id) == 0, "load");
	check(forgotten_add(&peers.holders, &catalog, chosen, gone) == 0, "%s",
	    fail_last()->text);
	catalog_release(&catalog);
	peers_close(&peers);
}

static size_t
count_forgotten(void)
{
	struct buf ids = {0};
	size_t count;

	check(file_read(scratch("dropped"), PATH_MAX, &ids) == 0, "%s",
	    fail_last()->text);
	count = ids.size / sizeof first;
	buf_release(&ids);
	return count;
}

/* Who knows does not guess. */
static void
test_file(void)
{
	begin(3);
	drop(3, false);
	lose(0, &first);
	lose(1, &first);
	lives(3, true, true, "lost by two, and never dropped");
	drop(3, true);
	lives(3, true, false, "dropped");
	begin(3);
	drop(3, true);
	lives(3, true, false, "dropped, and no peer has heard");
	lives(3, false, true, "whoever does not know");
	drop(3, false);
	check(count_forgotten() == 1, "remembered: some show it");
	lose(0, &first);
	lose(1, &first);
	tree_remove(scratch("s2"));
	drop(3, false);
	check(count_forgotten() == 1, "remembered: who is away may show it");
	drop(2, false);
	check(count_forgotten() == 0, "nobody shows it any more");
}

/* A file that is cut, or no file at all. */
static void
test_bad_file(void)
{
	begin(3);
	scratch_write(scratch("dropped"), span_of(&first, 31), 0600);
	lives(3, true, true, "cut");
	unlink(scratch("dropped"));
	mkdir(scratch("dropped"), 0700);
	lives(3, true, true, "a folder");
	rmdir(scratch("dropped"));
}

int
main(void)
{
	test_few();
	test_file();
	test_bad_file();
	return failures != 0;
}
