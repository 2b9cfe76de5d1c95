/* SPDX-License-Identifier: ISC */
#include "peer/watch.h"

#include <time.h>

#include "peer/roster.h"

#define COARSE_NS 1000000000 /* no file system that matters is coarser */

static void
look_at(const char *path, struct stat *status)
{
	if (stat(path, status) != 0)
		*status = (struct stat){0};
}

static bool
is_recent(const struct timespec *changed, const struct timespec *now)
{
	int64_t age = (int64_t)(now->tv_sec - changed->tv_sec) * 1000000000 +
	    (now->tv_nsec - changed->tv_nsec);

	return age > -COARSE_NS && age < COARSE_NS;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size &&
	    a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	    a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

void
watch_init(struct watch *watch, const char *roster_path)
{
	char folder[FILE_PATH];
	struct timespec now;

	watch->path = roster_path;
	clock_gettime(CLOCK_REALTIME, &now);
	look_at(roster_path, &watch->file);
	if (roster_folder(roster_path, folder) == 0)
		look_at(folder, &watch->folder);
	watch->settled = !is_recent(&watch->file.st_ctim, &now) &&
	    !is_recent(&watch->folder.st_ctim, &now);
}

bool
watch_changed(struct watch *watch)
{
	struct watch old = *watch;

	watch_init(watch, old.path);
	return !old.settled || !is_same(&old.file, &watch->file) ||
	    !is_same(&old.folder, &watch->folder);
}
