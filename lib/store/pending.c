/* SPDX-License-Identifier: ISC */
#include "store/pending.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/strict.h"
#include "store/content.h"
#include "store/engine.h"
#include "store/place.h"
#include "store/temporary.h"

#define LEVELS 4 /* 2 hex, shelf, owner, store */

struct pending_file {
	struct pending_file *next;
	struct temporary at;
	bool named;
	bool doubtful; /* what its owner has, since it took another's place */
	char path[];   /* what it shall become */
};

int
pending_init(struct pending *pending, const char *store, int marker,
    bool beside)
{
	*pending = (struct pending){.store = NULL};
	if (memory_text(&pending->store, store) != 0)
		return -1;
	pthread_mutex_init(&pending->lock, NULL);
	return writer_init(&pending->writer, pending->store, marker, beside);
}

/* And those behind it. Whatever has a name by now keeps it. */
void
pending_discard(const struct pending *pending, struct pending_file *file)
{
	char path[PATH_MAX];
	struct pending_file *next;

	for (; file != NULL; file = next) {
		next = file->next;
		temporary_path(pending->store, file->at.name, path);
		if (!file->named)
			strict_unlink(path);
		free(file);
	}
}

void
pending_release(struct pending *pending, bool clean)
{
	if (pending->store == NULL)
		return;
	pending_discard(pending, pending->first);
	writer_release(&pending->writer, clean);
	pthread_mutex_destroy(&pending->lock);
	free(pending->store);
	*pending = (struct pending){0};
}

static struct pending_file *
new_file(struct pending *pending, const struct digest *owner, const char *path,
    size_t bytes)
{
	size_t size = strlen(path) + 1;
	struct pending_file *file = memory_get(1, sizeof *file + size);
	uint64_t serial;

	if (file == NULL)
		return NULL;
	*file = (struct pending_file){.at = {.owner = *owner, .size = bytes}};
	memcpy(file->path, path, size);
	pthread_mutex_lock(&pending->lock);
	serial = pending->serial++;
	pthread_mutex_unlock(&pending->lock);
	temporary_init(&file->at, pending->writer.tag, serial, path);
	return file;
}

/*
 * Nobody is refused because of a number that is wrong since somebody has cut
 * files short: it is counted anew, once, and when there is such a file.
 */
static int
reserve(struct pending *pending, const struct pending_file *file)
{
	const char *store = pending->store;
	int fd = temporary_reserve(store, &file->at, &pending->limit);

	if (fd >= 0 || fail_last()->kind != FAIL_NO ||
	    (pending->recounted && !file->at.differs))
		return fd;
	pending->recounted = true;
	if (usage_recount_owner(store, &file->at.owner) != 0)
		return -1;
	return temporary_reserve(store, &file->at, &pending->limit);
}

struct pending_file *
pending_begin(struct pending *pending, const struct digest *owner,
    const char *path, size_t size, int *fd)
{
	struct pending_file *file;

	if (writer_begin(&pending->writer) != 0)
		return NULL;
	file = new_file(pending, owner, path, size);
	if (file == NULL)
		return NULL;
	*fd = reserve(pending, file);
	if (*fd >= 0)
		return file;
	pending_discard(pending, file);
	return NULL;
}

void
pending_take(struct pending *pending, struct pending_file *file)
{
	pthread_mutex_lock(&pending->lock);
	file->next = pending->first;
	pending->first = file;
	pthread_mutex_unlock(&pending->lock);
}

int
pending_blame(const struct pending *pending, const struct pending_file *file)
{
	struct failure reason = *fail_last();
	char path[PATH_MAX];

	temporary_path(pending->store, file->at.name, path);
	return fail(reason.kind, "'%s': %s", path, reason.text);
}

/* All of them to the engine, which says when they last; names stay here. */
static int
hand_over(const struct pending *pending, const struct pending_file *files)
{
	const struct pending_file *file;
	char path[PATH_MAX];
	struct buf lines = {0};
	int result = 0;

	for (file = files; result == 0 && file != NULL; file = file->next) {
		temporary_path(pending->store, file->at.name, path);
		result = buf_print(&lines, "%s %s\n",
		    file->path + strlen(pending->store) + 1, path);
	}
	if (result == 0)
		result = engine_put(pending->engine, span_of_buf(&lines));
	for (file = files; result == 0 && file != NULL; file = file->next) {
		temporary_path(pending->store, file->at.name, path);
		result = content_hollow(path);
	}
	buf_release(&lines);
	return result;
}

static int
sync_all(const struct pending *pending, const struct pending_file *file)
{
	char path[PATH_MAX];
	int result = 0;

	for (; result == 0 && file != NULL; file = file->next) {
		temporary_path(pending->store, file->at.name, path);
		result = strict_sync(path);
	}
	return result;
}

static int
rename_all(const struct pending *pending, struct pending_file *file)
{
	int result = 0;

	for (; result >= 0 && file != NULL; file = file->next) {
		result = temporary_become(pending->store, &file->at, file->path,
		    &pending->limit);
		file->named = result >= 0;
		file->doubtful = result > 0;
	}
	return result < 0 ? -1 : 0;
}

/* Each of their owners once, if they come one after the other. */
static int
settle_doubts(const struct pending *pending, const struct pending_file *file)
{
	const struct digest *settled = NULL;
	int result = 0;

	for (; result == 0 && file != NULL; file = file->next) {
		if (!file->doubtful ||
		    (settled != NULL && digest_equal(settled, &file->at.owner)))
			continue;
		settled = &file->at.owner;
		result = usage_recount_owner(pending->store, settled);
	}
	return result;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * The folders above each file up to the store's own, so that also the names
 * of new folders last; sorted, and each once.
 */
static int
sync_folders(struct pending_file *file, size_t count)
{
	char **folder = memory_get(LEVELS * count, sizeof *folder);
	size_t used = 0, i, level;
	int result = 0;

	if (folder == NULL)
		return -1;
	for (; result == 0 && file != NULL; file = file->next)
		for (level = 0; result == 0 && level < LEVELS; level++) {
			*strrchr(file->path, '/') = '\0';
			result = memory_text(&folder[used++], file->path);
		}
	if (result == 0)
		qsort(folder, used, sizeof *folder, compare_paths);
	for (i = 0; result == 0 && i < used; i++)
		if (i == 0 || strcmp(folder[i], folder[i - 1]) != 0)
			result = strict_sync_folder(folder[i]);
	while (used > 0)
		free(folder[--used]);
	free(folder);
	return result;
}

int
pending_commit(struct pending *pending)
{
	struct pending_file *files, *file;
	size_t count = 0;
	int result;

	pthread_mutex_lock(&pending->lock);
	files = pending->first;
	pending->first = NULL;
	pthread_mutex_unlock(&pending->lock);
	if (files == NULL)
		return 0;
	for (file = files; file != NULL; file = file->next)
		count++;
	result = pending->engine != NULL ? hand_over(pending, files) : 0;
	if (result == 0)
		result = sync_all(pending, files);
	if (result == 0)
		result = rename_all(pending, files);
	if (result == 0)
		result = settle_doubts(pending, files);
	if (result == 0)
		result = sync_folders(files, count);
	pending_discard(pending, files);
	return result;
}
