/* SPDX-License-Identifier: ISC */
#include "xfer/named.h"

#include "xfer/listing.h"

int
named_shards(struct holders *holders, const struct digest *owner,
    const struct digest *snapshot, named_each each, void *context)
{
	struct listing listing;
	struct stripe stripe;
	size_t i;
	int got = listing_open(&listing, holders, owner, snapshot);

	while (got == 0 && (got = listing_next(&listing, &stripe)) > 0)
		for (i = 0, got = 0; got == 0 && i < stripe.total; i++)
			got = each(context, &stripe.id[i]);
	listing_close(&listing);
	return got;
}

int
named_indexes(struct holders *holders, const struct digest *owner,
    const struct digest *snapshot, named_each each, void *context)
{
	struct listing listing;
	struct digest index;
	size_t i;
	int result = listing_open(&listing, holders, owner, snapshot);

	for (i = 0;
	     result == 0 && i < listing.snapshot.indexes.size / sizeof index;
	     i++) {
		index = snapshot_index(&listing.snapshot, i);
		result = each(context, &index);
	}
	listing_close(&listing);
	return result;
}
