/* SPDX-License-Identifier: ISC */
#ifndef NET_STAY_H
#define NET_STAY_H

/*
 * Whether the other end of a session may stay: who answers it asks while
 * nothing comes, before each request, and between two steps of what takes long.
 */

#include <stdbool.h>

struct stay {
	bool (*go_on)(void *context);
	void *context;
};

/* 0, or -1 (FAIL_SYSTEM): the holder ends the connection. */
int stay_check(const struct stay *stay);

#endif
