/* SPDX-License-Identifier: ISC */
/*
 * The sheet that a person copies: every typo of one character, exchanged
 * characters and lines are found and located, everything else comes back.
 */
#include "base/base32.h"

#include <ctype.h>

#include "check.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void
refused(const char *text, const char *words)
{
	uint8_t byte[32];

	check_fails(base32_decode(BASE32_SECRET, text, byte), FAIL_USAGE, words,
	    text);
}

/* The line that place `i` of an encoded text belongs to, from 1. */
static size_t
line_of(size_t i)
{
	return i / (BASE32_LINE + 1) + 1;
}

static void
every_typo(const char *right)
{
	char text[BASE32_TEXT], words[32];
	size_t i, j;

	strcpy(text, right);
	for (i = 0; i < BASE32_TEXT - 1; i++) {
		if (text[i] == '-')
			continue;
		snprintf(words, sizeof words, "line %zu has a typo",
		    line_of(i));
		for (j = 0; j < 32; j++) {
			text[i] = alphabet[j];
			if (text[i] != right[i])
				refused(text, words);
		}
		text[i] = right[i];
	}
}

static void
swap(char *text, size_t i, size_t j)
{
	char kept = text[i];

	text[i] = text[j];
	text[j] = kept;
}

/* Any two characters of a line, next to each other or not. */
static void
every_transposition(const char *right)
{
	char text[BASE32_TEXT], words[32];
	size_t i, j;

	strcpy(text, right);
	for (i = 0; i < BASE32_TEXT - 1; i++) {
		if (right[i] == '-')
			continue;
		snprintf(words, sizeof words, "line %zu has a typo",
		    line_of(i));
		for (j = i + 1; right[j] != '-' && right[j] != '\0'; j++) {
			if (right[i] == right[j])
				continue;
			swap(text, i, j);
			refused(text, words);
			swap(text, i, j);
		}
	}
}

static void
swapped_lines(const char *right)
{
	char text[BASE32_TEXT], words[32];
	size_t i, j, size = BASE32_LINE;

	for (i = 0; i < BASE32_LINES; i++)
		for (j = i + 1; j < BASE32_LINES; j++) {
			strcpy(text, right);
			memcpy(text + i * (size + 1), right + j * (size + 1),
			    size);
			memcpy(text + j * (size + 1), right + i * (size + 1),
			    size);
			snprintf(words, sizeof words, "line %zu has a typo",
			    i + 1);
			refused(text, words);
		}
}

static void
other_faults(const char *right)
{
	char text[2 * BASE32_TEXT];

	refused("", "line 1 has 0 characters instead of 14");
	refused("-", "line 1 has 0 characters instead of 14");
	strcpy(text, right);
	text[20] = 'U';
	refused(text, "line 2: 'U' is not a character of base32");
	text[20] = '\xe9';
	refused(text, "line 2: ");
	strcpy(text, right);
	text[BASE32_TEXT - 2] = '\0';
	refused(text, "line 4 has 13 characters instead of 14");
	text[3 * (BASE32_LINE + 1)] = '\0';
	refused(text, "line 4 has 0 characters instead of 14");
	memmove(text + 1, right, BASE32_TEXT);
	text[0] = '0';
	refused(text, "line 1 has 15 characters instead of 14");
	snprintf(text, sizeof text, "%s-", right);
	refused(text, "there is text after line 4");
	snprintf(text, sizeof text, "%s\n0", right);
	refused(text, "there is text after line 4");
	snprintf(text, sizeof text, "%s%s", right, right);
	refused(text, "line 4 has 28 characters instead of 14");
}

static void
other_kinds(const uint8_t byte[static 32])
{
	char text[BASE32_TEXT];
	uint8_t back[32];
	int kind, asked;

	for (kind = 0; kind < 16; kind++) {
		base32_encode((enum base32_kind)kind, byte, text);
		for (asked = 0; asked < 16; asked++)
			check((base32_decode((enum base32_kind)asked, text,
				   back) == 0) == (asked == kind),
			    "kind %d passes for %d", kind, asked);
		if (kind > BASE32_STORE)
			refused(text, "this is of another version, not a ");
	}
}

/* Lower case, letters that look like digits, blanks, line ends. */
static void
other_spellings(const char *right, const uint8_t byte[static 32])
{
	char text[4 * BASE32_TEXT] = " \t\r\n-", one[2] = "";
	uint8_t back[32];
	size_t i;

	for (i = 0; right[i] != '\0'; i++) {
		one[0] = right[i] == '-' ? '\n'
		    : right[i] == '0'	 ? "oO"[i % 2]
		    : right[i] == '1'	 ? "iIlL"[i % 4]
					 : (char)tolower(right[i]);
		strcat(strcat(text, one), i % 3 ? "" : " \t\r");
	}
	strcat(text, " \r\n\n");
	check(base32_decode(BASE32_SECRET, text, back) == 0 &&
		memcmp(back, byte, 32) == 0,
	    "'%s': %s", text, fail_last()->text);
}

/* By a second implementation, in Python. */
static void
golden(void)
{
	uint8_t byte[32], back[32];
	char text[BASE32_TEXT];
	int i;

	for (i = 0; i < 32; i++)
		byte[i] = (uint8_t)i;
	base32_encode(BASE32_ID, byte, text);
	check(strcmp(text,
		  "0001081G81860J-W40J2GB1G6GW3B-RG2491650N2RBX-"
		  "HG68T3CE1T7GZ8") == 0,
	    "golden: %s", text);
	check(base32_decode(BASE32_ID, text, back) == 0 &&
		memcmp(back, byte, 32) == 0,
	    "golden: %s", fail_last()->text);
	memset(byte, 0xff, sizeof byte);
	base32_encode(BASE32_SECRET, byte, text);
	check(strcmp(text,
		  "3ZZZZZZZZZZZZJ-ZZZZZZZZZZZZZC-ZZZZZZZZZZZZZD-"
		  "ZZZZZZZZZZZZZA") == 0,
	    "golden: %s", text);
}

int
main(void)
{
	char text[BASE32_TEXT];
	uint8_t byte[32], back[32];
	int round;

	golden();
	for (round = 0; round < 200; round++) {
		random_fill(byte, sizeof byte);
		base32_encode(BASE32_SECRET, byte, text);
		check(base32_decode(BASE32_SECRET, text, back) == 0 &&
			memcmp(back, byte, 32) == 0,
		    "%s does not come back", text);
		other_spellings(text, byte);
		if (round % 20 != 0)
			continue;
		every_typo(text);
		every_transposition(text);
		swapped_lines(text);
		other_faults(text);
		other_kinds(byte);
	}
	return failures != 0;
}
