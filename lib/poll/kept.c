/* SPDX-License-Identifier: ISC */
#include "poll/kept.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/regular.h"
#include "format/limits.h"

#define NAME "%020" PRIu64

static void
file_of(const char *folder, const struct digest *owner, uint64_t time,
    char path[static PATH_MAX])
{
	size_t used;

	file_named(folder, owner, path);
	used = strlen(path);
	snprintf(path + used, PATH_MAX - used, "/" NAME, time);
}

/* Only what kept_add has named. */
static int
is_name(const struct dirent *entry)
{
	const char *rest = entry->d_name;
	uint64_t time;
	char name[32];

	if (!number_take(&rest, &time))
		return 0;
	snprintf(name, sizeof name, NAME, time);
	return strcmp(name, entry->d_name) == 0;
}

/* The times of all files, the oldest first: how many, in `*times`. */
static size_t
scan(const char *path, uint64_t **times)
{
	struct dirent **entry;
	int i, count = scandir(path, &entry, is_name, alphasort);
	const char *rest;

	*times = count > 0 ? memory_get((size_t)count, sizeof **times) : NULL;
	for (i = 0; i < count; i++) {
		rest = entry[i]->d_name;
		if (*times != NULL)
			number_take(&rest, &(*times)[i]);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	return *times == NULL ? 0 : (size_t)count;
}

/* Remove what is too close behind another one, and what is too much. */
static void
tidy(const char *folder, const struct digest *owner)
{
	size_t i, count, left = 0;
	char path[PATH_MAX];
	uint64_t *time;

	file_named(folder, owner, path);
	count = scan(path, &time);
	for (i = 0; i < count; i++) {
		if (left == 0 || i + 2 >= count ||
		    time[i] - time[left - 1] >= KEPT_APART) {
			time[left++] = time[i];
			continue;
		}
		file_of(folder, owner, time[i], path);
		unlink(path);
	}
	for (i = 0; i + KEPT_MOST < left; i++) {
		file_of(folder, owner, time[i], path);
		unlink(path);
	}
	free(time);
}

int
kept_add(const char *folder, const struct digest *owner, uint64_t time,
    struct span certificate)
{
	char path[PATH_MAX];
	int lock, result;

	if (file_make_folder(folder, 0700) != 0)
		return -1;
	file_named(folder, owner, path);
	lock = file_lock_folder(path);
	if (lock < 0)
		return -1;
	file_clean_folder(path);
	file_of(folder, owner, time, path);
	result = file_put(path, certificate, 0600, FILE_REPLACE);
	if (result == 0)
		tidy(folder, owner);
	close(lock);
	return result;
}

void
kept_list(const char *folder, const struct digest *owner, struct kept *kept)
{
	uint64_t *time;
	char path[PATH_MAX];
	size_t count;

	file_named(folder, owner, path);
	count = scan(path, &time);
	for (kept->count = 0; kept->count < KEPT_MOST && count > 0;)
		kept->time[kept->count++] = time[--count];
	free(time);
}

int
kept_read(const char *folder, const struct digest *owner, uint64_t time,
    struct buf *certificate)
{
	char path[PATH_MAX];

	file_of(folder, owner, time, path);
	return regular_read(path, LIMIT_CERTIFICATE, certificate);
}
