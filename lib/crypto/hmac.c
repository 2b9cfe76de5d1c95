/* SPDX-License-Identifier: ISC */
#include "crypto/hmac.h"

#include <bearssl.h>

struct digest
hmac_bytes(struct span key, struct span bytes)
{
	br_hmac_key_context keyed;
	br_hmac_context hmac;
	struct digest digest;

	br_hmac_key_init(&keyed, &br_sha256_vtable, key.data, key.size);
	br_hmac_init(&hmac, &keyed, 0);
	br_hmac_update(&hmac, bytes.data, bytes.size);
	br_hmac_out(&hmac, digest.byte);
	return digest;
}
