/* SPDX-License-Identifier: ISC */
/* What an owner has in a store: counted exactly, by many at once. */
#include "store/usage.h"

#include "crypto/tree.h"
#include "scratch.h"
#include "store/damaged.h"
#include "store/place.h"
#include "store/store.h"

#define WRITERS 4
#define TIMES 200

static struct digest owner, other;

static struct usage
numbers(const char *store, const struct digest *who)
{
	struct usage usage = {99, 99};
	int fd = usage_lock(scratch(store), who);

	must(fd >= 0 && usage_read(fd, &usage) == 0, "usage");
	usage_unlock(fd);
	return usage;
}

static uint64_t
used(const struct digest *who)
{
	return numbers("store", who).bytes;
}

static void
set(const struct digest *who, uint64_t bytes)
{
	int fd = usage_lock(scratch("store"), who);

	must(fd >= 0 && usage_write(fd, &(struct usage){bytes, 7}) == 0,
	    "usage");
	usage_unlock(fd);
}

static void
take_off(const struct digest *who, uint64_t bytes)
{
	int fd = usage_lock(scratch("store"), who);

	must(fd >= 0 &&
		usage_change(fd, &(struct usage){bytes, 3},
		    &(struct usage){0, 1}) == 0,
	    "change");
	usage_unlock(fd);
}

static void
test_numbers(void)
{
	static const uint64_t number[] = {0, 1, 9, 10, 1ULL << 32, UINT64_MAX};
	size_t i;

	check(used(&owner) == 0, "nothing is not 0");
	for (i = 0; i < COUNT(number); i++) {
		set(&owner, number[i]);
		check(used(&owner) == number[i] &&
			numbers("store", &owner).files == 7,
		    "%llu is %llu", (unsigned long long)number[i],
		    (unsigned long long)used(&owner));
	}
	check(used(&other) == 0, "another owner's");
	set(&owner, 10);
	take_off(&owner, 4);
	check(used(&owner) == 6 && numbers("store", &owner).files == 5,
	    "10 - 4, 7 - 3 + 1");
	take_off(&owner, 7);
	take_off(&owner, 0);
	take_off(&owner, 0);
	check(used(&owner) == 0 && numbers("store", &owner).files == 1,
	    "6 - 7, 2 - 3 + 1");
}

/* Processes that each add one, again and again. */
static void
test_race(void)
{
	struct usage usage;
	int i, n, fd, status;

	set(&owner, 0);
	for (n = 0; n < WRITERS; n++) {
		if (fork() > 0)
			continue;
		for (i = 0; i < TIMES; i++) {
			fd = usage_lock(scratch("store"), &owner);
			if (fd < 0 || usage_read(fd, &usage) != 0)
				_exit(1);
			usage.bytes++;
			if (usage_write(fd, &usage) != 0)
				_exit(1);
			usage_unlock(fd);
		}
		_exit(0);
	}
	for (n = 0; n < WRITERS; n++)
		check(wait(&status) > 0 && status == 0, "a writer");
	check(used(&owner) == WRITERS * TIMES, "%llu of %d",
	    (unsigned long long)used(&owner), WRITERS * TIMES);
}

static struct store_key
key_of(const struct digest *who, enum store_shelf shelf, const char *text)
{
	return (struct store_key){shelf, *who, tree_root(span_of_text(text))};
}

static void
put(struct store *store, const struct digest *who, enum store_shelf shelf,
    const char *text)
{
	struct store_key key = key_of(who, shelf, text);

	must(store_put(store, &key, span_of_text(text)) == 0 &&
		store_commit(store) == 0,
	    "put");
}

/* Whatever the number says, a recount finds what is there. */
static void
test_recount(void)
{
	struct store *store = store_open(scratch("store"), STORE_WRITE);

	must(store != NULL, "a store");
	set(&owner, 0);
	put(store, &owner, STORE_SHARDS, "twelve bytes");
	put(store, &owner, STORE_SNAPSHOTS, "seven b");
	put(store, &other, STORE_SHARDS, "one");
	check(used(&owner) == 19 && used(&other) == 3, "puts count");
	put(store, &owner, STORE_SHARDS, "twelve bytes");
	check(used(&owner) == 19, "the same again counts %llu",
	    (unsigned long long)used(&owner));
	set(&owner, 12345);
	set(&other, 0);
	check(usage_recount(scratch("store"), false) == 0 &&
		used(&owner) == 12345,
	    "recount of what has its numbers: %s", fail_last()->text);
	check(usage_recount(scratch("store"), true) == 0, "recount: %s",
	    fail_last()->text);
	check(used(&owner) == 19 && used(&other) == 3, "recounted");
	check(numbers("store", &owner).files == 2 &&
		numbers("store", &other).files == 1,
	    "files");
	store_close(store);
}

/* A store of its own, in which an owner may have so many bytes. */
static struct store *
limited(const char *name, uint64_t limit)
{
	struct store *store;

	mkdir(scratch(name), 0700);
	store = store_open(scratch(name), STORE_WRITE);
	must(store != NULL, "a store");
	store_limit(store, limit, UINT64_MAX);
	return store;
}

static uint64_t
used_in(struct store *store)
{
	uint64_t bytes = 99;

	must(store_used(store, &owner, &bytes) == 0, "used");
	return bytes;
}

static int
try(struct store *store, const char *text)
{
	struct store_key key = key_of(&owner, STORE_SHARDS, text);

	return store_put(store, &key, span_of_text(text));
}

/* Somebody makes a stored shard so long. */
static void
resize(const char *name, const char *text, size_t size)
{
	struct store_key key = key_of(&owner, STORE_SHARDS, text);
	char path[PATH_MAX];

	place_of(scratch(name), &key, path);
	must(truncate(path, (off_t)size) == 0, "truncate");
}

/* What others have cut short is counted as it is, once it is replaced. */
static void
test_cut_short(void)
{
	static const size_t size[] = {0, 1, 9, 11, 5000};
	struct store *store = limited("cut", 0);
	size_t i;

	put(store, &owner, STORE_SHARDS, "ten bytes.");
	put(store, &owner, STORE_SHARDS, "eleven byte");
	for (i = 0; i < COUNT(size); i++) {
		resize("cut", "ten bytes.", size[i]);
		put(store, &owner, STORE_SHARDS, "ten bytes.");
		check(used_in(store) == 21, "%zu bytes replaced: %llu", size[i],
		    (unsigned long long)used_in(store));
		resize("cut", "ten bytes.", size[i]);
		check(usage_recount(scratch("cut"), true) == 0, "recount");
		put(store, &owner, STORE_SHARDS, "ten bytes.");
		check(used_in(store) == 21, "the same, counted before: %llu",
		    (unsigned long long)used_in(store));
	}
	store_close(store);
}

/* Set aside, it does not count, however long it was. */
static void
test_set_aside(void)
{
	static const size_t size[] = {0, 9, 11};
	struct store_key key = key_of(&owner, STORE_SHARDS, "ten bytes.");
	struct store *store = limited("aside", 0);
	size_t i;

	put(store, &owner, STORE_SHARDS, "eleven byte");
	for (i = 0; i < COUNT(size); i++) {
		put(store, &owner, STORE_SHARDS, "ten bytes.");
		resize("aside", "ten bytes.", size[i]);
		check(damaged_set_aside(store, scratch("aside"), &key, 100) ==
			1,
		    "set aside: %s", fail_last()->text);
		check(used_in(store) == 11, "%zu bytes set aside: %llu",
		    size[i], (unsigned long long)used_in(store));
	}
	store_close(store);
}

/* Where nothing more fits, what is there can be written anew. */
static void
test_mend_when_full(void)
{
	struct store *store = limited("full", 21);

	put(store, &owner, STORE_SHARDS, "ten bytes.");
	put(store, &owner, STORE_SHARDS, "eleven byte");
	check_fails(try(store, "x"), FAIL_NO, "21 of 21 bytes are used",
	    "one byte more");
	check(try(store, "ten bytes.") == 0 && try(store, "eleven byte") == 0,
	    "both at once: %s", fail_last()->text);
	check_fails(try(store, "x"), FAIL_NO, "21 of 21", "one more then");
	check(store_commit(store) == 0 && used_in(store) == 21, "mended");
	resize("full", "ten bytes.", 0);
	resize("full", "eleven byte", 7);
	check(try(store, "ten bytes.") == 0 && try(store, "eleven byte") == 0,
	    "cut short: %s", fail_last()->text);
	check(store_commit(store) == 0 && used_in(store) == 21, "mended: %llu",
	    (unsigned long long)used_in(store));
	resize("full", "ten bytes.", 1000);
	must(usage_recount(scratch("full"), true) == 0, "recount");
	check(try(store, "ten bytes.") == 0 && store_commit(store) == 0,
	    "over the limit: %s", fail_last()->text);
	check(used_in(store) == 21, "mended: %llu",
	    (unsigned long long)used_in(store));
	check_fails(try(store, "x"), FAIL_NO, "21 of 21", "one more at last");
	store_close(store);
}

/* The room of what is mended is not given away twice. */
static void
test_mend_what_is_dropped(void)
{
	struct store_key key = key_of(&owner, STORE_SHARDS, "ten bytes.");
	struct store *store = limited("race", 21), *other_one;

	other_one = limited("race", 21);
	put(store, &owner, STORE_SHARDS, "ten bytes.");
	check(try(store, "ten bytes.") == 0, "mending");
	check(store_drop(other_one, &key) == 0, "dropping");
	put(other_one, &owner, STORE_SHARDS, "twelve bytes");
	check_fails(store_commit(store), FAIL_NO, "12 of 21 bytes are used",
	    "22 of 21");
	check(used_in(store) == 12 && store_has(store, &key, 0) == STORE_ABSENT,
	    "something is there");
	check(store_drop(store, &key) == 0 && try(store, "nine byte") == 0 &&
		store_commit(store) == 0 && used_in(store) == 21,
	    "to the last byte: %s", fail_last()->text);
	store_close(store);
	store_close(other_one);
}

/* Nobody is refused by a number that others have made wrong. */
static void
test_wrong_number(void)
{
	struct store_key key = key_of(&owner, STORE_SHARDS, "ten bytes.");
	struct store *store = limited("wrong", 21);

	put(store, &owner, STORE_SHARDS, "ten bytes.");
	resize("wrong", "ten bytes.", 1);
	check(store_drop(store, &key) == 0, "drop");
	check(try(store, "twenty-one bytes here") == 0, "all of it: %s",
	    fail_last()->text);
	check(store_commit(store) == 0 && used_in(store) == 21, "it counts");
	store_close(store);
}

static void
check_files(const char *name, uint64_t files, const char *when)
{
	struct usage usage = numbers(name, &owner);

	check(usage.files == files, "%s: %llu files", when,
	    (unsigned long long)usage.files);
}

/* Files count as bytes do, however little is in them, and come back. */
static void
test_files(void)
{
	struct store_key key = key_of(&owner, STORE_SHARDS, "one");
	struct store *store = limited("files", 100), *next;

	store_limit(store, 100, 3);
	next = limited("files", 100);
	store_limit(next, 100, 3);
	put(store, &owner, STORE_SHARDS, "one");
	put(store, &owner, STORE_RECEIPTS, "");
	check_files("files", 2, "two");
	check(try(next, "two") == 0, "a third");
	check_fails(try(store, "x"), FAIL_NO,
	    "no room: 2 of 3 files are here, 1 are on the way, and another is "
	    "asked for",
	    "a fourth beside another's");
	check(strstr(fail_last()->hint, "larger shards are fewer files") !=
		NULL,
	    "no hint");
	check(try(store, "one") == 0 && store_commit(store) == 0,
	    "one anew: %s", fail_last()->text);
	check(store_commit(next) == 0, "commit");
	check_files("files", 3, "three");
	check_fails(try(store, "x"), FAIL_NO, "3 of 3 files", "a fourth");
	resize("files", "one", 0);
	check(try(store, "one") == 0 && store_commit(store) == 0, "longer: %s",
	    fail_last()->text);
	check_files("files", 3, "still three");
	check(store_drop(store, &key) == 0 && store_drop(store, &key) == 0,
	    "drop");
	check_files("files", 2, "dropped");
	check(try(store, "x") == 0 && store_commit(store) == 0, "room: %s",
	    fail_last()->text);
	store_close(store);
	store_close(next);
	check(usage_recount(scratch("files"), true) == 0, "recount");
	check_files("files", 3, "counted anew");
}

/* What is held back counts until it is gone. */
static void
test_files_held_back(void)
{
	struct store_key key = key_of(&owner, STORE_SHARDS, "one");
	struct store *store = limited("back", 100);
	int i;

	store_limit(store, 100, 2);
	for (i = 0; i < 2; i++) {
		put(store, &owner, STORE_SHARDS, "one");
		check_files("back", (uint64_t)i + 1, "put");
		check(store_set_aside(store, &key, 10) == 0, "set aside");
		check_files("back", 1, "one of one name and time");
	}
	put(store, &owner, STORE_SHARDS, "two");
	check_fails(try(store, "x"), FAIL_NO, "2 of 2 files", "held back");
	check(usage_recount(scratch("back"), true) == 0, "recount");
	check_files("back", 2, "counted anew");
	check(store_purge(store, 11, NULL, NULL) == 0, "purge");
	check_files("back", 1, "purged");
	store_close(store);
}

/* The room of what is mended is not given away twice. */
static void
test_files_race(void)
{
	struct store_key key = key_of(&owner, STORE_SHARDS, "one");
	struct store *store = limited("turn", 100), *next;

	next = limited("turn", 100);
	store_limit(store, 100, 1);
	store_limit(next, 100, 1);
	put(store, &owner, STORE_SHARDS, "one");
	check(try(store, "one") == 0 && store_drop(next, &key) == 0, "mending");
	put(next, &owner, STORE_SHARDS, "two");
	check_fails(store_commit(store), FAIL_NO, "1 of 1 files are here",
	    "two of one");
	check_files("turn", 1, "one");
	store_close(store);
	store_close(next);
}

/* One number is of an older version, and others are not to be believed. */
static void
test_older(void)
{
	static const char *const text[] = {"", "00000000000000000999\n", "7",
	    "00000000000000000999\n00000000000000000009\n", "x",
	    "00000000000000000999 0000000000000000000x\n",
	    "00000000000000000999 00000000000000000009 "};
	char path[PATH_MAX];
	uint64_t bytes;
	size_t i;
	struct store *store = limited("old", 0);

	put(store, &owner, STORE_SHARDS, "ten bytes.");
	place_below(scratch("old"), &owner, "used", path);
	for (i = 0; i < COUNT(text); i++) {
		scratch_write(path, span_of_text(text[i]), 0600);
		check(numbers("old", &owner).bytes == 10, "%s", text[i]);
		check_files("old", 1, text[i]);
	}
	scratch_write(path, span_of_text(text[1]), 0600);
	check(store_used(store, &owner, &bytes) == 0 && bytes == 999,
	    "what it says before anybody writes");
	store_close(store);
	store = limited("old", 0);
	check(used_in(store) == 10, "opened: %llu",
	    (unsigned long long)used_in(store));
	store_close(store);
}

/* Who closes because of a failure can still tell it. */
static void
test_close(void)
{
	struct store *store = limited("close", 0);

	put(store, &owner, STORE_SHARDS, "ten bytes.");
	fail(FAIL_NO, "the reason");
	store_close(store);
	check_fails(-1, FAIL_NO, "the reason", "closing");
}

int
main(void)
{
	memset(owner.byte, 1, sizeof owner.byte);
	memset(other.byte, 2, sizeof other.byte);
	mkdir(scratch("store"), 0700);
	store_close(store_open(scratch("store"), STORE_WRITE));
	test_numbers();
	test_race();
	test_recount();
	test_cut_short();
	test_set_aside();
	test_mend_when_full();
	test_mend_what_is_dropped();
	test_wrong_number();
	test_files();
	test_files_held_back();
	test_files_race();
	test_older();
	test_close();
	return failures != 0;
}
