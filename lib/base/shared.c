/* SPDX-License-Identifier: ISC */
#include "base/shared.h"

#include <sys/mman.h>

#include "base/fail.h"

void *
shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory != MAP_FAILED)
		return memory;
	fail_errno("cannot get shared memory");
	return NULL;
}
