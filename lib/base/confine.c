/* SPDX-License-Identifier: ISC */
#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fail.h"

/* linux/landlock.h, which musl's headers do not bring. */
#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define ASK_VERSION 1
#define RULE_PATH_BENEATH 1
#define WRITE_FILE (1 << 1)
#define READ_FILE (1 << 2)
#define READ_FOLDER (1 << 3)
#define REMOVE_FILE (1 << 5)
#define MAKE_FOLDER (1 << 7)
#define MAKE_FILE (1 << 8)
#define RENAME_ACROSS (1 << 13) /* between folders, from version 2 */
#define TRUNCATE (1 << 14)	/* with an open or without, from version 3 */
#define FIRST_VERSION 2
#define TRUNCATE_VERSION 3

struct ruleset {
	uint64_t handled;
};

struct beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

int
confine_user(const char *name)
{
	struct passwd *user = getpwnam(name);

	if (user == NULL)
		return fail(FAIL_USAGE, "there is no user '%s'", name);
	if (initgroups(name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 ||
	    setuid(user->pw_uid) != 0)
		return fail_errno("cannot become user '%s'", name);
	return 0;
}

int
confine_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail_errno("cannot give up new privileges");
	return 0;
}

/* A rule for a file may not speak of what is done in folders. */
static int
add_rule(int rules, int fd, uint64_t allowed)
{
	struct beneath beneath = {.allowed = allowed, .parent = fd};
	struct stat status;

	if (fstat(fd, &status) != 0)
		return -1;
	if (!S_ISDIR(status.st_mode))
		beneath.allowed &= READ_FILE | WRITE_FILE | TRUNCATE;
	return (int)syscall(ADD_RULE, rules, RULE_PATH_BENEATH, &beneath, 0);
}

static int
allow(int rules, const char *const *path, uint64_t allowed)
{
	int fd, result = 0;

	for (; result == 0 && *path != NULL; path++) {
		fd = open(*path, O_PATH | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return fail_errno("cannot open '%s'", *path);
		result = add_rule(rules, fd, allowed);
		if (result != 0)
			fail_errno("cannot confine '%s'", *path);
		close(fd);
	}
	return result;
}

/*
 * All that is refused unless a rule allows it, as far as the kernel knows it.
 */
static uint64_t
handled_by(long version)
{
	return (version < TRUNCATE_VERSION ? TRUNCATE : TRUNCATE << 1) - 1;
}

int
confine_files(const char *const *readable, const char *const *writable)
{
	long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	struct ruleset handled = {handled_by(version)};
	int rules, result;

	if (version < FIRST_VERSION)
		return 0;
	rules = (int)syscall(CREATE_RULESET, &handled, sizeof handled, 0);
	if (rules < 0)
		return fail_errno("cannot confine files");
	result = allow(rules, readable, READ_FILE | READ_FOLDER);
	if (result == 0)
		result = allow(rules, writable,
		    handled.handled &
			(READ_FILE | READ_FOLDER | WRITE_FILE | TRUNCATE |
			    REMOVE_FILE | MAKE_FOLDER | MAKE_FILE |
			    RENAME_ACROSS));
	if (result == 0 && syscall(RESTRICT_SELF, rules, 0) != 0)
		result = fail_errno("cannot confine files");
	close(rules);
	return result == 0 ? 1 : -1;
}
