/* SPDX-License-Identifier: ISC */
#include "poll/audited.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/regular.h"

#define FILE_LIMIT 256

static void
print(const struct audited *audited, char line[static FILE_LIMIT])
{
	size_t i, used;

	snprintf(line, FILE_LIMIT, "%" PRIu64 " %" PRIu64, audited->time,
	    audited->answered.asked);
	for (i = 0; i < PROOF_VERDICTS; i++) {
		used = strlen(line);
		snprintf(line + used, FILE_LIMIT - used, " %" PRIu64,
		    audited->answered.count[answered_order[i]]);
	}
	strcat(line, "\n");
}

/* Only what audited_save writes counts. */
static bool
parse(const char *text, struct audited *audited)
{
	char line[FILE_LIMIT];
	const char *rest = text;
	size_t i;

	if (!number_take(&rest, &audited->time) || *rest++ != ' ' ||
	    !number_take(&rest, &audited->answered.asked))
		return false;
	for (i = 0; i < PROOF_VERDICTS; i++)
		if (*rest++ != ' ' ||
		    !number_take(&rest,
			&audited->answered.count[answered_order[i]]))
			return false;
	print(audited, line);
	return strcmp(line, text) == 0;
}

void
audited_load(const char *folder, const struct digest *peer,
    struct audited *audited)
{
	struct buf text = {0};
	char path[PATH_MAX];

	*audited = (struct audited){0};
	file_named(folder, peer, path);
	if (regular_read(path, FILE_LIMIT, &text) != 0 ||
	    buf_append(&text, span_of("", 1)) != 0 ||
	    !parse((char *)text.data, audited))
		*audited = (struct audited){0};
	buf_release(&text);
}

int
audited_save(const char *folder, const struct digest *peer,
    const struct audited *audited)
{
	char line[FILE_LIMIT], path[PATH_MAX];

	if (file_make_folder(folder, 0700) != 0)
		return -1;
	file_named(folder, peer, path);
	print(audited, line);
	return file_put(path, span_of_text(line), 0600, FILE_REPLACE);
}
