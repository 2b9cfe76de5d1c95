/* SPDX-License-Identifier: ISC */
#ifndef FOLDER_H
#define FOLDER_H

/* A folder for one input, for decoders that keep what they take. */

#include <ftw.h>
#include <sys/stat.h>

#include "fuzz.h"

static char folder_path[64];

static inline const char *
folder_begin(void)
{
	strcpy(folder_path, "/dev/shm/shardkit-fuzz-XXXXXX");
	if (mkdtemp(folder_path) != NULL)
		return folder_path;
	strcpy(folder_path, "/tmp/shardkit-fuzz-XXXXXX");
	must(mkdtemp(folder_path) != NULL);
	return folder_path;
}

static inline int
folder_remove(const char *path, const struct stat *status, int type,
    struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

static inline void
folder_end(void)
{
	nftw(folder_path, folder_remove, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
