/* SPDX-License-Identifier: ISC */
/* A token that is read is spelt in one way, up to case and blanks. */
#include "peer/token.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), again[TOKEN_TEXT];
	struct token token, back;

	must(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (token_decode(text, &token) == 0) {
		must(token_encode(&token, again) == 0);
		must(token_decode(again, &back) == 0);
		must(memcmp(&token, &back, sizeof token) == 0);
	}
	free(text);
	return 0;
}
