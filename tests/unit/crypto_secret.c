/* SPDX-License-Identifier: ISC */
/* Fresh secrets differ, cover every byte, and can be wiped. */
#include "crypto/secret.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static int failures;

static void
check(bool good, const char *what)
{
	if (good)
		return;
	printf("crypto_secret: %s\n", what);
	failures++;
}

static bool
all_zero(const uint8_t *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size && bytes[i] == 0; i++)
		;
	return i == size;
}

static void
no_bytes_touch_nothing(void)
{
	uint8_t guard = 0x5a;

	check(secret_random_bytes(&guard, 0) == 0, "no bytes are an error");
	check(guard == 0x5a, "no bytes wrote one");
}

static void
secrets_differ(void)
{
	struct secret a, b;

	check(secret_random(&a) == 0 && secret_random(&b) == 0, "random fails");
	check(memcmp(&a, &b, sizeof a) != 0, "two secrets are equal");
}

static void
wipe_leaves_zeros(void)
{
	struct secret secret;

	memset(&secret, 0xff, sizeof secret);
	secret_wipe(secret.byte + 1, sizeof secret - 2);
	check(all_zero(secret.byte + 1, sizeof secret - 2), "wipe left bytes");
	check(secret.byte[0] == 0xff && secret.byte[31] == 0xff,
	    "wipe went beyond its bytes");
}

static void
ignore(int signal)
{
	(void)signal;
}

/* getrandom gives large requests in parts when signals interrupt it. */
static void
signals_do_not_cut_short(void)
{
	const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {0};
	struct sigaction action = {.sa_handler = ignore};
	size_t size = 32u << 20, i, empty = 0;
	uint8_t *bytes = calloc(1, size);

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	check(bytes != NULL && secret_random_bytes(bytes, size) == 0,
	    "random bytes fail under signals");
	setitimer(ITIMER_REAL, &never, NULL);
	for (i = 0; bytes != NULL && i < size; i += 32)
		empty += all_zero(bytes + i, 32);
	check(empty == 0, "random bytes left a gap");
	free(bytes);
}

int
main(void)
{
	no_bytes_touch_nothing();
	secrets_differ();
	wipe_leaves_zeros();
	signals_do_not_cut_short();
	return failures != 0;
}
