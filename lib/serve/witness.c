/* SPDX-License-Identifier: ISC */
#include "serve/witness.h"

#include <stdio.h>

#include "base/base32.h"
#include "base/event.h"
#include "base/file.h"
#include "vote/evidence.h"

static void
tell(const struct witness *witness, const struct evidence *evidence)
{
	char id[BASE32_TEXT];

	base32_encode(BASE32_ID, witness->poller->byte, id);
	event_write(&(struct event){.level = LOG_WARN,
	    .name = "evidence",
	    .id = id,
	    .outcome = evidence->crime});
}

static void
keep(const struct witness *witness, struct span file)
{
	char folder[PATH_MAX], path[PATH_MAX];
	struct evidence evidence;
	struct span rest = file;

	snprintf(folder, sizeof folder, "%s/evidence", witness->store_path);
	file_named(folder, witness->poller, path);
	if (evidence_judge(&rest, &evidence) == 0 &&
	    digest_equal(&evidence.culprit, witness->poller) &&
	    file_make_folder(folder, 0700) == 0 &&
	    file_put(path, file, 0600, FILE_NEW) == 0)
		tell(witness, &evidence);
}

void
witness_poller(const struct witness *witness)
{
	struct span three[] = {witness->members, witness->items,
	    witness->question};
	struct poll_list count = {three, 3};
	struct buf file = {0};
	int i, found = -1;

	for (i = 0; i < JOURNAL_STEPS && found != 0; i++)
		found =
		    evidence_of_two(span_of_buf(&witness->journal->asked[i]),
			witness->signed_by, &file);
	if (found != 0 && witness->question.data != witness->signed_by.data)
		found = evidence_encode(&count, &file);
	if (found == 0)
		keep(witness, span_of_buf(&file));
	buf_release(&file);
}
