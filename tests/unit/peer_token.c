/* SPDX-License-Identifier: ISC */
/* Tokens: every one comes back, and what is not one is told so. */
#include "peer/token.h"

#include "scratch.h"

static struct token
token_of(size_t address)
{
	struct token token;

	random_fill(&token, sizeof token);
	memset(token.address, 0, sizeof token.address);
	memset(token.address, 'x', address);
	return token;
}

static void
test_every_length(void)
{
	char text[TOKEN_TEXT];
	struct token token, back;
	size_t length;

	for (length = 1; length < TOKEN_ADDRESS; length++) {
		token = token_of(length);
		check(token_encode(&token, text) == 0, "encoding");
		check(strlen(text) < TOKEN_TEXT, "%zu is too long", length);
		check(text[strspn(text,
			  "shardkit:-0123456789ABCDEFGHJKMNPQRSTVWXYZ")] ==
			'\0',
		    "a character that a shell may want");
		check(token_decode(text, &back) == 0, "%zu: %s", length,
		    fail_last()->text);
		check(memcmp(&token, &back, sizeof token) == 0,
		    "%zu comes back as another", length);
	}
}

/* A wrong character is found in its line, wherever it is. */
static void
test_typos(void)
{
	struct token token = token_of(20), back;
	char text[TOKEN_TEXT], words[40];
	size_t i, start = strlen(TOKEN_PREFIX);

	must(token_encode(&token, text) == 0, "encoding");
	for (i = start; text[i] != '\0'; i++) {
		char was = text[i];

		if (was == '-')
			continue;
		text[i] = was == '7' ? '8' : '7';
		snprintf(words, sizeof words, "line %zu has a typo",
		    (i - start) / 15 + 1);
		check_fails(token_decode(text, &back), FAIL_USAGE, words, text);
		text[i] = was;
	}
}

/* Without its last lines a token is cut short, whichever they are. */
static void
test_cut(void)
{
	struct token token = token_of(100), back;
	char text[TOKEN_TEXT];
	char *dash;

	must(token_encode(&token, text) == 0, "encoding");
	while ((dash = strrchr(text, '-')) != NULL) {
		*dash = '\0';
		check_fails(token_decode(text, &back), FAIL_USAGE, "cut short",
		    text);
	}
}

static const struct {
	const char *text, *words;
} bad[] = {
    {"", "a token begins with 'shardkit1:'"},
    {"shardkit2:00", "a token begins with"},
    {"xshardkit1:", "a token begins with"},
    {"shardkit1:", "the token is cut short"},
    {"shardkit1:-", "the token is cut short"},
    {"shardkit1:U", "line 1: 'U' is not a character"},
    {"shardkit1:000", "line 1 has 3 characters instead of 14"},
};

static void
test_bad(void)
{
	static char large[3 * TOKEN_TEXT];
	struct token token;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		check_fails(token_decode(bad[i].text, &token), FAIL_USAGE,
		    bad[i].words, bad[i].text);
	memset(large, '0', sizeof large - 1);
	memcpy(large, TOKEN_PREFIX, strlen(TOKEN_PREFIX));
	check_fails(token_decode(large, &token), FAIL_USAGE, "too long",
	    "a long one");
}

/* What is in a token may be a lie, but never more than printable ASCII. */
static void
test_strange_address(void)
{
	static const char *const address[] = {"a b", "a\nb", "\x1b[2J", "\x80"};
	struct token token, back;
	char text[TOKEN_TEXT];
	size_t i;

	for (i = 0; i < COUNT(address); i++) {
		token = token_of(0);
		strcpy(token.address, address[i]);
		must(token_encode(&token, text) == 0, "encoding");
		check_fails(token_decode(text, &back), FAIL_USAGE,
		    "not a token", text);
	}
}

/* The first line, and not a byte behind it. */
static void
test_read(void)
{
	struct token token = token_of(30), back;
	struct buf bytes = {0};
	char text[TOKEN_TEXT];
	int fd;

	must(token_encode(&token, text) == 0, "encoding");
	buf_append(&bytes, span_of_text(" "));
	buf_append(&bytes, span_of_text(text));
	buf_append(&bytes, span_of_text("\r\nmore"));
	fd = memory_of(span_of_buf(&bytes));
	check(token_read(fd, &back) == 0, "%s", fail_last()->text);
	check(memcmp(&token, &back, sizeof token) == 0, "read another");
	check(lseek(fd, 0, SEEK_CUR) == (off_t)bytes.size - 4, "read more");
	close(fd);
	check_fails(token_read(-1, &back), FAIL_SYSTEM, "cannot read", "no fd");
	buf_release(&bytes);
}

int
main(void)
{
	test_every_length();
	test_typos();
	test_cut();
	test_bad();
	test_strange_address();
	test_read();
	return failures != 0;
}
