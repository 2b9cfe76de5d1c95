/* SPDX-License-Identifier: ISC */
#include "doc/cose.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "crypto/sign.h"

#define TAG_SIGN1 18
#define AAD_SIZE 64

/* {1: -7}, the protected header of ES256 (RFC 9053 section 2.1). */
static const uint8_t protected[] = {0xa1, 0x01, 0x26};

static const char *
kind_name(enum record_kind kind)
{
	switch (kind) {
	case RECORD_INDEX:
		return "index";
	case RECORD_SNAPSHOT:
		return "snapshot";
	case RECORD_RECEIPT:
		return "receipt";
	case RECORD_ORDER:
		return "drop";
	case RECORD_MEMBERS:
		return "members";
	case RECORD_PROOF:
		return "proof";
	case RECORD_OPENING:
		return "opening";
	case RECORD_JOINING:
		return "joining";
	case RECORD_CHALLENGE:
		return "challenge";
	case RECORD_REVEAL:
		return "reveal";
	case RECORD_SEED:
		return "seed";
	case RECORD_BALLOT:
		return "ballot";
	case RECORD_TALLY:
		return "tally";
	case RECORD_SEAL:
		return "seal";
	case RECORD_ADDRESSES:
		return "addresses";
	default:
		return "unknown";
	}
}

static struct span
span_of_protected(void)
{
	return span_of(protected, sizeof protected);
}

/* Sig_structure (RFC 9052 section 4.4). */
static int
encode_to_sign(enum record_kind kind, struct span payload, struct buf *to)
{
	struct cbor_writer writer;
	char aad[AAD_SIZE + 1];
	int length;

	length = snprintf(aad, sizeof aad, COSE_AAD, kind_name(kind));
	assert(length == AAD_SIZE);
	cbor_writer_init(&writer, to);
	cbor_write_array(&writer, 4);
	cbor_write_text(&writer, "Signature1");
	cbor_write_bytes(&writer, span_of_protected());
	cbor_write_bytes(&writer, span_of(aad, AAD_SIZE));
	cbor_write_bytes(&writer, payload);
	return cbor_writer_end(&writer);
}

int
cose_begin(struct cbor_writer *writer, struct buf *payload, unsigned pairs,
    enum record_kind kind, const struct secret *scalar)
{
	struct sign_public key;

	if (sign_public(scalar, &key) != 0)
		return -1;
	cbor_writer_init(writer, payload);
	cbor_write_map(writer, pairs);
	cbor_write_pair_uint(writer, 0, kind);
	cbor_write_pair_uint(writer, 1, RECORD_VERSION);
	cbor_write_pair_bytes(writer, 2, span_of(key.byte, sizeof key.byte));
	return 0;
}

int
cose_sign(enum record_kind kind, struct span payload,
    const struct secret *scalar, struct buf *to)
{
	uint8_t signature[SIGN_SIZE];
	struct buf message = {0};
	struct cbor_writer writer;
	int result;

	result = encode_to_sign(kind, payload, &message);
	if (result == 0)
		result = sign_message(scalar, span_of_buf(&message), signature);
	buf_release(&message);
	if (result != 0)
		return -1;
	cbor_writer_init(&writer, to);
	cbor_write_tag(&writer, TAG_SIGN1);
	cbor_write_array(&writer, 4);
	cbor_write_bytes(&writer, span_of_protected());
	cbor_write_map(&writer, 0);
	cbor_write_bytes(&writer, payload);
	cbor_write_bytes(&writer, span_of(signature, sizeof signature));
	return cbor_writer_end(&writer);
}

/* The parts of a COSE_Sign1 that has the one form we write. */
static bool
read_sign1(struct span document, struct span *payload,
    uint8_t signature[static SIGN_SIZE])
{
	struct cbor_reader reader;
	struct span header;

	if (cbor_measure(document, LIMIT_DOCUMENT) != (int64_t)document.size)
		return false;
	cbor_reader_init(&reader, document);
	cbor_read_tag(&reader, TAG_SIGN1);
	if (cbor_read_array(&reader, 4) != 4)
		return false;
	header = cbor_read_bytes(&reader, sizeof protected);
	if (cbor_read_map(&reader, 0) != 0)
		return false;
	*payload = cbor_read_bytes(&reader, LIMIT_DOCUMENT);
	cbor_read_fixed(&reader, signature, SIGN_SIZE);
	return !reader.bad && reader.rest.size == 0 &&
	    span_equal(header, span_of_protected()) &&
	    cbor_measure(*payload, LIMIT_DOCUMENT) == (int64_t)payload->size;
}

/* Keys 0 to 2. */
static uint64_t
read_prologue(struct cbor_reader *reader, struct span payload, uint64_t *kind,
    uint64_t *version, struct sign_public *key)
{
	uint64_t pairs;

	cbor_reader_init(reader, payload);
	pairs = cbor_read_map(reader, 64);
	*kind = cbor_read_pair_uint(reader, 0, 255);
	*version = cbor_read_pair_uint(reader, 1, UINT32_MAX);
	cbor_read_pair_fixed(reader, 2, key->byte, sizeof key->byte);
	return pairs;
}

static int
check_signature(enum record_kind kind, struct span payload,
    const struct sign_public *key, const uint8_t signature[static SIGN_SIZE])
{
	struct buf message = {0};
	int result;

	result = encode_to_sign(kind, payload, &message);
	if (result == 0)
		result = sign_check(key, span_of_buf(&message), signature);
	buf_release(&message);
	return result;
}

int
cose_open(struct span document, enum record_kind kind, const char *what,
    const struct digest *signer, uint64_t pairs, struct cbor_reader *reader)
{
	uint8_t signature[SIGN_SIZE];
	struct span payload;
	struct sign_public key;
	struct digest id;
	uint64_t has_pairs, has_kind, version;

	if (!read_sign1(document, &payload, signature))
		return fail(FAIL_DATA, "%s is not a signed document", what);
	has_pairs = read_prologue(reader, payload, &has_kind, &version, &key);
	if (reader->bad || has_kind != kind)
		return fail(FAIL_DATA, "%s is not of kind '%s'", what,
		    kind_name(kind));
	if (version != RECORD_VERSION)
		return fail(FAIL_DATA,
		    "%s is of version %llu, this tool knows version %d", what,
		    (unsigned long long)version, RECORD_VERSION);
	id = sign_id(&key);
	if (signer != NULL && !digest_equal(&id, signer))
		return fail(FAIL_DATA, "%s is signed by a stranger", what);
	if (check_signature(kind, payload, &key, signature) != 0)
		return fail(FAIL_DATA, "the signature of %s is wrong", what);
	if (has_pairs != pairs)
		return fail(FAIL_DATA, "%s is malformed", what);
	return 0;
}

int
cose_payload(struct span document, struct span *payload)
{
	uint8_t signature[SIGN_SIZE];

	if (!read_sign1(document, payload, signature))
		return fail(FAIL_DATA, "this is not a signed document");
	return 0;
}

int
cose_peek(struct span document, struct digest *signer)
{
	uint8_t signature[SIGN_SIZE];
	struct sign_public key;
	struct cbor_reader reader;
	struct span payload;
	uint64_t kind, version;

	if (!read_sign1(document, &payload, signature))
		return fail(FAIL_DATA, "this is not a signed document");
	read_prologue(&reader, payload, &kind, &version, &key);
	if (reader.bad)
		return fail(FAIL_DATA, "this is a document of another kind");
	*signer = sign_id(&key);
	return (int)kind;
}
