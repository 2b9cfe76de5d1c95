/* SPDX-License-Identifier: ISC */
#include "base/text.h"

size_t
text_take(const char *text, unsigned *code)
{
	unsigned char first = (unsigned char)*text;
	size_t i,
	    size = first >> 5 == 6 ? 2
	    : first >> 4 == 14	   ? 3
	    : first >> 3 == 30	   ? 4
				   : 1;

	*code = size > 1   ? first & (0x7fu >> size)
	    : first < 0x80 ? first
			   : 0xfffd;
	for (i = 1; i < size; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80) {
			*code = 0xfffd;
			return 1;
		}
		*code = *code << 6 | ((unsigned char)text[i] & 0x3fu);
	}
	return size;
}

bool
text_is_control(unsigned code)
{
	static const unsigned range[][2] = {{0, 0x1f}, {0x7f, 0x9f},
	    {0x61c, 0x61c}, {0x200e, 0x200f}, {0x2028, 0x202e},
	    {0x2066, 0x2069}, {0xfffd, 0xfffd}};
	size_t i;

	for (i = 0; i < sizeof range / sizeof range[0]; i++)
		if (code >= range[i][0] && code <= range[i][1])
			return true;
	return false;
}
