/* SPDX-License-Identifier: ISC */
#include "store/writer.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/number.h"
#include "base/strict.h"
#include "store/temporary.h"
#include "store/usage.h"

/* The mark of one that died, locked by us. */
struct dead {
	int mark;
	char tag[WRITER_TAG];
};

static void
mark_path(const char *store, const char *tag, char path[static STORE_PATH])
{
	char name[TEMPORARY_NAME];

	snprintf(name, sizeof name, TEMPORARY_MARK "%s", tag);
	temporary_path(store, name, path);
}

void
writer_tag(const void *writer, char tag[static WRITER_TAG])
{
	snprintf(tag, WRITER_TAG, "%ld-%p", (long)getpid(), writer);
}

size_t
writer_tag_size(const char *text)
{
	const char *rest = text;
	uint64_t pid;
	size_t digits;

	if (!number_take(&rest, &pid) || strncmp(rest, "-0x", 3) != 0)
		return 0;
	rest += 3;
	digits = strspn(rest, "0123456789abcdef");
	rest += digits;
	return digits > 0 && rest - text < WRITER_TAG ? (size_t)(rest - text)
						      : 0;
}

/*
 * Whoever buries may have taken the mark for a dead writer's before it was
 * locked: 1 if it is still there.
 */
static int
lock_mark(int fd, const char *path)
{
	struct stat status;

	if (file_lock(fd, LOCK_EX, path) != 0)
		return -1;
	if (fstat(fd, &status) != 0)
		return fail_errno("cannot look at '%s'", path);
	return status.st_nlink > 0;
}

static int
sync_mark(int fd, char *path)
{
	if (fsync(fd) != 0)
		return fail_errno("cannot sync '%s'", path);
	*strrchr(path, '/') = '\0';
	return strict_sync_folder(path);
}

int
writer_begin(const char *store, const char *tag)
{
	char path[STORE_PATH];
	int fd = -1, locked = 0;

	mark_path(store, tag, path);
	while (locked == 0) {
		if (fd >= 0)
			close(fd);
		fd = strict_must(strict_open(path, O_WRONLY | O_CREAT), path);
		if (fd < 0)
			return -1;
		locked = lock_mark(fd, path);
	}
	if (locked > 0 && sync_mark(fd, path) == 0)
		return fd;
	close(fd);
	return -1;
}

void
writer_end(const char *store, const char *tag, int mark, bool clean)
{
	char path[STORE_PATH];

	mark_path(store, tag, path);
	if (clean)
		strict_unlink(path);
	close(mark);
}

/* Add the mark of this tag, if nobody has it locked. */
static void
take_dead(const char *store, const char *tag, struct buf *dead)
{
	char path[STORE_PATH];
	struct dead one;

	mark_path(store, tag, path);
	if (tag[writer_tag_size(tag)] != '\0')
		return;
	one.mark = strict_open(path, O_WRONLY);
	if (one.mark < 0)
		return;
	snprintf(one.tag, sizeof one.tag, "%s", tag);
	if (flock(one.mark, LOCK_EX | LOCK_NB) != 0 ||
	    buf_append(dead, span_of(&one, sizeof one)) != 0)
		close(one.mark);
}

static int
find_dead(const char *store, struct buf *dead)
{
	size_t length = strlen(TEMPORARY_MARK);
	char path[STORE_PATH];
	DIR *folder = temporary_list(store, path);
	const char *name;
	int result = 0;

	if (folder == NULL)
		return -1;
	while ((name = file_next(folder, path, &result)) != NULL)
		if (strncmp(name, TEMPORARY_MARK, length) == 0)
			take_dead(store, name + length, dead);
	closedir(folder);
	return result;
}

/* The marks go last, so that whoever is cut short is followed by another. */
static int
bury(const char *store, const struct dead *dead, size_t count, bool alone)
{
	bool found = count > 0;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < count; i++)
		result = temporary_remove(store, dead[i].tag, &found);
	if (result == 0 && alone)
		result = temporary_remove(store, NULL, &found);
	return result == 0 && found ? usage_recount(store) : result;
}

int
writer_bury_dead(const char *store, bool alone)
{
	struct buf all = {0};
	const struct dead *dead;
	size_t i, count;
	int result = find_dead(store, &all);

	dead = (const struct dead *)all.data;
	count = all.size / sizeof *dead;
	if (result == 0)
		result = bury(store, dead, count, alone);
	for (i = 0; i < count; i++)
		writer_end(store, dead[i].tag, dead[i].mark, result == 0);
	buf_release(&all);
	return result;
}
