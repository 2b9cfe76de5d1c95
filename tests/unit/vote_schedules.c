/* SPDX-License-Identifier: ISC */
/*
 * Polls under seeded schedules of loss, delay, duplication, crash and restart,
 * with members and pollers that lie in every way that tests/model knows: never
 * a false verdict, at most one certificate for a poll, and what convicts a
 * liar names it. All in one process, over the real functions.
 *
 * A message is carried by one call of a member; a member's journal is bytes
 * between two calls, as on a disk, so that each call is a restart. A poller
 * that crashes keeps the documents that it has signed, and asks again. Whoever
 * heard anything shows it: all of that together must name the liars that sign
 * what they may not, and nobody else.
 */
#include "remembered.h"

#include "doc/index.h"
#include "doc/receipt.h"
#include "polls.h"
#include "vote/accuse.h"
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
static struct secret key;		      /* the poller's */
static struct buf proof_of[POLLS_MEMBERS][2]; /* by who asks */
static int damaged; /* an honest holder that has lost its first shard; -1 */
static unsigned lost, certificates;

/* Honest voters that had nothing of a holder when they voted; who had. */
static unsigned unheard[POLLS_MEMBERS];
static bool proved[POLLS_MEMBERS];

/* What anybody has heard, and the digests of it. */
static struct buf heard;
static struct digest heard_digest[512];
static size_t heard_count;

/* How often what was played. */
static struct {
	unsigned polls, sealed, named;
} played[LIES];
static unsigned crashes[POLLER_SHELVES], two_tallies, named_poller;
static unsigned named_losses;

static bool
chance(unsigned percent)
{
	return random_number() % 100 < percent;
}

static void
hear(struct span document)
{
	struct digest digest = hash_bytes(document);
	size_t i;

	for (i = 0; i < heard_count; i++)
		if (digest_equal(&heard_digest[i], &digest))
			return;
	must(heard_count < COUNT(heard_digest), "room");
	heard_digest[heard_count++] = digest;
	must(buf_append(&heard, document) == 0, "heard");
}

/* The owner's index of all shards, and the holders' receipts for theirs. */
static void
hear_papers(void)
{
	const struct items *items = &polls.roll.items;
	struct head head = {1, 1, POLLS_SIZE, polls.roll.owner, {0}};
	struct receipt receipt = {.owner = polls.roll.owner,
	    .time = POLLS_NOW - 5};
	struct buf encoded = {0}, records = {0}, ids = {0}, document = {0};
	struct digest id;
	size_t holder, i;

	must(record_encode_head(&head, &encoded) == 0, "a head");
	for (holder = 0; holder < polls.count; holder++) {
		ids.size = document.size = 0;
		for (i = items->first[holder]; i < items->first[holder + 1];
		     i++) {
			id = items_get(items, i).id;
			must(record_encode_stripe(&(struct stripe){.number = i,
						      .size = POLLS_SIZE,
						      .total = 1,
						      .id = {id}},
				 &records) == 0 &&
				buf_append(&ids, span_of_digest(&id)) == 0,
			    "a stripe");
		}
		receipt.ids = span_of_buf(&ids);
		must(receipt_encode(&receipt, &scalar[holder], &document) == 0,
		    "a receipt");
		hear(span_of_buf(&document));
	}
	document.size = 0;
	must(index_encode(&(struct index){span_of_buf(&encoded), 0,
			      items_count(items), span_of_buf(&records)},
		 &key, &document) == 0,
	    "an index");
	hear(span_of_buf(&document));
	buf_release(&encoded);
	buf_release(&records);
	buf_release(&ids);
	buf_release(&document);
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

/* The proof, unless the question or the answer is lost. */
static struct span
ask_proof(size_t holder, size_t asker)
{
	struct span proof = prove(holder, asker);

	if (proof.size == 0 || chance(lost))
		return (struct span){0};
	hear(proof);
	proved[holder] = true;
	return proof;
}

/* A voter asks all holders itself, and votes. */
static int
vote(struct voter *voter, void *context, struct buf *to)
{
	struct span room[POLLS_MEMBERS];
	struct poll_list proofs = {room, 0};
	size_t i, me = (size_t)(voter->scalar - scalar);
	bool voted = voter->journal->said[JOURNAL_BALLOT].size > 0;

	for (i = 0; i < polls.count && !voted; i++) {
		room[proofs.count] = ask_proof(i, me);
		if (room[proofs.count].size > 0)
			proofs.count++;
		else if ((int)me != liar && i != me)
			unheard[i]++;
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

static void
hand_over(struct span said)
{
	hear(said);
	poller_take(&poller, said);
}

/*
 * Ask everybody until TRIES have gone by. A question or an answer may be lost
 * (the member has signed all the same), late (it comes after a later one), or
 * come twice.
 */
static void
ask_round(enum poller_shelf shelf, struct span question)
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
			hand_over(span_of_buf(&now));
			if (chance(20))
				hand_over(span_of_buf(&now));
		}
	for (i = 0; i < polls.count; i++) {
		if (late[i].size > 0 && chance(50))
			hand_over(span_of_buf(&late[i]));
		buf_release(&late[i]);
	}
	buf_release(&now);
}

/* It has what it has signed, and nothing else. */
static void
crash(enum poller_shelf shelf)
{
	struct buf kept[POLLER_DOCUMENTS] = {{0}};
	int i;

	for (i = 0; i < POLLER_DOCUMENTS; i++)
		must(buf_append(&kept[i], poller_says(&poller, i)) == 0,
		    "kept");
	poller_release(&poller);
	must(poller_resume(&poller, &key, &polls.roll,
		 span_of_buf(&kept[POLLER_OPENING])) == 0,
	    "taken up again");
	for (i = POLLER_CHALLENGE; i < POLLER_DOCUMENTS; i++)
		if (kept[i].size > 0)
			must(poller_resume_at(&poller, i,
				 span_of_buf(&kept[i])) == 0,
			    "its own document");
	for (i = 0; i < POLLER_DOCUMENTS; i++)
		buf_release(&kept[i]);
	crashes[shelf]++;
}

/* What it has just signed goes to all; it may crash before and after. */
static void
ask_all(enum poller_shelf shelf, struct span question)
{
	struct buf asked = {0};

	must(buf_append(&asked, question) == 0, "asked");
	if (chance(10))
		crash(shelf);
	ask_round(shelf, span_of_buf(&asked));
	if (chance(10)) {
		crash(shelf);
		ask_round(shelf, span_of_buf(&asked));
	}
	buf_release(&asked);
}

/* Whether enough voters, the liar among them, can have missed a holder. */
static bool
is_silent(size_t holder)
{
	struct digest id = members_id(&polls.roll.members, holder);
	bool lies = liar >= 0 && (int)holder != liar;

	return unheard[holder] + lies >=
	    electorate_settle(&poller.electorate, &id);
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
				verdict[i] == VERDICT_NONE ||
				(verdict[i] == VERDICT_SILENT &&
				    is_silent(holder)),
			    "schedule %u: a lost shard is %s", schedule,
			    verdict_name(verdict[i]));
		else
			check(verdict[i] == VERDICT_OK ||
				verdict[i] == VERDICT_NONE ||
				(verdict[i] == VERDICT_SILENT &&
				    is_silent(holder)),
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
	played[liar < 0 ? LIE_NOTHING : lie].sealed++;
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

/* Who may be named for that, and whether it is counted. */
static bool
is_guilty(const struct evidence *evidence)
{
	const uint8_t *ids = polls.roll.members.ids.data;
	const uint8_t *culprit = evidence->culprit.byte;
	bool missing = strstr(evidence->crime, "has lost a shard") != NULL;

	if (digest_equal(&evidence->culprit, &polls.roll.owner)) {
		named_poller++;
		return two_tallies > 0 &&
		    strstr(evidence->crime, "two tallies") != NULL;
	}
	if (damaged >= 0 && memcmp(culprit, ids + 32 * damaged, 32) == 0) {
		named_losses++;
		return missing;
	}
	if (liar < 0 || memcmp(culprit, ids + 32 * liar, 32) != 0)
		return false;
	played[lie].named++;
	return missing == (lie == LIE_MISSING) && lie != LIE_SILENT &&
	    lie != LIE_MUTE;
}

static unsigned
judge_all(unsigned schedule, struct span rest)
{
	struct evidence evidence;
	unsigned count = 0;

	for (; rest.size > 0; count++) {
		must(evidence_judge(&rest, &evidence) == 0, "evidence");
		check(is_guilty(&evidence), "schedule %u, lie %d: accused: %s",
		    schedule, (int)lie, evidence.crime);
	}
	return count;
}

/*
 * All that was heard names the guilty, and the innocent never: among them
 * whoever has let anybody see that it has lost something or made it up.
 */
static void
check_culprits(unsigned schedule)
{
	struct accuse accuse = {.documents = {0}};
	bool wrong = liar >= 0 && lie == LIE_WRONG && proved[liar];
	bool loss = damaged >= 0 && proved[damaged];
	unsigned count = 0;

	judge_all(schedule, span_of_buf(&poller.culprits));
	must(accuse_add(&accuse, span_of_buf(&heard)) == 0, "heard");
	if (accuse_find(&accuse) == 0)
		count = judge_all(schedule, span_of_buf(&accuse.evidence));
	check(count >= (unsigned)wrong + loss + (two_tallies > 0),
	    "schedule %u: %u are named", schedule, count);
	accuse_release(&accuse);
}

/* The evidence that the poller shows with its tally: honest or chosen. */
static void
gather_proofs(void)
{
	struct span proof;
	size_t i;

	for (i = 0; i < polls.count; i++) {
		proof = ask_proof(i, random_number());
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
	else
		two_tallies++;
}

static void
seal_and_check(unsigned schedule, struct span box)
{
	struct buf certificate = {0};

	hear(poller_says(&poller, POLLER_TALLY));
	ask_all(POLLER_SEALS, box);
	if (poller_certificate(&poller, span_of_buf(&polls.items),
		&certificate) == 0)
		take_certificate(schedule, span_of_buf(&certificate));
	buf_release(&certificate);
}

static void
hold_poll(unsigned schedule)
{
	struct opening opening = polls_opening(&polls, -1, 1 + schedule);
	struct digest number = poller_number(&key, &opening.poll);
	struct buf box = {0};
	unsigned again;

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
	key = scalar_of(POLLS_OWNER);
	memset(unheard, 0, sizeof unheard);
	hear_papers();
	memset(proved, 0, sizeof proved);
	played[liar < 0 ? LIE_NOTHING : lie].polls++;
	hold_poll(schedule);
	check_culprits(schedule);
	for (i = 0; i < count; i++) {
		buf_release(&disk[i]);
		buf_release(&proof_of[i][0]);
		buf_release(&proof_of[i][1]);
	}
	heard_count = heard.size = 0;
	two_tallies = 0;
	buf_release(&first_certificate);
	poller_release(&poller);
	polls_release(&polls);
}

/* The schedules have played everything, and found whom they should. */
static void
check_played(void)
{
	static const enum lie found[] = {LIE_RANDOM, LIE_SEAL, LIE_NUMBER,
	    LIE_WRONG, LIE_MISSING};
	size_t i;

	for (i = 0; i < LIES; i++) {
		printf("lie %zu: %u polls, %u certificates, named %u times\n",
		    i, played[i].polls, played[i].sealed, played[i].named);
		check(played[i].polls > 0 && played[i].sealed > 0,
		    "lie %zu is not played", i);
	}
	for (i = 0; i < COUNT(found); i++)
		check(played[found[i]].named > 0, "lie %d is never named",
		    (int)found[i]);
	for (i = 0; i < POLLER_SHELVES; i++)
		check(crashes[i] > 0, "no crash at step %zu", i);
	check(named_poller > 0, "no poller is named");
	check(named_losses > 0, "no loss is named");
	printf("named: %u pollers, %u losses\n", named_poller, named_losses);
}

int
main(void)
{
	unsigned schedule;

	for (schedule = 0; schedule < SCHEDULES; schedule++)
		run_schedule(schedule, 4);
	check_played();
	check(certificates > SCHEDULES / 3, "only %u certificates",
	    certificates);
	printf("%u certificates in %u schedules\n", certificates, SCHEDULES);
	return failures != 0;
}
