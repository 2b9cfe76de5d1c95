/* SPDX-License-Identifier: ISC */
#include "serve/votes.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "crypto/sign.h"
#include "serve/journals.h"
#include "serve/promised.h"
#include "serve/votes_ask.h"
#include "serve/witness.h"
#include "vote/voter.h"

#define OFTEN 3600 /* seconds between the polls of one that is not the owner */

/* One question being answered. */
struct turn {
	const struct votes *votes;
	struct roll roll;
	struct voter voter;
	struct span members, items, question;
	int kind;	      /* of the question; a box is its tally */
	struct digest poller; /* who asks */
	struct buf *answer;
	struct poll_list proofs; /* room for all */
	struct span document[VOTES_PARTS + LIMIT_MEMBERS * 4];
	struct votes_ask ask;
	struct box box;
	struct span ballots[LIMIT_VOTERS], box_proofs[LIMIT_PROOFS];
	bool *known;
	char folder[PATH_MAX]; /* of the journals */
};

int
votes_question(struct span items, struct span question,
    const struct poll_list *proofs, struct buf *to)
{
	struct cbor_writer writer;
	size_t i;

	cbor_writer_init(&writer, to);
	cbor_write_array(&writer, 2 + proofs->count);
	cbor_write_bytes(&writer, items);
	cbor_write_bytes(&writer, question);
	for (i = 0; i < proofs->count; i++)
		cbor_write_bytes(&writer, proofs->document[i]);
	return cbor_writer_end(&writer);
}

static int
decode_sent(struct turn *turn, struct span sent)
{
	struct poll_list list = {turn->document, 0};
	struct cbor_reader reader;
	size_t i;

	if (cbor_measure(sent, LIMIT_TALLY) != (int64_t)sent.size)
		return fail(FAIL_DATA, "what the poller sends is malformed");
	cbor_reader_init(&reader, sent);
	list.count = (size_t)cbor_read_array(&reader, VOTES_PARTS);
	for (i = 0; i < list.count; i++)
		list.document[i] = cbor_read_bytes(&reader, LIMIT_TALLY);
	if (cbor_reader_end(&reader, "what the poller sends") != 0)
		return -1;
	if (list.count < 2)
		return fail(FAIL_DATA, "the poller asks nothing");
	turn->items = list.document[0];
	turn->question = list.document[1];
	turn->proofs = (struct poll_list){turn->document + 2, list.count - 2};
	return 0;
}

/* Who asks: the signer of the question, or of the tally in the box. */
static int
find_poller(struct turn *turn)
{
	turn->kind = cose_peek(turn->question, &turn->poller);
	if (turn->kind >= 0)
		return 0;
	turn->box = (struct box){.ballots = {turn->ballots, 0},
	    .proofs = {turn->box_proofs, 0}};
	if (box_decode(turn->question, &turn->box) != 0)
		return -1;
	turn->kind = RECORD_TALLY;
	return cose_peek(turn->box.tally, &turn->poller) < 0 ? -1 : 0;
}

/* What it finds stands behind what the poller has shown. */
static int
ask_silent(struct turn *turn, const struct digest *seed)
{
	struct votes_ask *ask = &turn->ask;
	struct poll_list *proofs = &turn->proofs;
	struct opening opening;
	struct asking asking;
	size_t i;

	if (opening_decode(span_of_buf(
			       &turn->voter.journal->asked[JOURNAL_JOINING]),
		&opening) != 0)
		return -1;
	*ask = (struct votes_ask){.roster = turn->votes->authority->roster,
	    .scalar = turn->votes->scalar,
	    .self = turn->voter.id,
	    .shown = proofs};
	asking = asking_of(&opening, seed);
	question_init(&ask->look, &turn->roll, &asking);
	if (votes_ask_silent(ask) != 0)
		return -1;
	for (i = 0; i < ask->own.count && proofs->count < LIMIT_PROOFS; i++)
		proofs->document[proofs->count++] = span_of_buf(
		    &ask->own.document[i]);
	return 0;
}

/* While other polls go on. A seed that is refused, or was answered: nobody. */
static int
look_around(struct turn *turn)
{
	struct journal journal = {0};
	struct digest seed;
	struct span said;
	int result = journals_read(turn->folder, &turn->poller, &journal);

	turn->voter.journal = &journal;
	if (result == 0 &&
	    journal_find(&journal, JOURNAL_BALLOT, turn->question, &said) ==
		0 &&
	    voter_seed(&turn->voter, turn->question, &seed) == 0)
		result = ask_silent(turn, &seed);
	turn->voter.journal = NULL;
	journal_release(&journal);
	return result;
}

static int
vote(struct turn *turn)
{
	struct digest seed;

	if (voter_seed(&turn->voter, turn->question, &seed) != 0)
		return -1;
	/* Only now: what was dropped before it was asked for is known. */
	turn->known = promised_items(turn->votes->store,
	    turn->votes->store_path, &turn->roll, turn->voter.now);
	if (turn->known == NULL)
		return -1;
	return voter_ballot(&turn->voter, turn->question, &turn->proofs,
	    turn->known, turn->answer);
}

/* Who is not the owner does not hold polls all the time, nor all at once. */
static enum joining_reason
reason_not_to(const struct turn *turn)
{
	const struct journal *journal = turn->voter.journal;
	struct opening opening;

	if (digest_equal(&turn->poller, &turn->roll.owner) ||
	    opening_decode(turn->question, &opening) != 0 ||
	    poll_equal(&opening.poll, &journal->poll))
		return JOINING_YES;
	if (turn->voter.now < journal->time + OFTEN)
		return JOINING_OFTEN;
	return journals_under_way(turn->folder, &turn->poller,
		   turn->voter.now) < LIMIT_POLLS
	    ? JOINING_YES
	    : JOINING_BUSY;
}

static int
answer_step(struct turn *turn)
{
	switch (turn->kind) {
	case RECORD_OPENING:
		return voter_join(&turn->voter, turn->question,
		    reason_not_to(turn), turn->answer);
	case RECORD_CHALLENGE:
		return voter_reveal(&turn->voter, turn->question, turn->answer);
	case RECORD_SEED:
		return vote(turn);
	case RECORD_TALLY:
		return voter_seal(&turn->voter, &turn->box, turn->answer);
	default:
		return fail(FAIL_DATA, "no poller asks this");
	}
}

/* What the poller is told, with its journal in hand. */
static int
take_step(void *context, struct journal *journal)
{
	struct turn *turn = context;
	struct failure reason;

	turn->voter.journal = journal;
	if (answer_step(turn) == 0)
		return 0;
	reason = *fail_last();
	witness_poller(&(struct witness){turn->votes->store_path, &turn->poller,
	    journal, turn->members, turn->items, turn->question,
	    turn->kind == RECORD_TALLY ? turn->box.tally : turn->question});
	return fail_again(&reason);
}

static int
check_members(const struct turn *turn)
{
	struct span said = turn->kind == RECORD_TALLY ? turn->box.tally
						      : turn->question;
	struct cbor_reader reader;
	struct poll poll;

	if (turn->kind < RECORD_OPENING || turn->kind > RECORD_SEAL)
		return fail(FAIL_DATA, "no poller asks this");
	if (poll_decode(said, (enum record_kind)turn->kind, "the question",
		&turn->poller, &poll, &reader) != 0)
		return -1;
	return roll_check_members(&turn->roll, &poll);
}

/* Under other members the items make no sense either: so these come first. */
static int
load_roll(struct turn *turn)
{
	const struct digest *owner = &turn->votes->owner;

	turn->members = span_of_buf(&turn->votes->authority->document);
	if (roll_init(&turn->roll, turn->members, owner, (struct span){0}) !=
		0 ||
	    check_members(turn) != 0)
		return -1;
	return roll_init(&turn->roll, turn->members, owner, turn->items);
}

static int
answer_turn(struct turn *turn, struct span sent)
{
	const struct votes *votes = turn->votes;

	if (decode_sent(turn, sent) != 0 || find_poller(turn) != 0 ||
	    load_roll(turn) != 0)
		return -1;
	snprintf(turn->folder, PATH_MAX, "%s/votes", votes->store_path);
	if (turn->kind == RECORD_SEED && !votes->alone &&
	    look_around(turn) != 0)
		return -1;
	return journals_step(turn->folder, &turn->poller, take_step, turn);
}

int
votes_check(struct authority *authority, const struct secret *scalar,
    const struct digest *owner, struct digest *self)
{
	struct sign_public key;

	if (sign_public(scalar, &key) != 0)
		return -1;
	*self = sign_id(&key);
	return authority_owner(authority, owner, self) != NULL
	    ? 0
	    : fail(FAIL_NO, "we are no member of this owner's");
}

int
votes_answer(const struct votes *votes, struct span sent, struct buf *answer)
{
	struct turn *turn = memory_get(1, sizeof *turn);
	int result;

	if (turn == NULL)
		return -1;
	turn->votes = votes;
	turn->answer = answer;
	turn->voter = (struct voter){.scalar = votes->scalar,
	    .roll = &turn->roll,
	    .now = (uint64_t)time(NULL)};
	result = votes_check(votes->authority, votes->scalar, &votes->owner,
	    &turn->voter.id);
	if (result == 0)
		result = answer_turn(turn, sent);
	question_release(&turn->ask.own);
	free(turn->known);
	free(turn);
	return result;
}
