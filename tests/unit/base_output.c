/* SPDX-License-Identifier: ISC */
/* Files that a user names: what may be written over, and what must stay. */
#include "base/output.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "scratch.h"

static bool
holds(const char *path, const char *words)
{
	struct buf bytes = {0};
	bool same = file_read(path, 4096, &bytes) == 0 &&
	    span_equal(span_of_buf(&bytes), span_of_text(words));

	buf_release(&bytes);
	return same;
}

/* Refused, and afterwards of the same kind as before. */
static void
refuse(const char *path, enum fail_kind kind, const char *words)
{
	struct stat before, after;

	must(lstat(path, &before) == 0, path);
	check_fails(output_check(path), kind, words, path);
	check_fails(output_put(path, span_of_text("x")), kind, words, path);
	check(lstat(path, &after) == 0 && before.st_mode == after.st_mode &&
		before.st_ino == after.st_ino,
	    "%s is another file now", path);
}

static void
test_refused(void)
{
	static const char words[] = "is not a regular file, and is not written";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	must(mkfifo(scratch("pipe"), 0600) == 0, "mkfifo");
	refuse(scratch("pipe"), FAIL_USAGE, words);
	must(mkdir(scratch("folder"), 0700) == 0, "mkdir");
	refuse(scratch("folder"), FAIL_USAGE, words);
	snprintf(address.sun_path, sizeof address.sun_path, "%s",
	    scratch("socket"));
	must(bind(fd, (struct sockaddr *)&address, sizeof address) == 0,
	    "bind");
	close(fd);
	refuse(scratch("socket"), FAIL_USAGE, words);
	must(symlink("/dev/null", scratch("null")) == 0, "symlink");
	refuse(scratch("null"), FAIL_USAGE, words);
	must(chdir(scratch("")) == 0, "chdir");
	check_fails(output_check("-"), FAIL_USAGE, words, "-");
	check_fails(output_put("-", span_of_text("x")), FAIL_USAGE, words, "-");
	check(access("-", F_OK) != 0, "a file of that name");
	check(output_put("./-", span_of_text("x")) == 0 && unlink("-") == 0,
	    "such a file: %s", fail_last()->text);
	must(symlink("pipe", scratch("to-pipe")) == 0, "symlink");
	refuse(scratch("to-pipe"), FAIL_USAGE, words);
	must(symlink("nowhere", scratch("dangling")) == 0, "symlink");
	refuse(scratch("dangling"), FAIL_SYSTEM, "cannot look at");
	must(symlink("round", scratch("round")) == 0, "symlink");
	refuse(scratch("round"), FAIL_SYSTEM, "cannot look at");
}

static void
test_put(void)
{
	struct stat status;

	umask(022);
	check(output_check(scratch("new")) == 0, "%s", fail_last()->text);
	check(access(scratch("new"), F_OK) != 0, "made by looking");
	check(output_put(scratch("new"), span_of_text("1")) == 0 &&
		holds(scratch("new"), "1"),
	    "new: %s", fail_last()->text);
	check(stat(scratch("new"), &status) == 0 &&
		(status.st_mode & 07777) == 0644,
	    "its mode is %o", status.st_mode);
	check(output_check(scratch("new")) == 0 &&
		output_put(scratch("new"), span_of_text("2")) == 0 &&
		holds(scratch("new"), "2"),
	    "again: %s", fail_last()->text);
	check_fails(output_put(scratch("none/a"), span_of_text("")),
	    FAIL_SYSTEM, "cannot create", "no folder");
	check_fails(output_put(scratch("new/a"), span_of_text("")), FAIL_SYSTEM,
	    "Not a directory", "a file as folder");
}

/* What it leads to is replaced there, whole; the link stays. */
static void
test_link(void)
{
	char to[PATH_MAX];

	mkdir(scratch("far"), 0700);
	scratch_write(scratch("far/file"), span_of_text("old"), 0600);
	must(symlink("far/file", scratch("link")) == 0 &&
		symlink("link", scratch("link2")) == 0,
	    "symlink");
	check(output_check(scratch("link2")) == 0 &&
		output_put(scratch("link2"), span_of_text("new")) == 0,
	    "by links: %s", fail_last()->text);
	check(holds(scratch("far/file"), "new"), "it is not written");
	check(readlink(scratch("link"), to, sizeof to) == 8 &&
		readlink(scratch("link2"), to, sizeof to) == 4,
	    "the links are gone");
	if (geteuid() != 0)
		return;
	must(lchown(scratch("link"), 1, 1) == 0, "lchown");
	refuse(scratch("link"), FAIL_USAGE, "is a link of another user");
}

int
main(void)
{
	test_refused();
	test_put();
	test_link();
	return failures != 0;
}
