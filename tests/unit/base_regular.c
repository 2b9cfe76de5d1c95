/* SPDX-License-Identifier: ISC */
/* Regular files, read whole or by the line, and nothing else. */
#include "base/regular.h"

#include "scratch.h"

static void
test_kinds(void)
{
	static const char *const wrong[] = {"pipe", "to-pipe", "endless",
	    "folder"};
	struct buf bytes = {0};
	size_t i;

	must(mkfifo(scratch("pipe"), 0600) == 0 &&
		symlink("pipe", scratch("to-pipe")) == 0 &&
		symlink("/dev/zero", scratch("endless")) == 0 &&
		mkdir(scratch("folder"), 0700) == 0,
	    "a pipe, two links, a folder");
	for (i = 0; i < COUNT(wrong); i++) {
		check_fails(regular_open(scratch(wrong[i])), FAIL_SYSTEM,
		    "is not a regular file", wrong[i]);
		check_fails(regular_read(scratch(wrong[i]), 9, &bytes),
		    FAIL_SYSTEM, "is not a regular file", wrong[i]);
	}
	scratch_write(scratch("file"), span_of_text("text"), 0600);
	must(symlink("file", scratch("to-file")) == 0, "a link");
	check(regular_read(scratch("to-file"), 9, &bytes) == 0 &&
		span_equal(span_of_buf(&bytes), span_of_text("text")),
	    "a link to a file: %s", fail_last()->text);
	buf_release(&bytes);
}

/* As one text, with a bar before each. */
static void
take_line(void *to, char *line)
{
	must(buf_print(to, "|%s", line) == 0, "memory");
	*line = '\0';
}

static void
test_lines(void)
{
	static const struct {
		const char *file, *lines;
	} cases[] = {{"", "|"}, {"a", "|a"}, {"a\n", "|a|"},
	    {"\n\na b\r\nc", "|||a b\r|c"}};
	struct buf lines = {0};
	size_t i;

	check_fails(regular_each_line(scratch("none"), 9, take_line, &lines),
	    FAIL_SYSTEM, "none': No such file", "no file");
	scratch_write(scratch("lines"), span_of_text("a\nbcdefghi"), 0600);
	check_fails(regular_each_line(scratch("lines"), 9, take_line, &lines),
	    FAIL_DATA, "is longer than", "a long file");
	check(lines.size == 0, "lines of a file that is not read");
	for (i = 0; i < COUNT(cases); i++) {
		lines.size = 0;
		scratch_write(scratch("lines"), span_of_text(cases[i].file),
		    0600);
		check(regular_each_line(scratch("lines"), 9, take_line,
			  &lines) == 0 &&
			is_text(span_of_buf(&lines), cases[i].lines),
		    "case %zu: %s", i, fail_last()->text);
	}
	buf_release(&lines);
}

int
main(void)
{
	test_kinds();
	test_lines();
	return failures != 0;
}
