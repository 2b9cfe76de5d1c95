/* SPDX-License-Identifier: ISC */
#include "doc/order.h"

#include "doc/cose.h"
#include "format/limits.h"

#define PAIRS 6
/* Of enum store_shelf, that doc may not include: members are never dropped. */
#define MEMBERS 2
#define RECEIPTS 3

int
order_encode(const struct order *order, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = cose_begin(&writer, &payload, PAIRS, RECORD_ORDER, scalar);
	if (result == 0) {
		cbor_write_pair_uint(&writer, 3, order->time);
		cbor_write_pair_uint(&writer, 4, order->shelf);
		cbor_write_pair_bytes(&writer, 5, order->ids);
		result = cbor_writer_end(&writer);
	}
	if (result == 0)
		result =
		    cose_sign(RECORD_ORDER, span_of_buf(&payload), scalar, to);
	buf_release(&payload);
	return result;
}

int
order_decode(struct span document, const struct digest *owner,
    struct order *order)
{
	struct cbor_reader reader;

	if (cose_open(document, RECORD_ORDER, "the drop order", owner, PAIRS,
		&reader) != 0)
		return -1;
	order->time = cbor_read_pair_uint(&reader, 3, UINT64_MAX);
	order->shelf = (unsigned)cbor_read_pair_uint(&reader, 4, RECEIPTS);
	order->ids = cbor_read_pair_bytes(&reader, 5,
	    LIMIT_REQUEST_IDS * sizeof(struct digest));
	if (order->ids.size % sizeof(struct digest) != 0 ||
	    order->shelf == MEMBERS)
		reader.bad = true;
	return cbor_reader_end(&reader, "the drop order");
}
