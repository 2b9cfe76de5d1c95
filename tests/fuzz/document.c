/* SPDX-License-Identifier: ISC */
/*
 * What an owner may sign: the pairs behind key 2 of a snapshot (the first
 * byte is even) or an index (odd), under a right signature. What decodes is
 * encoded to the same document.
 */
#include "crypto/secret.h"
#include "doc/cose.h"
#include "doc/index.h"
#include "doc/snapshot.h"
#include "fuzz.h"

static const struct secret scalar = {{1, 2, 3}};

static void
check_snapshot(struct span document, struct buf *again)
{
	struct snapshot snapshot;
	size_t i;

	if (snapshot_decode(document, NULL, &snapshot) != 0)
		return;
	for (i = 0; i < snapshot.indexes.size / sizeof(struct digest); i++)
		snapshot_index(&snapshot, i);
	must(snapshot_encode(&snapshot, &scalar, again) == 0);
	must(span_equal(span_of_buf(again), document));
}

static void
check_index(struct span document, struct buf *again)
{
	struct index index;

	if (index_decode(document, NULL, &index) != 0)
		return;
	must(index_encode(&index, &scalar, again) == 0);
	must(span_equal(span_of_buf(again), document));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_index = size > 0 && data[0] & 1;
	enum record_kind kind = is_index ? RECORD_INDEX : RECORD_SNAPSHOT;
	struct buf payload = {0}, document = {0}, again = {0};
	struct cbor_writer writer;

	if (size == 0)
		return 0;
	must(cose_begin(&writer, &payload, is_index ? 7 : 9, kind, &scalar) ==
	    0);
	must(buf_append(&payload, span_of(data + 1, size - 1)) == 0);
	must(cose_sign(kind, span_of_buf(&payload), &scalar, &document) == 0);
	if (is_index)
		check_index(span_of_buf(&document), &again);
	else
		check_snapshot(span_of_buf(&document), &again);
	buf_release(&payload);
	buf_release(&document);
	buf_release(&again);
	return 0;
}
