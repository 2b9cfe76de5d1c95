/* SPDX-License-Identifier: ISC */
#include "xfer/named.h"

#include "xfer/listing.h"

static int
tell_shards(struct listing *listing, named_each each, void *context)
{
	struct stripe stripe;
	size_t i;
	int got;

	while ((got = listing_next(listing, &stripe)) > 0)
		for (i = 0; i < stripe.total; i++)
			if (each(context, &stripe.id[i]) != 0)
				return -1;
	return got;
}

static int
tell_indexes(const struct listing *listing, named_each each, void *context)
{
	size_t i,
	    count = listing->snapshot.indexes.size / sizeof(struct digest);
	struct digest index;

	for (i = 0; i < count; i++) {
		index = snapshot_index(&listing->snapshot, i);
		if (each(context, &index) != 0)
			return -1;
	}
	return 0;
}

int
named_ids(struct holders *holders, const struct digest *owner,
    const struct digest *snapshot, enum named what, named_each each,
    void *context)
{
	struct listing listing;
	int result = listing_open(&listing, holders, owner, snapshot);

	if (result == 0 && what != NAMED_INDEXES)
		result = tell_shards(&listing, each, context);
	if (result == 0 && what != NAMED_SHARDS)
		result = tell_indexes(&listing, each, context);
	listing_close(&listing);
	return result;
}
