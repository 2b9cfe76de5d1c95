/* SPDX-License-Identifier: ISC */
#ifndef BASE_TICKER_H
#define BASE_TICKER_H

/* Something that is done again and again, by a thread of its own. */

struct ticker;

/*
 * Call `tick` every `ms`, for the first time after the first of them. NULL
 * (FAIL_SYSTEM) when there is no thread to be had.
 */
struct ticker *ticker_start(int ms, void (*tick)(void *context), void *context);

/* When it returns no tick is under way, and none will be. NULL is no ticker. */
void ticker_stop(struct ticker *ticker);

#endif
