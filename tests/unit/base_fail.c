/* SPDX-License-Identifier: ISC */
/* The failure slot: long text, hints, other threads, errno. */
#include <limits.h>
#include <pthread.h>

#include "check.h"

static void
test_long(void)
{
	char text[1000];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	check_fails(fail(FAIL_NO, "%s", text), FAIL_NO, "xxx", "long");
	check(strlen(fail_last()->text) == sizeof fail_last()->text - 1,
	    "long text is cut to %zu", strlen(fail_last()->text));
	errno = ENOENT;
	fail_errno("%s", text);
	check(strlen(fail_last()->text) == sizeof fail_last()->text - 1,
	    "long text and errno are cut to %zu", strlen(fail_last()->text));
	fail_hint("%s", text);
	check(strlen(fail_last()->hint) == sizeof fail_last()->hint - 1,
	    "a long hint is cut to %zu", strlen(fail_last()->hint));
}

static void
test_hint(void)
{
	struct failure kept;
	volatile int wide = INT_MAX;

	fail(FAIL_USAGE, "first");
	check(fail_hint("do %d things", 2) == -1, "a hint returns -1");
	check(strcmp(fail_last()->hint, "do 2 things") == 0 &&
		strcmp(fail_last()->text, "first") == 0,
	    "a hint is added");
	kept = *fail_last();
	fail(FAIL_DATA, "second, after %s", fail_last()->text);
	check(fail_last()->hint[0] == '\0', "a hint outlives its failure");
	check(strcmp(fail_last()->text, "second, after first") == 0,
	    "the old text within the new: %s", fail_last()->text);
	check_fails(fail_again(&kept), FAIL_USAGE, "first", "again");
	check(strcmp(fail_last()->hint, "do 2 things") == 0, "again: hint");
	errno = EACCES;
	check_fails(fail_errno("cannot %s", "go"), FAIL_SYSTEM,
	    "cannot go: Permission denied", "errno");
	check(fail_last()->hint[0] == '\0', "errno: a hint is left");
	errno = E2BIG;
	fail_errno("%*s%s", wide, "", "printf fails: EOVERFLOW");
	check_fails(fail_errno("cannot stay"), FAIL_SYSTEM,
	    "cannot stay: Argument list too long", "errno, told again");
}

static void *
fail_elsewhere(void *unused)
{
	check(fail_last()->kind == FAIL_SYSTEM &&
		strcmp(fail_last()->text, "failed without a reason") == 0,
	    "a new thread begins with '%s'", fail_last()->text);
	fail(FAIL_DATA, "elsewhere");
	return unused;
}

static void
test_thread(void)
{
	pthread_t thread;

	fail(FAIL_NO, "here");
	must(pthread_create(&thread, NULL, fail_elsewhere, NULL) == 0, "start");
	pthread_join(thread, NULL);
	check_fails(-1, FAIL_NO, "here", "another thread fails");
}

int
main(void)
{
	test_long();
	test_hint();
	test_thread();
	return failures != 0;
}
