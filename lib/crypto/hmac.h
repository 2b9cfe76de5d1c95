/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_HMAC_H
#define CRYPTO_HMAC_H

/* HMAC-SHA-256 (RFC 2104, RFC 6234), where others have to compute it, too. */

#include "base/bytes.h"

struct digest hmac_bytes(struct span key, struct span bytes);

#endif
