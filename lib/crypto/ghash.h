/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_GHASH_H
#define CRYPTO_GHASH_H

/*
 * The hash inside GCM (NIST SP 800-38D section 6.4), as a plug for BearSSL:
 * its own, or where the processor multiplies two blocks at a time (AVX2 and
 * VPCLMULQDQ) one that does, at twice the speed.
 */

#include <bearssl.h>

/* The fastest here. Asks for CPUID: 13-37 us in a virtual machine. */
br_ghash ghash_fastest(void);

#endif
