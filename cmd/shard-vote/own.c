/* SPDX-License-Identifier: ISC */
#include "own.h"

#include <stdlib.h>
#include <time.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/tool.h"
#include "serve/journals.h"
#include "vote/tally.h"

static const char *const name[] = {"opening", "challenge", "seed", "tally"};

struct keeping {
	struct poller *poller;
	enum poller_document which;
	uint64_t *now;
};

/* What was signed before stands. */
static int
give_again(const struct keeping *keeping, struct span said)
{
	struct buf *document = &keeping->poller->document[keeping->which];

	if (span_equal(said, span_of_buf(document)))
		return 0;
	if (keeping->which == POLLER_TALLY) {
		fail(FAIL_NO,
		    "the tally of this poll is signed, and of other files");
		return fail_hint("give the same ballots and proofs again, or "
				 "open another poll");
	}
	log_line(LOG_NOTE, "this poll has its %s already: here it is again",
	    name[keeping->which]);
	document->size = 0;
	return buf_append(document, said);
}

static int
keep(void *context, struct journal *journal)
{
	struct keeping *keeping = context;
	struct buf *said = &journal->said[keeping->which];

	if (journal_turn(journal, &keeping->poller->opening.poll,
		(uint64_t)time(NULL)) != 0)
		return -1;
	if (said->size > 0)
		return give_again(keeping, span_of_buf(said));
	return buf_append(said, poller_says(keeping->poller, keeping->which));
}

static int
find_time(void *context, struct journal *journal)
{
	struct keeping *keeping = context;
	const struct poll *poll = &keeping->poller->opening.poll;
	struct tally tally = {.verdict = NULL};
	struct span said = span_of_buf(&journal->said[POLLER_TALLY]);

	if (!poll_equal(&journal->poll, poll) || said.size == 0)
		return 0;
	if (tally_decode(said, &poll->poller, &tally) != 0)
		return -1;
	*keeping->now = tally.time;
	return 0;
}

static int
with_journal(struct keeping *keeping,
    int (*step)(void *context, struct journal *journal))
{
	char folder[FILE_PATH];

	if (tool_path("poller", folder) != 0)
		return -1;
	return journals_step(folder, &keeping->poller->opening.poll.poller,
	    step, keeping);
}

int
own_keep(struct poller *poller, enum poller_document which)
{
	struct keeping keeping = {poller, which, NULL};

	return with_journal(&keeping, keep);
}

int
own_tally_time(struct poller *poller, uint64_t *now)
{
	struct keeping keeping = {poller, POLLER_TALLY, now};

	return with_journal(&keeping, find_time);
}
