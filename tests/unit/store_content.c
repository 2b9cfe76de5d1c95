/* SPDX-License-Identifier: ISC */
/* What an engine must not forget: what is on its way to a name. */
#include "store/content.h"

#include <fcntl.h>

#include "crypto/tree.h"
#include "scratch.h"

#define BYTES "the same bytes"

static const char command[] =
    "engine() { case $1 in"
    " put) while read -r name path; do cat \"$path\" > \"$here/bytes\"; done;"
    "  echo put >> \"$here/asked\";"
    "  if [ -p \"$here/told\" ]; then"
    "   echo > \"$here/told\"; cat \"$here/go\"; fi ;;"
    " get) [ ! -e \"$here/away\" ] || exit 5;"
    "  [ -e \"$here/bytes\" ] && cat \"$here/bytes\" ;;"
    " drop) rm -f \"$here/bytes\"; echo drop >> \"$here/asked\";"
    "  for _ in $pause; do"
    "   grep -q put \"$here/asked\" || sleep 0.1; done ;;"
    " esac; }; engine";

static struct store_key key;

static struct store *
open_store(void)
{
	struct store *store;

	mkdir(scratch("store"), 0700);
	store = store_open(scratch("store"), STORE_WRITE);
	must(store != NULL && store_use_engine(store, command) == 0, "store");
	return store;
}

static void
put_bytes(struct store *store)
{
	must(store_put(store, &key, span_of_text(BYTES)) == 0 &&
		store_commit(store) == 0,
	    "put and commit");
}

static bool
has_bytes(struct store *store)
{
	struct buf bytes = {0};
	bool has = store_get(store, &key, 256, &bytes) == 1;

	buf_release(&bytes);
	return has;
}

/* Until somebody is at the other end, and has said all. */
static void
wait_for(const char *pipe, int flags)
{
	char line[8];
	int fd = open(scratch(pipe), flags);

	must(fd >= 0, pipe);
	while (flags == O_RDONLY && read(fd, line, sizeof line) > 0)
		;
	close(fd);
}

/* In a process of its own, whose engine says so and waits after a put. */
static pid_t
begin_put(void)
{
	pid_t child;

	must(mkfifo(scratch("told"), 0600) == 0 &&
		mkfifo(scratch("go"), 0600) == 0,
	    "pipes");
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		struct store *store = open_store();

		put_bytes(store);
		store_close(store);
		_exit(failures);
	}
	wait_for("told", O_RDONLY);
	return child;
}

static void
end_put(pid_t child)
{
	int status;

	wait_for("go", O_WRONLY);
	must(waitpid(child, &status, 0) == child && status == 0, "it ends");
	unlink(scratch("told"));
	unlink(scratch("go"));
}

/* The purge of what was dropped meets the same bytes, put anew. */
static void
test_put_while_purged(struct store *store)
{
	pid_t child;

	put_bytes(store);
	check(store_set_aside(store, &key, 1) == 0, "set aside");
	child = begin_put();
	check(store_purge(store, 2, NULL, NULL) == 0, "purge");
	end_put(child);
	check(has_bytes(store), "what was put while it was purged is there");
}

/* So does an order to drop that comes late, or twice. */
static void
test_put_while_dropped(struct store *store)
{
	pid_t child;

	must(store_drop(store, &key) == 0, "drop");
	check(access(scratch("bytes"), F_OK) != 0, "the engine forgets");
	child = begin_put();
	check(store_drop(store, &key) == 0, "drop again");
	end_put(child);
	check(has_bytes(store), "what was put while it was dropped is there");
}

/* An engine that forgets slowly, until there is a put, keeps nobody from it. */
static void
test_slow_purge(struct store *store)
{
	struct store_key old = {.shelf = STORE_SHARDS};
	struct buf asked = {0};
	char text[2] = "a";
	int status;
	pid_t child;

	for (; *text <= 'j'; ++*text) {
		old.id = tree_root(span_of_text(text));
		must(store_put(store, &old, span_of_text(text)) == 0 &&
			store_commit(store) == 0 &&
			store_set_aside(store, &old, 1) == 0,
		    "put and drop");
	}
	unlink(scratch("asked"));
	setenv("pause", "1 2 3 4 5 6 7 8 9 10", 1);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0)
		_exit(store_purge(store, 2, NULL, NULL) != 0);
	while (access(scratch("asked"), F_OK) != 0)
		usleep(1000);
	put_bytes(store);
	must(waitpid(child, &status, 0) == child && status == 0, "purge");
	must(file_read(scratch("asked"), 1000, &asked) == 0 &&
		buf_append(&asked, span_of("", 1)) == 0,
	    "what was asked");
	check(strstr((char *)asked.data, "put\ndrop\n") != NULL,
	    "a put has its turn in a purge: %s", (char *)asked.data);
	buf_release(&asked);
}

/* What it has not or has changed is damaged; one that is away says nothing. */
static void
test_check(struct store *store)
{
	size_t size = strlen(BYTES);

	put_bytes(store);
	check(store_check(store, &key, size, size) == STORE_WHOLE, "whole");
	scratch_write(scratch("away"), span_of_text(""), 0600);
	check_fails(store_check(store, &key, size, size), FAIL_SYSTEM,
	    "status 5", "the engine is away");
	unlink(scratch("away"));
	scratch_write(scratch("bytes"), span_of_text("other"), 0600);
	check(store_check(store, &key, size, size) == STORE_DAMAGED, "changed");
	unlink(scratch("bytes"));
	check(store_check(store, &key, size, size) == STORE_DAMAGED, "lost");
}

int
main(void)
{
	struct store *store;

	signal(SIGPIPE, SIG_IGN); /* as the tools do */
	alarm(120);
	key = (struct store_key){.shelf = STORE_SHARDS,
	    .id = tree_root(span_of_text(BYTES))};
	setenv("here", scratch(""), 1);
	store = open_store();
	test_put_while_purged(store);
	test_put_while_dropped(store);
	check(store_drop(store, &key) == 0 &&
		access(scratch("bytes"), F_OK) != 0,
	    "nothing holds it any more");
	test_slow_purge(store);
	test_check(store);
	store_close(store);
	return failures != 0;
}
