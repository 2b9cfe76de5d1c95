/* SPDX-License-Identifier: ISC */
#include "xfer/newest.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/number.h"
#include "base/regular.h"
#include "format/limits.h"

#define FILE_LIMIT 128
#define ID_SHOWN 12

static void
print(const struct newest *newest, char line[static FILE_LIMIT])
{
	char hex[DIGEST_HEX_SIZE];

	digest_hex(&newest->id, hex);
	snprintf(line, FILE_LIMIT, "%llu %s\n",
	    (unsigned long long)newest->number, hex);
}

/* Only what newest_save writes counts. */
static bool
parse(const char *text, struct newest *newest)
{
	char hex[DIGEST_HEX_SIZE], line[FILE_LIMIT];
	const char *rest = text;

	if (!number_take(&rest, &newest->number) || *rest++ != ' ')
		return false;
	snprintf(hex, sizeof hex, "%s", rest);
	if (digest_parse(hex, &newest->id) != 0)
		return false;
	print(newest, line);
	return strcmp(line, text) == 0;
}

void
newest_load(const char *path, struct newest *newest)
{
	struct buf text = {0};

	if (regular_read(path, FILE_LIMIT, &text) != 0 ||
	    buf_append(&text, span_of("", 1)) != 0 ||
	    !parse((char *)text.data, newest))
		*newest = (struct newest){0};
	buf_release(&text);
}

int
newest_save(const char *path, const struct newest *newest)
{
	char line[FILE_LIMIT], target[PATH_MAX] = "";

	print(newest, line);
	if (readlink(path, target, sizeof target - 1) > 0 && *target == '/')
		path = target;
	return file_put(path, span_of_text(line), 0600, FILE_REPLACE);
}

int
newest_next(const struct newest *last, uint64_t *number)
{
	char hex[DIGEST_HEX_SIZE];

	*number = last->number + 1;
	if (last->number < LIMIT_NUMBER)
		return 0;
	digest_hex(&last->id, hex);
	fail(FAIL_DATA,
	    "snapshot %llu, id:%.*s, has the last number that there is: none "
	    "can follow it",
	    (unsigned long long)last->number, ID_SHOWN, hex);
	return fail_hint("somebody has signed it with your identity: "
			 "shard-drop id:%.*s, and see shard-send(1)",
	    ID_SHOWN, hex);
}

int
newest_save_begun(const char *path, const struct newest *begun)
{
	if (newest_save(path, begun) == 0)
		return 0;
	return fail_hint("have that file written: without it a snapshot's "
			 "number could be given twice");
}
