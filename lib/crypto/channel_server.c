/* SPDX-License-Identifier: ISC */
#include "crypto/channel.h"
#include "crypto/role.h"

static void
zero(union role_context *context)
{
	br_ssl_server_zero(&context->server);
}

/* Without a name BearSSL would not ask for the client's certificate. */
static void
identify(union role_context *context, const br_x509_certificate *chain,
    const br_ec_private_key *key)
{
	static uint8_t empty_sequence[] = {0x30, 0x00};
	static const br_x500_name no_name = {empty_sequence, 2};

	br_ssl_server_set_single_ec(&context->server, chain, 1, key,
	    BR_KEYTYPE_SIGN, BR_KEYTYPE_EC, &br_ec_p256_m31,
	    br_ecdsa_i31_sign_asn1);
	br_ssl_server_set_trust_anchor_names(&context->server, &no_name, 1);
}

static int
reset(union role_context *context)
{
	return br_ssl_server_reset(&context->server);
}

const struct channel_role channel_server = {zero, identify, reset};
