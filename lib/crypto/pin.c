/* SPDX-License-Identifier: ISC */
#include "crypto/pin.h"

#include <string.h>

#include "crypto/sign.h"

/* Ours have 237 bytes; the names of a careful stranger may take more. */
#define LEAF_SIZE_MAX 4096

static struct pin *
pin_of(const br_x509_class **engine)
{
	return (struct pin *)(void *)engine;
}

static void
start_chain(const br_x509_class **engine, const char *name)
{
	struct pin *pin = pin_of(engine);

	(void)name;
	pin->certificates = 0;
	pin->too_long = pin->seen = pin->trusted = false;
}

static void
start_certificate(const br_x509_class **engine, uint32_t length)
{
	struct pin *pin = pin_of(engine);

	if (pin->certificates++ > 0)
		return;
	pin->too_long = length > LEAF_SIZE_MAX;
	br_x509_decoder_init(&pin->decoder, NULL, NULL);
}

static void
append(const br_x509_class **engine, const unsigned char *bytes, size_t size)
{
	struct pin *pin = pin_of(engine);

	if (pin->certificates == 1 && !pin->too_long)
		br_x509_decoder_push(&pin->decoder, bytes, size);
}

static void
end_certificate(const br_x509_class **engine)
{
	(void)engine;
}

/* Whether it is an uncompressed point that may lie on P-256. */
static bool
is_ours(const br_x509_pkey *key)
{
	return key->key_type == BR_KEYTYPE_EC &&
	    key->key.ec.curve == BR_EC_secp256r1 &&
	    key->key.ec.qlen == SIGN_PUBLIC_SIZE && key->key.ec.q[0] == 0x04;
}

static unsigned
end_chain(const br_x509_class **engine)
{
	struct pin *pin = pin_of(engine);
	const br_x509_pkey *key;
	struct sign_public public;

	if (pin->certificates == 0)
		return BR_ERR_X509_EMPTY_CHAIN;
	if (pin->too_long)
		return BR_ERR_X509_LIMIT_EXCEEDED;
	key = br_x509_decoder_get_pkey(&pin->decoder);
	if (key == NULL)
		return (unsigned)br_x509_decoder_last_error(&pin->decoder);
	if (!is_ours(key))
		return BR_ERR_X509_WRONG_KEY_TYPE;
	memcpy(public.byte, key->key.ec.q, sizeof public.byte);
	pin->id = sign_id(&public);
	pin->seen = true;
	pin->trusted = pin->trust(pin->context, &pin->id);
	return pin->trusted ? 0 : BR_ERR_X509_NOT_TRUSTED;
}

static const br_x509_pkey *
get_key(const br_x509_class *const *engine, unsigned *usages)
{
	struct pin *pin = pin_of((const br_x509_class **)(void *)engine);

	if (!pin->trusted)
		return NULL;
	if (usages != NULL)
		*usages = BR_KEYTYPE_SIGN;
	return br_x509_decoder_get_pkey(&pin->decoder);
}

static const br_x509_class pin_vtable = {sizeof(struct pin), start_chain,
    start_certificate, append, end_certificate, end_chain, get_key};

void
pin_init(struct pin *pin, bool (*trust)(void *context, const struct digest *id),
    void *context)
{
	*pin = (struct pin){.vtable = &pin_vtable,
	    .trust = trust,
	    .context = context};
}
