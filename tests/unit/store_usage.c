/* SPDX-License-Identifier: ISC */
/* What an owner has in a store: counted exactly, by many at once. */
#include "store/usage.h"

#include "crypto/tree.h"
#include "scratch.h"
#include "store/place.h"
#include "store/store.h"

#define WRITERS 4
#define TIMES 200

static struct digest owner, other;

static uint64_t
used(const struct digest *who)
{
	uint64_t bytes = 99;
	int fd = usage_lock(scratch("store"), who);

	must(fd >= 0 && usage_read(fd, &bytes) == 0, "usage");
	usage_unlock(fd);
	return bytes;
}

static void
set(const struct digest *who, uint64_t bytes)
{
	int fd = usage_lock(scratch("store"), who);

	must(fd >= 0 && usage_write(fd, bytes) == 0, "usage");
	usage_unlock(fd);
}

static void
test_numbers(void)
{
	static const uint64_t number[] = {0, 1, 9, 10, 1ULL << 32, UINT64_MAX};
	size_t i;
	int fd;

	check(used(&owner) == 0, "nothing is not 0");
	for (i = 0; i < COUNT(number); i++) {
		set(&owner, number[i]);
		check(used(&owner) == number[i], "%llu is %llu",
		    (unsigned long long)number[i],
		    (unsigned long long)used(&owner));
	}
	check(used(&other) == 0, "another owner's");
	set(&owner, 10);
	fd = usage_lock(scratch("store"), &owner);
	check(usage_subtract(fd, 4) == 0, "subtract");
	usage_unlock(fd);
	check(used(&owner) == 6, "10 - 4");
	fd = usage_lock(scratch("store"), &owner);
	check(usage_subtract(fd, 7) == 0, "subtract too much");
	usage_unlock(fd);
	check(used(&owner) == 0, "6 - 7");
}

/* Processes that each add one, again and again. */
static void
test_race(void)
{
	uint64_t bytes;
	int i, n, fd, status;

	set(&owner, 0);
	for (n = 0; n < WRITERS; n++) {
		if (fork() > 0)
			continue;
		for (i = 0; i < TIMES; i++) {
			fd = usage_lock(scratch("store"), &owner);
			if (fd < 0 || usage_read(fd, &bytes) != 0 ||
			    usage_write(fd, bytes + 1) != 0)
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

static void
put(struct store *store, const struct digest *who, enum store_shelf shelf,
    const char *text)
{
	struct store_key key = {shelf, *who, tree_root(span_of_text(text))};

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
	check(usage_recount(scratch("store")) == 0, "recount: %s",
	    fail_last()->text);
	check(used(&owner) == 19 && used(&other) == 3, "recounted");
	store_close(store);
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
	return failures != 0;
}
