/* SPDX-License-Identifier: ISC */
#include "xfer/papers_spread.h"

#include "format/limits.h"
#include "xfer/gather.h"
#include "xfer/papers.h"
#include "xfer/papers_list.h"

static int
spread_members(struct holders *holders, const struct digest *owner)
{
	struct members members;
	struct buf document = {0};
	int result = papers_newest(holders, owner, &document, &members);

	if (result == 0 && members.number > 0)
		result = papers_put(holders, STORE_MEMBERS, owner,
		    span_of_buf(&document));
	buf_release(&document);
	return result;
}

/* From the first holder that has it whole, to those that have it not. */
static int
spread_receipt(struct holders *holders, const struct digest *owner,
    const struct digest *id)
{
	struct store_key key = {STORE_RECEIPTS, *owner, *id};
	struct buf document = {0};
	int result = gather_document(holders, &key, NULL, &document);

	if (result == 1)
		result = papers_put(holders, STORE_RECEIPTS, owner,
		    span_of_buf(&document));
	buf_release(&document);
	return result < 0 ? -1 : 0;
}

static int
spread_receipts(struct holders *holders, const struct digest *owner)
{
	struct buf ids = {0};
	struct digest id;
	size_t i, fewest;
	int result;

	result = papers_list(holders, STORE_RECEIPTS, owner, &ids, &fewest);
	if (result == 0 && fewest == ids.size / sizeof id)
		ids.size = 0; /* nobody lacks any */
	for (i = 0; result == 0 && i < ids.size; i += sizeof id) {
		id = digest_from(ids.data + i);
		result = spread_receipt(holders, owner, &id);
	}
	buf_release(&ids);
	return result;
}

int
papers_spread(struct holders *holders, const struct digest *owner)
{
	if (spread_members(holders, owner) != 0 ||
	    spread_receipts(holders, owner) != 0)
		return -1;
	return papers_commit(holders);
}
