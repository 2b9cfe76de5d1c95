/* SPDX-License-Identifier: ISC */
/* Memory, and none. */
#include "base/memory.h"

#include "check.h"

static void
test_get(void)
{
	volatile size_t all = SIZE_MAX;
	char *bytes = memory_get(3, 2);

	check(bytes != NULL && memcmp(bytes, "\0\0\0\0\0\0", 6) == 0,
	    "six bytes");
	free(bytes);
	fail(FAIL_DATA, "something older");
	check(memory_get(all, 2) == NULL, "more than all");
	check_fails(-1, FAIL_SYSTEM, "cannot get memory: ", "more than all");
}

static void
test_more(void)
{
	volatile size_t all = SIZE_MAX;
	char *bytes = memory_get(3, 2), *more;

	must(bytes != NULL, "six bytes");
	memcpy(bytes, "sixth", 6);
	fail(FAIL_DATA, "something older");
	check(memory_more(bytes, all, 2) == NULL, "more than all");
	check_fails(-1, FAIL_SYSTEM, "cannot get memory: ", "more than all");
	check(memory_more(bytes, all / 2 + 2, 2) == NULL, "more than a number");
	more = memory_more(bytes, 1 << 20, 1);
	check(more != NULL && strcmp(more, "sixth") == 0, "bytes that moved");
	free(more);
}

static void
test_text(void)
{
	static const char words[] = "two words";
	char *text = NULL;

	check(memory_text(&text, NULL) == 0 && memory_text(&text, "") == 0 &&
		text == NULL,
	    "no text");
	check(memory_text(&text, words) == 0 && strcmp(text, words) == 0 &&
		text != words,
	    "a text");
	free(text);
}

int
main(void)
{
	test_get();
	test_more();
	test_text();
	return failures != 0;
}
