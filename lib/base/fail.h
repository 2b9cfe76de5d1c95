/* SPDX-License-Identifier: ISC */
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

/*
 * Failure. A function that fails returns -1 (or NULL) after it has put one
 * sentence and one kind into its thread's slot; callers on the way up only
 * return, and the tool prints the slot and exits with the kind. The kinds
 * are the exit statuses of shardkit(7).
 */

enum fail_kind {
	FAIL_NO = 1,	/* a sound answer, and it is "no" */
	FAIL_USAGE = 2, /* the command or a file the user wrote */
	FAIL_DATA = 3,	/* data that is not what it claims to be */
	FAIL_SYSTEM = 4 /* the system or the network: worth a retry */
};

/* A failure out of its slot, to be carried from one thread to another. */
struct failure {
	enum fail_kind kind;
	int error; /* errno, of fail_errno; or 0 */
	char text[512];
	char hint[256];
};

/* Fill the slot and drop its hint. Always returns -1. */
int fail(enum fail_kind kind, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The same as FAIL_SYSTEM, followed by ": " and what errno says, which stays,
 * so that who knows more can say it anew.
 */
int fail_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Add what the user can do about the failure in the slot. Returns -1. */
int fail_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The slot as it is, and the slot set again (in another thread, say). */
const struct failure *fail_last(void);
int fail_again(const struct failure *failure);

#endif
