/* SPDX-License-Identifier: ISC */
#include "poll/indexes.h"

#include "poll/living.h"
#include "xfer/listing.h"

static int
gather_of(struct holders *holders, const struct digest *owner,
    const struct digest *snapshot, struct buf *to)
{
	struct listing listing;
	struct buf document = {0};
	size_t i = 0;
	int result = 0;

	if (listing_open(&listing, holders, owner, snapshot) == 0)
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
indexes_gather(struct holders *holders, const struct digest *owner,
    struct buf *to)
{
	struct catalog catalog = {0};
	size_t i;
	int result = 0;

	if (living_load(&catalog, holders, owner) == 0)
		for (i = 0; result == 0 && i < catalog.count; i++)
			result =
			    gather_of(holders, owner, &catalog.entry[i].id, to);
	catalog_release(&catalog);
	return result;
}
