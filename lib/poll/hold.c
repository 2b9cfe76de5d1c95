/* SPDX-License-Identifier: ISC */
#include "poll/hold.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "format/message.h"
#include "peer/identity.h"
#include "peer/roster.h"
#include "poll/charge.h"
#include "poll/hold_again.h"
#include "poll/hold_roll.h"
#include "serve/votes.h"
#include "vote/sealed.h"
#include "vote/tally.h"
#include "xfer/question.h"
#include "xfer/session.h"

#define PAUSE 1.0 /* second between two rounds for who is away */

/* A poll under way. */
struct run {
	struct hold *hold;
	struct poller poller;
	pthread_mutex_t lock;	 /* of the poller */
	struct buf question;	 /* that all are asked now */
	struct questions look;	 /* that each holder is asked */
	enum poller_shelf shelf; /* that the answers go to */
	double until;		 /* by clock_now, when nobody is waited for */
};

void
hold_release(struct hold *hold)
{
	living_release(&hold->living);
	buf_release(&hold->members);
	buf_release(&hold->items);
	buf_release(&hold->again);
	buf_release(&hold->certificate);
	buf_release(&hold->culprits);
	free(hold->verdict);
	hold->verdict = NULL;
}

/* What a member is sent: the items, the question, perhaps proofs. */
static int
set_question(struct run *run, struct span question, bool proofs)
{
	struct span room[LIMIT_PROOFS];
	struct poll_list list = {room, proofs ? run->poller.proof_count : 0};
	size_t i;

	for (i = 0; i < list.count; i++)
		room[i] = span_of_buf(&run->poller.proofs[i]);
	run->question.size = 0;
	if (votes_question(span_of_buf(&run->hold->items), question, &list,
		&run->question) != 0)
		return -1;
	if (run->question.size <= LIMIT_TALLY)
		return 0;
	fail(FAIL_NO,
	    "what the holders have signed is more than a poll carries");
	return fail_hint("ask each for fewer pieces with --sample");
}

/* Whether the poll still waits for anybody. */
static bool
is_open(const struct run *run)
{
	return clock_now() < run->until;
}

/* Why one does not take part, once it is not asked again. */
static void
tell_reason(const struct run *run, const struct holder *holder,
    struct span answer)
{
	struct joining joining;

	if (!is_open(run) && run->shelf == POLLER_JOININGS &&
	    joining_decode(answer, &holder->peer->id, &joining) == 0 &&
	    joining.reason != JOINING_YES)
		log_line(LOG_WARN, "peer '%s' does not take part: %s",
		    holder->peer->name, joining_reason_name(joining.reason));
}

static void
ask_one(void *context, struct holder *holder)
{
	struct run *run = context;
	struct request request = {.verb = VERB_BALLOT,
	    .owner = run->hold->owner,
	    .size = LIMIT_DOCUMENT,
	    .payload = run->question.size};
	struct answer answer = {0};
	bool lacks;
	int result;

	pthread_mutex_lock(&run->lock);
	lacks = poller_lacks(&run->poller, run->shelf, &holder->peer->id);
	pthread_mutex_unlock(&run->lock);
	if (!lacks || !holder_usable(holder) || holder->calls->ask == NULL)
		return;
	result =
	    holder->calls->ask(holder, &request, run->question.data, &answer);
	pthread_mutex_lock(&run->lock);
	if (result == 0)
		result =
		    poller_take(&run->poller, span_of_buf(&answer.payload));
	pthread_mutex_unlock(&run->lock);
	if (result < 0)
		log_line(LOG_WARN, "peer '%s': %s", holder->peer->name,
		    fail_last()->text);
	if (result == 0)
		tell_reason(run, holder, span_of_buf(&answer.payload));
	if (result < 0 && fail_last()->kind == FAIL_SYSTEM && is_open(run))
		holder_lose(holder);
	answer_release(&answer);
}

/* A moment later, those that are away may be back. */
static int
wait_a_moment(struct run *run)
{
	double left = run->until - clock_now();
	useconds_t us = (useconds_t)((left < PAUSE ? left : PAUSE) * 1e6);

	if (left > 0)
		usleep(us);
	return holders_reopen(run->hold->holders, HOLDER_READ,
	    run->hold->scalar);
}

static int
ask_all(struct run *run, enum poller_shelf shelf, struct span question)
{
	run->shelf = shelf;
	if (set_question(run, question, shelf == POLLER_BALLOTS) != 0 ||
	    holders_each(run->hold->holders, ask_one, run) != 0)
		return -1;
	while (poller_lacks_any(&run->poller, shelf) && is_open(run))
		if (wait_a_moment(run) != 0 ||
		    holders_each(run->hold->holders, ask_one, run) != 0)
			return -1;
	return 0;
}

static void
prove_one(void *context, struct holder *holder)
{
	struct run *run = context;
	struct question_proofs proofs = {NULL, 0};
	int place = hold_roll_place(run->hold, holder);
	size_t i;

	if (place < 0 || !holder_usable(holder))
		return;
	if (question_holder(&run->look, holder, (size_t)place, &proofs) != 0)
		log_line(LOG_WARN, "peer '%s': %s", holder->peer->name,
		    fail_last()->text);
	pthread_mutex_lock(&run->lock);
	for (i = 0; i < proofs.count; i++)
		poller_take(&run->poller, span_of_buf(&proofs.document[i]));
	pthread_mutex_unlock(&run->lock);
	question_release(&proofs);
}

static int
prove_all(struct run *run)
{
	struct asking asking =
	    asking_of(&run->poller.opening, &run->poller.seed);

	question_init(&run->look, &run->hold->roll, &asking);
	return holders_each(run->hold->holders, prove_one, run);
}

static int
seal(struct run *run)
{
	struct buf box = {0};
	int result = poller_tally(&run->poller, (uint64_t)time(NULL), &box);

	if (result == 0)
		result = ask_all(run, POLLER_SEALS, span_of_buf(&box));
	buf_release(&box);
	if (result == 0)
		result = poller_certificate(&run->poller,
		    span_of_buf(&run->hold->items), &run->hold->certificate);
	return result;
}

/* What we tell is what anyone will read in the certificate. */
static int
read_back(struct hold *hold)
{
	struct span seals[LIMIT_VOTERS];
	struct sealed sealed = {.seals = {seals, 0}};
	struct tally tally = {.verdict = hold->verdict};

	if (sealed_decode(span_of_buf(&hold->certificate), &sealed) != 0 ||
	    sealed_check(&sealed, &hold->roll, &tally) != 0)
		return -1;
	hold->time = tally.time;
	return 0;
}

static int
go_through(struct run *run)
{
	struct poller *poller = &run->poller;

	if (ask_all(run, POLLER_JOININGS,
		poller_says(poller, POLLER_OPENING)) != 0 ||
	    poller_challenge_all(poller) != 0 ||
	    ask_all(run, POLLER_REVEALS,
		poller_says(poller, POLLER_CHALLENGE)) != 0 ||
	    poller_seed_all(poller) != 0 || prove_all(run) != 0 ||
	    ask_all(run, POLLER_BALLOTS, poller_says(poller, POLLER_SEED)) != 0)
		return -1;
	return seal(run);
}

int
hold_open(struct hold *hold, struct poller *poller)
{
	struct opening opening = {.samples = hold->samples,
	    .strict = hold->strict,
	    .closes = hold->wait};
	struct digest number;
	struct timespec now;

	if (hold_roll_make(hold) != 0 || hold_again_find(hold) != 0)
		return -1;
	opening.again = span_of_buf(&hold->again);
	clock_gettime(CLOCK_REALTIME, &now);
	opening.committee =
	    electorate_committee(&hold->roll.members, hold->committee);
	opening.poll.members = hold->roll.id;
	opening.poll.sequence = (uint64_t)now.tv_sec * 1000 +
	    (uint64_t)now.tv_nsec / 1000000;
	if (identity_id(hold->scalar, &opening.poll.poller) != 0)
		return -1;
	number = poller_number(hold->scalar, &opening.poll);
	return poller_open(poller, hold->scalar, &hold->roll, &opening,
	    &number);
}

int
hold_poll(struct hold *hold)
{
	struct run *run = memory_get(1, sizeof *run);
	int result;

	if (run == NULL)
		return -1;
	run->hold = hold;
	pthread_mutex_init(&run->lock, NULL);
	result = hold_open(hold, &run->poller);
	run->until = clock_now() + (double)hold->wait;
	hold->electorate = run->poller.electorate;
	if (result == 0)
		result = go_through(run);
	if (result == 0)
		result = read_back(hold);
	if (result == 0)
		result = charge_holders(hold, &run->poller);
	if (run->poller.culprits.size > 0 &&
	    buf_append(&hold->culprits, span_of_buf(&run->poller.culprits)) !=
		0)
		result = -1;
	poller_release(&run->poller);
	buf_release(&run->question);
	pthread_mutex_destroy(&run->lock);
	free(run);
	return result;
}

int
hold_rows(const struct hold *hold, const struct roster *roster,
    enum report_style style, struct buf *rows)
{
	const char *name[LIMIT_MEMBERS] = {NULL};
	const struct peer *peer;
	struct digest id;
	size_t i;

	for (i = 0; i < members_count(&hold->roll.members); i++) {
		id = members_id(&hold->roll.members, i);
		peer = roster_find(roster, &id);
		name[i] = peer == NULL ? NULL : peer->name;
	}
	return outcome_rows(style, &hold->roll, hold->verdict, name, rows);
}
