/* SPDX-License-Identifier: ISC */
/*
 * Who may open a store, what a folder must be to become one, and what is left
 * of writers that died.
 */
#include <dirent.h>
#include <fcntl.h>

#include "base/base32.h"
#include "crypto/tree.h"
#include "scratch.h"
#include "store/place.h"
#include "store/store.h"

static struct digest owner;

static struct store_key
key_of(const char *text)
{
	return (struct store_key){STORE_SNAPSHOTS, owner,
	    tree_root(span_of_text(text))};
}

static void
put(struct store *store, const char *text)
{
	struct store_key key = key_of(text);

	check(store_put(store, &key, span_of_text(text)) == 0, "put: %s",
	    fail_last()->text);
}

static int
files_in(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	int count = 0;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.';
	if (folder != NULL)
		closedir(folder);
	return count;
}

/* A folder that cannot be opened, and why. */
static void
refused(const char *path, enum store_mode mode, enum fail_kind kind,
    const char *words)
{
	struct store *store = store_open(path, mode);

	check_fails(store == NULL ? -1 : 0, kind, words, path);
	store_close(store);
}

static void
test_folders(void)
{
	char path[PATH_MAX];

	refused(scratch("none"), STORE_WRITE, FAIL_SYSTEM, "cannot open store");
	refused(scratch("none"), STORE_READ, FAIL_SYSTEM, "cannot open store");
	check(strstr(fail_last()->hint, "is the disk mounted?") != NULL,
	    "no hint");
	mkdir(scratch("empty"), 0700);
	refused(scratch("empty"), STORE_READ, FAIL_DATA, "is not a store");
	check(strcmp(fail_last()->hint, "is the disk mounted?") == 0, "hint");
	check(files_in(scratch("empty")) == 0, "reading leaves something");
	mkdir(scratch("full"), 0700);
	scratch_write(scratch("full/letter"), span_of("x", 1), 0600);
	refused(scratch("full"), STORE_WRITE, FAIL_DATA,
	    "is not a store, and not empty");
	refused(scratch("full"), STORE_READ, FAIL_DATA, "is not a store");
	check(files_in(scratch("full")) == 1, "something is left");
	refused(scratch("full/letter"), STORE_WRITE, FAIL_SYSTEM,
	    "Not a directory");
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	refused(path, STORE_READ, FAIL_SYSTEM, "the path 'xxx");
}

static void
test_marker(const char *text, const char *what)
{
	tree_remove(scratch("marked"));
	mkdir(scratch("marked"), 0700);
	scratch_write(scratch("marked/shardkit-store"), span_of_text(text),
	    0600);
	refused(scratch("marked"), STORE_WRITE, FAIL_DATA,
	    "is damaged or of another version");
	refused(scratch("marked"), STORE_READ, FAIL_DATA,
	    "is damaged or of another version");
	check(files_in(scratch("marked")) == 1, "%s: something is made", what);
}

static void
test_markers(void)
{
	char name[BASE32_TEXT], text[256];

	base32_encode(BASE32_STORE, owner.byte, name);
	test_marker("", "empty");
	test_marker("shardkit store 1\n", "no name");
	snprintf(text, sizeof text, "shardkit store 2\n%s\n", name);
	test_marker(text, "version 2");
	snprintf(text, sizeof text, "shardkit store 1\n%s\nmore\n", name);
	test_marker(text, "more lines");
	name[3] ^= 1;
	snprintf(text, sizeof text, "shardkit store 1\n%s\n", name);
	test_marker(text, "a typo");
	base32_encode(BASE32_ID, owner.byte, name);
	snprintf(text, sizeof text, "shardkit store 1\n%s\n", name);
	test_marker(text, "an id");
}

/* What mkfs leaves, and what a first writer leaves that was killed. */
static void
test_new(void)
{
	struct store *a, *b, *reader;

	mkdir(scratch("new"), 0700);
	mkdir(scratch("new/lost+found"), 0700);
	a = store_open(scratch("new"), STORE_WRITE);
	must(a != NULL, "lost+found");
	mkdir(scratch("killed"), 0700);
	scratch_write(scratch("killed/shardkit-store.4711.new"),
	    span_of("shardkit st", 11), 0600);
	b = store_open(scratch("killed"), STORE_WRITE);
	check(b != NULL, "a half-made store: %s", fail_last()->text);
	reader = store_open(scratch("new"), STORE_READ);
	check(reader != NULL && digest_equal(store_name(a), store_name(reader)),
	    "its name");
	check(b == NULL || !digest_equal(store_name(a), store_name(b)),
	    "two stores, one name");
	store_close(a);
	store_close(b);
	store_close(reader);
}

/* A child that puts, tells so, and waits to be killed. */
static pid_t
writer_start(const char *path)
{
	struct store *store;
	int end[2];
	pid_t child;
	char byte;

	must(pipe(end) == 0, "pipe");
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		store = store_open(path, STORE_WRITE);
		put(store, "of a writer that dies");
		file_write(end[1], span_of("x", 1));
		pause();
	}
	must(file_fill(end[0], &byte, 1) == 1, "the child");
	close(end[0]);
	close(end[1]);
	return child;
}

static void
test_dead_writer(void)
{
	struct store_key key = key_of("of a writer that dies");
	struct store *store;
	pid_t child;

	mkdir(scratch("dead"), 0700);
	child = writer_start(scratch("dead"));
	store = store_open(scratch("dead"), STORE_WRITE);
	must(store != NULL, "a second writer");
	/* what it has on the way, and its mark */
	check(files_in(scratch("dead/tmp")) == 2, "a living writer's is gone");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	store_close(store);
	store = store_open(scratch("dead"), STORE_READ);
	check(files_in(scratch("dead/tmp")) == 2, "a reader cleans");
	store_close(store);
	store = store_open(scratch("dead"), STORE_WRITE);
	must(store != NULL, "a writer alone");
	check(files_in(scratch("dead/tmp")) == 0, "a dead writer's is there");
	check(store_has(store, &key, 0) == 0, "it is committed");
	store_close(store);
}

/* The same beside a writer that lives, and keeps what it has on the way. */
static void
test_dead_beside_living(void)
{
	struct store_key mine = key_of("mine");
	struct store *store, *next;
	pid_t child;

	mkdir(scratch("beside"), 0700);
	store = store_open(scratch("beside"), STORE_WRITE);
	must(store != NULL, "a writer");
	put(store, "mine");
	child = writer_start(scratch("beside"));
	check(store_bury(store) == 0, "bury: %s", fail_last()->text);
	check(files_in(scratch("beside/tmp")) == 4, "the living are buried");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	check(store_bury(store) == 0, "bury: %s", fail_last()->text);
	check(files_in(scratch("beside/tmp")) == 2, "the dead are not buried");
	child = writer_start(scratch("beside"));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	next = store_open(scratch("beside"), STORE_WRITE);
	check(next != NULL && files_in(scratch("beside/tmp")) == 2,
	    "the dead are not buried by the next: %d",
	    files_in(scratch("beside/tmp")));
	check(store_commit(store) == 0 && store_has(next, &mine, 4) == 1,
	    "what the living had is gone");
	store_close(next);
	store_close(store);
	check(files_in(scratch("beside/tmp")) == 0, "something is left");
}

static int
nothing(void *context, const struct digest *id)
{
	(void)context;
	(void)id;
	return 0;
}

/* A writer has a mark from its first write on, whatever that is. */
static void
test_mark(void)
{
	struct store_key key = key_of("mine");
	struct store *first, *second, *third;
	struct buf bytes = {0};
	uint64_t used;

	mkdir(scratch("mark"), 0700);
	first = store_open(scratch("mark"), STORE_WRITE);
	must(first != NULL, "a writer");
	check(files_in(scratch("mark/tmp")) == 0, "a mark for nothing");
	put(first, "mine");
	check(store_commit(first) == 0 && files_in(scratch("mark/tmp")) == 1,
	    "no mark of a put");
	second = store_open(scratch("mark"), STORE_AGAIN);
	third = store_open(scratch("mark"), STORE_AGAIN);
	must(second != NULL && third != NULL, "two more");
	check(store_has(second, &key, 4) == STORE_WHOLE &&
		store_check(second, &key, 4, 4) == STORE_WHOLE &&
		store_get(second, &key, 4, &bytes) == 1 &&
		store_get_cold(second, &key, 4, &bytes) == 1 &&
		store_list(second, STORE_SNAPSHOTS, &owner, nothing, NULL) ==
		    0 &&
		store_used(second, &owner, &used) == 0 &&
		store_purge(second, UINT64_MAX, NULL, NULL) == 0 &&
		store_commit(second) == 0,
	    "reading: %s", fail_last()->text);
	check(files_in(scratch("mark/tmp")) == 1, "a mark of a reader");
	check(store_set_aside(second, &key, 10) == 0 &&
		files_in(scratch("mark/tmp")) == 2,
	    "no mark of what is set aside");
	check(store_purge(third, 10, NULL, NULL) == 0 &&
		files_in(scratch("mark/tmp")) == 2,
	    "a mark of a purge of nothing");
	check(store_purge(third, 11, NULL, NULL) == 0 &&
		files_in(scratch("mark/tmp")) == 3,
	    "no mark of a purge");
	store_close(third);
	third = store_open(scratch("mark"), STORE_AGAIN);
	check(third != NULL && store_drop(third, &key) == 0 &&
		files_in(scratch("mark/tmp")) == 3,
	    "no mark of a drop");
	store_close(third);
	store_close(second);
	store_close(first);
	check(files_in(scratch("mark/tmp")) == 0, "a mark is left");
	buf_release(&bytes);
}

/* Beside another the dead are buried before what they had matters. */
static void
test_again(void)
{
	struct store *first, *next;
	uint64_t used;
	pid_t child;
	int way;

	mkdir(scratch("again"), 0700);
	first = store_open(scratch("again"), STORE_WRITE);
	must(first != NULL, "a writer");
	for (way = 0; way < 2; way++) {
		child = writer_start(scratch("again"));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		next = store_open(scratch("again"), STORE_AGAIN);
		must(next != NULL, "another");
		check(files_in(scratch("again/tmp")) == 2, "too early");
		if (way == 0)
			check(store_used(next, &owner, &used) == 0, "used");
		else
			put(next, "mine");
		check(files_in(scratch("again/tmp")) == 2 * way, "%d: %d files",
		    way, files_in(scratch("again/tmp")));
		store_close(next);
	}
	store_close(first);
}

/* Two handles: what one commits the other sees, what it drops is gone. */
static void
test_two(void)
{
	struct store_key mine = key_of("mine"), yours = key_of("yours");
	struct store *a, *b;

	mkdir(scratch("two"), 0700);
	a = store_open(scratch("two"), STORE_WRITE);
	b = store_open(scratch("two"), STORE_WRITE);
	must(a != NULL && b != NULL, "two writers");
	put(a, "mine");
	put(b, "mine");
	put(b, "yours");
	/* and a mark for each writer */
	check(files_in(scratch("two/tmp")) == 5, "three temporaries");
	check(store_commit(a) == 0 && store_has(b, &mine, 4) == 1 &&
		store_has(a, &yours, 5) == 0,
	    "the first commit: %s", fail_last()->text);
	check(store_commit(b) == 0 && store_has(a, &yours, 5) == 1 &&
		store_has(a, &mine, 4) == 1,
	    "the second commit: %s", fail_last()->text);
	put(a, "left");
	store_close(a);
	check(files_in(scratch("two/tmp")) == 1, "a temporary is left");
	check(store_drop(b, &mine) == 0 && store_has(b, &mine, 0) == 0, "drop");
	store_close(b);
}

/* A folder of temporaries that cannot be had. */
static void
test_no_folder(void)
{
	struct store *store;

	mkdir(scratch("odd"), 0700);
	store = store_open(scratch("odd"), STORE_WRITE);
	must(store != NULL, "open");
	store_close(store);
	rmdir(scratch("odd/tmp"));
	scratch_write(scratch("odd/tmp"), span_of("", 0), 0600);
	refused(scratch("odd"), STORE_WRITE, FAIL_SYSTEM, "cannot open");
	store = store_open(scratch("odd"), STORE_READ);
	check(store != NULL, "reading: %s", fail_last()->text);
	store_close(store);
}

int
main(void)
{
	memset(&owner, 0x22, sizeof owner);
	test_folders();
	test_markers();
	test_new();
	test_dead_writer();
	test_dead_beside_living();
	test_mark();
	test_again();
	test_two();
	test_no_folder();
	return failures != 0;
}
