/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_SECRET_H
#define CRYPTO_SECRET_H

/*
 * Secrets: one type, one way to make a fresh one, one way to end it.
 * Whatever is derived from a secret and kept in memory is a secret too.
 */

#include <stddef.h>
#include <stdint.h>

struct secret {
	uint8_t byte[32];
};

/* 256 bits from the kernel's generator (getrandom(2)). */
int secret_random(struct secret *secret);

/* Any number of public random bytes from the same generator. */
int secret_random_bytes(void *bytes, size_t size);

/* Overwrite in a way that the compiler may not drop. */
void secret_wipe(void *bytes, size_t size);

/*
 * The same for what functions that have returned left on this thread's stack,
 * those of libraries too, which wipe nothing: 16 KiB below the caller.
 */
void secret_wipe_stack(void);

#endif
