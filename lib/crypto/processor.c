/* SPDX-License-Identifier: ISC */
#include "crypto/processor.h"

#ifdef __x86_64__

#include <cpuid.h>

/* The system saves the registers of SSE and AVX (XCR0, bits 1 and 2). */
static bool
saves_registers(void)
{
	unsigned a, b, c, d, saved, unused;

	if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_OSXSAVE) == 0)
		return false;
	__asm__("xgetbv" : "=a"(saved), "=d"(unused) : "c"(0));
	return (saved & 6) == 6;
}

bool
processor_is_wide(void)
{
	unsigned a, b, c, d, wanted = bit_VAES | bit_VPCLMULQDQ;

	return saves_registers() && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
	    (b & bit_AVX2) != 0 && (c & wanted) == wanted;
}

#else

bool
processor_is_wide(void)
{
	return false;
}

#endif
