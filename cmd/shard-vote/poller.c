/* SPDX-License-Identifier: ISC */

/* shard-vote challenge, seed, tally, certificate: the poller's steps. */

#include "vote/poller.h"

#include <time.h>

#include "base/fail.h"
#include "base/log.h"
#include "files.h"
#include "own.h"
#include "verbs.h"

static struct files files;
static struct poller poller;

/* What voters and holders have said; what does not fit here is told. */
static void
take_said(void)
{
	size_t i;

	for (i = 0; i < files.pile.count; i++)
		if (poller_take(&poller, files.pile.said[i]) < 0)
			log_line(LOG_WARN, "passed over: %s",
			    fail_last()->text);
}

static int
take_again(enum poller_document which, struct span document, const char *what)
{
	if (pile_need(document, what) != 0)
		return -1;
	return poller_resume_at(&poller, which, document);
}

/* The poll as it is before the step that makes `next`. */
static int
take_up(int argc, char **argv, enum poller_document next)
{
	const struct pile *pile = &files.pile;

	if (files_read(&files, argc, argv) != 0 ||
	    poller_resume(&poller, &files.scalar, &files.roll, pile->opening) !=
		0)
		return -1;
	if (next > POLLER_CHALLENGE &&
	    take_again(POLLER_CHALLENGE, pile->challenge, "challenge") != 0)
		return -1;
	if (next > POLLER_SEED &&
	    take_again(POLLER_SEED, pile->seed, "seed") != 0)
		return -1;
	take_said();
	return 0;
}

static int
done(int result)
{
	if (verb_keep_evidence(span_of_buf(&poller.culprits)) != 0)
		result = -1;
	poller_release(&poller);
	files_release(&files);
	return result;
}

static int
step(int argc, char **argv, enum poller_document which,
    int (*make)(struct poller *poller))
{
	int result = take_up(argc, argv, which);

	if (result == 0)
		result = make(&poller);
	if (result == 0)
		result = own_keep(&poller, which);
	if (result == 0)
		result = files_write(poller_says(&poller, which));
	return done(result);
}

int
verb_challenge(int argc, char **argv)
{
	return step(argc, argv, POLLER_CHALLENGE, poller_challenge_all);
}

int
verb_seed(int argc, char **argv)
{
	return step(argc, argv, POLLER_SEED, poller_seed_all);
}

/* What it rests on goes to the voters with it: the ballot box. */
int
verb_tally(int argc, char **argv)
{
	uint64_t now = (uint64_t)time(NULL);
	struct buf box = {0};
	int result = take_up(argc, argv, POLLER_TALLY);

	if (result == 0)
		result = own_tally_time(&poller, &now);
	if (result == 0)
		result = poller_tally(&poller, now, &box);
	if (result == 0)
		result = own_keep(&poller, POLLER_TALLY);
	if (result == 0)
		result = files_write(span_of_buf(&box));
	buf_release(&box);
	return done(result);
}

/* Anybody can put a certificate together, of the box and the seals. */
static int
take_box(int argc, char **argv)
{
	static struct span ballots[LIMIT_VOTERS], proofs[LIMIT_PROOFS];
	struct box box = {.ballots = {ballots, 0}, .proofs = {proofs, 0}};

	if (files_read(&files, argc, argv) != 0 ||
	    pile_need(files.pile.box, "ballot box") != 0 ||
	    box_decode(files.pile.box, &box) != 0 ||
	    poller_resume(&poller, NULL, &files.roll, files.pile.opening) !=
		0 ||
	    poller_resume_at(&poller, POLLER_CHALLENGE, box.challenge) != 0 ||
	    poller_resume_at(&poller, POLLER_SEED, box.seed) != 0 ||
	    poller_resume_at(&poller, POLLER_TALLY, box.tally) != 0)
		return -1;
	take_said();
	return 0;
}

int
verb_certificate(int argc, char **argv)
{
	struct buf certificate = {0};
	int result = take_box(argc, argv);

	if (result == 0)
		result =
		    poller_certificate(&poller, files.pile.items, &certificate);
	if (result == 0)
		result = files_write(span_of_buf(&certificate));
	buf_release(&certificate);
	return done(result);
}
