/* SPDX-License-Identifier: ISC */
/* What this machine has seen last: kept, or forgotten, never made up. */
#include "format/limits.h"
#include "xfer/newest.h"

#include "scratch.h"

#define A16 "aaaaaaaaaaaaaaaa"
#define HEX A16 A16 A16 A16

static void
test_damaged(const char *text)
{
	struct newest newest;

	scratch_write(scratch("newest"), span_of_text(text), 0600);
	newest_load(scratch("newest"), &newest);
	check(newest.number == 0, "'%s' is number %llu", text,
	    (unsigned long long)newest.number);
}

static void
test_round(uint64_t number)
{
	struct newest newest = {number, {{0}}}, back;

	random_fill(&newest.id, sizeof newest.id);
	check(newest_save(scratch("newest"), &newest) == 0, "save: %s",
	    fail_last()->text);
	newest_load(scratch("newest"), &back);
	check(back.number == number && digest_equal(&back.id, &newest.id),
	    "number %llu is %llu", (unsigned long long)number,
	    (unsigned long long)back.number);
}

/* The file of a view of a configuration is that of the configuration. */
static void
test_link(void)
{
	struct newest newest = {9, {{1}}}, back;
	char target[4096];

	snprintf(target, sizeof target, "%s", scratch("target"));
	check(symlink(target, scratch("link")) == 0, "no link");
	check(newest_save(scratch("link"), &newest) == 0, "save: %s",
	    fail_last()->text);
	newest_load(target, &back);
	check(back.number == 9, "the target has %llu",
	    (unsigned long long)back.number);
	newest.number = 10;
	check(newest_save(scratch("link"), &newest) == 0, "again: %s",
	    fail_last()->text);
	newest_load(scratch("link"), &back);
	check(back.number == 10, "the link has %llu",
	    (unsigned long long)back.number);
	newest_load(target, &back);
	check(back.number == 10, "the target has %llu",
	    (unsigned long long)back.number);
}

/* The last number that there is, and what no document can have. */
static void
test_end(void)
{
	struct newest last = {LIMIT_NUMBER - 1, {{0xab}}};
	uint64_t next = 0;

	check(newest_next(&last, &next) == 0 && next == LIMIT_NUMBER, "next %s",
	    fail_last()->text);
	for (last.number++; last.number != 0; last.number++)
		check_fails(newest_next(&last, &next), FAIL_DATA,
		    "id:ab0000000000, has the last number that there is",
		    "the end");
}

int
main(void)
{
	static const char *const damaged[] = {"", "\n", "7", "7\n", "7 aa\n",
	    HEX, HEX " 7\n", "x " HEX "\n", "7 " HEX "a\n", "7 " HEX " 8\n",
	    "-7 " HEX "\n", "99999999999999999999 " HEX "\n",
	    "7 A"
	    "aaaaaaaaaaaaaaa" A16 A16 A16 "\n",
	    "0x7 " HEX "\n",
	    "7 " HEX "\n                                                    "};
	struct newest newest = {7, {{1}}};
	size_t i;

	newest_load(scratch("none"), &newest);
	check(newest.number == 0 && digest_is_zero(&newest.id), "no file");
	for (i = 0; i < COUNT(damaged); i++)
		test_damaged(damaged[i]);
	test_round(1);
	test_round(7);
	test_round(LIMIT_NUMBER);
	test_link();
	test_end();
	check_fails(newest_save(scratch("no/newest"), &newest), FAIL_SYSTEM,
	    "cannot create", "no folder");
	return failures != 0;
}
