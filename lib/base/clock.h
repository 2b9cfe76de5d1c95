/* SPDX-License-Identifier: ISC */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* Time that only goes forward, from no particular beginning. */

#include <pthread.h>
#include <stdint.h>

uint64_t clock_us(void); /* microseconds */
double clock_now(void);	 /* seconds */

/* A condition whose timed waits go by this clock. */
void clock_cond_init(pthread_cond_t *cond);

/* pthread_cond_timedwait(3) on such a one, until clock_now() is `time`. */
int clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, double time);

#endif
