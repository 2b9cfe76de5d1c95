/* SPDX-License-Identifier: ISC */
/*
 * What cbor_measure finds whole has one encoding: read item by item and
 * written again it is the same bytes, and no beginning of it is whole or
 * wrong. Whatever it refuses, the reader must survive.
 */
#include <stdlib.h>

#include "format/cbor.h"

#define LIMIT 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool right)
{
	if (!right)
		abort();
}

/* Read all of `bytes` and append what was read to `to`. */
static bool
copy_items(struct span bytes, struct buf *to)
{
	struct cbor_reader reader;
	struct cbor_writer writer;
	struct cbor_item item;

	cbor_reader_init(&reader, bytes);
	cbor_writer_init(&writer, to);
	while (cbor_read(&reader, &item))
		cbor_write(&writer, &item);
	return cbor_reader_end(&reader, "the copy") == 0 &&
	    cbor_writer_end(&writer) == 0;
}

static void
check_whole(struct span item)
{
	struct buf copy = {0};
	size_t size;

	must(copy_items(item, &copy));
	must(span_equal(span_of_buf(&copy), item));
	must(cbor_measure(item, item.size) == (int64_t)item.size);
	must(cbor_measure(item, item.size - 1) == -1);
	for (size = 0; size < item.size && size < 300; size++)
		must(cbor_measure(span_of(item.data, size), item.size) == 0);
	buf_release(&copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of(data, size);
	int64_t length = cbor_measure(bytes, LIMIT);
	struct buf copy = {0};
	uint64_t declared;
	int head = cbor_measure_bytes_head(bytes, &declared);

	must(length >= -1 && length <= (int64_t)size && length <= LIMIT);
	must(length != 0 || size < LIMIT);
	must(head >= -1 && head <= CBOR_HEAD_SIZE && head <= (int)size);
	copy_items(bytes, &copy);
	buf_release(&copy);
	if (length > 0)
		check_whole(span_of(data, (size_t)length));
	return 0;
}
