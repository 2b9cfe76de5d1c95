/* SPDX-License-Identifier: ISC */
/* The note of a scrub: it comes back, and no other text is one. */
#include "store/scrubbed.h"

#include "base/file.h"
#include "check.h"
#include "scratch.h"

static char store[128];

static void
write_note(const char *text)
{
	must(file_put(scratch("scrub"), span_of_text(text), 0600,
		 FILE_REPLACE) == 0,
	    "write");
}

static void
test_nothing(const char *text, const char *what)
{
	struct scrubbed back = {.files = 1};

	write_note(text);
	scrubbed_load(store, &back);
	check(back.files == 0 && back.began == 0 && !scrubbed_under_way(&back),
	    "%s", what);
}

int
main(void)
{
	struct scrubbed note = {.began = 1700000000,
	    .ended = 1600000000,
	    .files = 5,
	    .bytes = UINT64_MAX,
	    .damaged = 2,
	    .unreadable = 3,
	    .owner = {{7, 8, 9}},
	    .shelf = STORE_RECEIPTS,
	    .first = 255};
	struct scrubbed back = {.files = 1};
	struct buf text = {0};

	snprintf(store, sizeof store, "%s", scratch(""));
	scrubbed_load(store, &back);
	check(back.files == 0, "no file at all");
	must(scrubbed_save(store, &note) == 0, "save");
	scrubbed_load(store, &back);
	check(back.began == note.began && back.ended == note.ended &&
		back.files == 5 && back.bytes == UINT64_MAX &&
		back.damaged == 2 && back.unreadable == 3 &&
		back.shelf == STORE_RECEIPTS && back.first == 255 &&
		digest_equal(&back.owner, &note.owner),
	    "it comes back");
	check(scrubbed_under_way(&back), "under way");
	back.ended = back.began;
	check(!scrubbed_under_way(&back), "ended");
	must(file_read(scratch("scrub"), 1024, &text) == 0 &&
		buf_append(&text, span_of("", 1)) == 0,
	    "read");
	text.data[text.size - 3] = 'x';
	test_nothing((char *)text.data, "a folder that is none");
	test_nothing("", "empty");
	test_nothing("nonsense\n", "nonsense");
	test_nothing("began=1\nended=2\n", "cut short");
	buf_release(&text);
	return failures != 0;
}
