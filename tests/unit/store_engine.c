/* SPDX-License-Identifier: ISC */
/* Engines that work, that refuse, that say too much, and that die. */
#include "store/engine.h"

#include "scratch.h"

static char found[256];

static int
note(void *context, const char *name, uint64_t size)
{
	int *left = context;
	size_t used = strlen(found);

	snprintf(found + used, sizeof found - used, "%s=%llu;", name,
	    (unsigned long long)size);
	return (*left)-- == 1 ? 7 : 0;
}

static void
test_get(void)
{
	static const char *const failing[] = {"exit 2; :", "kill -9 $$; :",
	    "exec /nowhere", "echo x; exit 3; :"};
	struct buf bytes = {0};
	size_t i;

	buf_append(&bytes, span_of_text("a"));
	check(engine_get("printf %s:%s", "n", 10, &bytes) == 1 &&
		is_text(span_of_buf(&bytes), "aget:n"),
	    "get");
	check(engine_get("exit 1; :", "n", 10, &bytes) == 0, "none");
	check(engine_get("printf 12345; :", "n", 5, &bytes) == 1, "as long");
	check_fails(engine_get("printf 123456; :", "n", 5, &bytes), FAIL_DATA,
	    "more than 5", "too long");
	check_fails(engine_get("yes; :", "n", 5, &bytes), FAIL_DATA,
	    "more than 5", "endless");
	for (i = 0; i < COUNT(failing); i++)
		check_fails(engine_get(failing[i], "n", 5, &bytes), FAIL_SYSTEM,
		    "", failing[i]);
	buf_release(&bytes);
}

static void
test_put(void)
{
	struct buf bytes = {0};
	char command[PATH_MAX + 64];

	snprintf(command, sizeof command, "cat > '%s'; echo", scratch("put"));
	check(engine_put(command, span_of_text("a b\nc d\n")) == 0, "put");
	must(file_read(scratch("put"), 100, &bytes) == 0, "read");
	check(is_text(span_of_buf(&bytes), "a b\nc d\n"), "the lines");
	buf_release(&bytes);
	check_fails(engine_put("exit 1; :", span_of_text("a b\n")), FAIL_SYSTEM,
	    "did not take", "refused");
	check_fails(engine_put("cat > /dev/null; exit 2; :",
			span_of_text("a b\n")),
	    FAIL_SYSTEM, "status 2", "broken");
	check(engine_drop("true", "n") == 0, "drop");
	check_fails(engine_drop("exit 1; :", "n"), FAIL_SYSTEM, "drop 'n'",
	    "not dropped");
}

static void
test_list(void)
{
	int all = -1, first = 1;

	check(engine_list("printf 'a/b 1\\nrubbish\\nc\\nd x\\ne 2 3\\nf 4'; :",
		  note, &all) == 0 &&
		strcmp(found, "a/b=1;f=4;") == 0,
	    "list: '%s'", found);
	found[0] = '\0';
	check(engine_list("printf 'a 1\\nb 2\\n'; :", note, &first) == 7 &&
		strcmp(found, "a=1;") == 0,
	    "stop: '%s'", found);
	check_fails(engine_list("echo a 1; exit 1; :", note, &all), FAIL_SYSTEM,
	    "cannot list", "half a list");
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN); /* as the tools do */
	test_get();
	test_put();
	test_list();
	return failures != 0;
}
