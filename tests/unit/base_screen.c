/* SPDX-License-Identifier: ISC */
/* Text on terminals of all sizes. */
#include "base/screen.h"

#include "check.h"

#define C "\033[K" /* what each row begins with */

static void
test_page(unsigned columns, unsigned rows, const char *text, const char *page)
{
	struct buf made = {0};

	must(screen_page((struct screen){columns, rows}, span_of_text(text),
		 &made) == 0,
	    "a page");
	check(is_text(span_of_buf(&made), page), "%ux%u of '%s': '%.*s'",
	    columns, rows, text, (int)made.size, (char *)made.data);
	buf_release(&made);
}

static void
test_fit(const char *line, unsigned columns, size_t size)
{
	check(screen_fit(span_of_text(line), columns) == size, "'%s' in %u",
	    line, columns);
}

int
main(void)
{
	struct screen none = screen_of(-1);
	double over = 0;

	test_fit("abc", 3, 3);
	test_fit("abcd", 3, 3);
	test_fit("", 3, 0);
	test_fit("abc", 0, 0);
	test_fit("\303\244\303\266\303\274x", 3, 6);
	test_fit("\342\202\254\342\202\254", 1, 3);

	test_page(4, 4, "", "\033[H\033[J");
	test_page(4, 4, "a\n\nb\n", "\033[H" C "a\n" C "\n" C "b\n\033[J");
	test_page(4, 4, "abcde\nb", "\033[H" C "abcd\n" C "b\n\033[J");
	test_page(9, 4, "a\nb\nc\nd\n",
	    "\033[H" C "a\n" C "b\n" C "and 2 more lines\n\033[J");
	test_page(9, 1, "a\nb\n", "\033[H" C "and 2 more lines\n\033[J");

	check(none.columns == 80 && none.rows == 24, "no terminal");
	check(!screen_wait(&over), "no time");
	return failures != 0;
}
