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

/* For each the folder is read: no disk shall keep its user with marks. */
#define BURIED_AT_ONCE 1000

/* What is done about those that died. */
struct burial {
	const char *store;
	bool alone; /* nobody else lives: their temporaries are gone */
	bool found; /* something of them, so that there is to be counted */
	size_t count;
	int mark;	      /* of the first of them, locked ... */
	char tag[WRITER_TAG]; /* ... and whose it is */
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

/* The mark of this tag, locked; -1 if its writer lives, or it is none. */
static int
lock_dead(const char *store, const char *tag)
{
	char path[STORE_PATH];
	int mark;

	if (tag[writer_tag_size(tag)] != '\0')
		return -1;
	mark_path(store, tag, path);
	mark = strict_open(path, O_WRONLY);
	if (mark < 0 || flock(mark, LOCK_EX | LOCK_NB) == 0)
		return mark;
	close(mark);
	return -1;
}

/*
 * One after the other, with one mark open, and that of the first: it goes when
 * all is counted, so that whoever is cut short is followed by another.
 */
static int
bury(struct burial *burial, const char *tag)
{
	int mark = lock_dead(burial->store, tag), result = 0;

	if (mark < 0)
		return 0;
	if (!burial->alone)
		result = temporary_remove(burial->store, tag, &burial->found);
	burial->found = true;
	if (burial->count++ > 0) {
		writer_end(burial->store, tag, mark, result == 0);
	} else {
		burial->mark = mark;
		snprintf(burial->tag, sizeof burial->tag, "%s", tag);
	}
	return result;
}

static int
bury_all(struct burial *burial)
{
	size_t length = strlen(TEMPORARY_MARK);
	char path[STORE_PATH];
	DIR *folder = temporary_list(burial->store, path);
	const char *name;
	int result = 0;

	if (folder == NULL)
		return -1;
	while (burial->count < BURIED_AT_ONCE &&
	    (name = file_next(folder, path, &result)) != NULL)
		if (strncmp(name, TEMPORARY_MARK, length) == 0)
			result = bury(burial, name + length);
	closedir(folder);
	return result;
}

int
writer_bury_dead(const char *store, bool alone)
{
	struct burial burial = {.store = store, .alone = alone};
	int result = 0;

	if (alone)
		result = temporary_remove(store, NULL, &burial.found);
	if (result == 0)
		result = bury_all(&burial);
	if (result == 0 && burial.found)
		result = usage_recount(store);
	if (burial.count > 0)
		writer_end(store, burial.tag, burial.mark, result == 0);
	return result;
}
