/* SPDX-License-Identifier: ISC */
/*
 * A document's signature by openssl: the Sig_structure of RFC 9052 section
 * 4.4 put together here by hand, the key as SubjectPublicKeyInfo, the
 * signature as DER. Skipped (77) where there is no openssl.
 */
#include "document.h"
#include "scratch.h"

#define AAD "shardkit document, version 1, kind "

/* INTEGER of 32 bytes: shortest, and not negative. */
static void
add_integer(const uint8_t byte[static 32], struct buf *to)
{
	size_t skip = 0;
	uint8_t head[3] = {2, 0, 0};
	bool negative;

	while (skip < 31 && byte[skip] == 0)
		skip++;
	negative = byte[skip] & 0x80;
	head[1] = (uint8_t)(32 - skip + negative);
	buf_append(to, span_of(head, 2 + (size_t)negative));
	buf_append(to, span_of(byte + skip, 32 - skip));
}

static void
save_signature(const struct buf *document)
{
	const uint8_t *signature = document->data + document->size - 64;
	struct buf integers = {0}, der = {0};
	uint8_t head[2] = {0x30, 0};

	add_integer(signature, &integers);
	add_integer(signature + 32, &integers);
	head[1] = (uint8_t)integers.size;
	buf_append(&der, span_of(head, 2));
	buf_append(&der, span_of_buf(&integers));
	scratch_write(scratch("signature"), span_of_buf(&der), 0600);
	buf_release(&integers);
	buf_release(&der);
}

/* The payload stands behind 7 bytes with its own head, before 66. */
static void
save_message(const struct buf *document, const char *kind)
{
	struct buf message = {0};
	char aad[65];

	snprintf(aad, sizeof aad, AAD "%-29s", kind);
	unhex("84 6a 5369676e617475726531 43 a10126 5840", &message);
	buf_append(&message, span_of(aad, 64));
	buf_append(&message,
	    span_of(document->data + 7, document->size - 7 - 66));
	scratch_write(scratch("message"), span_of_buf(&message), 0600);
	buf_release(&message);
}

static void
save_key(int who)
{
	struct secret scalar = scalar_of(who);
	struct sign_public key;
	struct buf der = {0};

	must(sign_public(&scalar, &key) == 0, "a key");
	unhex("3059 3013 06072a8648ce3d0201 06082a8648ce3d030107 034200", &der);
	buf_append(&der, span_of(key.byte, sizeof key.byte));
	scratch_write(scratch("key"), span_of_buf(&der), 0600);
	buf_release(&der);
}

static bool
openssl_agrees(void)
{
	char command[256];

	snprintf(command, sizeof command,
	    "cd %s && openssl dgst -sha256 -keyform DER -verify key "
	    "-signature signature message >/dev/null 2>&1",
	    scratch(""));
	return system(command) == 0;
}

static void
test_document(enum record_kind kind, const char *name, int who)
{
	struct buf document = document_of(kind, who);

	save_key(who);
	save_signature(&document);
	save_message(&document, name);
	check(openssl_agrees(), "openssl refuses the %s of %d", name, who);
	document.data[document.size - 67] ^= 1;
	save_message(&document, name);
	check(!openssl_agrees(), "openssl takes anything");
	buf_release(&document);
}

int
main(void)
{
	int who;

	if (system("openssl version >/dev/null 2>&1") != 0)
		return 77;
	for (who = 1; who <= 8; who++)
		test_document(who % 2 ? RECORD_INDEX : RECORD_SNAPSHOT,
		    who % 2 ? "index" : "snapshot", who);
	return failures != 0;
}
