/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_CTR_H
#define CRYPTO_CTR_H

/*
 * AES in counter mode as GCM runs it (FIPS 197; NIST SP 800-38D section 6.5:
 * only the last 32 bits count), as a plug for BearSSL: its own, or where the
 * processor encrypts two blocks at a time (VAES) one that does, and keeps 16
 * of them under way.
 */

#include <bearssl.h>
#include <stdbool.h>

/* The fastest here. Asks for CPUID: 13-37 us in a virtual machine. */
const br_block_ctr_class *ctr_fastest(void);

/* Whether the processor does it with instructions of its own. */
bool ctr_is_fast(const br_block_ctr_class *aes);

#endif
