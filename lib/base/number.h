/* SPDX-License-Identifier: ISC */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

/* Numbers as people write and read them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The digits at `*text`, which then stands behind them. False (without a
 * message) when there are none, or too many.
 */
bool number_take(const char **text, uint64_t *number);

/*
 * A decimal number, with K, M, G or T for powers of 1024 behind it. -1
 * (FAIL_USAGE) with a sentence that names `what` and the range, unless the
 * number lies in min..max.
 */
int number_parse(const char *what, const char *text, uint64_t min, uint64_t max,
    uint64_t *number);

/*
 * The same for a span of time: seconds, or with s, m, h, d or w behind the
 * number ("90s", "14d"). A number alone is refused unless it is 0.
 */
int number_parse_span(const char *what, const char *text, uint64_t min,
    uint64_t max, uint64_t *seconds);

/* The shortest text that number_parse reads as this number: "200G". */
#define NUMBER_EXACT_TEXT 24
void number_exact_text(uint64_t number, char text[static NUMBER_EXACT_TEXT]);

/* "917 B", "1.2 GiB": at most NUMBER_SIZE_TEXT bytes with the NUL. */
#define NUMBER_SIZE_TEXT 16
void number_size_text(uint64_t bytes, char text[static NUMBER_SIZE_TEXT]);

/* "2026-11-22 09:41:02 UTC" from seconds since 1970. */
#define NUMBER_TIME_TEXT 80
void number_time_text(uint64_t seconds, char text[static NUMBER_TIME_TEXT]);

/* "31 h", "2 d": one unit is enough to see an age by. */
#define NUMBER_AGE_TEXT 32
void number_age_text(uint64_t seconds, char text[static NUMBER_AGE_TEXT]);

#endif
