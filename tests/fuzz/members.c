/* SPDX-License-Identifier: ISC */
/*
 * What an owner may sign as its members: the pairs behind key 2, under a right
 * signature. What decodes is encoded to the same document.
 */
#include "doc/members.h"

#include "crypto/secret.h"
#include "doc/cose.h"
#include "fuzz.h"

static const struct secret scalar = {{1, 2, 3}};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf payload = {0}, document = {0}, again = {0};
	struct cbor_writer writer;
	struct members members;
	struct digest id;
	size_t i;

	must(cose_begin(&writer, &payload, 10, RECORD_MEMBERS, &scalar) == 0);
	must(buf_append(&payload, span_of(data, size)) == 0);
	must(cose_sign(RECORD_MEMBERS, span_of_buf(&payload), &scalar,
		 &document) == 0);
	if (members_decode(span_of_buf(&document), NULL, &members) == 0) {
		for (i = 0; i < members_count(&members); i++) {
			id = members_id(&members, i);
			must(members_has(&members, &id, 0) ==
			    (members.expires > 0));
		}
		must(members_encode(&members, &scalar, &again) == 0);
		must(span_equal(span_of_buf(&again), span_of_buf(&document)));
	}
	buf_release(&payload);
	buf_release(&document);
	buf_release(&again);
	return 0;
}
