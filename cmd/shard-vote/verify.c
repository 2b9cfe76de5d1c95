/* SPDX-License-Identifier: ISC */

/* shard-vote verify: what a file from a poll or an audit says, offline. */

#include "vote/verify.h"

#include "base/fail.h"
#include "base/file.h"
#include "base/regular.h"
#include "base/tool.h"
#include "files.h"
#include "format/limits.h"
#include "verbs.h"

static int
read_members(struct buf *members)
{
	char path[FILE_PATH];

	if (asked.members != NULL)
		return file_read(asked.members, LIMIT_DOCUMENT, members);
	return tool_path("members", path) == 0
	    ? regular_read(path, LIMIT_DOCUMENT, members)
	    : -1;
}

int
verb_verify(int argc, char **argv)
{
	struct buf bytes = {0}, members = {0}, rows = {0};
	int result, verdict;

	if (argc == 0)
		return fail(FAIL_USAGE, "say which file");
	if (files_read_all(&bytes, argc, argv) != 0)
		return -1;
	result = verify_needs_members(span_of_buf(&bytes))
	    ? read_members(&members)
	    : 0;
	if (result == 0)
		result = verify_file(asked.style, span_of_buf(&bytes),
		    span_of_buf(&members), &rows);
	verdict = result;
	if (rows.size > 0)
		result = verb_print(&rows);
	buf_release(&bytes);
	buf_release(&members);
	return verdict != 0 ? verdict : result;
}
