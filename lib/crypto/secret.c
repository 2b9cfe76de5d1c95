/* SPDX-License-Identifier: ISC */
#include "crypto/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/fail.h"

int
secret_random(struct secret *secret)
{
	return secret_random_bytes(secret->byte, sizeof secret->byte);
}

int
secret_random_bytes(void *bytes, size_t size)
{
	uint8_t *next = bytes;
	ssize_t got;

	while (size > 0) {
		got = getrandom(next, size, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno("cannot get random bytes");
		next += got;
		size -= (size_t)got;
	}
	return 0;
}

void
secret_wipe(void *bytes, size_t size)
{
	explicit_bzero(bytes, size);
}

__attribute__((noinline)) void
secret_wipe_stack(void)
{
	uint8_t below[16384];

	explicit_bzero(below, sizeof below);
}
