/* SPDX-License-Identifier: ISC */
#ifndef REMEMBERED_H
#define REMEMBERED_H

/*
 * For tests that play whole protocols among many in one process: what a
 * signature comes to is computed once, and then remembered. Everybody there
 * checks the same documents, which takes nearly all of the time. This is
 * lib/crypto/sign.c with three of its functions behind a table; the rest of
 * the library is as it is.
 */

#include "crypto/sign.h"

int really_public(const struct secret *scalar, struct sign_public *key);
int really_message(const struct secret *scalar, struct span message,
    uint8_t signature[static SIGN_SIZE]);
int really_check(const struct sign_public *key, struct span message,
    const uint8_t signature[static SIGN_SIZE]);

#define sign_public(...) really_public(__VA_ARGS__)
#define sign_message(...) really_message(__VA_ARGS__)
#define sign_check(...) really_check(__VA_ARGS__)
#include "../../lib/crypto/sign.c"
#undef sign_public
#undef sign_message
#undef sign_check

#include <stdlib.h>

#define REMEMBERED (1 << 14) /* a power of two; what finds no place is new */

struct remembered {
	struct digest asked; /* zero: free */
	int result;
	uint8_t answer[SIGN_PUBLIC_SIZE];
};

static struct remembered *remembered;

/* The place of a question: of its own, or a free one. */
static inline struct remembered *
remember(const char *what, struct span a, struct span b, struct span c,
    bool *known)
{
	struct digest parts[3] = {hash_bytes(a), hash_bytes(b), hash_bytes(c)};
	struct digest asked =
	    hash_pair(span_of_text(what), span_of(parts, sizeof parts));
	static const struct digest none;
	size_t at;

	if (remembered == NULL)
		remembered = calloc(REMEMBERED, sizeof *remembered);
	memcpy(&at, &asked, sizeof at);
	for (at %= REMEMBERED; !digest_equal(&remembered[at].asked, &none) &&
	     !digest_equal(&remembered[at].asked, &asked);)
		at = (at + 1) % REMEMBERED;
	*known = digest_equal(&remembered[at].asked, &asked);
	remembered[at].asked = asked;
	return &remembered[at];
}

/* Between two schedules: what was said in the last is not said again. */
static inline void
remember_nothing(void)
{
	if (remembered != NULL)
		memset(remembered, 0, REMEMBERED * sizeof *remembered);
}

int
sign_public(const struct secret *scalar, struct sign_public *key)
{
	bool known;
	struct remembered *it = remember("public",
	    span_of(scalar, sizeof *scalar), (struct span){0}, (struct span){0},
	    &known);

	if (!known) {
		it->result = really_public(scalar, key);
		memcpy(it->answer, key->byte, sizeof key->byte);
	}
	memcpy(key->byte, it->answer, sizeof key->byte);
	return it->result;
}

/*
 * What was signed here need not be checked: unit/crypto_sign.c has done that.
 */
static inline void
remember_signed(const struct secret *scalar, struct span message,
    const uint8_t signature[static SIGN_SIZE])
{
	struct sign_public key;
	bool known;

	if (sign_public(scalar, &key) == 0)
		remember("check", span_of(key.byte, sizeof key.byte), message,
		    span_of(signature, SIGN_SIZE), &known)
		    ->result = 0;
}

int
sign_message(const struct secret *scalar, struct span message,
    uint8_t signature[static SIGN_SIZE])
{
	bool known;
	struct remembered *it = remember("message",
	    span_of(scalar, sizeof *scalar), message, (struct span){0}, &known);

	if (!known) {
		it->result = really_message(scalar, message, signature);
		memcpy(it->answer, signature, SIGN_SIZE);
		remember_signed(scalar, message, signature);
	}
	memcpy(signature, it->answer, SIGN_SIZE);
	return it->result;
}

int
sign_check(const struct sign_public *key, struct span message,
    const uint8_t signature[static SIGN_SIZE])
{
	bool known;
	struct remembered *it = remember("check",
	    span_of(key->byte, sizeof key->byte), message,
	    span_of(signature, SIGN_SIZE), &known);

	if (!known)
		it->result = really_check(key, message, signature);
	if (known && it->result != 0)
		return fail(FAIL_DATA, "a signature does not match");
	return it->result;
}

#endif
