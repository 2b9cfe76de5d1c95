/* SPDX-License-Identifier: ISC */
/*
 * Challenges and seeds that a poller forged, with which it would choose who
 * votes or what the holders are asked: no voter goes on with one.
 */
#include "vote/seed.h"

#include "three.h"

static struct three three;

/* What voters said, as lists to change. */
static struct span said[LIMIT_VOTERS];
static const struct poll_list all = {said, 3};

static void
fill(enum poller_shelf shelf)
{
	size_t i;

	for (i = 0; i < 3; i++)
		said[i] = span_of_buf(&three.poller.from[shelf][i]);
}

static void
swap(void)
{
	struct span first = said[0];

	said[0] = said[1];
	said[1] = first;
}

/* Member 1 shows no number to this challenge. */
static void
no_reveal(const struct challenge *challenge, const char *words)
{
	struct buf document = {0}, answer = {0};

	must(challenge_encode(challenge, &three.key, &document) == 0, "encode");
	check_fails(voter_reveal(&three.voter[1], span_of_buf(&document),
			&answer),
	    FAIL_DATA, words, words);
	check(answer.size == 0, "%s: an answer all the same", words);
	buf_release(&document);
	buf_release(&answer);
}

static struct span
joining_by(int who, const struct joining *made, struct buf *document)
{
	struct secret scalar = scalar_of(who);

	document->size = 0;
	must(joining_encode(made, &scalar, document) == 0, "a joining");
	return span_of_buf(document);
}

static void
test_challenges(void)
{
	struct challenge good = {.joinings = all}, bad;
	struct joining joining = {.commitment = {{1}}}, other;
	struct buf document = {0};

	three_open(&three);
	three_join(&three, 0);
	fill(POLLER_JOININGS);
	good.poll = joining.poll = three.poller.opening.poll;
	good.opening = joining.opening = poll_digest(
	    poller_says(&three.poller, POLLER_OPENING));
	bad = good;
	bad.poll.sequence++;
	no_reveal(&bad, "the challenge is of another poll");
	bad = good;
	bad.opening.byte[0] ^= 1;
	no_reveal(&bad, "the challenge has another opening");
	swap();
	no_reveal(&good, "the voters are not in order");
	said[0] = said[1];
	no_reveal(&good, "the voters are not in order"); /* one twice */
	said[0] = joining_by(14, &joining, &document);
	no_reveal(&good, "a stranger has joined");
	other = joining;
	other.reason = JOINING_BUSY;
	said[0] = joining_by(three.polls.who[0], &other, &document);
	no_reveal(&good, "said to take part that does not");
	other = joining;
	other.opening.byte[0] ^= 1;
	said[0] = joining_by(three.polls.who[0], &other, &document);
	no_reveal(&good, "said to take part that does not");
	other = joining;
	other.poll.sequence++;
	said[0] = joining_by(three.polls.who[0], &other, &document);
	no_reveal(&good, "a joining is of another poll");
	said[0] = joining_by(three.polls.who[0], &joining, &document);
	document.data[document.size - 1] ^= 1;
	no_reveal(&good, "signature");
	fill(POLLER_JOININGS);
	three_reveal(&three, 0); /* with the right one all do */
	buf_release(&document);
	three_end(&three);
}

/* Member 1 does not vote by this seed. */
static void
no_ballot(const struct seed *seed, const char *words)
{
	struct poll_list none = {NULL, 0};
	struct buf document = {0}, answer = {0};

	must(seed_encode(seed, &three.key, &document) == 0, "encode");
	check_fails(voter_ballot(&three.voter[1], span_of_buf(&document), &none,
			NULL, &answer),
	    FAIL_DATA, words, words);
	check(answer.size == 0, "%s: an answer all the same", words);
	buf_release(&document);
	buf_release(&answer);
}

static struct span
reveal_by(int who, const struct reveal *made, struct buf *document)
{
	struct secret scalar = scalar_of(who);

	document->size = 0;
	must(reveal_encode(made, &scalar, document) == 0, "a reveal");
	return span_of_buf(document);
}

/* Numbers of the first member that it has not committed to. */
static void
bad_numbers(const struct seed *good)
{
	struct digest *me = &three.voter[0].id;
	struct reveal right, wrong;
	struct buf document = {0};
	int who = three.polls.who[0];

	must(reveal_decode(said[0], me, &right) == 0, "a reveal");
	wrong = right;
	wrong.number.byte[0] ^= 1;
	said[0] = reveal_by(who, &wrong, &document);
	no_ballot(good, "a number is not what its voter committed to");
	wrong = right;
	wrong.challenge.byte[0] ^= 1;
	said[0] = reveal_by(who, &wrong, &document);
	no_ballot(good, "a number is not what its voter committed to");
	wrong = right;
	wrong.poll.sequence++;
	said[0] = reveal_by(who, &wrong, &document);
	no_ballot(good, "a reveal is of another poll");
	said[0] = reveal_by(14, &right, &document);
	no_ballot(good, "a stranger has joined");
	buf_release(&document);
}

/*
 * A poller that leaves out whose numbers it likes would choose the seed: whom
 * it leaves out does not vote by that.
 */
static void
left_out(const struct seed *good)
{
	struct seed without = *good;
	struct poll_list none = {NULL, 0};
	struct buf document = {0}, answer = {0};

	said[1] = said[2];
	without.reveals.count = 2;
	must(seed_encode(&without, &three.key, &document) == 0, "encode");
	check_fails(voter_ballot(&three.voter[1], span_of_buf(&document), &none,
			NULL, &answer),
	    FAIL_NO, "leaves our number out", "left out");
	check(answer.size == 0 &&
		three.journal[1].said[JOURNAL_BALLOT].size == 0,
	    "a ballot all the same");
	check(voter_ballot(&three.voter[0], span_of_buf(&document), &none, NULL,
		  &answer) == 0,
	    "another one: %s", fail_last()->text);
	three.journal[0].said[JOURNAL_BALLOT].size = 0;
	three.journal[0].asked[JOURNAL_BALLOT].size = 0;
	fill(POLLER_REVEALS);
	buf_release(&document);
	buf_release(&answer);
}

static void
test_seeds(void)
{
	struct seed good = {.reveals = all}, bad;

	three_open(&three);
	three_join(&three, 0);
	three_reveal(&three, 0);
	fill(POLLER_REVEALS);
	good.poll = three.poller.opening.poll;
	good.challenge = poll_digest(
	    poller_says(&three.poller, POLLER_CHALLENGE));
	good.number = three.number;
	bad = good;
	bad.poll.sequence++;
	no_ballot(&bad, "the seed is of another poll");
	bad = good;
	bad.challenge.byte[0] ^= 1;
	no_ballot(&bad, "the seed has another challenge");
	bad = good;
	bad.number.byte[0] ^= 1;
	no_ballot(&bad, "the poller's number is not what it committed to");
	swap();
	no_ballot(&good, "the voters are not in order");
	said[0] = said[1];
	no_ballot(&good, "the voters are not in order"); /* one twice */
	fill(POLLER_REVEALS);
	bad_numbers(&good);
	fill(POLLER_REVEALS);
	left_out(&good);
	three_vote(&three, 0); /* with the right one all do */
	three_end(&three);
}

int
main(void)
{
	test_challenges();
	test_seeds();
	return failures != 0;
}
