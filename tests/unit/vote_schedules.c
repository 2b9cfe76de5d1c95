/* SPDX-License-Identifier: ISC */
/*
 * Polls under seeded schedules of loss, delay, duplication, crash and restart,
 * with members and pollers that lie in every way that tests/model knows: never
 * a false verdict, at most one certificate for a poll, and what convicts a
 * liar names it. All in one process, over the real functions.
 *
 * A message is carried by one call of a member; a member's journal is bytes
 * between two calls, as on a disk, so that each call is a restart.
 */
#include "remembered.h"

#include "polls.h"
#include "vote/ballot.h"
#include "vote/count.h"
#include "vote/evidence.h"
#include "vote/poller.h"
#include "vote/sealed.h"
#include "vote/tally.h"

#define SCHEDULES 200
#define EACH 2	/* shards of a holder */
#define TRIES 3 /* of a poller for one answer */

/* How a liar lies; each member but it is honest. */
enum lie {
	LIE_NOTHING,
	LIE_SILENT,  /* takes no part */
	LIE_GOOD,    /* votes that all is well */
	LIE_BAD,     /* votes that all is lost */
	LIE_GONE,    /* votes that all are silent */
	LIE_RANDOM,  /* a new ballot each time it is asked */
	LIE_SEAL,    /* seals whatever it sees, and more */
	LIE_NUMBER,  /* withholds its number, or makes one up */
	LIE_WRONG,   /* as a holder: proves with other bytes */
	LIE_MISSING, /* as a holder: says "missing" to some */
	LIE_MUTE,    /* as a holder: proves nothing */
	LIES
};

static struct polls polls;
static struct secret scalar[POLLS_MEMBERS];
static struct buf disk[POLLS_MEMBERS]; /* journals */
static struct poller poller;
static struct buf first_certificate;
static int liar;
static enum lie lie;
static bool poller_lies;
static struct buf proof_of[POLLS_MEMBERS][2]; /* by who asks */
static int damaged; /* an honest holder that has lost its first shard; -1 */
static unsigned lost, certificates;

static bool
chance(unsigned percent)
{
	return random_number() % 100 < percent;
}

/* Give the voter its journal, let it answer, and keep the journal. */
static int
call(size_t member,
    int (*answer)(struct voter *voter, void *context, struct buf *to),
    void *context, struct buf *to)
{
	struct journal journal = {0};
	struct voter voter =
	    polls_voter(&polls, member, &scalar[member], &journal);
	int result;

	if (disk[member].size > 0)
		must(journal_decode(span_of_buf(&disk[member]), &journal) == 0,
		    "a journal");
	result = answer(&voter, context, to);
	disk[member].size = 0;
	must(journal_encode(&journal, &disk[member]) == 0, "a journal");
	journal_release(&journal);
	return result;
}

static int
join(struct voter *voter, void *context, struct buf *to)
{
	return voter_join(voter, *(struct span *)context, JOINING_YES, to);
}

static int
reveal(struct voter *voter, void *context, struct buf *to)
{
	return voter_reveal(voter, *(struct span *)context, to);
}

/* What a holder answers, by who asks. */
static struct span
prove(size_t holder, size_t asker)
{
	enum proof_verdict says[POLLS_SHARDS] = {0};
	struct buf *to = &proof_of[holder][asker % 2];
	size_t i;

	if (((int)holder == liar && lie == LIE_MUTE) || to->size > 0)
		return span_of_buf(to);
	if ((int)holder == damaged)
		says[0] = PROOF_MISSING;
	for (i = 0; i < EACH && (int)holder == liar; i++)
		if (lie == LIE_WRONG)
			says[i] = PROOF_WRONG;
		else if (lie == LIE_MISSING && asker % 2 == 0)
			says[i] = PROOF_MISSING;
	polls_prove(&polls, holder, &poller.seed, 300, false, says, to);
	return span_of_buf(to);
}

/* A voter asks all holders itself, and votes. */
static int
vote(struct voter *voter, void *context, struct buf *to)
{
	struct span room[POLLS_MEMBERS];
	struct poll_list proofs = {room, 0};
	size_t i, me = (size_t)(voter->scalar - scalar);

	for (i = 0; i < polls.count; i++) {
		room[proofs.count] = prove(i, me);
		proofs.count += room[proofs.count].size > 0;
	}
	return voter_ballot(voter, *(struct span *)context, &proofs, NULL, to);
}

static int
seal(struct voter *voter, void *context, struct buf *to)
{
	struct span ballots[LIMIT_VOTERS], proofs[LIMIT_PROOFS];
	struct box box = {.ballots = {ballots, 0}, .proofs = {proofs, 0}};

	if (box_decode(*(struct span *)context, &box) != 0)
		return -1;
	return voter_seal(voter, &box, to);
}

/* The liar's own ballot: whatever it likes, as often as it likes. */
static void
lie_ballot(struct buf *to)
{
	uint8_t verdict[POLLS_MEMBERS * EACH];
	struct ballot ballot = {.poll = poller.opening.poll,
	    .seed = poll_digest(poller_says(&poller, POLLER_SEED)),
	    .verdict = verdict,
	    .count = items_count(&polls.roll.items)};
	size_t i;

	for (i = 0; i < ballot.count; i++)
		verdict[i] = lie == LIE_GOOD ? VERDICT_OK
		    : lie == LIE_BAD	     ? VERDICT_BAD
		    : lie == LIE_GONE	     ? VERDICT_SILENT
				      : (uint8_t)(random_number() % VERDICTS);
	must(ballot_encode(&ballot, &scalar[liar], to) == 0, "a lie");
}

/* Its seals: on anything. */
static void
lie_seal(struct span bytes, struct buf *to)
{
	struct span ballots[LIMIT_VOTERS], proofs[LIMIT_PROOFS];
	struct box box = {.ballots = {ballots, 0}, .proofs = {proofs, 0}};
	struct seal said = {.poll = poller.opening.poll};

	must(box_decode(bytes, &box) == 0, "a box");
	said.tally = poll_digest(box.tally);
	if (lie == LIE_SEAL && chance(30))
		random_fill(&said.tally, sizeof said.tally);
	must(seal_encode(&said, &scalar[liar], to) == 0, "a lie");
}

/* Its number: another than it committed to. */
static void
lie_reveal(struct span challenge, struct buf *to)
{
	struct reveal said = {.poll = poller.opening.poll,
	    .challenge = poll_digest(challenge)};

	random_fill(&said.number, sizeof said.number);
	must(reveal_encode(&said, &scalar[liar], to) == 0, "a lie");
}

/* What member `i` answers to a question of one shelf; empty: nothing. */
static void
answer(size_t i, enum poller_shelf shelf, struct span question, struct buf *to)
{
	static int (*const honest[])(struct voter *, void *,
	    struct buf *) = {join, reveal, vote, seal};
	bool lies = (int)i == liar;

	if (lies && lie == LIE_SILENT)
		return;
	if (lies && shelf == POLLER_REVEALS && lie == LIE_NUMBER) {
		if (chance(50))
			lie_reveal(question, to);
		return;
	}
	if (lies && shelf == POLLER_BALLOTS && lie >= LIE_GOOD &&
	    lie <= LIE_RANDOM) {
		lie_ballot(to);
		return;
	}
	if (lies && shelf == POLLER_SEALS && lie >= LIE_GOOD &&
	    lie <= LIE_SEAL) {
		lie_seal(question, to);
		return;
	}
	if (call(i, honest[shelf], &question, to) != 0)
		to->size = 0;
}

/*
 * Ask everybody until TRIES have gone by. A question or an answer may be lost
 * (the member has signed all the same), late (it comes after a later one), or
 * come twice.
 */
static void
ask_all(enum poller_shelf shelf, struct span question)
{
	struct buf late[POLLS_MEMBERS] = {{0}}, now = {0};
	size_t i, try;

	for (try = 0; try < TRIES; try++)
		for (i = 0; i < polls.count; i++) {
			if (poller.from[shelf][i].size > 0 && chance(90))
				continue;
			now.size = 0;
			if (!chance(lost))
				answer(i, shelf, question, &now);
			if (now.size == 0 || chance(lost))
				continue; /* crashed after fsync, or lost */
			if (chance(20) && late[i].size == 0) {
				must(buf_append(&late[i], span_of_buf(&now)) ==
					0,
				    "late");
				continue;
			}
			poller_take(&poller, span_of_buf(&now));
			if (chance(20))
				poller_take(&poller, span_of_buf(&now));
		}
	for (i = 0; i < polls.count; i++) {
		if (late[i].size > 0 && chance(50))
			poller_take(&poller, span_of_buf(&late[i]));
		buf_release(&late[i]);
	}
	buf_release(&now);
}

/* No item of an honest holder is misjudged. */
static void
check_truth(unsigned schedule, const uint8_t *verdict)
{
	const struct items *items = &polls.roll.items;
	size_t i, holder;
	bool gone;

	for (i = 0; i < items_count(items); i++) {
		holder = items_holder(items, i);
		gone = (int)holder == damaged && i == items->first[holder];
		if ((int)holder == liar && lie >= LIE_WRONG)
			check(lie == LIE_MISSING || verdict[i] != VERDICT_OK,
			    "schedule %u: the liar's shard is ok", schedule);
		else if (gone)
			check(verdict[i] == VERDICT_BAD ||
				verdict[i] == VERDICT_NONE,
			    "schedule %u: a lost shard is %s", schedule,
			    verdict_name(verdict[i]));
		else
			check(verdict[i] == VERDICT_OK ||
				verdict[i] == VERDICT_NONE,
			    "schedule %u, lie %d: item %zu is %s", schedule,
			    (int)lie, i, verdict_name(verdict[i]));
	}
}

/* A certificate came out: right, and the only one of its poll. */
static void
take_certificate(unsigned schedule, struct span bytes)
{
	static struct span seals[LIMIT_VOTERS], other[LIMIT_VOTERS];
	static uint8_t verdict[LIMIT_ITEMS];
	struct sealed sealed = {.seals = {seals, 0}};
	struct sealed before = {.seals = {other, 0}};
	struct tally tally = {.verdict = verdict};
	struct digest one, two;

	must(sealed_decode(bytes, &sealed) == 0 &&
		sealed_check(&sealed, &polls.roll, &tally) == 0,
	    "a certificate");
	certificates++;
	check_truth(schedule, verdict);
	if (first_certificate.size == 0) {
		must(buf_append(&first_certificate, bytes) == 0, "keep");
		return;
	}
	must(sealed_decode(span_of_buf(&first_certificate), &before) == 0,
	    "the first");
	one = poll_digest(before.tally);
	two = poll_digest(sealed.tally);
	check(digest_equal(&one, &two), "schedule %u: two certificates",
	    schedule);
}

/* Evidence names the liar, or the poller if that lies. */
static void
check_culprits(unsigned schedule)
{
	struct span rest = span_of_buf(&poller.culprits);
	struct evidence evidence;

	while (rest.size > 0) {
		must(evidence_judge(&rest, &evidence) == 0, "evidence");
		check(liar >= 0 &&
			memcmp(&evidence.culprit,
			    polls.roll.members.ids.data + 32 * liar, 32) == 0,
		    "schedule %u: the wrong one is accused", schedule);
	}
}

/* The evidence that the poller shows with its tally: honest or chosen. */
static void
gather_proofs(void)
{
	struct span proof;
	size_t i;

	for (i = 0; i < polls.count; i++) {
		proof = prove(i, random_number());
		if (proof.size > 0 && !(poller_lies && chance(50)))
			poller_take(&poller, proof);
	}
}

/* A tally of other ballots: a lying poller leaves some of them out. */
static void
tally_some(unsigned schedule, struct buf *box)
{
	size_t i;

	buf_release(&poller.document[POLLER_TALLY]);
	for (i = 0; i < polls.count; i++) {
		poller.from[POLLER_SEALS][i].size = 0;
		if (chance(25))
			poller.from[POLLER_BALLOTS][i].size = 0;
	}
	for (i = 0; i < poller.proof_count && chance(50);)
		buf_release(&poller.proofs[--poller.proof_count]);
	box->size = 0;
	if (poller_tally(&poller, POLLS_NOW + schedule + random_number() % 9,
		box) != 0)
		box->size = 0;
}

static void
seal_and_check(unsigned schedule, struct span box)
{
	struct buf certificate = {0};

	ask_all(POLLER_SEALS, box);
	if (poller_certificate(&poller, span_of_buf(&polls.items),
		&certificate) == 0)
		take_certificate(schedule, span_of_buf(&certificate));
	buf_release(&certificate);
}

static void
hold_poll(unsigned schedule)
{
	struct secret key = scalar_of(POLLS_OWNER);
	struct opening opening = polls_opening(&polls, -1, 1 + schedule);
	struct digest number;
	struct buf box = {0};
	unsigned again;

	random_fill(&number, sizeof number);
	must(poller_open(&poller, &key, &polls.roll, &opening, &number) == 0,
	    "open");
	ask_all(POLLER_JOININGS, poller_says(&poller, POLLER_OPENING));
	if (poller_challenge_all(&poller) != 0)
		return;
	ask_all(POLLER_REVEALS, poller_says(&poller, POLLER_CHALLENGE));
	must(poller_seed_all(&poller) == 0, "seed");
	ask_all(POLLER_BALLOTS, poller_says(&poller, POLLER_SEED));
	gather_proofs();
	if (poller_tally(&poller, POLLS_NOW, &box) != 0)
		return;
	seal_and_check(schedule, span_of_buf(&box));
	for (again = 0; poller_lies && again < 2; again++) {
		tally_some(schedule, &box);
		if (box.size > 0)
			seal_and_check(schedule, span_of_buf(&box));
	}
	buf_release(&box);
}

static void
run_schedule(unsigned schedule, size_t count)
{
	size_t i;

	remember_nothing();
	polls_init(&polls, count, EACH, false);
	liar = (int)(random_number() % count);
	lie = (enum lie)(random_number() % LIES);
	if (lie == LIE_NOTHING || count < 4)
		liar = -1;
	damaged = chance(50) ? (int)(random_number() % count) : -1;
	if (damaged == liar)
		damaged = -1;
	poller_lies = chance(40);
	lost = random_number() % 50;
	for (i = 0; i < count; i++)
		scalar[i] = scalar_of(polls.who[i]);
	hold_poll(schedule);
	check_culprits(schedule);
	for (i = 0; i < count; i++) {
		buf_release(&disk[i]);
		buf_release(&proof_of[i][0]);
		buf_release(&proof_of[i][1]);
	}
	buf_release(&first_certificate);
	poller_release(&poller);
	polls_release(&polls);
}

int
main(void)
{
	unsigned schedule;

	for (schedule = 0; schedule < SCHEDULES; schedule++)
		run_schedule(schedule, 4);
	check(certificates > SCHEDULES / 3, "only %u certificates",
	    certificates);
	printf("%u certificates in %u schedules\n", certificates, SCHEDULES);
	return failures != 0;
}
