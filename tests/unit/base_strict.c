/* SPDX-License-Identifier: ISC */
/* No link is followed, nothing but files and folders is opened. */
#include "base/strict.h"

#include <fcntl.h>
#include <unistd.h>

#include "scratch.h"

static void
make(void)
{
	mkdir(scratch("folder"), 0700);
	mkdir(scratch("folder/below"), 0700);
	scratch_write(scratch("folder/below/file"), span_of_text("text"), 0600);
	must(symlink("folder", scratch("link")) == 0 &&
		symlink("below/file", scratch("folder/filelink")) == 0 &&
		symlink("none", scratch("folder/dangling")) == 0 &&
		mkfifo(scratch("folder/pipe"), 0600) == 0,
	    "links and a pipe");
}

static void
test_open(void)
{
	static const char *const wrong[] = {"link/below/file",
	    "folder/filelink", "folder/dangling", "folder/pipe", "folder",
	    "folder/below"};
	static const int flags[] = {O_RDONLY, O_RDWR, O_WRONLY,
	    O_RDWR | O_CREAT};
	struct stat status;
	size_t i, j;
	int fd;

	for (i = 0; i < COUNT(wrong); i++) {
		for (j = 0; j < COUNT(flags); j++)
			check_fails(strict_open(scratch(wrong[i]), flags[j]),
			    FAIL_DATA, "is ", wrong[i]);
		check_fails(strict_look(scratch(wrong[i]), &status), FAIL_DATA,
		    "is ", wrong[i]);
	}
	check(access(scratch("folder/none"), F_OK) != 0,
	    "a link's end was made");
	check(strict_open(scratch("folder/none"), O_RDONLY) == STRICT_ABSENT &&
		strict_look(scratch("none/none"), &status) == STRICT_ABSENT,
	    "absent");
	fd = strict_open(scratch("folder/below/file"), O_RDONLY);
	check(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC, "a file");
	close(fd);
	check(strict_look(scratch("folder/below/file"), &status) == 0 &&
		status.st_size == 4,
	    "look");
}

static void
test_folders(void)
{
	bool absent;
	DIR *folder;

	check(strict_is_folder(scratch("folder")) == 1, "a folder");
	check(strict_is_folder(scratch("none")) == STRICT_ABSENT, "none");
	check_fails(strict_is_folder(scratch("link")), FAIL_SYSTEM, "link",
	    "link");
	check_fails(strict_make_folder(scratch("link/new")), FAIL_SYSTEM,
	    "link", "making a folder behind a link");
	check(strict_list(scratch("link/below"), &absent) == NULL && !absent,
	    "a list behind a link");
	check(strict_list(scratch("none"), &absent) == NULL && absent,
	    "no list");
	folder = strict_list(scratch("folder/below"), &absent);
	check(folder != NULL && !absent, "a list");
	closedir(folder);
	check(strict_make_folder(scratch("folder/new")) == 0 &&
		strict_make_folder(scratch("folder/new")) == 0,
	    "made twice");
	check(strict_make_folder(scratch("none/new")) == STRICT_ABSENT,
	    "no parent");
}

static void
test_names(void)
{
	check_fails(strict_rename(scratch("folder/below/file"),
			scratch("link/moved")),
	    FAIL_SYSTEM, "link", "to behind a link");
	check_fails(strict_rename(scratch("link/below/file"),
			scratch("folder/moved")),
	    FAIL_SYSTEM, "link", "from behind a link");
	check_fails(strict_unlink(scratch("link/below/file")), FAIL_SYSTEM,
	    "link", "removing behind a link");
	check(strict_unlink(scratch("folder/none")) == STRICT_ABSENT &&
		strict_rename(scratch("folder/none"),
		    scratch("folder/moved")) == STRICT_ABSENT,
	    "absent");
	check_fails(strict_must(STRICT_ABSENT, "x"), FAIL_SYSTEM, "gone", "x");
	check(strict_rename(scratch("folder/below/file"),
		  scratch("folder/moved")) == 0 &&
		strict_sync(scratch("folder/moved")) == 0 &&
		strict_sync_folder(scratch("folder")) == 0,
	    "moved");
	check_fails(strict_sync_folder(scratch("link")), FAIL_SYSTEM, "link",
	    "sync");
	check(strict_unlink(scratch("folder/filelink")) == 0 &&
		access(scratch("folder/filelink"), F_OK) != 0,
	    "a link itself is removed");
}

static void
test_resolve(void)
{
	char to[4096];

	check(strict_resolve(scratch("folder"), to, sizeof to) == 0 &&
		strcmp(to, scratch("folder")) == 0,
	    "without links it stays: %s", to);
	check(strict_resolve(scratch("link/below"), to, sizeof to) == 0 &&
		strict_is_folder(to) == 1 &&
		strcmp(to, scratch("folder/below")) == 0,
	    "a link: %s", to);
	check(strict_resolve("./none", to, sizeof to) == 0 &&
		strcmp(to, "./none") == 0,
	    "none: %s", to);
	check(strict_resolve(scratch("folder"), to, 5) == -1, "too long");
}

int
main(void)
{
	make();
	test_open();
	test_folders();
	test_resolve();
	test_names();
	return failures != 0;
}
