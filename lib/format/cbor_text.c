/* SPDX-License-Identifier: ISC */
#include "format/cbor.h"

/* The length of the character that `text` begins with, 0 if none does. */
static size_t
character_size(struct span text)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t lead = text.data[0];
	uint32_t code;
	size_t size, i;

	if (lead < 0x80)
		return 1;
	size = lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (size == 0 || lead > 0xf4 || size > text.size)
		return 0;
	code = lead & (0x7fu >> size);
	for (i = 1; i < size; i++) {
		if ((text.data[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text.data[i] & 0x3f);
	}
	if (code < least[size] || code > 0x10ffff)
		return 0;
	return code >= 0xd800 && code <= 0xdfff ? 0 : size;
}

bool
cbor_text_is_valid(struct span text)
{
	size_t size;

	while (text.size > 0) {
		size = character_size(text);
		if (size == 0)
			return false;
		text.data += size;
		text.size -= size;
	}
	return true;
}
