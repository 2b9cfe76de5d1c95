/* SPDX-License-Identifier: ISC */
/*
 * A store keeps what it was given under its own name, shows it only after a
 * commit, and notices whatever happens to it on the disk.
 */
#include "store/store.h"

#include "crypto/tree.h"
#include "scratch.h"
#include "store/place.h"

static struct digest owner;

static struct store_key
key_of(const char *text)
{
	return (struct store_key){STORE_SHARDS, owner,
	    tree_root(span_of_text(text))};
}

static struct store *
store_at(const char *name, enum store_mode mode)
{
	struct store *store;

	mkdir(scratch(name), 0700);
	store = store_open(scratch(name), mode);
	must(store != NULL, name);
	return store;
}

static void
put(struct store *store, const char *text)
{
	struct store_key key = key_of(text);

	check(store_put(store, &key, span_of_text(text)) == 0, "put: %s",
	    fail_last()->text);
}

/* Both ways of getting: 1 and the bytes, 0, or -1 and FAIL_DATA. */
static void
test_get(struct store *store, const char *text, int wanted)
{
	struct store_key key = key_of(text);
	struct buf got = {0};
	int result;

	must(buf_append(&got, span_of_text("kept")) == 0, "memory");
	result = store_get(store, &key, 256, &got);
	check(result == wanted, "getting '%s' gives %d (%s)", text, result,
	    fail_last()->text);
	check(wanted != 1 ||
		(got.size == 4 + strlen(text) &&
		    memcmp(got.data, "kept", 4) == 0 &&
		    memcmp(got.data + 4, text, got.size - 4) == 0),
	    "getting '%s' gives other bytes", text);
	if (wanted < 0)
		check_fails(result, FAIL_DATA, "/shards/", text);
	buf_release(&got);
}

static void
test_put_refused(struct store *store)
{
	struct store_key key = key_of("right");

	check_fails(store_put(store, &key, span_of_text("wrong")), FAIL_DATA,
	    "the bytes are not what their id says", "wrong bytes");
	check(store_commit(store) == 0 && store_has(store, &key, 0) == 0,
	    "they are there");
}

static void
test_commit(struct store *store)
{
	struct store_key first = key_of("first");
	struct store_key other = {STORE_SNAPSHOTS, owner, first.id};

	test_get(store, "first", 0);
	put(store, "first");
	check(store_has(store, &first, 0) == 0, "there before the commit");
	test_get(store, "first", 0);
	check(store_commit(store) == 0, "commit: %s", fail_last()->text);
	check(store_has(store, &first, 0) == 1 &&
		store_has(store, &first, 5) == 1 &&
		store_has(store, &first, 4) == STORE_DAMAGED &&
		store_has(store, &first, 6) == STORE_DAMAGED,
	    "has");
	test_get(store, "first", 1);
	check(store_has(store, &other, 0) == 0, "on the other shelf");
	other = first;
	other.owner.byte[0] ^= 1;
	check(store_has(store, &other, 0) == 0, "with another owner");
	check(store_commit(store) == 0, "an empty commit");
	put(store, "second");
	put(store, "third");
	put(store, "first");
	check(store_commit(store) == 0, "commit: %s", fail_last()->text);
	test_get(store, "first", 1);
	test_get(store, "second", 1);
	test_get(store, "third", 1);
}

static void
test_drop(struct store *store)
{
	struct store_key key = key_of("third");

	check(store_drop(store, &key) == 0 && store_has(store, &key, 0) == 0,
	    "drop: %s", fail_last()->text);
	test_get(store, "third", 0);
	check(store_drop(store, &key) == 0, "again: %s", fail_last()->text);
}

struct list {
	struct digest id[8];
	size_t count;
	size_t stop; /* after so many */
};

static int
add_id(void *context, const struct digest *id)
{
	struct list *list = context;

	list->id[list->count++] = *id;
	return list->count == list->stop ? 7 : 0;
}

static void
test_list(struct store *store)
{
	struct store_key first = key_of("first"), second = key_of("second");
	struct list list = {.stop = 8};
	struct digest stranger = {{1}};

	check(store_list(store, STORE_SHARDS, &owner, add_id, &list) == 0 &&
		list.count == 2,
	    "lists %zu", list.count);
	check((digest_equal(&list.id[0], &first.id) &&
		  digest_equal(&list.id[1], &second.id)) ||
		(digest_equal(&list.id[0], &second.id) &&
		    digest_equal(&list.id[1], &first.id)),
	    "lists others");
	list = (struct list){.stop = 1};
	check(store_list(store, STORE_SHARDS, &owner, add_id, &list) == 7 &&
		list.count == 1,
	    "a list is not stopped");
	list.count = 0;
	check(store_list(store, STORE_SNAPSHOTS, &owner, add_id, &list) == 0 &&
		store_list(store, STORE_SHARDS, &stranger, add_id, &list) ==
		    0 &&
		list.count == 0,
	    "lists what is not there");
}

/* What a disk may do to a file: spoil, cut, empty, lengthen, replace it. */
static void
test_damage(struct store *store, const char *path)
{
	static const char *const other[] = {"Second", "secon", "", "second ",
	    "something else that is long"};
	struct store_key key = key_of("second");
	char file[PATH_MAX];
	struct buf got = {0};
	size_t i;

	place_of(path, &key, file);
	for (i = 0; i < COUNT(other); i++) {
		scratch_write(file, span_of_text(other[i]), 0600);
		test_get(store, "second", -1);
		check_fails(store_get(store, &key, 256, &got), FAIL_DATA,
		    "is damaged", "into an empty buffer");
		buf_release(&got);
	}
	check_fails(store_get(store, &key, 26, &got), FAIL_DATA,
	    "is longer than 26 bytes", "a long file");
	scratch_write(file, span_of_text("second"), 0600);
	check(store_check(store, &key, 6, 6) == 1 &&
		store_check(store, &key, 0, 6) == 1 &&
		store_check(store, &key, 5, 6) == STORE_DAMAGED &&
		store_check(store, &key, 6, 5) == STORE_DAMAGED,
	    "check");
	scratch_write(file, span_of_text("Second"), 0600);
	check(store_has(store, &key, 6) == 1 &&
		store_check(store, &key, 6, 6) == STORE_DAMAGED,
	    "check what is damaged");
	unlink(file);
	mkdir(file, 0700);
	check(store_get(store, &key, 9999, &got) == -1, "a folder");
	check_fails(store_drop(store, &key), FAIL_SYSTEM, "cannot remove",
	    "dropping a folder");
	put(store, "second");
	check_fails(store_commit(store), FAIL_SYSTEM, "cannot create",
	    "in the place of a folder");
	rmdir(file);
	put(store, "second");
	check(store_commit(store) == 0, "commit: %s", fail_last()->text);
	test_get(store, "second", 1);
	buf_release(&got);
}

/* A path of the store that is no folder any more. */
static void
test_broken(void)
{
	struct store *store = store_at("broken", STORE_WRITE);
	struct store_key key = key_of("text");
	struct list list = {.stop = 8};
	char path[PATH_MAX];
	struct buf got = {0};

	must(store_drop(store, &key) == 0, "the counts are there");
	place_of(scratch("broken"), &key, path);
	*strrchr(path, '/') = '\0';
	file_make_folders(path, 0700);
	rmdir(path);
	scratch_write(path, span_of_text("no folder"), 0600);
	check_fails(store_has(store, &key, 0), FAIL_SYSTEM, "cannot look at",
	    "has");
	check_fails(store_get(store, &key, 9, &got), FAIL_SYSTEM, "cannot open",
	    "get");
	check_fails(store_drop(store, &key), FAIL_SYSTEM, "cannot look at",
	    "drop");
	check_fails(store_list(store, STORE_SHARDS, &owner, add_id, &list),
	    FAIL_SYSTEM, "cannot open", "list");
	check_fails(store_put(store, &key, span_of_text("text")), FAIL_SYSTEM,
	    "cannot open", "put");
	unlink(path);
	tree_remove(scratch("broken/tmp"));
	check_fails(store_put(store, &key, span_of_text("text")), FAIL_SYSTEM,
	    "is gone", "put without a folder for what is on the way");
	check(store_commit(store) == 0, "an empty commit");
	store_close(store);
}

int
main(void)
{
	struct store *store;

	memset(&owner, 0x22, sizeof owner);
	store = store_at("store", STORE_WRITE);
	test_put_refused(store);
	test_commit(store);
	test_drop(store);
	test_list(store);
	test_damage(store, scratch("store"));
	test_broken();
	store_close(store);
	store_close(NULL);
	return failures != 0;
}
