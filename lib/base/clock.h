/* SPDX-License-Identifier: ISC */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* Time that only goes forward, from no particular beginning. */

#include <stdint.h>

uint64_t clock_us(void); /* microseconds */
double clock_now(void);	 /* seconds */

#endif
