/* SPDX-License-Identifier: ISC */
/* Whole reads and writes, files that appear whole or not at all, folders. */
#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "scratch.h"

static struct span
text(const char *words)
{
	return span_of_text(words);
}

static bool
holds(const char *path, const char *words)
{
	struct buf bytes = {0};
	bool same = file_read(path, 4096, &bytes) == 0 &&
	    span_equal(span_of_buf(&bytes), text(words));

	buf_release(&bytes);
	return same;
}

/* How many names a folder has. */
static int
names_in(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	int count = 0;

	must(folder != NULL, path);
	while ((entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static void
test_put_refused(void)
{
	char path[PATH_MAX + 10];

	mkdir(scratch("refused"), 0700);
	check(file_put(scratch("refused/a"), text("1"), 0600, FILE_NEW) == 0,
	    "new: %s", fail_last()->text);
	check_fails(file_put(scratch("refused/a"), text("2"), 0600, FILE_NEW),
	    FAIL_SYSTEM, "refused/a': File exists", "a name that is taken");
	check(holds(scratch("refused/a"), "1"), "it is overwritten");
	check_fails(file_put(scratch("none/a"), text("2"), 0600, FILE_REPLACE),
	    FAIL_SYSTEM, "No such file or directory", "no folder");
	check_fails(file_put(scratch("refused/a/b"), text(""), 0600, FILE_NEW),
	    FAIL_SYSTEM, "Not a directory", "a file as folder");
	mkdir(scratch("refused/folder"), 0700);
	check_fails(file_put(scratch("refused/folder"), text("3"), 0600,
			FILE_REPLACE),
	    FAIL_SYSTEM, "cannot create", "a folder's name");
	memset(path, 'x', sizeof path);
	path[PATH_MAX - 4] = '\0';
	check_fails(file_put(path, text(""), 0600, FILE_NEW), FAIL_SYSTEM,
	    "the path 'xxx", "a long path");
	check(names_in(scratch("refused")) == 2, "%d names are left",
	    names_in(scratch("refused")));
}

static void
test_put(void)
{
	struct stat status;

	mkdir(scratch("put"), 0700);
	umask(0);
	check(file_put(scratch("put/new"), text("1"), 0640, FILE_NEW) == 0 &&
		holds(scratch("put/new"), "1"),
	    "new: %s", fail_last()->text);
	check(stat(scratch("put/new"), &status) == 0 &&
		(status.st_mode & 07777) == 0640 && status.st_nlink == 1,
	    "its mode is %o", status.st_mode);
	check(file_put(scratch("put/new"), text("22"), 0600, FILE_REPLACE) ==
		    0 &&
		holds(scratch("put/new"), "22"),
	    "replaced: %s", fail_last()->text);
	check(file_put(scratch("put/other"), text(""), 0600, FILE_REPLACE) ==
		    0 &&
		holds(scratch("put/other"), ""),
	    "replaced nothing: %s", fail_last()->text);
	check(names_in(scratch("put")) == 2, "a temporary is left");
	must(chdir(scratch("put")) == 0, "chdir");
	check(file_put("here", text("3"), 0600, FILE_NEW) == 0 &&
		holds(scratch("put/here"), "3"),
	    "a path without a folder: %s", fail_last()->text);
	must(chdir("/") == 0, "chdir");
}

/*
 * Who has the old file still reads it whole: what replaces it is another file,
 * not other bytes in the same one, which a crash could leave half written.
 */
static void
test_replace_is_another_file(void)
{
	struct stat old, new;

	mkdir(scratch("atomic"), 0700);
	scratch_write(scratch("atomic/file"), text("the old bytes"), 0600);
	must(link(scratch("atomic/file"), scratch("atomic/link")) == 0, "link");
	check(file_put(scratch("atomic/file"), text("new"), 0600,
		  FILE_REPLACE) == 0 &&
		holds(scratch("atomic/file"), "new"),
	    "replaced: %s", fail_last()->text);
	check(holds(scratch("atomic/link"), "the old bytes"),
	    "the old bytes are written over");
	check(stat(scratch("atomic/link"), &old) == 0 &&
		stat(scratch("atomic/file"), &new) == 0 &&
		old.st_ino != new.st_ino,
	    "the same file");
	check(names_in(scratch("atomic")) == 2, "a temporary is left");
}

/* Make one file again and again; the exit status is how often that failed. */
static pid_t
start_writer(const char *path)
{
	pid_t child = fork();
	int i, bad = 0;

	must(child >= 0, "a child");
	if (child > 0)
		return child;
	for (i = 0; i < 100; i++)
		bad += file_put(path, text("x"), 0600, FILE_REPLACE) != 0;
	if (bad > 0)
		printf("a writer: %s\n", fail_last()->text);
	fflush(stdout);
	_exit(bad);
}

/* Who makes a file that others make at the same time makes it. */
static void
test_writers_at_once(void)
{
	pid_t child[4];
	size_t i;
	int status;

	mkdir(scratch("race"), 0700);
	for (i = 0; i < COUNT(child); i++)
		child[i] = start_writer(scratch("race/file"));
	for (i = 0; i < COUNT(child); i++) {
		must(waitpid(child[i], &status, 0) == child[i], "waiting");
		check(status == 0, "writer %zu fails %d times", i,
		    WEXITSTATUS(status));
	}
	check(names_in(scratch("race")) == 1, "%d names are left",
	    names_in(scratch("race")));
}

static const char *
make_rest(const char *name, long pid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "rests/%s.%ld.new", name, pid);
	scratch_write(scratch(path), text("rest"), 0600);
	return scratch(path);
}

static int
lock(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	must(fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0, "a lock");
	return fd;
}

/*
 * What was left by a writer who died goes, whoever he was; what is locked is
 * still written, also by somebody who has our PID elsewhere.
 */
static void
test_rests(void)
{
	int written, ours;

	mkdir(scratch("rests"), 0700);
	make_rest("file", 1);
	written = lock(make_rest("file", 2));
	make_rest("other", 1);
	make_rest("file.1", 1);
	ours = lock(make_rest("file", getpid()));
	check(file_put(scratch("rests/file"), text("1"), 0600, FILE_NEW) == 0 &&
		holds(scratch("rests/file"), "1"),
	    "beside rests: %s", fail_last()->text);
	check(access(scratch("rests/file.1.new"), F_OK) != 0, "a rest");
	check(names_in(scratch("rests")) == 5, "%d names are left",
	    names_in(scratch("rests")));
	close(written);
	close(ours);
	check(file_put(scratch("rests/file"), text("2"), 0600, FILE_REPLACE) ==
		0,
	    "again: %s", fail_last()->text);
	check(names_in(scratch("rests")) == 3, "%d names are left in the end",
	    names_in(scratch("rests")));
}

static void
test_read(void)
{
	static char large[8192];
	struct buf bytes = {0};
	size_t size;

	check_fails(file_read(scratch("none"), 10, &bytes), FAIL_SYSTEM,
	    "none': No such file or directory", "no file");
	check_fails(file_read(scratch(""), 10, &bytes), FAIL_SYSTEM,
	    "Is a directory", "a folder");
	check_fails(file_read("/dev/zero", 100000, &bytes), FAIL_DATA,
	    "'/dev/zero' is longer than 100000 bytes", "no end");
	buf_release(&bytes);
	memset(large, 'x', sizeof large);
	for (size = 0; size < sizeof large; size += 1024) {
		scratch_write(scratch("large"), span_of(large, size), 0600);
		check(file_read(scratch("large"), size, &bytes) == 0 &&
			span_equal(span_of_buf(&bytes), span_of(large, size)),
		    "%zu bytes: %s", size, fail_last()->text);
		if (size > 0)
			check_fails(file_read(scratch("large"), size - 1,
					&bytes),
			    FAIL_DATA, "is longer than", "one byte too many");
		buf_release(&bytes);
	}
}

static void
test_path(void)
{
	static char longest[FILE_PATH];
	char path[FILE_PATH];

	memset(longest, 'x', sizeof longest - 3);
	check(file_path(path, "%s%s", longest, "/y") == 0 &&
		strlen(path) == FILE_PATH - 1 &&
		strcmp(path + FILE_PATH - 4, "x/y") == 0,
	    "the longest path");
	check_fails(file_path(path, "%s%s", longest, "/yz"), FAIL_USAGE,
	    "xxx...' is too long", "one byte more");
}

static void
test_folder_of(void)
{
	static const char *const cases[][2] = {{"a", "."}, {"/", "/"},
	    {"/a", "/"}, {"/ab/c", "/ab"}, {"a/b/", "a/b"}, {"", "."},
	    {"/abcdef/g", "/abcdef"}};
	char folder[PATH_MAX];
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		file_folder(cases[i][0], folder);
		check(strcmp(folder, cases[i][1]) == 0, "'%s' is in '%s'",
		    cases[i][0], folder);
	}
}

static void
test_fill(void)
{
	struct span bytes = text("0123456789");
	char to[32];
	size_t step;
	pid_t child;
	int fd;

	for (step = 1; step <= bytes.size; step++) {
		fd = dribble_of(bytes, step, &child);
		check(file_fill(fd, to, 7) == 7 &&
			memcmp(to, "0123456", 7) == 0,
		    "7 bytes in steps of %zu", step);
		check(file_fill(fd, to, sizeof to) == 3 &&
			memcmp(to, "789", 3) == 0,
		    "3 bytes in steps of %zu", step);
		check(file_fill(fd, to, 1) == 0, "more after the end");
		dribble_end(fd, child);
	}
	check(file_fill(-1, to, 0) == 0, "no bytes");
	check_fails((int)file_fill(-1, to, 1), FAIL_SYSTEM,
	    "cannot read: Bad file descriptor", "no descriptor");
}

/* More parts than one writev takes, empty ones among them, a slow reader. */
static void
test_write(void)
{
	static struct iovec part[5000];
	static char byte[5000];
	struct buf bytes;
	size_t i;
	int fd;

	check(file_write(-1, span_of("", 0)) == 0, "nothing to nowhere");
	check_fails(file_write(-1, span_of("x", 1)), FAIL_SYSTEM,
	    "cannot write: Bad file descriptor", "no descriptor");
	fd = open("/dev/full", O_WRONLY);
	check_fails(file_write(fd, span_of("x", 1)), FAIL_SYSTEM,
	    "cannot write: No space left on device", "a full disk");
	close(fd);
	for (i = 0; i < COUNT(part); i++) {
		byte[i] = (char)i;
		part[i] = (struct iovec){byte + i, i % 3 != 0};
	}
	fd = memory_of(span_of("", 0));
	check(file_write_parts(fd, part, COUNT(part)) == 0, "parts: %s",
	    fail_last()->text);
	bytes = memory_read(fd);
	check(bytes.size == 3333, "%zu bytes of parts", bytes.size);
	for (i = 0; i < bytes.size; i++)
		if (bytes.data[i] != (uint8_t)(i / 2 * 3 + 1 + i % 2))
			break;
	check(i == bytes.size, "byte %zu of the parts", i);
	buf_release(&bytes);
	close(fd);
}

/* A writer that fills a small pipe again and again. */
static void
test_short_writes(void)
{
	static uint8_t sent[300000], got[300000];
	pid_t child;
	int fd;

	random_fill(sent, sizeof sent);
	fd = dribble_of(span_of(sent, sizeof sent), sizeof sent, &child);
	fcntl(fd, F_SETPIPE_SZ, 4096);
	check(file_fill(fd, got, sizeof got) == sizeof got &&
		memcmp(sent, got, sizeof got) == 0,
	    "a large write through a small pipe");
	dribble_end(fd, child);
	file_widen_pipe(-1);
}

static void
test_folders(void)
{
	struct stat status;

	check(file_make_folder(scratch("f"), 0700) == 0 &&
		file_make_folder(scratch("f"), 0700) == 0,
	    "a folder twice: %s", fail_last()->text);
	check_fails(file_make_folder(scratch("none/f"), 0700), FAIL_SYSTEM,
	    "cannot make folder", "below nothing");
	check(file_make_folders(scratch("f/a/b/c"), 0700) == 0 &&
		stat(scratch("f/a/b/c"), &status) == 0 &&
		(status.st_mode & 07777) == 0700,
	    "folders: %s", fail_last()->text);
	check(file_make_folders(scratch("f/a/b/c/"), 0700) == 0, "a slash: %s",
	    fail_last()->text);
	scratch_write(scratch("f/file"), span_of("", 0), 0600);
	check_fails(file_make_folders(scratch("f/file/a"), 0700), FAIL_SYSTEM,
	    "cannot make folder", "below a file");
	check_fails(file_make_folders("", 0700), FAIL_SYSTEM, "cannot make",
	    "");
	check(file_sync_folder(scratch("f")) == 0, "sync");
	check_fails(file_sync_folder(scratch("f/file")), FAIL_SYSTEM,
	    "Not a directory", "syncing a file");
}

/* Its names, sorted by the alphabet of one letter each, into `names`. */
static void
list(const char *path, char *names)
{
	DIR *folder = opendir(path);
	const char *name;
	int result = 0;
	char letter;

	must(folder != NULL, path);
	*names = '\0';
	for (letter = 'a'; letter <= 'z'; letter++) {
		rewinddir(folder);
		while ((name = file_next(folder, path, &result)) != NULL)
			if (*name == letter)
				strcat(strcat(names, name), " ");
	}
	check(result == 0, "%s: %s", path, fail_last()->text);
	result = -1;
	rewinddir(folder);
	check(file_next(folder, path, &result) == NULL,
	    "a name after a failure");
	closedir(folder);
}

/* What is no folder any more, as on a disk that has gone. */
static void
test_next_fails(void)
{
	DIR *folder;
	int fd, result = 0;

	file_make_folder(scratch("gone"), 0700);
	folder = opendir(scratch("gone"));
	must(folder != NULL, "a folder");
	fd = open("/dev/null", O_RDONLY);
	must(dup2(fd, dirfd(folder)) >= 0, "another descriptor");
	check(file_next(folder, "gone", &result) == NULL, "a name");
	check_fails(result, FAIL_SYSTEM, "cannot read folder 'gone'",
	    "the end of no folder");
	closedir(folder);
	close(fd);
}

static void
test_lock_and_clean(void)
{
	static const char *const names[] = {"a.1.new", "b", "c.new", "d.newer",
	    "e.example.net.77.new", "f.1x.new", "new"};
	char path[PATH_MAX], there[100];
	int fd = file_lock_folder(scratch("l")), other;
	size_t i;

	must(fd >= 0, "a locked folder");
	other = open(scratch("l"), O_RDONLY | O_DIRECTORY);
	check(flock(other, LOCK_EX | LOCK_NB) != 0, "it is not locked");
	for (i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof path, "l/%s", names[i]);
		scratch_write(scratch(path), span_of("", 0), 0600);
	}
	list(scratch("l"), there);
	check(strcmp(there,
		  "a.1.new b c.new d.newer "
		  "e.example.net.77.new f.1x.new new ") == 0,
	    "'%s'", there);
	file_clean_folder(scratch("l"));
	list(scratch("l"), there);
	check(strcmp(there, "b c.new d.newer f.1x.new new ") == 0,
	    "left is '%s'", there);
	close(fd);
	check(flock(other, LOCK_EX | LOCK_NB) == 0, "it is still locked");
	close(other);
	file_clean_folder(scratch("none"));
	check_fails(file_lock_folder(scratch("l/b")), FAIL_SYSTEM,
	    "Not a directory", "locking a file");
}

int
main(void)
{
	test_put_refused();
	test_put();
	test_replace_is_another_file();
	test_writers_at_once();
	test_rests();
	test_read();
	test_path();
	test_folder_of();
	test_fill();
	test_write();
	test_short_writes();
	test_folders();
	test_next_fails();
	test_lock_and_clean();
	return failures != 0;
}
