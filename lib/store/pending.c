/* SPDX-License-Identifier: ISC */
#include "store/pending.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"

#define NAME_SIZE 64
#define LEVELS 4 /* 2 hex, shelf, owner, store */

struct pending_file {
	struct pending_file *next;
	char name[NAME_SIZE]; /* in the folder of temporaries */
	char path[];	      /* what it shall become */
};

int
pending_init(struct pending *pending, const char *folder)
{
	*pending = (struct pending){.folder = strdup(folder)};
	if (pending->folder == NULL)
		return fail_errno("cannot get memory");
	pthread_mutex_init(&pending->lock, NULL);
	return 0;
}

static void
temporary_path(const struct pending *pending, const struct pending_file *file,
    char path[static PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", pending->folder, file->name);
}

/* Whatever has a name by now keeps it. */
static void
discard(const struct pending *pending, struct pending_file *file)
{
	char path[PATH_MAX];
	struct pending_file *next;

	for (; file != NULL; file = next) {
		next = file->next;
		temporary_path(pending, file, path);
		unlink(path);
		free(file);
	}
}

void
pending_release(struct pending *pending)
{
	if (pending->folder == NULL)
		return;
	discard(pending, pending->first);
	pthread_mutex_destroy(&pending->lock);
	free(pending->folder);
	*pending = (struct pending){0};
}

static struct pending_file *
new_file(struct pending *pending, const char *path)
{
	size_t size = strlen(path) + 1;
	struct pending_file *file = malloc(sizeof *file + size);
	uint64_t serial;

	if (file == NULL) {
		fail_errno("cannot get memory");
		return NULL;
	}
	pthread_mutex_lock(&pending->lock);
	serial = pending->serial++;
	pthread_mutex_unlock(&pending->lock);
	memcpy(file->path, path, size);
	snprintf(file->name, sizeof file->name, "%ld-%p-%llu", (long)getpid(),
	    (void *)pending, (unsigned long long)serial);
	file->next = NULL;
	return file;
}

/* The disk may begin to write; the commit waits for it. */
static int
write_file(const struct pending *pending, const struct pending_file *file,
    struct span bytes)
{
	char path[PATH_MAX];
	struct failure reason;
	int fd, result;

	temporary_path(pending, file, path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail_errno("cannot create '%s'", path);
	result = file_write(fd, bytes);
	if (result == 0)
		sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	if (close(fd) != 0 && result == 0)
		result = fail_errno("cannot close");
	if (result == 0)
		return 0;
	reason = *fail_last();
	return fail(reason.kind, "'%s': %s", path, reason.text);
}

int
pending_add(struct pending *pending, const char *path, struct span bytes)
{
	struct pending_file *file = new_file(pending, path);

	if (file == NULL)
		return -1;
	if (write_file(pending, file, bytes) != 0) {
		discard(pending, file);
		return -1;
	}
	pthread_mutex_lock(&pending->lock);
	file->next = pending->first;
	pending->first = file;
	pthread_mutex_unlock(&pending->lock);
	return 0;
}

/*
 * By a descriptor of its own: what could not be written since is told to
 * whoever syncs first, and a group may have more files than descriptors.
 */
static int
sync_file(const char *path)
{
	int fd, result = 0;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_errno("cannot open '%s'", path);
	if (fsync(fd) != 0)
		result = fail_errno("cannot sync '%s'", path);
	close(fd);
	return result;
}

static int
sync_all(const struct pending *pending, const struct pending_file *file)
{
	char path[PATH_MAX];
	int result = 0;

	for (; result == 0 && file != NULL; file = file->next) {
		temporary_path(pending, file, path);
		result = sync_file(path);
	}
	return result;
}

static int
rename_all(const struct pending *pending, const struct pending_file *file)
{
	char path[PATH_MAX];

	for (; file != NULL; file = file->next) {
		temporary_path(pending, file, path);
		if (rename(path, file->path) != 0)
			return fail_errno("cannot create '%s'", file->path);
	}
	return 0;
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
	char **folder = calloc(LEVELS * count, sizeof *folder);
	size_t used = 0, i, level;
	int result = 0;

	if (folder == NULL)
		return fail_errno("cannot get memory");
	for (; result == 0 && file != NULL; file = file->next)
		for (level = 0; result == 0 && level < LEVELS; level++) {
			*strrchr(file->path, '/') = '\0';
			folder[used] = strdup(file->path);
			if (folder[used++] == NULL)
				result = fail_errno("cannot get memory");
		}
	if (result == 0)
		qsort(folder, used, sizeof *folder, compare_paths);
	for (i = 0; result == 0 && i < used; i++)
		if (i == 0 || strcmp(folder[i], folder[i - 1]) != 0)
			result = file_sync_folder(folder[i]);
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
	result = sync_all(pending, files);
	if (result == 0)
		result = rename_all(pending, files);
	if (result == 0)
		result = sync_folders(files, count);
	discard(pending, files);
	return result;
}

int
pending_clean(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	if (folder == NULL)
		return fail_errno("cannot open '%s'", path);
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	return 0;
}
