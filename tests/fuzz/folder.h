/* SPDX-License-Identifier: ISC */
#ifndef FOLDER_H
#define FOLDER_H

/* A folder for one input, for decoders that keep what they take. */

#include "../unit/tree.h"
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

static inline void
folder_end(void)
{
	tree_remove(folder_path);
}

#endif
