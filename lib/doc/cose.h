/* SPDX-License-Identifier: ISC */
#ifndef DOC_COSE_H
#define DOC_COSE_H

/*
 * Signed documents: COSE_Sign1 (RFC 9052 section 4.2) with ES256, that other
 * tools can check. The external_aad names the purpose, so that a signature
 * for one kind of document is none for another; it is 64 bytes long, so that
 * no TLS 1.2 handshake with the same key signs bytes that could be read as a
 * document (its first 64 bytes are random there).
 *
 * The payload's keys 0, 1 and 2 are its kind, its version and the signer's
 * public key; the id that is asked for decides whether that key counts.
 */

#include "base/bytes.h"
#include "format/cbor.h"
#include "format/record.h"

struct secret;

/* The external_aad: the purpose, padded with blanks to 64 bytes. */
#define COSE_AAD "shardkit document, version 1, kind %-29s"

/* What every document begins with: the tag of a COSE_Sign1. */
#define COSE_FIRST_BYTE 0xd2

/* Begin a payload of `pairs` pairs with keys 0 to 2. */
int cose_begin(struct cbor_writer *writer, struct buf *payload, unsigned pairs,
    enum record_kind kind, const struct secret *scalar);

/* Sign `payload`; the document is appended to `to`. */
int cose_sign(enum record_kind kind, struct span payload,
    const struct secret *scalar, struct buf *to);

/*
 * Check a document of `kind` that `signer` must have signed (NULL: whoever
 * claims to). -1 (FAIL_DATA) with a sentence about `what`. The reader then
 * stands at key 3 of `pairs`; it borrows from `document`.
 */
int cose_open(struct span document, enum record_kind kind, const char *what,
    const struct digest *signer, uint64_t pairs, struct cbor_reader *reader);

/*
 * The kind of a document and who claims to have signed it, both unchecked;
 * -1 (FAIL_DATA) if it is no document.
 */
int cose_peek(struct span document, struct digest *signer);

/*
 * What a document signs, unchecked, borrowed from it; -1 (FAIL_DATA). Two
 * documents say the same if and only if their payloads are equal.
 */
int cose_payload(struct span document, struct span *payload);

#endif
