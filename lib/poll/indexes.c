/* SPDX-License-Identifier: ISC */
#include "poll/indexes.h"

#include "xfer/listing.h"

static int
gather_of(const struct living *living, const struct digest *snapshot,
    struct buf *to)
{
	struct listing listing;
	struct buf document = {0};
	size_t i = 0;
	int result = 0;

	if (listing_open(&listing, living->holders, &living->owner, snapshot) ==
	    0)
		for (; result == 0 &&
		     i < listing.snapshot.indexes.size / sizeof *snapshot;
		     i++) {
			document.size = 0;
			if (listing_index(&listing, i, &document) == 0)
				result = buf_append(to, span_of_buf(&document));
		}
	buf_release(&document);
	listing_close(&listing);
	return result;
}

int
indexes_gather(const struct living *living, struct buf *to)
{
	size_t i;

	for (i = 0; i < living->catalog.count; i++)
		if (gather_of(living, &living->catalog.entry[i].id, to) != 0)
			return -1;
	return 0;
}
