/* SPDX-License-Identifier: ISC */
#include "find/failed.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/regular.h"
#include "find/cache.h"

#define REASON_MOST 400

int
failed_lately(const char *path, uint64_t now)
{
	struct buf reason = {0};
	struct stat status;
	uint64_t when;
	int result = 0;

	if (stat(path, &status) != 0)
		return 0;
	when = (uint64_t)status.st_mtime;
	if (when <= now && now - when < FAILED_AGAIN &&
	    regular_read(path, REASON_MOST, &reason) == 0 && reason.size > 0)
		result = fail(FAIL_SYSTEM,
		    "%.*s, %u s ago: it is asked again after %d s",
		    (int)reason.size, (const char *)reason.data,
		    (unsigned)(now - when), FAILED_AGAIN);
	buf_release(&reason);
	return result;
}

/* What is wrong with the question will be so tomorrow. */
void
failed_note(const char *path, int result)
{
	struct failure failure = *fail_last();
	struct span reason = span_of_text(failure.text);

	if (result == 0 || failure.kind == FAIL_USAGE) {
		unlink(path);
		return;
	}
	if (reason.size > REASON_MOST)
		reason.size = REASON_MOST;
	if (cache_make_folder(path) == 0)
		file_put(path, reason, 0600, FILE_REPLACE);
	fail_again(&failure);
}
