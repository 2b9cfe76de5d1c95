/* SPDX-License-Identifier: ISC */
/*
 * Signed documents: all that is no document, or not that signer's, or not so.
 */
#include "document.h"

static int
open_it(struct span document, enum record_kind kind, int who)
{
	struct owner owner = owner_of(who);
	struct cbor_reader reader;

	return cose_open(document, kind, "it", who ? &owner.id : NULL, 4,
	    &reader);
}

static void
test_flips(void)
{
	struct buf document = document_of(RECORD_INDEX, 1);
	struct digest signer;
	size_t i;

	for (i = 0; i < document.size; i++) {
		document.data[i] ^= (uint8_t)(1 << i % 8);
		check(open_it(span_of_buf(&document), RECORD_INDEX, 0) == -1 &&
			fail_last()->kind == FAIL_DATA,
		    "a flip of byte %zu passes", i);
		cose_peek(span_of_buf(&document), &signer);
		document.data[i] ^= (uint8_t)(1 << i % 8);
	}
	for (i = 0; i < document.size; i++)
		check_fails(open_it(span_of(document.data, i), RECORD_INDEX, 1),
		    FAIL_DATA, "it is not a signed document", "a cut one");
	must(buf_append(&document, span_of("\0", 1)) == 0, "memory");
	check_fails(open_it(span_of_buf(&document), RECORD_INDEX, 1), FAIL_DATA,
	    "it is not a signed document", "a byte more");
	buf_release(&document);
}

static void
test_refused(void)
{
	struct buf document = document_of(RECORD_INDEX, 1);
	struct owner owner = owner_of(1);
	struct cbor_reader reader;

	check_fails(open_it(span_of_buf(&document), RECORD_SNAPSHOT, 1),
	    FAIL_DATA, "it is not of kind 'snapshot'", "an index");
	check_fails(open_it(span_of_buf(&document), RECORD_INDEX, 2), FAIL_DATA,
	    "it is signed by a stranger", "another signer");
	check_fails(cose_open(span_of_buf(&document), RECORD_INDEX, "it",
			&owner.id, 5, &reader),
	    FAIL_DATA, "it is malformed", "another number of pairs");
	buf_release(&document);
}

/* Its kind says one thing, the external_aad that is signed another. */
static void
test_purpose(void)
{
	struct secret scalar = scalar_of(1);
	struct buf payload = {0}, document = {0};
	struct cbor_writer writer;

	must(cose_begin(&writer, &payload, 4, RECORD_SNAPSHOT, &scalar) == 0,
	    "begin");
	cbor_write_uint(&writer, 3);
	cbor_write_uint(&writer, 0);
	must(cose_sign(RECORD_INDEX, span_of_buf(&payload), &scalar,
		 &document) == 0,
	    "sign");
	check_fails(open_it(span_of_buf(&document), RECORD_SNAPSHOT, 1),
	    FAIL_DATA, "the signature of it is wrong", "another purpose");
	buf_release(&payload);
	buf_release(&document);
}

/* A payload by hand, rightly signed. */
static void
test_payload(const char *payload, const char *words)
{
	struct secret scalar = scalar_of(1);
	struct sign_public key;
	struct buf bytes = {0}, document = {0};

	must(sign_public(&scalar, &key) == 0, "a key");
	unhex(payload, &bytes);
	buf_append(&bytes, span_of("\x02\x58\x41", 3));
	buf_append(&bytes, span_of(key.byte, sizeof key.byte));
	buf_append(&bytes, span_of("\x03\x00", 2));
	must(cose_sign(RECORD_INDEX, span_of_buf(&bytes), &scalar, &document) ==
		0,
	    "sign");
	if (words == NULL)
		check(open_it(span_of_buf(&document), RECORD_INDEX, 1) == 0,
		    "%s: %s", payload, fail_last()->text);
	else
		check_fails(open_it(span_of_buf(&document), RECORD_INDEX, 1),
		    FAIL_DATA, words, payload);
	buf_release(&bytes);
	buf_release(&document);
}

/* With (r, n - s) a holder could make a second document of one. */
static void
test_malleated(void)
{
	struct buf document = document_of(RECORD_INDEX, 1);

	document_malleate(&document);
	check_fails(open_it(span_of_buf(&document), RECORD_INDEX, 1), FAIL_DATA,
	    "the signature of it is wrong", "the other signature");
	buf_release(&document);
}

static void
test_good(int who)
{
	struct buf document = document_of(RECORD_INDEX, who),
		   again = document_of(RECORD_INDEX, who);
	struct owner owner = owner_of(who);
	struct cbor_reader reader;
	struct digest signer;

	check(span_equal(span_of_buf(&document), span_of_buf(&again)),
	    "signed twice, two documents");
	check(document.data[0] == COSE_FIRST_BYTE, "the first byte");
	check(open_it(span_of_buf(&document), RECORD_INDEX, 0) == 0,
	    "any signer: %s", fail_last()->text);
	check(cose_open(span_of_buf(&document), RECORD_INDEX, "it", &owner.id,
		  4, &reader) == 0,
	    "open: %s", fail_last()->text);
	cbor_read_key(&reader, 3);
	check(span_equal(cbor_read_text(&reader, 9), span_of_text("hello")) &&
		cbor_reader_end(&reader, "it") == 0,
	    "what follows key 2");
	check(cose_peek(span_of_buf(&document), &signer) == RECORD_INDEX &&
		digest_equal(&signer, &owner.id),
	    "peek: %s", fail_last()->text);
	buf_release(&document);
	buf_release(&again);
}

static void
test_peek_refused(void)
{
	struct secret scalar = scalar_of(1), zero = secret_of(0);
	struct buf document = {0}, none = {0};
	struct cbor_writer writer;
	struct digest signer;

	check_fails(cose_peek(span_of("\xd2", 1), &signer), FAIL_DATA,
	    "this is not a signed document", "a tag");
	must(cose_sign(RECORD_INDEX, span_of("\xa0", 1), &scalar, &document) ==
		0,
	    "sign");
	check_fails(cose_peek(span_of_buf(&document), &signer), FAIL_DATA,
	    "this is a document of another kind", "an empty map");
	check_fails(cose_begin(&writer, &none, 4, RECORD_INDEX, &zero),
	    FAIL_DATA, "a private key is out of range", "no key");
	check_fails(cose_sign(RECORD_INDEX, span_of("\xa0", 1), &zero, &none),
	    FAIL_DATA, "a private key is out of range", "no key");
	buf_release(&document);
	buf_release(&none);
}

int
main(void)
{
	test_flips();
	test_refused();
	test_purpose();
	test_payload("a4 00 05 01 02", "it is of version 2, this tool knows");
	test_payload("a4 00 05 01 00", "it is of version 0, this tool knows");
	test_payload("a4 00 06 01 01", "it is not of kind 'index'");
	test_payload("a5 00 05 01 01", "it is not a signed document");
	test_payload("a3 00 05 01 01", "it is not a signed document");
	test_payload("a4 00 05 04 01", "");
	test_payload("a4 00 05 01 01", NULL);
	test_peek_refused();
	test_malleated();
	test_good(1);
	test_good(2);
	return failures != 0;
}
