/* SPDX-License-Identifier: ISC */
#include "base/number.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/fail.h"

#define YEAR_MAX 99999999 /* from there on seconds are shorter than the date */

bool
number_take(const char **text, uint64_t *number)
{
	const char *digit = *text;
	uint64_t value = 0;

	for (; *digit >= '0' && *digit <= '9'; digit++) {
		unsigned unit = (unsigned)(*digit - '0');

		if (value > (UINT64_MAX - unit) / 10)
			return false;
		value = value * 10 + unit;
	}
	if (digit == *text)
		return false;
	*text = digit;
	*number = value;
	return true;
}

static bool
parse_scaled(const char *text, uint64_t *number)
{
	static const char units[] = "KMGT";
	const char *unit;
	unsigned shift = 0;

	if (!number_take(&text, number))
		return false;
	if (*text != '\0') {
		unit = strchr(units, *text);
		if (unit == NULL || text[1] != '\0')
			return false;
		shift = 10 * (unsigned)(unit - units + 1);
	}
	if (*number > UINT64_MAX >> shift)
		return false;
	*number <<= shift;
	return true;
}

static int
refuse(const char *what, const char *text, uint64_t min, uint64_t max)
{
	size_t digits = strspn(text, "0123456789");

	fail(FAIL_USAGE, "%s '%s' is not a number from %llu to %llu", what,
	    text, (unsigned long long)min, (unsigned long long)max);
	return digits > 0 && text[digits] != '\0'
	    ? fail_hint("units are K, M, G and T, as in 10M")
	    : -1;
}

int
number_parse(const char *what, const char *text, uint64_t min, uint64_t max,
    uint64_t *number)
{
	if (!parse_scaled(text, number) || *number < min || *number > max)
		return refuse(what, text, min, max);
	return 0;
}

int
number_parse_span(const char *what, const char *text, uint64_t min,
    uint64_t max, uint64_t *seconds)
{
	static const char units[] = "smhdw";
	static const unsigned length[] = {1, 60, 3600, 86400, 604800};
	const char *end = text, *unit = NULL;
	uint64_t number;

	if (!number_take(&end, &number))
		number = UINT64_MAX;
	else if (*end != '\0' && end[1] == '\0')
		unit = strchr(units, *end);
	if (number == 0 && *end == '\0')
		unit = units;
	if (unit == NULL || number > max / length[unit - units] ||
	    number * length[unit - units] < min)
		return fail(FAIL_USAGE,
		    "%s '%s' is not a time from %llus to %llud (s, m, h, d, w)",
		    what, text, (unsigned long long)min,
		    (unsigned long long)max / 86400);
	*seconds = number * length[unit - units];
	return 0;
}

void
number_exact_text(uint64_t number, char text[static NUMBER_EXACT_TEXT])
{
	static const char *const units[] = {"", "K", "M", "G", "T"};
	size_t unit = 0;

	while (number != 0 && number % 1024 == 0 &&
	    unit + 1 < sizeof units / sizeof *units) {
		number /= 1024;
		unit++;
	}
	snprintf(text, NUMBER_EXACT_TEXT, "%llu%s", (unsigned long long)number,
	    units[unit]);
}

void
number_size_text(uint64_t bytes, char text[static NUMBER_SIZE_TEXT])
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB",
	    "PiB"};
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1000 && unit + 1 < sizeof units / sizeof *units) {
		value /= 1024;
		unit++;
	}
	snprintf(text, NUMBER_SIZE_TEXT, unit == 0 ? "%.0f %s" : "%.1f %s",
	    value, units[unit]);
}

void
number_time_text(uint64_t seconds, char text[static NUMBER_TIME_TEXT])
{
	time_t time = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&time, &tm) == NULL || tm.tm_year > YEAR_MAX - 1900)
		snprintf(text, NUMBER_TIME_TEXT, "%llu",
		    (unsigned long long)seconds);
	else
		snprintf(text, NUMBER_TIME_TEXT,
		    "%04d-%02d-%02d %02d:%02d:%02d UTC", tm.tm_year + 1900,
		    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		    tm.tm_sec);
}

void
number_age_text(uint64_t seconds, char text[static NUMBER_AGE_TEXT])
{
	static const struct {
		uint64_t seconds;
		const char *name;
	} unit[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	size_t i = 0;

	/* 2 of the larger unit, or it is said in the smaller one */
	while (i < 3 && seconds < 2 * unit[i].seconds)
		i++;
	snprintf(text, NUMBER_AGE_TEXT, "%llu %s",
	    (unsigned long long)(seconds / unit[i].seconds), unit[i].name);
}
