/* SPDX-License-Identifier: ISC */
#include "xfer/receipted.h"

#include <stdio.h>

#include "base/file.h"
#include "base/regular.h"
#include "doc/receipt.h"
#include "format/cbor.h"
#include "format/limits.h"

/* The last of several documents, one behind the other. */
static struct span
last_of(struct span documents)
{
	struct span last = documents;

	while (cbor_take(&documents, LIMIT_DOCUMENT, "a receipt", &last) > 0)
		;
	return last;
}

int
receipted_save(const char *folder, struct holders *holders)
{
	const struct holder *holder;
	const struct buf *receipts;
	char path[PATH_MAX];
	size_t i;

	if (file_make_folder(folder, 0700) != 0)
		return -1;
	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		receipts = holder->receipts.size > 0 ? &holder->receipts
						     : &holder->published;
		if (receipts->size == 0)
			continue;
		file_named(folder, &holder->id, path);
		if (file_put(path, last_of(span_of_buf(receipts)), 0600,
			FILE_REPLACE) != 0)
			return -1;
	}
	return 0;
}

uint64_t
receipted_load(const char *folder, const struct digest *peer)
{
	struct receipt receipt = {.time = 0};
	struct buf document = {0};
	char path[PATH_MAX];

	file_named(folder, peer, path);
	if (regular_read(path, LIMIT_DOCUMENT, &document) != 0 ||
	    receipt_decode(span_of_buf(&document), peer, &receipt) != 0)
		receipt.time = 0;
	buf_release(&document);
	return receipt.time;
}
