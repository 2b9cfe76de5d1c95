/* SPDX-License-Identifier: ISC */
#include "serve/page.h"

#include <string.h>

#include "format/limits.h"

/* What has been found so far: the smallest ids, sorted. */
struct page {
	struct digest after;
	struct buf *ids;
};

static int
add_to_page(void *context, const struct digest *id)
{
	struct page *page = context;
	struct digest *ids = (struct digest *)(void *)page->ids->data;
	size_t i = page->ids->size / sizeof *id;
	bool full = i == LIMIT_REQUEST_IDS;

	if (memcmp(id, &page->after, sizeof *id) <= 0)
		return 0;
	if (full && id->byte[0] > ids[i - 1].byte[0])
		return 1; /* folders come in order: none is smaller */
	if (full && memcmp(id, &ids[i - 1], sizeof *id) > 0)
		return 0;
	if (!full && buf_append(page->ids, span_of_digest(id)) != 0)
		return -1;
	ids = (struct digest *)(void *)page->ids->data;
	i -= full;
	for (; i > 0 && memcmp(id, &ids[i - 1], sizeof *id) < 0; i--)
		ids[i] = ids[i - 1];
	ids[i] = *id;
	return 0;
}

int
page_fill(struct store *store, enum store_shelf shelf,
    const struct digest *owner, const struct digest *after, struct buf *ids)
{
	struct page page = {.after = *after, .ids = ids};

	return store_list(store, shelf, owner, add_to_page, &page) < 0 ? -1 : 0;
}
