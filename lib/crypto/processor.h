/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_PROCESSOR_H
#define CRYPTO_PROCESSOR_H

/* What the processor has beyond what every one of its architecture has. */

#include <stdbool.h>

/*
 * AES and carry-less products two blocks at a time (x86-64: AVX2, VAES and
 * VPCLMULQDQ), and a system that saves their registers. Asks for CPUID: 13-37
 * us in a virtual machine.
 */
bool processor_is_wide(void);

#endif
