/* SPDX-License-Identifier: ISC */
/*
 * What a person has typed: what decodes is what encoding gives, but for case,
 * blanks, dashes and letters that look like digits.
 */
#include "base/base32.h"

#include <ctype.h>

#include "fuzz.h"

/* The characters that count, as they are written. */
static void
canonical(const char *from, char *to)
{
	for (; *from != '\0'; from++) {
		if (strchr(" \t\r\n-", *from) != NULL)
			continue;
		*to = (char)toupper((unsigned char)*from);
		if (*to == 'O')
			*to = '0';
		if (*to == 'I' || *to == 'L')
			*to = '1';
		to++;
	}
	*to = '\0';
}

static void
check_kind(enum base32_kind kind, const char *text, char *scratch)
{
	char again[BASE32_TEXT], right[BASE32_TEXT];
	uint8_t byte[32];

	if (base32_decode(kind, text, byte) != 0)
		return;
	base32_encode(kind, byte, again);
	canonical(again, right);
	canonical(text, scratch);
	must(strcmp(right, scratch) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *scratch = malloc(size + 1);
	int kind;

	must(text != NULL && scratch != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	for (kind = BASE32_ID; kind <= BASE32_STORE; kind++)
		check_kind((enum base32_kind)kind, text, scratch);
	free(text);
	free(scratch);
	return 0;
}
