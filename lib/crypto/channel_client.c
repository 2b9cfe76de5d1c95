/* SPDX-License-Identifier: ISC */
#include "crypto/channel.h"
#include "crypto/role.h"

static void
zero(union role_context *context)
{
	br_ssl_client_zero(&context->client);
}

static void
identify(union role_context *context, const br_x509_certificate *chain,
    const br_ec_private_key *key)
{
	br_ssl_client_set_single_ec(&context->client, chain, 1, key,
	    BR_KEYTYPE_SIGN, BR_KEYTYPE_EC, &br_ec_p256_m31,
	    br_ecdsa_i31_sign_asn1);
}

static int
reset(union role_context *context)
{
	return br_ssl_client_reset(&context->client, NULL, 0);
}

const struct channel_role channel_client = {zero, identify, reset};
