/* SPDX-License-Identifier: ISC */
#ifndef PEER_TOKEN_H
#define PEER_TOKEN_H

/*
 * A token: one word that one person gives another, so that their machines may
 * pair. "shardkit1:", then in base32 with a check character a line
 * (base/base32.h): the id of whoever invites, a secret of 128 bits that is
 * good for one pairing, and where to connect to. No character of it means
 * anything to a shell.
 *
 * The secret is compared and kept by its hash only; whoever has the token in
 * hand can pair, so it is wiped like any secret.
 */

#include "base/bytes.h"

#define TOKEN_PREFIX "shardkit1:"
#define TOKEN_SECRET 16
#define TOKEN_ADDRESS 256 /* with the NUL */
#define TOKEN_TEXT 600	  /* with the NUL */

struct token {
	struct digest id;
	uint8_t secret[TOKEN_SECRET];
	char address[TOKEN_ADDRESS]; /* host:port */
};

/* FAIL_SYSTEM: no memory. */
int token_encode(const struct token *token, char text[static TOKEN_TEXT]);

/*
 * The reverse. Blanks around it, the case of letters and dashes between lines
 * do not matter. FAIL_USAGE, naming the line with the typo if there is one.
 * The address is text from a stranger: plain ASCII, but nothing more is known.
 */
int token_decode(const char *text, struct token *token);

/* Whether it begins like one, so that it may hold a secret. */
bool token_is_meant(const char *text);

/*
 * token_decode of the first line that `fd` gives, none of which stays in
 * memory. FAIL_SYSTEM: it cannot be read.
 */
int token_read(int fd, struct token *token);

/* What names the secret without telling it: BLAKE3 of it. */
struct digest token_hash(const uint8_t secret[static TOKEN_SECRET]);

#endif
