/* SPDX-License-Identifier: ISC */
#include "serve/tell.h"

#include <time.h>

#include "peer/peer.h"
#include "store/scrubbed.h"
#include "xfer/counts.h"
#include "xfer/info.h"

static int
tell_counts(const struct tell *tell, uint64_t room, struct buf *payload)
{
	if (room == 0 || tell->counts == NULL || !tell->peer->watch)
		return 0;
	if (counts_told_encode(tell->counts, payload) != 0)
		return -1;
	if (payload->size > room)
		payload->size = 0;
	return 0;
}

int
tell_answer(const struct tell *tell, uint64_t room, struct buf *body,
    struct buf *payload)
{
	struct scrubbed scrubbed;
	struct info info = {
	    .time = (uint64_t)time(NULL),
	    .quota = tell->owner->give,
	};

	if (store_used(tell->store, &tell->owner->id, &info.used) != 0 ||
	    store_free(tell->store, &info.free) != 0 ||
	    tell_counts(tell, room, payload) != 0)
		return -1;
	scrubbed_load(tell->store_path, &scrubbed);
	info.scrubbed = scrubbed.ended;
	info.rotten = scrubbed.damaged + scrubbed.unreadable;
	return info_encode(&info, body);
}
