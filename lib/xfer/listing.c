/* SPDX-License-Identifier: ISC */
#include "xfer/listing.h"

#include "doc/index.h"
#include "xfer/catalog.h"
#include "xfer/gather.h"

int
listing_open(struct listing *listing, struct holders *holders,
    const struct digest *owner, const struct digest *snapshot)
{
	*listing = (struct listing){.holders = holders, .owner = *owner};
	if (catalog_get(holders, owner, snapshot, &listing->document) != 0)
		return -1;
	if (snapshot_decode(span_of_buf(&listing->document), owner,
		&listing->snapshot) != 0 ||
	    record_decode_head(listing->snapshot.head, &listing->head) != 0 ||
	    record_decode_end(listing->snapshot.end, &listing->end) != 0)
		return -1;
	chain_init(&listing->chain, listing->snapshot.head);
	return 0;
}

void
listing_close(struct listing *listing)
{
	buf_release(&listing->document);
	buf_release(&listing->index);
}

int
listing_index(struct listing *listing, size_t i, struct buf *document)
{
	struct store_key key = {STORE_SHARDS, listing->owner,
	    snapshot_index(&listing->snapshot, i)};
	int got = gather_document(listing->holders, &key, NULL, document);

	if (got != 0)
		return got < 0 ? -1 : 0;
	return fail(FAIL_NO, "no usable peer has index %zu of snapshot %llu", i,
	    (unsigned long long)listing->snapshot.number);
}

/* 1, or 0 when the last index is used up. */
static int
next_index(struct listing *listing)
{
	size_t count = listing->snapshot.indexes.size / sizeof(struct digest);
	struct index index;

	if (listing->promised != listing->chain.stripes)
		return fail(FAIL_DATA, "an index counts its stripes wrong");
	if (listing->next_index == count)
		return 0;
	listing->index.size = 0;
	if (listing_index(listing, listing->next_index, &listing->index) != 0 ||
	    index_decode(span_of_buf(&listing->index), &listing->owner,
		&index) != 0)
		return -1;
	if (index.first != listing->chain.stripes ||
	    !span_equal(index.head, listing->snapshot.head))
		return fail(FAIL_DATA,
		    "index %zu belongs to another place or snapshot",
		    listing->next_index);
	listing->next_index++;
	listing->promised += index.count;
	listing->records = index.records;
	return 1;
}

int
listing_next(struct listing *listing, struct stripe *stripe)
{
	int got;

	while (listing->records.size == 0) {
		got = next_index(listing);
		if (got == 0)
			return chain_check_end(&listing->chain, NULL,
			    &listing->end);
		if (got < 0)
			return -1;
	}
	got = index_next(&listing->records, &listing->head, stripe);
	if (got > 0 && chain_add(&listing->chain, stripe) != 0)
		return -1;
	return got;
}
