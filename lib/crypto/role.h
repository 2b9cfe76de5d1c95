/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_ROLE_H
#define CRYPTO_ROLE_H

/*
 * The two ends of a TLS session, inside of crypto: what BearSSL has twice. A
 * program that is always the client carries none of the server's code.
 */

#include <bearssl.h>

union role_context {
	br_ssl_engine_context engine; /* the head of both */
	br_ssl_client_context client;
	br_ssl_server_context server;
};

struct channel_role {
	void (*zero)(union role_context *context);
	void (*identify)(union role_context *context,
	    const br_x509_certificate *chain, const br_ec_private_key *key);
	int (*reset)(union role_context *context);
};

#endif
