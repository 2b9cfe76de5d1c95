/* SPDX-License-Identifier: ISC */
#include "serve/journals.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/regular.h"
#include "format/limits.h"

static int
load(const char *path, struct journal *journal)
{
	struct buf bytes = {0};
	int result = 0;

	if (access(path, F_OK) == 0 &&
	    (regular_read(path, LIMIT_JOURNAL, &bytes) != 0 ||
		journal_decode(span_of_buf(&bytes), journal) != 0))
		result = -1;
	buf_release(&bytes);
	return result;
}

static int
save(const char *path, const struct journal *journal)
{
	struct buf bytes = {0};
	int result = journal_encode(journal, &bytes);

	if (result == 0)
		result =
		    file_put(path, span_of_buf(&bytes), 0600, FILE_REPLACE);
	buf_release(&bytes);
	return result;
}

int
journals_step(const char *folder, const struct digest *poller,
    int (*step)(void *context, struct journal *journal), void *context)
{
	char path[PATH_MAX];
	struct journal journal = {0};
	int lock = file_lock_folder(folder), result;

	if (lock < 0)
		return -1;
	file_named(folder, poller, path);
	result = load(path, &journal);
	if (result == 0)
		result = step(context, &journal);
	if (result == 0)
		result = save(path, &journal);
	journal_release(&journal);
	close(lock);
	return result;
}

int
journals_read(const char *folder, const struct digest *poller,
    struct journal *journal)
{
	char path[PATH_MAX];

	file_named(folder, poller, path);
	return load(path, journal);
}

size_t
journals_under_way(const char *folder, const struct digest *poller,
    uint64_t now)
{
	DIR *open_folder = opendir(folder);
	const char *name;
	struct journal journal = {0};
	struct digest of;
	char path[PATH_MAX];
	size_t count = 0;
	int result = 0;

	while (open_folder != NULL &&
	    (name = file_next(open_folder, folder, &result)) != NULL) {
		if (digest_parse(name, &of) != 0 || digest_equal(&of, poller))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, name);
		count += load(path, &journal) == 0 &&
		    journal_is_under_way(&journal, now);
		journal_release(&journal);
	}
	if (open_folder != NULL)
		closedir(open_folder);
	return result == 0 ? count : SIZE_MAX;
}
