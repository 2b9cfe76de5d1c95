/* SPDX-License-Identifier: ISC */
#include "store/arrival.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "store/pending.h"

int
arrival_begin(struct arrival *arrival, struct pending *pending,
    const struct store_key *key, const char *path, size_t size)
{
	arrival->pending = pending;
	arrival->id = key->id;
	arrival->tree.count = 0;
	arrival->file =
	    pending_begin(pending, &key->owner, path, size, &arrival->fd);
	return arrival->file == NULL ? -1 : 0;
}

/* For the reason in the slot. */
static int
give_up(struct arrival *arrival)
{
	struct failure reason = *fail_last();

	arrival_release(arrival);
	return fail_again(&reason);
}

int
arrival_part(struct arrival *arrival, struct span bytes)
{
	tree_add(&arrival->tree, bytes);
	if (file_write(arrival->fd, bytes) == 0)
		return 0;
	pending_blame(arrival->pending, arrival->file);
	return give_up(arrival);
}

/* The disk may begin to write; the commit waits for it. */
int
arrival_end(struct arrival *arrival)
{
	struct digest root = tree_end(&arrival->tree);
	int fd = arrival->fd;

	if (!digest_equal(&root, &arrival->id)) {
		fail(FAIL_DATA, "the bytes are not what their id says");
		return give_up(arrival);
	}
	sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	arrival->fd = -1;
	if (close(fd) != 0) {
		fail_errno("cannot close");
		pending_blame(arrival->pending, arrival->file);
		return give_up(arrival);
	}
	pending_take(arrival->pending, arrival->file);
	arrival->file = NULL;
	return 0;
}

void
arrival_release(struct arrival *arrival)
{
	if (arrival->file == NULL)
		return;
	if (arrival->fd >= 0)
		close(arrival->fd);
	pending_discard(arrival->pending, arrival->file);
	arrival->file = NULL;
}
