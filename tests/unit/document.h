/* SPDX-License-Identifier: ISC */
#ifndef DOCUMENT_H
#define DOCUMENT_H

/* What the tests of signed documents share. */

#include "crypto/sign.h"
#include "doc/cose.h"
#include "fixture.h"

static const uint8_t document_group[32] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad,
    0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

/* A document with nothing but keys 0 to 2 and one more. */
static inline struct buf
document_of(enum record_kind kind, int who)
{
	struct secret scalar = scalar_of(who);
	struct buf payload = {0}, document = {0};
	struct cbor_writer writer;

	must(cose_begin(&writer, &payload, 4, kind, &scalar) == 0, "begin");
	cbor_write_uint(&writer, 3);
	cbor_write_text(&writer, "hello");
	must(cbor_writer_end(&writer) == 0, "write");
	must(cose_sign(kind, span_of_buf(&payload), &scalar, &document) == 0,
	    "sign");
	buf_release(&payload);
	return document;
}

/* The other signature that ECDSA would take: (r, order - s). */
static inline void
document_malleate(struct buf *document)
{
	uint8_t *s = document->data + document->size - 32;
	int i, borrow = 0, byte;

	for (i = 31; i >= 0; i--) {
		byte = document_group[i] - s[i] - borrow;
		borrow = byte < 0;
		s[i] = (uint8_t)byte;
	}
}

/* Whether the decoder that is tested takes it, of owner 1. */
typedef bool document_takes(struct span document);

/* Every byte counts: no change of one, and no cut, is the same word. */
static inline void
document_test_damage(struct buf document, document_takes *takes)
{
	size_t i;

	check(takes(span_of_buf(&document)), "it is not taken as it is");
	for (i = 0; i < document.size; i += i < 24 ? 1 : 7) {
		document.data[i] ^= 1;
		check(!takes(span_of_buf(&document)),
		    "byte %zu does not matter", i);
		document.data[i] ^= 1;
	}
	for (i = 0; i < document.size; i += i < 24 ? 1 : 13)
		check(!takes(span_of(document.data, i)), "cut at %zu", i);
	buf_append(&document, span_of("", 1));
	check(!takes(span_of_buf(&document)), "a byte more");
	document.size--;
	document_malleate(&document);
	check(!takes(span_of_buf(&document)), "the other signature");
	buf_release(&document);
}

/* A word of another kind with the same key is none of this kind. */
static inline void
document_test_kinds(document_takes *takes)
{
	enum record_kind kind;
	struct buf document;

	for (kind = RECORD_INDEX; kind <= RECORD_ADDRESSES; kind++) {
		document = document_of(kind, 1);
		check(!takes(span_of_buf(&document)), "kind %d is taken",
		    (int)kind);
		buf_release(&document);
	}
}

#endif
