/* SPDX-License-Identifier: ISC */
#ifndef BASE_RATE_H
#define BASE_RATE_H

/*
 * A limit in bytes a second, for all threads together: a piece goes at once if
 * all before it is paid for, and is paid for at the rate. A pause earns no
 * credit.
 */

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct rate {
	uint64_t per_second;
	pthread_mutex_t lock;
	int64_t paid_ns; /* when all that went is paid for */
};

void rate_init(struct rate *rate, uint64_t per_second);

/* The same by what the option --rate says. FAIL_USAGE when that is no rate. */
int rate_parse(struct rate *rate, const char *text);

/* Sleep until so many bytes may go. NULL: there is no limit. */
void rate_take(struct rate *rate, size_t size);

/* The rule alone: for how long they have to wait, asked at `now_ns`. */
int64_t rate_wait(struct rate *rate, int64_t now_ns, size_t size);

#endif
