/* SPDX-License-Identifier: ISC */
/* Certificates kept: enough to look back over three days, and no more. */
#include "poll/kept.h"

#include "scratch.h"

#define START 1700000000
#define HOUR 3600

static const struct digest owner = {{1}}, other = {{2}};
static struct kept kept;

static void
add(uint64_t time, const char *text)
{
	check(kept_add(scratch("polls"), &owner, time, span_of_text(text)) == 0,
	    "add: %s", fail_last()->text);
	kept_list(scratch("polls"), &owner, &kept);
}

static void
check_read(uint64_t time, const char *text)
{
	struct buf bytes = {0};

	check(kept_read(scratch("polls"), &owner, time, &bytes) == 0 &&
		span_equal(span_of_buf(&bytes), span_of_text(text)),
	    "it does not come back");
	buf_release(&bytes);
}

static void
test_few(void)
{
	struct buf bytes = {0};

	kept_list(scratch("polls"), &owner, &kept);
	check(kept.count == 0, "there is one already");
	check(kept_read(scratch("polls"), &owner, START, &bytes) == -1, "read");
	add(START, "one");
	add(START + 1, "two");
	add(START, "three");
	check(kept.count == 2 && kept.time[0] == START + 1 &&
		kept.time[1] == START,
	    "two of them");
	check_read(START, "three");
	check_read(START + 1, "two");
	kept_list(scratch("polls"), &other, &kept);
	check(kept.count == 0, "they are another owner's");
}

/* A folder is shared with nobody, and yet with whatever lies there. */
static void
test_strangers(void)
{
	char name[200], hex[DIGEST_HEX_SIZE];
	static const char *const strangers[] = {"17", "x", ".new",
	    "00000000001700000000x", "99999999999999999999"};
	size_t i;

	digest_hex(&owner, hex);
	for (i = 0; i < COUNT(strangers); i++) {
		snprintf(name, sizeof name, "polls/%s/%s", hex, strangers[i]);
		scratch_write(scratch(name), span_of_text("x"), 0600);
	}
	kept_list(scratch("polls"), &owner, &kept);
	check(kept.count == 2, "%zu are listed", kept.count);
	scratch_write(scratch("file"), span_of_text("x"), 0600);
	check(kept_add(scratch("file"), &owner, 1, span_of_text("x")) == -1,
	    "a file is no folder");
}

/* Polls every hour for ten days. */
static void
test_many(void)
{
	uint64_t time = 0;
	size_t i;

	for (i = 1; i <= 240; i++) {
		time = START + i * HOUR;
		add(time, "many");
		check(kept.count <= KEPT_MOST, "%zu are kept", kept.count);
	}
	check(kept.time[0] == time && kept.time[1] == time - HOUR,
	    "the newest two are not");
	check(kept.time[0] - kept.time[kept.count - 1] > 73 * HOUR,
	    "it looks back over %llu s",
	    (unsigned long long)(kept.time[0] - kept.time[kept.count - 1]));
	for (i = 2; i + 1 < kept.count; i++)
		check(kept.time[i] - kept.time[i + 1] >= KEPT_APART,
		    "number %zu is too close", i);
}

int
main(void)
{
	test_few();
	test_strangers();
	test_many();
	return failures > 0;
}
