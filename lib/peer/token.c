/* SPDX-License-Identifier: ISC */
#include "peer/token.h"

#include <string.h>
#include <strings.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

#define BLANKS " \t\r\n"
#define FIXED (sizeof(struct digest) + TOKEN_SECRET + 1)
#define PADDING 8 /* zero bytes that base32 may add */

static void
wipe(struct buf *bytes)
{
	if (bytes->data != NULL)
		secret_wipe(bytes->data, bytes->capacity);
	buf_release(bytes);
}

int
token_encode(const struct token *token, char text[static TOKEN_TEXT])
{
	uint8_t length = (uint8_t)strlen(token->address);
	struct buf bytes = {0}, spelt = {0};
	int result = -1;

	if (buf_reserve(&bytes, FIXED + TOKEN_ADDRESS) == 0 &&
	    buf_reserve(&spelt, TOKEN_TEXT) == 0 &&
	    buf_append(&bytes, span_of_digest(&token->id)) == 0 &&
	    buf_append(&bytes, span_of(token->secret, TOKEN_SECRET)) == 0 &&
	    buf_append(&bytes, span_of(&length, 1)) == 0 &&
	    buf_append(&bytes, span_of_text(token->address)) == 0 &&
	    buf_append(&spelt, span_of_text(TOKEN_PREFIX)) == 0 &&
	    base32_encode_bytes(span_of_buf(&bytes), &spelt) == 0 &&
	    buf_append(&spelt, span_of("", 1)) == 0)
		result = 0;
	if (result == 0)
		memcpy(text, spelt.data, spelt.size);
	wipe(&bytes);
	wipe(&spelt);
	return result;
}

static bool
is_plain(struct span text)
{
	size_t i;

	for (i = 0; i < text.size; i++)
		if (text.data[i] <= ' ' || text.data[i] > '~')
			return false;
	return true;
}

static int
take_apart(struct span bytes, struct token *token)
{
	struct span address;
	size_t i, length = bytes.size < FIXED ? 0 : bytes.data[FIXED - 1];

	if (length == 0 || bytes.size < FIXED + length)
		return fail(FAIL_USAGE, "the token is cut short");
	address = span_of(bytes.data + FIXED, length);
	if (bytes.size > FIXED + length + PADDING || !is_plain(address))
		return fail(FAIL_USAGE, "this is not a token");
	for (i = FIXED + length; i < bytes.size; i++)
		if (bytes.data[i] != 0)
			return fail(FAIL_USAGE, "this is not a token");
	token->id = digest_from(bytes.data);
	memcpy(token->secret, bytes.data + sizeof token->id, TOKEN_SECRET);
	memcpy(token->address, address.data, length);
	return 0;
}

bool
token_is_meant(const char *text)
{
	return strncasecmp(text, TOKEN_PREFIX, strlen(TOKEN_PREFIX)) == 0;
}

int
token_decode(const char *text, struct token *token)
{
	struct failure reason;
	struct buf bytes = {0};
	int result = 0;

	*token = (struct token){0};
	text += strspn(text, BLANKS);
	if (!token_is_meant(text))
		return fail(FAIL_USAGE, "a token begins with '%s'",
		    TOKEN_PREFIX);
	text += strlen(TOKEN_PREFIX);
	if (strlen(text) > 2 * TOKEN_TEXT)
		return fail(FAIL_USAGE, "this is too long for a token");
	if (buf_reserve(&bytes, 2 * TOKEN_TEXT) != 0)
		return -1;
	if (base32_decode_bytes(text, &bytes) != 0) {
		reason = *fail_last();
		result = fail(reason.kind, "the token is not whole: %s",
		    reason.text);
	}
	if (result == 0)
		result = take_apart(span_of_buf(&bytes), token);
	wipe(&bytes);
	return result;
}

/* A byte at a time: a terminal's next line belongs to somebody else. */
int
token_read(int fd, struct token *token)
{
	char line[2 * TOKEN_TEXT] = "";
	size_t size = 0;
	ssize_t got;
	int result;

	do
		got = file_fill(fd, line + size, 1);
	while (got == 1 && line[size] != '\n' && ++size < sizeof line - 1);
	line[size] = '\0';
	result = got < 0 ? -1 : token_decode(line, token);
	secret_wipe(line, sizeof line);
	return result;
}

struct digest
token_hash(const uint8_t secret[static TOKEN_SECRET])
{
	return hash_bytes(span_of(secret, TOKEN_SECRET));
}
