/* SPDX-License-Identifier: ISC */
#include "files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/tool.h"
#include "peer/keys.h"
#include "verbs.h"

#define ALL (4 * (size_t)LIMIT_TALLY)

int
files_read_all(struct buf *bytes, int argc, char **argv)
{
	struct buf one = {0};
	int i, result = 0;

	if (argc == 0)
		return file_read_open(STDIN_FILENO, "stdin", ALL, bytes);
	for (i = 0; result == 0 && i < argc; i++) {
		one.size = 0;
		result = strcmp(argv[i], "-") == 0
		    ? file_read_open(STDIN_FILENO, "stdin", ALL, &one)
		    : file_read(argv[i], ALL, &one);
		if (result == 0 && bytes->size + one.size > ALL)
			result = fail(FAIL_DATA, "the files are too long");
		if (result == 0)
			result = buf_append(bytes, span_of_buf(&one));
	}
	buf_release(&one);
	return result;
}

int
files_read(struct files *files, int argc, char **argv)
{
	struct pile *pile = &files->pile;

	if (keys_load(&files->scalar, &files->id) != 0 ||
	    files_read_all(&files->bytes, argc, argv) != 0 ||
	    pile_add(pile, span_of_buf(&files->bytes)) != 0 ||
	    pile_need(pile->members, "members document") != 0 ||
	    pile_need(pile->items, "list of items") != 0 ||
	    pile_need(pile->opening, "opening") != 0)
		return -1;
	return roll_init(&files->roll, pile->members, NULL, pile->items);
}

void
files_release(struct files *files)
{
	secret_wipe(&files->scalar, sizeof files->scalar);
	buf_release(&files->bytes);
}

int
files_write(struct span documents)
{
	if (isatty(STDOUT_FILENO)) {
		fail(FAIL_USAGE, "a document is nothing for a terminal");
		return fail_hint("send it to a file, and show that with "
				 "'shard-show'");
	}
	return file_write(STDOUT_FILENO, documents);
}

int
files_store(char path[static FILE_PATH])
{
	return asked.store == NULL ? tool_path("store", path)
				   : file_path(path, "%s", asked.store);
}
