/* SPDX-License-Identifier: ISC */
/*
 * Signed documents as they come: what opens can be peeked at, is signed by
 * whom it names, and no other document opens in its place.
 */
#include "doc/cose.h"

#include "doc/index.h"
#include "doc/snapshot.h"
#include "fuzz.h"

static int
open_any(struct span document, const struct digest *signer)
{
	struct snapshot snapshot;
	struct index index;

	if (snapshot_decode(document, signer, &snapshot) == 0)
		return RECORD_SNAPSHOT;
	if (index_decode(document, signer, &index) == 0)
		return RECORD_INDEX;
	return -1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span document = span_of(data, size);
	struct digest signer, other;
	int kind = cose_peek(document, &signer), opened;

	opened = open_any(document, NULL);
	if (opened < 0)
		return 0;
	must(kind == opened && data[0] == COSE_FIRST_BYTE);
	must(open_any(document, &signer) == kind);
	other = signer;
	other.byte[0] ^= 1;
	must(open_any(document, &other) == -1);
	return 0;
}
