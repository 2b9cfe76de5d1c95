/* SPDX-License-Identifier: ISC */
/*
 * What is large goes in parts, right or not at all; what is small, and what an
 * engine has, goes whole.
 */
#include "store/departure.h"

#include <fcntl.h>

#include "scratch.h"
#include "store/place.h"

#define LARGE (DEPARTURE_WHOLE + 3 * TREE_BLOCK_SIZE + 77)

static uint8_t *input;
static struct store *store;

static struct store_key
key_of(size_t size)
{
	return (struct store_key){STORE_SHARDS, {{0x22}},
	    tree_root(span_of(input, size))};
}

static struct store_key
put(size_t size)
{
	struct store_key key = key_of(size);

	must(store_put(store, &key, span_of(input, size)) == 0 &&
		store_commit(store) == 0,
	    "put");
	return key;
}

/* All that is left, behind what is in `first`: 0, or -1. */
static int
take(struct departure *departure, struct buf *first, struct buf *all)
{
	must(buf_append(all, span_of_buf(first)) == 0, "memory");
	while (departure->left > 0) {
		if (departure_next(departure, first) != 0)
			return -1;
		must(buf_append(all, span_of_buf(first)) == 0, "memory");
	}
	return 0;
}

static void
test_whole(size_t size, bool in_parts)
{
	struct store_key key = put(size);
	struct departure departure = {0};
	struct buf bytes = {0}, all = {0};

	check(store_depart(store, &key, size - 1, &departure, &bytes) == -1 &&
		fail_last()->kind == FAIL_DATA,
	    "%zu bytes are longer than one less", size);
	check(store_depart(store, &key, size, &departure, &bytes) == 1,
	    "%zu bytes: %s", size, fail_last()->text);
	check(departure.left == (in_parts ? size : 0) &&
		bytes.size == (in_parts ? 0 : size),
	    "%zu bytes: %zu at once", size, bytes.size);
	check(take(&departure, &bytes, &all) == 0 && all.size == size &&
		memcmp(all.data, input, size) == 0,
	    "%zu bytes: others came", size);
	check(!in_parts || bytes.capacity < DEPARTURE_WHOLE,
	    "%zu bytes of memory", bytes.capacity);
	departure_release(&departure);
	departure_release(&departure);
	buf_release(&bytes);
	buf_release(&all);
}

/* Change a byte at `at`, or cut it off there. */
static void
spoil(const struct store_key *key, size_t at, bool cut)
{
	char path[PATH_MAX];
	uint8_t byte;
	int fd;

	place_of(scratch("store"), key, path);
	fd = open(path, O_RDWR);
	must(fd >= 0 && pread(fd, &byte, 1, (off_t)at) == 1, path);
	byte ^= 1;
	must((cut ? ftruncate(fd, (off_t)at)
		  : pwrite(fd, &byte, 1, (off_t)at)) >= 0,
	    path);
	close(fd);
}

/* Before it is asked for: no byte goes. Behind that: not the last ones. */
static void
test_spoilt(size_t at, bool cut)
{
	struct store_key key = put(LARGE);
	struct departure departure = {0};
	struct buf bytes = {0}, all = {0};

	check(store_depart(store, &key, LARGE, &departure, &bytes) == 1,
	    "depart: %s", fail_last()->text);
	spoil(&key, at, cut);
	check_fails(take(&departure, &bytes, &all), FAIL_DATA, "damaged",
	    "spoilt meanwhile");
	check(all.size < LARGE, "all %zu bytes went", all.size);
	departure_release(&departure);
	bytes.size = 0;
	check_fails(store_depart(store, &key, LARGE, &departure, &bytes),
	    FAIL_DATA, "damaged", "spoilt");
	check(departure.left == 0, "it goes nevertheless");
	check(cut || store_check(store, &key, LARGE, LARGE) == STORE_DAMAGED,
	    "it seems whole");
	check(put(LARGE).shelf == STORE_SHARDS &&
		store_check(store, &key, LARGE, LARGE) == STORE_WHOLE,
	    "it is not mended");
	buf_release(&bytes);
	buf_release(&all);
}

static void
test_absent(void)
{
	struct store_key key = key_of(5);
	struct departure departure = {0};
	struct buf bytes = {0};

	check(store_depart(store, &key, LARGE, &departure, &bytes) == 0 &&
		bytes.size == 0 && departure.left == 0,
	    "absent");
	departure_release(&departure);
}

/* One call of its command gives all. */
static void
test_engine(void)
{
	struct store_key key = key_of(LARGE);
	struct departure departure = {0};
	struct buf bytes = {0};
	char command[4 * PATH_MAX];

	snprintf(command, sizeof command,
	    "engine() { case $1 in put) while read -r n p; do "
	    "cat \"$p\" > '%s'; done;; get) cat '%s'; echo >> '%s';; esac; }; "
	    "engine",
	    scratch("object"), scratch("object"), scratch("calls"));
	mkdir(scratch("new"), 0700);
	store = store_open(scratch("new"), STORE_WRITE);
	must(store != NULL && store_use_engine(store, command) == 0, "engine");
	put(LARGE);
	check(store_depart(store, &key, LARGE, &departure, &bytes) == 1 &&
		departure.left == 0 && bytes.size == LARGE &&
		memcmp(bytes.data, input, LARGE) == 0,
	    "of an engine: %s", fail_last()->text);
	bytes.size = 0;
	check(file_read(scratch("calls"), 9, &bytes) == 0 && bytes.size == 1,
	    "%zu calls", bytes.size);
	departure_release(&departure);
	buf_release(&bytes);
	store_close(store);
}

int
main(void)
{
	size_t i;

	input = malloc(LARGE);
	must(input != NULL, "memory");
	for (i = 0; i < LARGE; i++)
		input[i] = (uint8_t)(i % 251);
	mkdir(scratch("store"), 0700);
	store = store_open(scratch("store"), STORE_WRITE);
	must(store != NULL, "a store");
	test_absent();
	test_whole(1, false);
	test_whole(DEPARTURE_WHOLE, false);
	test_whole(DEPARTURE_WHOLE + 1, true);
	test_whole(LARGE, true);
	test_spoilt(0, false);
	test_spoilt(LARGE - 1, false);
	test_spoilt(LARGE - 1, true);
	test_spoilt(1000, true);
	store_close(store);
	test_engine();
	free(input);
	return failures != 0;
}
