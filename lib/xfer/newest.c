/* SPDX-License-Identifier: ISC */
#include "xfer/newest.h"

#include <stdio.h>

#include "base/file.h"

#define FILE_LIMIT 128

void
newest_load(const char *path, struct newest *newest)
{
	char hex[DIGEST_HEX_SIZE];
	unsigned long long number;
	struct buf text = {0};

	*newest = (struct newest){0};
	if (file_read(path, FILE_LIMIT, &text) == 0 &&
	    buf_append(&text, span_of("", 1)) == 0 &&
	    sscanf((char *)text.data, "%llu %64s", &number, hex) == 2 &&
	    digest_parse(hex, &newest->id) == 0)
		newest->number = number;
	buf_release(&text);
}

int
newest_save(const char *path, const struct newest *newest)
{
	char hex[DIGEST_HEX_SIZE], line[FILE_LIMIT];

	digest_hex(&newest->id, hex);
	snprintf(line, sizeof line, "%llu %s\n",
	    (unsigned long long)newest->number, hex);
	return file_put(path, span_of_text(line), 0600, FILE_REPLACE);
}
