/* SPDX-License-Identifier: ISC */
/*
 * What comes in parts is there when all of it has come, is right and is
 * committed; whatever else happens, nothing of it is left.
 */
#include "store/arrival.h"

#include <dirent.h>
#include <sys/resource.h>

#include "scratch.h"
#include "store/place.h"

#define SIZE ((size_t)5 * TREE_BLOCK_SIZE + 77)
#define PART ((size_t)2 * TREE_BLOCK_SIZE)

static uint8_t input[SIZE];
static struct store *store;
static struct store_key key;

/* How many files there are in tmp/ that are no mark of a writer. */
static int
count_pending(void)
{
	DIR *folder = opendir(scratch("store/tmp"));
	struct dirent *entry;
	int count = 0;

	must(folder != NULL, "tmp");
	while ((entry = readdir(folder)) != NULL)
		count += strchr(entry->d_name, '+') != NULL;
	closedir(folder);
	return count;
}

/* Up to `size` of the bytes: 0, or -1. */
static int
bring(struct arrival *arrival, size_t size)
{
	size_t at, rest;

	for (at = 0; at < size; at += PART) {
		rest = size - at;
		if (arrival_part(arrival,
			span_of(input + at, rest < PART ? rest : PART)) != 0)
			return -1;
	}
	return 0;
}

static void
begin(struct arrival *arrival)
{
	memset(arrival, 0, sizeof *arrival);
	check(store_arrive(store, &key, SIZE, arrival) == 0, "begin: %s",
	    fail_last()->text);
	check(count_pending() == 1, "it is on the way");
}

static void
nothing_is_left(struct arrival *arrival, const char *when)
{
	check(arrival->file == NULL && count_pending() == 0,
	    "%s: it is still on the way", when);
	arrival_release(arrival);
	check(store_commit(store) == 0 && store_has(store, &key, 0) == 0,
	    "%s: it is there", when);
}

static void
test_wrong(void)
{
	struct arrival arrival;

	begin(&arrival);
	input[SIZE - 1] ^= 1;
	check(bring(&arrival, SIZE) == 0, "bring: %s", fail_last()->text);
	input[SIZE - 1] ^= 1;
	check_fails(arrival_end(&arrival), FAIL_DATA, "not what their id says",
	    "wrong bytes");
	nothing_is_left(&arrival, "wrong");
	begin(&arrival);
	check(bring(&arrival, 2 * PART) == 0, "bring");
	check_fails(arrival_end(&arrival), FAIL_DATA, "not what their id says",
	    "too few");
	nothing_is_left(&arrival, "too few");
}

static void
test_released(void)
{
	struct arrival arrival;

	begin(&arrival);
	check(bring(&arrival, PART) == 0, "bring");
	check(store_commit(store) == 0 && count_pending() == 1 &&
		store_has(store, &key, 0) == 0,
	    "a commit before its end");
	arrival_release(&arrival);
	nothing_is_left(&arrival, "released");
	begin(&arrival);
	arrival_release(&arrival);
	nothing_is_left(&arrival, "released at once");
}

/* A disk that takes so much and no more. */
static void
test_full(void)
{
	struct rlimit limit = {PART + 1, RLIM_INFINITY};
	struct arrival arrival;

	begin(&arrival);
	must(setrlimit(RLIMIT_FSIZE, &limit) == 0, "a limit");
	check_fails(bring(&arrival, SIZE), FAIL_SYSTEM, "File too large",
	    "a full disk");
	check_fails(-1, FAIL_SYSTEM, scratch("store/tmp/"), "its name");
	limit.rlim_cur = RLIM_INFINITY;
	must(setrlimit(RLIMIT_FSIZE, &limit) == 0, "no limit");
	nothing_is_left(&arrival, "full");
}

/* What is coming is counted from its first byte on. */
static void
test_limit(void)
{
	struct arrival arrival, other = {0};
	struct store_key small = key;

	store_limit(store, SIZE + 9, 1000);
	begin(&arrival);
	small.id = tree_root(span_of(input, 10));
	check_fails(store_arrive(store, &small, 10, &other), FAIL_NO,
	    "0 of 82006 bytes are used, 81997 are on the way",
	    "past the limit");
	check(other.file == NULL && count_pending() == 1, "refused");
	check(store_put(store, &small, span_of(input, 10)) != 0, "put");
	arrival_release(&arrival);
	check(store_arrive(store, &small, 10, &other) == 0, "room again: %s",
	    fail_last()->text);
	arrival_release(&other);
	store_limit(store, 0, 0);
	nothing_is_left(&arrival, "limit");
}

/* Twice at a time: both are taken, and it is there once. */
static void
test_right(void)
{
	struct arrival first, second = {0};
	struct buf got = {0};
	uint64_t bytes;

	begin(&first);
	check(store_arrive(store, &key, SIZE, &second) == 0 &&
		bring(&second, PART) == 0,
	    "the same again");
	check(bring(&first, SIZE) == 0 && arrival_end(&first) == 0, "end: %s",
	    fail_last()->text);
	check(store_has(store, &key, 0) == 0, "there before the commit");
	check(store_commit(store) == 0 && store_has(store, &key, SIZE) == 1,
	    "commit: %s", fail_last()->text);
	arrival_release(&second);
	check(store_arrive(store, &key, SIZE, &second) == 0 &&
		bring(&second, SIZE) == 0 && arrival_end(&second) == 0 &&
		store_commit(store) == 0,
	    "anew: %s", fail_last()->text);
	check(store_get(store, &key, SIZE, &got) == 1 && got.size == SIZE &&
		memcmp(got.data, input, SIZE) == 0,
	    "get: %s", fail_last()->text);
	check(store_used(store, &key.owner, &bytes) == 0 && bytes == SIZE,
	    "%llu bytes are used", (unsigned long long)bytes);
	check(count_pending() == 0, "nothing is on the way");
	buf_release(&got);
}

/* Who dies on the way leaves what the next writer removes. */
static void
test_killed(void)
{
	struct arrival arrival = {0};
	pid_t child = fork();
	int status;

	must(child >= 0, "a child");
	if (child == 0) {
		store = store_open(scratch("store"), STORE_WRITE);
		key.owner.byte[0] = 7;
		if (store_arrive(store, &key, SIZE, &arrival) != 0 ||
		    bring(&arrival, PART) != 0)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	check(waitpid(child, &status, 0) == child && WIFSIGNALED(status),
	    "it was killed");
	check(count_pending() == 1, "it has left something");
	check(store_bury(store) == 0 && count_pending() == 0, "buried: %s",
	    fail_last()->text);
}

int
main(void)
{
	size_t i;

	signal(SIGXFSZ, SIG_IGN);
	for (i = 0; i < SIZE; i++)
		input[i] = (uint8_t)(i % 251);
	key = (struct store_key){STORE_SHARDS, {{0x22}},
	    tree_root(span_of(input, SIZE))};
	mkdir(scratch("store"), 0700);
	store = store_open(scratch("store"), STORE_WRITE);
	must(store != NULL, "a store");
	test_wrong();
	test_released();
	test_full();
	test_limit();
	test_right();
	test_killed();
	store_close(store);
	return failures != 0;
}
