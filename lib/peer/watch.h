/* SPDX-License-Identifier: ISC */
#ifndef PEER_WATCH_H
#define PEER_WATCH_H

/*
 * Whether a roster may have changed since it was read, for the price of two
 * stat(2). Time stamps are coarse: files that changed a moment ago count as
 * changed until that moment is over. Not seen is who edits a file of the
 * folder in place, instead of replacing it.
 */

#include <stdbool.h>
#include <sys/stat.h>

struct watch {
	const char *path; /* of the roster; the caller's */
	struct stat file, folder;
	bool settled; /* whatever changes now has other stamps */
};

/* Call it before the roster is read. */
void watch_init(struct watch *watch, const char *roster_path);

/* True: read it again, the watch is as if it were just initialised. */
bool watch_changed(struct watch *watch);

#endif
