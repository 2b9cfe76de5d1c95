/* SPDX-License-Identifier: ISC */
/*
 * What was dropped and is held back: gone for its owner, counted, brought back
 * by hand, deleted by a purge of a later time and by no earlier one.
 */
#include "store/dropped.h"

#include "base/base32.h"
#include "crypto/tree.h"
#include "scratch.h"
#include "store/store.h"

static struct digest owner;
static struct store *store;

static struct store_key
put(enum store_shelf shelf, const char *text)
{
	struct store_key key = {shelf, owner, tree_root(span_of_text(text))};

	must(store_put(store, &key, span_of_text(text)) == 0 &&
		store_commit(store) == 0,
	    "put");
	return key;
}

static uint64_t
used(void)
{
	uint64_t bytes = 99;

	must(store_used(store, &owner, &bytes) == 0, "used");
	return bytes;
}

static uint64_t
held(void)
{
	struct usage usage = {0};

	must(dropped_sum(scratch("store"), &owner, &usage) == 0, "sum");
	return usage.bytes;
}

/*
 * It is there before it is needed: a disk that is full later has no room for
 * it.
 */
static void
test_prepared(void)
{
	char folder[PATH_MAX];
	struct store_key key = put(STORE_SHARDS, "the first");
	struct stat status;

	place_below(scratch("store"), &owner, "dropped", folder);
	check(stat(folder, &status) == 0 && S_ISDIR(status.st_mode),
	    "there is no place for what is dropped");
	check(store_drop(store, &key) == 0, "drop: %s", fail_last()->text);
	check(rmdir(folder) == 0, "it is not empty"); /* and is made again */
}

static void
test_delay(void)
{
	struct store_key old = put(STORE_SHARDS, "old one");
	struct store_key young = put(STORE_SNAPSHOTS, "young one");
	struct store_key kept = put(STORE_SHARDS, "kept");

	check(used() == 20, "used %llu", (unsigned long long)used());
	check(store_set_aside(store, &old, 100) == 0 &&
		store_set_aside(store, &young, 200) == 0,
	    "set aside: %s", fail_last()->text);
	check(store_has(store, &old, 0) == 0 &&
		store_has(store, &young, 0) == 0 &&
		store_has(store, &kept, 0) == 1,
	    "who is there");
	check(used() == 20 && held() == 16, "held bytes count");
	check(store_purge(store, 100, NULL, NULL) == 0 && held() == 16,
	    "a purge of its own time");
	check(store_purge(store, 101, NULL, NULL) == 0 && held() == 9 &&
		used() == 13,
	    "a purge of the old");
	check(store_purge(store, UINT64_MAX, NULL, NULL) == 0 && held() == 0 &&
		used() == 4,
	    "a purge of all");
	check(store_has(store, &kept, 0) == 1, "a purge took too much");
	check(store_drop(store, &kept) == 0 && used() == 0, "a drop");
}

static void
test_twice(void)
{
	struct store_key key = put(STORE_SHARDS, "again");

	check(store_set_aside(store, &key, 5) == 0, "once");
	check(store_set_aside(store, &key, 5) == 0, "not there any more");
	put(STORE_SHARDS, "again");
	check(used() == 10, "the same, held and new: %llu",
	    (unsigned long long)used());
	check(store_set_aside(store, &key, 6) == 0 && held() == 10, "again");
	check(store_purge(store, 7, NULL, NULL) == 0 && used() == 0,
	    "both are gone");
}

/* In the same second, twice: one file holds what two counted. */
static void
test_same_second(void)
{
	struct store_key key = put(STORE_SHARDS, "same");

	store_set_aside(store, &key, 5);
	put(STORE_SHARDS, "same");
	store_set_aside(store, &key, 5);
	check(used() == held(), "used %llu, held %llu",
	    (unsigned long long)used(), (unsigned long long)held());
	check(store_purge(store, 6, NULL, NULL) == 0 && used() == 0,
	    "used %llu after all", (unsigned long long)used());
}

static void
test_back(void)
{
	struct store_key key = put(STORE_SHARDS, "precious");
	char from[PATH_MAX], to[PATH_MAX], name[BASE32_TEXT];
	char hex[DIGEST_HEX_SIZE];
	struct buf bytes = {0};

	store_set_aside(store, &key, 5);
	base32_encode(BASE32_ID, owner.byte, name);
	digest_hex(&key.id, hex);
	snprintf(from, sizeof from, "%s/%s/dropped/%020d-0-%s",
	    scratch("store"), name, 5, hex);
	place_of(scratch("store"), &key, to);
	must(rename(from, to) == 0, "by hand");
	check(store_get(store, &key, 100, &bytes) == 1 &&
		is_text(span_of_buf(&bytes), "precious"),
	    "brought back");
	check(used() == 8, "used %llu", (unsigned long long)used());
	buf_release(&bytes);
}

/* What somebody has put beside them is his: not counted, and left alone. */
static void
test_foreign(void)
{
	static const char *const name[] = {"README", "notes-2026", "0", "1-0",
	    "00000000000000000001-9-ab", "1-0-x"};
	struct store_key key = put(STORE_SHARDS, "ours");
	char folder[PATH_MAX], path[PATH_MAX], text[BASE32_TEXT];
	uint64_t before = used();
	size_t i;

	store_set_aside(store, &key, 5);
	base32_encode(BASE32_ID, owner.byte, text);
	snprintf(folder, sizeof folder, "store/%s/dropped", text);
	for (i = 0; i < COUNT(name); i++) {
		snprintf(path, sizeof path, "%s/%s", scratch(folder), name[i]);
		scratch_write(path, span_of_text("mine"), 0600);
	}
	check(held() == 4, "counts %llu", (unsigned long long)held());
	check(store_purge(store, 6, NULL, NULL) == 0 && held() == 0 &&
		used() == before - 4,
	    "used %llu: %s", (unsigned long long)used(), fail_last()->text);
	for (i = 0; i < COUNT(name); i++) {
		snprintf(path, sizeof path, "%s/%s", scratch(folder), name[i]);
		check(unlink(path) == 0, "'%s' is gone", name[i]);
	}
}

int
main(void)
{
	memset(owner.byte, 1, sizeof owner.byte);
	mkdir(scratch("store"), 0700);
	store = store_open(scratch("store"), STORE_WRITE);
	must(store != NULL, "a store");
	test_prepared();
	test_delay();
	test_twice();
	test_same_second();
	test_back();
	test_foreign();
	store_close(store);
	return failures != 0;
}
