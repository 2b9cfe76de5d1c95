/* SPDX-License-Identifier: ISC */
#ifndef TREE_H
#define TREE_H

/* A folder of a test's own, gone with all that is in it. */

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

static inline int
tree_remove_one(const char *path, const struct stat *status, int type,
    struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

static inline void
tree_remove(const char *path)
{
	nftw(path, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
