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
#include "store/marker.h"
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
mark_path(const char *store, const char *tag, char path[static PATH_MAX])
{
	char name[TEMPORARY_NAME];

	snprintf(name, sizeof name, TEMPORARY_MARK "%s", tag);
	temporary_path(store, name, path);
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

/* The descriptor that locks it, or -1. */
static int
make_mark(const char *store, const char *tag)
{
	char path[PATH_MAX];
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

static void
end_mark(const char *store, const char *tag, int mark, bool clean)
{
	char path[PATH_MAX];

	mark_path(store, tag, path);
	if (clean)
		strict_unlink(path);
	close(mark);
}

/* The mark of this tag, locked; -1 if its writer lives, or it is none. */
static int
lock_dead(const char *store, const char *tag)
{
	char path[PATH_MAX];
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
		end_mark(burial->store, tag, mark, result == 0);
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
	char path[PATH_MAX];
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
		result = usage_recount(store, true);
	if (burial.count > 0)
		end_mark(store, burial.tag, burial.mark, result == 0);
	return result;
}

/* Who gets the marker's lock alone knows that all others are dead. */
static int
bury_at_first(struct writer *writer, int marker)
{
	bool alone;

	if (temporary_make_folder(writer->store) != 0)
		return -1;
	alone = flock(marker, LOCK_EX | LOCK_NB) == 0;
	if (writer_bury_dead(writer->store, alone) != 0 ||
	    usage_recount(writer->store, false) != 0 || /* an older store's */
	    (alone && marker_tidy(writer->store) != 0))
		return -1;
	writer->buried = true;
	return 0;
}

int
writer_init(struct writer *writer, const char *store, int marker, bool beside)
{
	*writer = (struct writer){.store = store, .mark = -1};
	pthread_mutex_init(&writer->lock, NULL);
	snprintf(writer->tag, sizeof writer->tag, "%ld-%p", (long)getpid(),
	    (void *)writer);
	if (!beside && bury_at_first(writer, marker) != 0)
		return -1;
	return file_lock(marker, LOCK_SH, store);
}

static int
settle_locked(struct writer *writer)
{
	if (writer->buried)
		return 0;
	if (temporary_make_folder(writer->store) != 0 ||
	    writer_bury_dead(writer->store, false) != 0)
		return -1;
	writer->buried = true;
	return 0;
}

int
writer_settle(struct writer *writer)
{
	int result;

	if (writer->store == NULL)
		return 0;
	pthread_mutex_lock(&writer->lock);
	result = settle_locked(writer);
	pthread_mutex_unlock(&writer->lock);
	return result;
}

int
writer_begin(struct writer *writer)
{
	int result = 0;

	if (writer->store == NULL)
		return 0;
	pthread_mutex_lock(&writer->lock);
	if (writer->mark < 0) {
		result = settle_locked(writer);
		if (result == 0)
			writer->mark = make_mark(writer->store, writer->tag);
		if (writer->mark < 0)
			result = -1;
	}
	pthread_mutex_unlock(&writer->lock);
	return result;
}

void
writer_release(struct writer *writer, bool clean)
{
	if (writer->store == NULL)
		return;
	if (writer->mark >= 0)
		end_mark(writer->store, writer->tag, writer->mark, clean);
	pthread_mutex_destroy(&writer->lock);
	*writer = (struct writer){0};
}
