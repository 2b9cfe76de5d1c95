/* SPDX-License-Identifier: ISC */

/* shard-vote accuse: what convicts somebody, out of any documents. */

#include "vote/accuse.h"

#include "files.h"
#include "verbs.h"

int
verb_accuse(int argc, char **argv)
{
	struct accuse accuse = {.documents = {0}};
	struct buf bytes = {0};
	int result = files_read_all(&bytes, argc, argv);

	if (result == 0)
		result = accuse_add(&accuse, span_of_buf(&bytes));
	if (result == 0)
		result = accuse_find(&accuse);
	if (result == 0)
		result = files_write(span_of_buf(&accuse.evidence));
	accuse_release(&accuse);
	buf_release(&bytes);
	return result;
}
