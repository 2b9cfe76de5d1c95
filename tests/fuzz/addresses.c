/* SPDX-License-Identifier: ISC */
/*
 * What a peer may sign of its addresses: the pairs behind key 2, under a right
 * signature. What decodes is encoded to the same document.
 */
#include "doc/addresses.h"

#include "crypto/secret.h"
#include "doc/cose.h"
#include "fuzz.h"

static const struct secret scalar = {{1, 2, 3}};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf payload = {0}, document = {0}, again = {0};
	struct addresses addresses;
	struct cbor_writer writer;

	must(cose_begin(&writer, &payload, 6, RECORD_ADDRESSES, &scalar) == 0);
	must(buf_append(&payload, span_of(data, size)) == 0);
	must(cose_sign(RECORD_ADDRESSES, span_of_buf(&payload), &scalar,
		 &document) == 0);
	if (addresses_decode(span_of_buf(&document), NULL, &addresses) == 0) {
		must(addresses.count > 0 && addresses.count <= ADDRESSES_MOST);
		must(addresses_encode(&addresses, &scalar, &again) == 0);
		must(span_equal(span_of_buf(&again), span_of_buf(&document)));
	}
	buf_release(&payload);
	buf_release(&document);
	buf_release(&again);
	return 0;
}
