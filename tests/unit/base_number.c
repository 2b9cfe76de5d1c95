/* SPDX-License-Identifier: ISC */
/* Numbers from people and for people. */
#include "base/number.h"

#include "check.h"

static void
test_refused(void)
{
	static const char *const bad[] = {"", " ", "K", "-", "-1", "+1", " 1",
	    "1 ", "1 K", "1k", "1m", "1KB", "1KiB", "KK", "1KK", "1P", "1E3",
	    "0x10", "1.5", "1,5", "1\n", "--1", "1-", "18446744073709551616",
	    "99999999999999999999", "100000000000000000000000000000000",
	    "18014398509481984K", "16777216T", "18446744073709551615T",
	    "\xd9\xa1", "1\x80", "nan", "inf"};
	uint64_t number;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		check_fails(number_parse("--size", bad[i], 0, UINT64_MAX,
				&number),
		    FAIL_USAGE,
		    "is not a number from 0 to 18446744073709551615", bad[i]);
	check_fails(number_parse("--size", "9", 10, 20, &number), FAIL_USAGE,
	    "--size '9' is not a number from 10 to 20", "9");
	check_fails(number_parse("--size", "21", 10, 20, &number), FAIL_USAGE,
	    "--size '21' is not a number from 10 to 20", "21");
	check_fails(number_parse("--size", "1K", 10, 20, &number), FAIL_USAGE,
	    "from 10 to 20", "1K");
}

static void
test_taken(void)
{
	static const struct {
		const char *text;
		uint64_t number;
	} good[] = {{"0", 0}, {"1", 1}, {"00", 0}, {"007", 7}, {"10", 10},
	    {"20", 20}, {"255", 255}, {"0K", 0}, {"1K", 1024}, {"1M", 1048576},
	    {"1G", UINT64_C(1) << 30}, {"1T", UINT64_C(1) << 40},
	    {"500G", UINT64_C(500) << 30},
	    {"18014398509481983K", UINT64_MAX - 1023},
	    {"16777215T", UINT64_C(16777215) << 40},
	    {"9223372036854775807", INT64_MAX},
	    {"18446744073709551609", UINT64_MAX - 6}};
	uint64_t number;
	size_t i;

	for (i = 0; i < COUNT(good); i++)
		check(number_parse("n", good[i].text, 0, UINT64_MAX, &number) ==
			    0 &&
			number == good[i].number,
		    "'%s' is %llu: %s", good[i].text,
		    (unsigned long long)number, fail_last()->text);
	check(number_parse("n", "10", 10, 20, &number) == 0 &&
		number_parse("n", "20", 10, 20, &number) == 0,
	    "the edges of a range");
}

static void
test_sizes(void)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} size[] = {{0, "0 B"}, {1, "1 B"}, {999, "999 B"}, {1000, "1.0 KiB"},
	    {1024, "1.0 KiB"}, {1536, "1.5 KiB"}, {1023999, "1000.0 KiB"},
	    {1024000, "1.0 MiB"}, {UINT64_C(1) << 30, "1.0 GiB"},
	    {UINT64_C(1) << 40, "1.0 TiB"}, {UINT64_C(1) << 50, "1.0 PiB"},
	    {UINT64_MAX, "16384.0 PiB"}};
	char text[NUMBER_SIZE_TEXT];
	size_t i;

	for (i = 0; i < COUNT(size); i++) {
		number_size_text(size[i].bytes, text);
		check(strcmp(text, size[i].text) == 0, "%llu bytes are '%s'",
		    (unsigned long long)size[i].bytes, text);
	}
}

static void
test_times(void)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} time[] = {{0, "1970-01-01 00:00:00 UTC"},
	    {951782399, "2000-02-28 23:59:59 UTC"},
	    {951782400, "2000-02-29 00:00:00 UTC"},
	    {2147483648, "2038-01-19 03:14:08 UTC"},
	    {4102444800, "2100-01-01 00:00:00 UTC"},
	    {INT64_MAX, "9223372036854775807"},
	    {(uint64_t)INT64_MAX + 1, "9223372036854775808"}};
	char text[NUMBER_TIME_TEXT];
	size_t i;

	for (i = 0; i < COUNT(time); i++) {
		number_time_text(time[i].seconds, text);
		check(strcmp(text, time[i].text) == 0, "%llu seconds are '%s'",
		    (unsigned long long)time[i].seconds, text);
	}
}

static void
test_ages(void)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} ages[] = {{0, "0 s"}, {119, "119 s"}, {120, "2 min"},
	    {7199, "119 min"}, {7200, "2 h"}, {172799, "47 h"},
	    {172800, "2 d"}};
	char text[NUMBER_AGE_TEXT];
	size_t i;

	for (i = 0; i < COUNT(ages); i++) {
		number_age_text(ages[i].seconds, text);
		check(strcmp(text, ages[i].text) == 0, "%s, not %s", text,
		    ages[i].text);
	}
}

int
main(void)
{
	test_refused();
	test_taken();
	test_sizes();
	test_times();
	test_ages();
	return failures != 0;
}
