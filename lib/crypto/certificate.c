/* SPDX-License-Identifier: ISC */
#include "crypto/certificate.h"

#include <assert.h>
#include <bearssl.h>
#include <string.h>

#include "crypto/sign.h"

/* ecdsa-with-SHA256 (RFC 5758), a SEQUENCE of 10 bytes */
#define ALGORITHM \
	0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02

/* The part that is signed, all but the point of the key at its end. */
static const uint8_t body_head[] = {0x30, 0x81,
    0x90,		    /* SEQUENCE of 144 bytes */
    0x02, 0x01, 0x01,	    /* serial number 1 */
    ALGORITHM, 0x30, 0x00,  /* issuer: no name */
    0x30, 0x20, 0x17, 0x0d, /* valid from, UTCTime */
    '7', '0', '0', '1', '0', '1', '0', '0', '0', '0', '0', '0', 'Z', 0x18,
    0x0f, /* until, GeneralizedTime */
    '9', '9', '9', '9', '1', '2', '3', '1', '2', '3', '5', '9', '5', '9', 'Z',
    0x30, 0x00,		    /* subject: no name */
    0x30, 0x59, 0x30, 0x13, /* SubjectPublicKeyInfo (RFC 5480) */
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, /* ecPublicKey */
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, /* P-256 */
    0x03, 0x42, 0x00};

static const uint8_t algorithm[] = {ALGORITHM};

#define BODY_SIZE (sizeof body_head + SIGN_PUBLIC_SIZE)

/* A DER signature: r | s and at most 9 bytes around them. */
#define SIGNATURE_SIZE (SIGN_SIZE + 9)

static void
add(struct certificate *certificate, const void *bytes, size_t size)
{
	assert(size <= sizeof certificate->byte - certificate->size);
	memcpy(certificate->byte + certificate->size, bytes, size);
	certificate->size += size;
}

static void
assemble(struct certificate *certificate, const uint8_t *body,
    const uint8_t *signature, uint8_t size)
{
	size_t rest = BODY_SIZE + sizeof algorithm + 3 + size;
	uint8_t head[] = {0x30, 0x81, (uint8_t)rest};
	uint8_t bits[] = {0x03, (uint8_t)(size + 1), 0x00};

	assert(rest >= 128 && rest < 256);
	certificate->size = 0;
	add(certificate, head, sizeof head);
	add(certificate, body, BODY_SIZE);
	add(certificate, algorithm, sizeof algorithm);
	add(certificate, bits, sizeof bits);
	add(certificate, signature, size);
}

int
certificate_encode(const struct secret *scalar, struct certificate *certificate)
{
	uint8_t body[BODY_SIZE], signature[SIGNATURE_SIZE];
	struct sign_public key;
	size_t size;

	if (sign_public(scalar, &key) != 0)
		return -1;
	memcpy(body, body_head, sizeof body_head);
	memcpy(body + sizeof body_head, key.byte, sizeof key.byte);
	if (sign_message(scalar, (struct span){body, sizeof body}, signature) !=
	    0)
		return -1;
	size = br_ecdsa_raw_to_asn1(signature, SIGN_SIZE);
	assert(size > 0);
	assemble(certificate, body, signature, (uint8_t)size);
	return 0;
}
