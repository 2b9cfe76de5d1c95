/* SPDX-License-Identifier: ISC */
/*
 * Ballot boxes that a poller forged: no voter seals one, whatever its tally
 * says, and each is refused for its own reason. And what an honest one comes
 * to, line by line of the table in vote/count.h.
 */
#include "vote/count.h"

#include "three.h"

static struct three three;
static struct buf forged; /* a ballot */

/* A ballot by one's key, in this poll unless `other` says else. */
static struct span
ballot_by(int who, const struct poll *other, const struct digest *seed)
{
	struct secret scalar = scalar_of(who);
	uint8_t verdict[3] = {VERDICT_OK, VERDICT_OK, VERDICT_OK};
	struct ballot ballot = {.poll = other == NULL
		? three.poller.opening.poll
		: *other,
	    .seed = poll_digest(poller_says(&three.poller, POLLER_SEED)),
	    .verdict = verdict,
	    .count = 3};

	if (seed != NULL)
		ballot.seed = *seed;
	forged.size = 0;
	must(ballot_encode(&ballot, &scalar, &forged) == 0, "a ballot");
	return span_of_buf(&forged);
}

/* Member 1, whose ballot is in there, does not seal the box. */
static void
refuses(const struct box *box, enum fail_kind kind, const char *words)
{
	struct buf made = {0}, seal = {0};
	struct box opened;

	must(box_encode(box, &made) == 0, "encode");
	open_box(span_of_buf(&made), &opened);
	check_fails(voter_seal(&three.voter[1], &opened, &seal), kind, words,
	    words);
	check(seal.size == 0 && three.journal[1].said[JOURNAL_SEAL].size == 0,
	    "%s: sealed all the same", words);
	buf_release(&made);
	buf_release(&seal);
}

/* What member 1 seals, to change it: the ballots of 1 and 2. */
static void
good_box(struct buf *bytes, struct box *box)
{
	static struct span room[LIMIT_VOTERS];

	box_without(&three, 0, bytes);
	open_box(span_of_buf(bytes), box);
	must(box->ballots.count == 2 && box->proofs.count == 0, "two ballots");
	memcpy(room, box->ballots.document, 2 * sizeof *room);
	box->ballots.document = room; /* open_box's is used again */
}

/* In place of the first of the two, a ballot of one without a vote here. */
static void
test_strangers(void)
{
	struct buf bytes = {0}, seal = {0};
	struct span own;
	struct box box;

	three_open(&three);
	three_join(&three, 1);
	three_reveal(&three, 1);
	three_vote(&three, 1);
	good_box(&bytes, &box);
	own = box.ballots.document[0];
	box.ballots.document[0] = ballot_by(14, NULL, NULL);
	refuses(&box, FAIL_DATA, "of one that has no vote");
	box.ballots.document[0] = ballot_by(three.polls.who[0], NULL, NULL);
	refuses(&box, FAIL_DATA, "of one that has no vote"); /* not joined */
	box.ballots.document[0] = own;
	check(voter_seal(&three.voter[1], &box, &seal) == 0, "as it was: %s",
	    fail_last()->text);
	buf_release(&bytes);
	buf_release(&seal);
	three_end(&three);
}

static void
test_ballots(void)
{
	struct buf bytes = {0};
	struct digest seed = {{9}};
	struct poll other;
	struct span two[2];
	struct box box;

	three_begin(&three, true);
	other = three.poller.opening.poll;
	other.sequence++;
	good_box(&bytes, &box);
	memcpy(two, box.ballots.document, sizeof two);
	box.ballots.document[1] = two[0];
	refuses(&box, FAIL_DATA, "has two ballots");
	box.ballots.document[1] = ballot_by(three.polls.who[1], NULL, NULL);
	refuses(&box, FAIL_DATA, "has two ballots"); /* another one of his */
	box.ballots.document[0] = two[1];
	box.ballots.document[1] = two[0];
	refuses(&box, FAIL_DATA, "has two ballots"); /* out of order */
	box.ballots.document[0] = two[0];
	box.ballots.document[1] = ballot_by(three.polls.who[2], NULL, &seed);
	refuses(&box, FAIL_DATA, "about another seed");
	box.ballots.document[1] = ballot_by(three.polls.who[2], &other, NULL);
	refuses(&box, FAIL_DATA, "a ballot is of another poll");
	box.ballots.document[1] = ballot_by(three.polls.who[2], NULL, NULL);
	forged.data[forged.size - 1] ^= 1;
	refuses(&box, FAIL_DATA, "signature");
	box.ballots.count = 1;
	refuses(&box, FAIL_NO, "no quorum: 1 of 3 voted, and 2 must");
	buf_release(&bytes);
	three_end(&three);
}

/* A right tally, only not of ours; without a ballot there is no seal either. */
static void
test_left_out(void)
{
	struct buf bytes = {0}, seal = {0};
	struct box box;

	three_begin(&three, true);
	must(poller_tally(&three.poller, POLLS_NOW, &bytes) == 0, "a tally");
	open_box(span_of_buf(&bytes), &box);
	check_fails(voter_seal(&three.voter[0], &box, &seal), FAIL_NO,
	    "have not voted", "the mute one");
	three_end(&three);
	bytes.size = 0;
	three_begin(&three, false);
	box_without(&three, 1, &bytes);
	open_box(span_of_buf(&bytes), &box);
	refuses(&box, FAIL_DATA, "the tally leaves our ballot out");
	check(voter_seal(&three.voter[2], &box, &seal) == 0, "a member: %s",
	    fail_last()->text);
	buf_release(&bytes);
	buf_release(&seal);
	three_end(&three);
}

#define NOTHING PROOF_VERDICTS /* signed by the holder */

/* Of one item: what its holder signed, what three others vote; its verdict. */
static const struct line {
	enum proof_verdict proof;
	enum verdict vote[3], comes;
} lines[] = {
    {PROOF_OK, {VERDICT_NONE, VERDICT_NONE, VERDICT_OK}, VERDICT_NONE},
    {PROOF_MISSING, {VERDICT_NONE, VERDICT_BAD, VERDICT_NONE}, VERDICT_NONE},
    {PROOF_MISSING, {VERDICT_BAD, VERDICT_BAD, VERDICT_BAD}, VERDICT_BAD},
    {PROOF_MISSING, {VERDICT_OK, VERDICT_OK, VERDICT_OK}, VERDICT_BAD},
    {PROOF_WRONG, {VERDICT_OK, VERDICT_SILENT, VERDICT_NONE}, VERDICT_BAD},
    {PROOF_OK, {VERDICT_BAD, VERDICT_BAD, VERDICT_OK}, VERDICT_NONE},
    {PROOF_EIO, {VERDICT_BAD, VERDICT_SILENT, VERDICT_BAD}, VERDICT_NONE},
    {NOTHING, {VERDICT_BAD, VERDICT_BAD, VERDICT_BAD}, VERDICT_NONE},
    {PROOF_OK, {VERDICT_BAD, VERDICT_OK, VERDICT_OK}, VERDICT_OK},
    {PROOF_OK, {VERDICT_SILENT, VERDICT_SILENT, VERDICT_SILENT}, VERDICT_OK},
    {PROOF_OK, {VERDICT_BAD, VERDICT_SILENT, VERDICT_NONE}, VERDICT_OK},
    {NOTHING, {VERDICT_OK, VERDICT_BAD, VERDICT_OK}, VERDICT_OK},
    {NOTHING, {VERDICT_OK, VERDICT_OK, VERDICT_SILENT}, VERDICT_OK},
    {PROOF_EIO, {VERDICT_OK, VERDICT_SILENT, VERDICT_OK}, VERDICT_OK},
    {PROOF_EIO, {VERDICT_OK, VERDICT_SILENT, VERDICT_NONE}, VERDICT_SILENT},
    {PROOF_BUSY, {VERDICT_BAD, VERDICT_NONE, VERDICT_OK}, VERDICT_SILENT},
    {NOTHING, {VERDICT_SILENT, VERDICT_OK, VERDICT_SILENT}, VERDICT_SILENT},
    {NOTHING, {VERDICT_BAD, VERDICT_SILENT, VERDICT_SILENT}, VERDICT_SILENT},
    {NOTHING, {VERDICT_SILENT, VERDICT_OK, VERDICT_BAD}, VERDICT_NONE},
    {NOTHING, {VERDICT_SILENT, VERDICT_NONE, VERDICT_OK}, VERDICT_NONE},
};

/* Four members hold an item each; one may lie, and two of three settle it. */
static struct polls four;
static struct poller poller;
static struct secret owner;

static void
take(struct buf *said)
{
	must(poller_take(&poller, span_of_buf(said)) == 1, "taken");
	said->size = 0;
}

/* A poll of them up to its seed. */
static void
four_begin(void)
{
	struct opening opening;
	struct digest number = {{7}};
	struct joining joining;
	struct secret scalar;
	struct buf said = {0};
	size_t i;

	polls_init(&four, 4, 1, false);
	owner = scalar_of(POLLS_OWNER);
	opening = polls_opening(&four, -1, 1);
	must(poller_open(&poller, &owner, &four.roll, &opening, &number) == 0,
	    "open");
	joining = (struct joining){.poll = poller.opening.poll,
	    .opening = poll_digest(poller_says(&poller, POLLER_OPENING))};
	for (i = 0; i < 4; i++) {
		scalar = scalar_of(four.who[i]);
		must(joining_encode(&joining, &scalar, &said) == 0, "joining");
		take(&said);
	}
	must(poller_challenge_all(&poller) == 0 &&
		poller_seed_all(&poller) == 0,
	    "a seed");
	buf_release(&said);
}

/* The first holder proves, if it does, and the others vote. */
static void
four_say(const struct line *line)
{
	enum proof_verdict says[POLLS_SHARDS] = {line->proof};
	struct ballot ballot = {.poll = poller.opening.poll,
	    .seed = poll_digest(poller_says(&poller, POLLER_SEED)),
	    .verdict = (uint8_t[4]){0},
	    .count = 4};
	struct secret scalar;
	struct buf said = {0};
	size_t i;

	if (line->proof != NOTHING) {
		polls_prove(&four, 0, &poller.seed, 300, false, says, &said);
		take(&said);
	}
	for (i = 1; i < 4; i++) {
		scalar = scalar_of(four.who[i]);
		ballot.verdict[0] = (uint8_t)line->vote[i - 1];
		must(ballot_encode(&ballot, &scalar, &said) == 0, "a ballot");
		take(&said);
	}
	buf_release(&said);
}

/* Whatever the holder votes of its own item does not count. */
static void
four_boast(uint8_t verdict)
{
	struct ballot ballot = {.poll = poller.opening.poll,
	    .seed = poll_digest(poller_says(&poller, POLLER_SEED)),
	    .verdict = (uint8_t[4]){verdict},
	    .count = 4};
	struct secret scalar = scalar_of(four.who[0]);
	struct buf said = {0};

	must(ballot_encode(&ballot, &scalar, &said) == 0, "a ballot");
	take(&said);
	buf_release(&said);
}

/* What the ballots and proofs so far come to, for that item. */
static enum verdict
four_count(void)
{
	static uint8_t verdict[LIMIT_ITEMS];
	struct tally tally = {.verdict = verdict};
	struct buf bytes = {0};
	struct box box;

	buf_release(&poller.document[POLLER_TALLY]);
	must(poller_tally(&poller, POLLS_NOW, &bytes) == 0, "a tally");
	open_box(span_of_buf(&bytes), &box);
	must(count_box(&four.roll, &box, &tally) == 0, "count");
	buf_release(&bytes);
	return (enum verdict)verdict[0];
}

/* What they have said is unsaid: the ballot of the first, or all. */
static void
four_forget(bool all)
{
	size_t i;

	buf_release(&poller.document[POLLER_TALLY]);
	for (i = 0; i < (all ? 4 : 1); i++)
		buf_release(&poller.from[POLLER_BALLOTS][i]);
	while (all && poller.proof_count > 0)
		buf_release(&poller.proofs[--poller.proof_count]);
}

static void
test_table(void)
{
	enum verdict comes;
	uint8_t own;
	size_t i;

	four_begin();
	for (i = 0; i < COUNT(lines); i++) {
		four_say(&lines[i]);
		for (own = 0; own < VERDICTS; own++) {
			four_boast(own);
			comes = four_count();
			check(comes == lines[i].comes,
			    "line %zu, its own vote %d: %s", i, own,
			    verdict_name(comes));
			four_forget(false);
		}
		four_forget(true);
	}
	poller_release(&poller);
	polls_release(&four);
}

int
main(void)
{
	test_strangers();
	test_ballots();
	test_left_out();
	test_table();
	buf_release(&forged);
	return failures != 0;
}
