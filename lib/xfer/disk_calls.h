/* SPDX-License-Identifier: ISC */
#ifndef XFER_DISK_CALLS_H
#define XFER_DISK_CALLS_H

/*
 * The calls of a disk (xfer/disk.h): what a holder does, by store/store.h,
 * with arguments that are all in one place. None but a listing looks at
 * anything of who waits for it, and that one only while he does.
 */

#include "format/limits.h"
#include "xfer/disk.h"
#include "xfer/holder.h"

/* Of put, get and drop; drop takes the order, and obeys whoever signed. */
struct disk_bytes {
	struct store_key key;
	size_t limit;
	struct buf bytes;
};

struct disk_look {
	struct question question;
	struct digest id[LIMIT_REQUEST_IDS];
	bool there[LIMIT_REQUEST_IDS], damaged[LIMIT_REQUEST_IDS];
};

struct disk_listing {
	struct disk *disk;
	enum store_shelf shelf;
	struct digest owner;
	int (*each)(void *context, const struct digest *id);
	void *context;
};

struct disk_room {
	struct digest owner;
	uint64_t used, free;
};

int disk_calls_put(struct store *store, void *bytes);
int disk_calls_get(struct store *store, void *bytes);
int disk_calls_drop(struct store *store, void *bytes);
int disk_calls_have(struct store *store, void *look);
int disk_calls_list(struct store *store, void *listing);
int disk_calls_room(struct store *store, void *room);
int disk_calls_commit(struct store *store, void *nothing);

#endif
