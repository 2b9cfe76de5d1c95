/* SPDX-License-Identifier: ISC */
#include "base/base32.h"

#include <ctype.h>
#include <string.h>

#include "base/fail.h"

#define DATA (BASE32_LINE - 1) /* characters of a line that carry bits */
#define VALUES (BASE32_LINES * DATA)

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* value * a in GF(32) */
static unsigned
times_a(unsigned value)
{
	value <<= 1;
	return value & 32 ? value ^ 0x25 : value;
}

/* Horner's rule from the last character to the first, times a at the end. */
static unsigned
check_of(unsigned line, const uint8_t value[static DATA])
{
	unsigned sum = 0;
	size_t i;

	for (i = DATA; i-- > 0;)
		sum = times_a(sum ^ value[i]);
	return sum ^ ((line + 1) % 32);
}

/* Bit `index` of the 260, the most significant first. */
static unsigned
get_bit(unsigned kind, const uint8_t *byte, unsigned index)
{
	if (index < 4)
		return kind >> (3 - index) & 1;
	index -= 4;
	return byte[index / 8] >> (7 - index % 8) & 1;
}

static void
spell_line(unsigned line, const uint8_t value[static DATA],
    char text[static BASE32_LINE])
{
	unsigned i;

	for (i = 0; i < DATA; i++)
		text[i] = alphabet[value[i]];
	text[DATA] = alphabet[check_of(line, value)];
}

void
base32_encode(enum base32_kind kind, const uint8_t byte[static 32],
    char text[static BASE32_TEXT])
{
	uint8_t value[DATA];
	unsigned line, i, bit;

	for (line = 0; line < BASE32_LINES; line++) {
		memset(value, 0, sizeof value);
		for (i = 0; i < 5 * DATA; i++) {
			bit = get_bit(kind, byte, 5 * DATA * line + i);
			value[i / 5] = (uint8_t)(value[i / 5] << 1 | bit);
		}
		spell_line(line, value, text);
		text += BASE32_LINE;
		*text++ = '-';
	}
	text[-1] = '\0';
}

static int
value_of(char character)
{
	const char *found;

	character = (char)toupper((unsigned char)character);
	if (character == 'O')
		character = '0';
	if (character == 'I' || character == 'L')
		character = '1';
	found = character == '\0' ? NULL : strchr(alphabet, character);
	return found == NULL ? -1 : (int)(found - alphabet);
}

static const char *
skip(const char *text, const char *characters)
{
	return text + strspn(text, characters);
}

static const char *
kind_name(unsigned kind)
{
	static const char *const names[] = {"an id", "a secret", "an identity",
	    "the name of a store"};

	if (kind < sizeof names / sizeof *names)
		return names[kind];
	return "of another version";
}

/* The characters of one line as values; `text` moves behind it. */
static int
read_line(unsigned line, const char **text, uint8_t read[static BASE32_LINE])
{
	size_t count = 0;
	int got;

	*text = skip(*text, " \t\r\n-");
	for (; **text != '\0' && **text != '\n' && **text != '-'; ++*text) {
		if (strchr(" \t\r", **text) != NULL)
			continue;
		got = value_of(**text);
		if (got < 0)
			return fail(FAIL_USAGE,
			    "line %u: '%c' is not a character of base32",
			    line + 1, **text);
		if (count < BASE32_LINE)
			read[count] = (uint8_t)got;
		count++;
	}
	if (count != BASE32_LINE)
		return fail(FAIL_USAGE,
		    "line %u has %zu characters instead of %d", line + 1, count,
		    BASE32_LINE);
	return 0;
}

/* One line into its 13 values. What it read may be a secret. */
static int
decode_line(unsigned line, const char **text, uint8_t value[static DATA])
{
	uint8_t read[BASE32_LINE];
	int result = read_line(line, text, read);

	if (result == 0) {
		memcpy(value, read, DATA);
		if (check_of(line, value) != read[DATA])
			result = fail(FAIL_USAGE,
			    "line %u has a typo: its check character does not "
			    "fit",
			    line + 1);
	}
	explicit_bzero(read, sizeof read);
	return result;
}

static int
decode_values(enum base32_kind kind, const char *text,
    uint8_t value[static VALUES])
{
	unsigned line;

	for (line = 0; line < BASE32_LINES; line++)
		if (decode_line(line, &text, value + DATA * line) != 0)
			return -1;
	if (*skip(text, " \t\r\n") != '\0')
		return fail(FAIL_USAGE, "there is text after line %d",
		    BASE32_LINES);
	if (value[0] >> 1 != (unsigned)kind)
		return fail(FAIL_USAGE, "this is %s, not %s",
		    kind_name(value[0] >> 1), kind_name(kind));
	return 0;
}

int
base32_decode(enum base32_kind kind, const char *text, uint8_t byte[static 32])
{
	uint8_t value[VALUES] = {0};
	unsigned i, bit;
	int result = decode_values(kind, text, value);

	if (result == 0)
		memset(byte, 0, 32);
	for (i = 4; result == 0 && i < 5 * VALUES; i++) {
		bit = value[i / 5] >> (4 - i % 5) & 1;
		byte[(i - 4) / 8] |= (uint8_t)(bit << (7 - (i - 4) % 8));
	}
	explicit_bzero(value, sizeof value);
	return result;
}

int
base32_encode_bytes(struct span bytes, struct buf *text)
{
	size_t bit, end = 8 * bytes.size;
	char spelt[BASE32_LINE + 1];
	uint8_t value[DATA];
	unsigned line, i, set;

	for (line = 0; line * 5 * DATA < end; line++) {
		memset(value, 0, sizeof value);
		for (i = 0; i < 5 * DATA; i++) {
			bit = (size_t)line * 5 * DATA + i;
			set = bit < end &&
			    (bytes.data[bit / 8] >> (7 - bit % 8) & 1);
			value[i / 5] = (uint8_t)(value[i / 5] << 1 | set);
		}
		spelt[0] = '-';
		spell_line(line, value, spelt + 1);
		if (buf_append(text,
			line == 0 ? span_of(spelt + 1, BASE32_LINE)
				  : span_of(spelt, sizeof spelt)) != 0)
			return -1;
	}
	return 0;
}

int
base32_decode_bytes(const char *text, struct buf *bytes)
{
	unsigned line, i, bits = 0, held = 0;
	uint8_t value[DATA], byte;

	for (line = 0; *skip(text, " \t\r\n-") != '\0'; line++) {
		if (decode_line(line, &text, value) != 0)
			return -1;
		for (i = 0; i < DATA; i++) {
			held = held << 5 | value[i];
			bits += 5;
			if (bits < 8)
				continue;
			bits -= 8;
			byte = (uint8_t)(held >> bits);
			if (buf_append(bytes, span_of(&byte, 1)) != 0)
				return -1;
		}
	}
	return 0;
}
