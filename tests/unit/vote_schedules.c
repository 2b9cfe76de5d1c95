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
 *
 * A schedule is two polls of one poller, and messages of every kind are late:
 * they come at another step, or when the next poll is under way, while another
 * holder has lost something. Nothing of another poll or of a step that is over
 * is taken or answered, and nobody says two things at one step.
 */
#include "remembered.h"

#include "doc/index.h"
#include "doc/receipt.h"
#include "heard.h"
#include "late.h"
#include "polls.h"
#include "vote/accuse.h"
#include "vote/ballot.h"
#include "vote/count.h"
#include "vote/evidence.h"
#include "vote/poller.h"
#include "vote/sealed.h"
#include "vote/tally.h"

#define SCHEDULES 200
#define POLLS 2 /* of a schedule */
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
static struct secret key; /* the poller's */
static unsigned lost, certificates, schedule;
static size_t now; /* which poll of the schedule is under way */

/* An honest holder that has lost its first shard in a poll; -1. */
static int damaged[POLLS];

/* The seeds of each poll, of which an honest poller has one. */
static struct digest seeds[2 * POLLS];

/* What holders sign: by the seed that it is about, and by who asks. */
static struct buf proof_of[2 * POLLS][POLLS_MEMBERS][2];
static bool shown_wrong, shown_loss; /* to anybody */

/* Honest voters that had nothing of a holder when they voted in this poll. */
static unsigned unheard[POLLS_MEMBERS];

static struct heard heard; /* by anybody */

/* What is under way, and how often what kind of it was late. */
static struct late late;
static struct late_times late_times[RECORD_SEAL + 1];

/* What each honest member has said in each poll. */
static struct digest words[POLLS][POLLS_MEMBERS][POLLER_SHELVES];

/* How often what was played. */
static struct {
	unsigned polls, sealed, named;
} played[LIES];
static unsigned crashes[POLLER_SHELVES], two_questions, named_poller;
static unsigned named_losses;

static bool
chance(unsigned percent)
{
	return random_number() % 100 < percent;
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
		hear(&heard, span_of_buf(&document));
	}
	document.size = 0;
	must(index_encode(&(struct index){span_of_buf(&encoded), 0,
			      items_count(items), span_of_buf(&records)},
		 &key, &document) == 0,
	    "an index");
	hear(&heard, span_of_buf(&document));
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

static size_t
find_seed(const struct digest *seed)
{
	size_t which = 0;

	while (which < COUNT(seeds) && !digest_equal(&seeds[which], seed))
		which++;
	must(which < COUNT(seeds), "a seed");
	return which;
}

/* What a holder answers, by who asks, as long as it remembers. */
static struct span
prove(size_t holder, size_t asker, const struct digest *seed)
{
	enum proof_verdict says[POLLS_SHARDS] = {0};
	struct buf *to = &proof_of[find_seed(seed)][holder][asker % 2];
	size_t i;

	if (((int)holder == liar && lie == LIE_MUTE) || to->size > 0)
		return span_of_buf(to);
	if ((int)holder == damaged[now])
		says[0] = PROOF_MISSING;
	for (i = 0; i < EACH && (int)holder == liar; i++)
		if (lie == LIE_WRONG)
			says[i] = PROOF_WRONG;
		else if (lie == LIE_MISSING && asker % 2 == 0)
			says[i] = PROOF_MISSING;
	polls_prove(&polls, holder, seed, 300, false, says, to);
	return span_of_buf(to);
}

/* The proof, unless the question or the answer is lost. */
static struct span
ask_proof(size_t holder, size_t asker, const struct digest *seed)
{
	struct span proof = prove(holder, asker, seed);

	if (proof.size > 0 && chance(15))
		late_put(&late, LATE_TO_POLLER, POLLER_SHELVES, proof);
	if (proof.size == 0 || chance(lost))
		return (struct span){0};
	hear(&heard, proof);
	shown_wrong |= (int)holder == liar && lie == LIE_WRONG;
	shown_loss |= (int)holder == damaged[now] && find_seed(seed) / 2 == now;
	return proof;
}

/* What a voter has of the holders: of this poll, and late of the one before. */
static void
ask_all_proofs(struct voter *voter, struct span seed, struct poll_list *proofs)
{
	size_t i, which, me = (size_t)(voter->scalar - scalar);
	struct digest value;
	struct span proof;

	if (voter_seed(voter, seed, &value) != 0)
		return;
	which = find_seed(&value);
	for (i = 0; i < polls.count; i++) {
		proof = ask_proof(i, me, &value);
		if (proof.size > 0)
			proofs->document[proofs->count++] = proof;
		else if ((int)me != liar && i != me && which == 2 * now)
			unheard[i]++;
		if (which < 2 || proof_of[which - 2][i][0].size == 0 ||
		    chance(50))
			continue;
		late_times[RECORD_PROOF].poll++;
		proofs->document[proofs->count++] = span_of_buf(
		    &proof_of[which - 2][i][0]);
	}
}

/* A voter asks all holders itself, and votes. */
static int
vote(struct voter *voter, void *context, struct buf *to)
{
	struct span room[2 * POLLS_MEMBERS];
	struct poll_list proofs = {room, 0};

	if (voter->journal->said[JOURNAL_BALLOT].size == 0)
		ask_all_proofs(voter, *(struct span *)context, &proofs);
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

/* A word at a step of a poll is the same word forever. */
static void
check_said(size_t member, enum poller_shelf shelf, struct span answered)
{
	struct digest digest = poll_digest(answered), none = {{0}}, *before;
	struct poll poll;

	late_kind(answered, &poll);
	before = &words[poll.sequence % POLLS][member][shelf];
	check(digest_equal(before, &none) || digest_equal(before, &digest),
	    "schedule %u: member %zu says two things at step %d", schedule,
	    member, (int)shelf);
	*before = digest;
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
	else if (!lies)
		check_said(i, shelf, span_of_buf(to));
}

/* How far the poller has come, by what it has signed. */
static bool
is_over(int kind, struct span message)
{
	struct digest tally = poll_digest(poller_says(&poller, POLLER_TALLY));
	struct digest signer;
	struct seal seal;

	switch (kind) {
	case RECORD_OPENING:
	case RECORD_JOINING:
		return poller.document[POLLER_CHALLENGE].size > 0;
	case RECORD_CHALLENGE:
	case RECORD_REVEAL:
		return poller.document[POLLER_SEED].size > 0;
	case RECORD_SEED:
	case RECORD_PROOF:
	case RECORD_BALLOT:
		return poller.document[POLLER_TALLY].size > 0;
	case RECORD_SEAL:
		must(cose_peek(message, &signer) == kind &&
			seal_decode(message, &signer, &seal) == 0,
		    "a seal");
		return !digest_equal(&seal.tally, &tally);
	default:
		return false;
	}
}

/* The poller is told something, maybe late: then it does not take it. */
static void
hand_over(struct span told)
{
	struct poll poll = poller.opening.poll;
	int kind = late_kind(told, &poll), taken;
	bool other = !poll_equal(&poll, &poller.opening.poll);
	bool over = is_over(kind, told);

	hear(&heard, told);
	taken = poller_take(&poller, told);
	if (kind == RECORD_PROOF)
		return; /* it counts by its seed */
	late_times[kind].poll += other;
	late_times[kind].step += !other && over;
	check(taken != 1 || (!other && !over),
	    "schedule %u: a late message of kind %d is taken", schedule, kind);
}

/* A member is asked something late; what it says goes on its way. */
static void
ask_late(size_t member, enum poller_shelf shelf, struct span question)
{
	struct buf answered = {0};
	struct poll poll;
	int kind = late_kind(question, &poll);
	bool other = !poll_equal(&poll, &poller.opening.poll);

	late_times[kind].poll += other;
	late_times[kind].step += !other && is_over(kind, question);
	answer(member, shelf, question, &answered);
	if (answered.size > 0 && !chance(lost))
		hand_over(span_of_buf(&answered));
	buf_release(&answered);
}

/* Some of what is late arrives. */
static void
arrive(unsigned percent)
{
	struct buf bytes;
	int to, shelf;
	size_t i;

	for (i = late.count; i-- > 0;) {
		if (!chance(percent))
			continue;
		bytes =
		    late_take(&late, random_number() % (i + 1), &to, &shelf);
		if (to == LATE_TO_POLLER)
			hand_over(span_of_buf(&bytes));
		else
			ask_late((size_t)to, (enum poller_shelf)shelf,
			    span_of_buf(&bytes));
		buf_release(&bytes);
	}
}

/*
 * One member is asked: the question or the answer may be lost, late or twice.
 */
static void
ask_one(size_t member, enum poller_shelf shelf, struct span question)
{
	struct buf answered = {0};

	if (chance(15))
		late_put(&late, (int)member, (int)shelf, question);
	else if (!chance(lost))
		answer(member, shelf, question, &answered);
	if (answered.size > 0 && chance(20))
		late_put(&late, LATE_TO_POLLER, (int)shelf,
		    span_of_buf(&answered));
	if (answered.size > 0 && !chance(lost)) { /* else: crashed, or lost */
		hand_over(span_of_buf(&answered));
		if (chance(20))
			hand_over(span_of_buf(&answered));
		if (chance(20))
			late_put(&late, (int)member, (int)shelf, question);
	}
	buf_release(&answered);
}

/* Ask everybody that has not answered until TRIES have gone by. */
static void
ask_round(enum poller_shelf shelf, struct span question)
{
	size_t i, try;

	for (try = 0; try < TRIES; try++) {
		for (i = 0; i < polls.count; i++)
			if (poller.from[shelf][i].size == 0 || chance(10))
				ask_one(i, shelf, question);
		arrive(15);
	}
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

/* Another challenge than it has signed: one joining less. */
static void
sign_other_challenge(struct buf *to)
{
	struct span joinings[LIMIT_VOTERS];
	struct challenge challenge = {.joinings = {joinings, 0}};

	must(challenge_decode(poller_says(&poller, POLLER_CHALLENGE),
		 &polls.roll.owner, &challenge) == 0,
	    "its challenge");
	challenge.joinings.count--;
	must(challenge_encode(&challenge, &key, to) == 0, "another one");
}

/* Another seed: a reveal less, if there are any. */
static void
sign_other_seed(struct buf *to)
{
	struct span reveals[LIMIT_VOTERS];
	struct seed seed = {.reveals = {reveals, 0}};
	struct seed_chain chain;

	must(seed_decode(poller_says(&poller, POLLER_SEED), &polls.roll.owner,
		 &seed) == 0,
	    "its seed");
	if (seed.reveals.count == 0)
		return;
	seed.reveals.count--;
	must(seed_encode(&seed, &key, to) == 0 &&
		seed_check(&poller.electorate,
		    poller_says(&poller, POLLER_OPENING),
		    poller_says(&poller, POLLER_CHALLENGE), span_of_buf(to),
		    &chain) == 0,
	    "another one");
	seeds[2 * now + 1] = chain.value;
}

/* A lying poller asks some something else; about tallies see below. */
static void
ask_else(enum poller_shelf shelf)
{
	struct opening opening = poller.opening;
	struct buf other = {0};
	size_t i;

	opening.samples++;
	if (shelf == POLLER_JOININGS)
		must(opening_encode(&opening, &key, &other) == 0, "another");
	else if (shelf == POLLER_REVEALS)
		sign_other_challenge(&other);
	else if (shelf == POLLER_BALLOTS)
		sign_other_seed(&other);
	for (i = 0; other.size > 0 && i < polls.count; i++)
		if (chance(50))
			late_put(&late, (int)i, (int)shelf,
			    span_of_buf(&other));
	if (other.size > 0) {
		hear(&heard, span_of_buf(&other));
		two_questions++;
		arrive(30);
	}
	buf_release(&other);
}

/* What it has just signed goes to all; it may crash before and after. */
static void
ask_all(enum poller_shelf shelf, struct span question)
{
	struct buf asked = {0};

	must(buf_append(&asked, question) == 0, "asked");
	hear(&heard, question);
	if (poller_lies && chance(30))
		ask_else(shelf);
	if (chance(10))
		crash(shelf);
	ask_round(shelf, span_of_buf(&asked));
	if (chance(10)) {
		crash(shelf);
		ask_round(shelf, span_of_buf(&asked));
	}
	buf_release(&asked);
}

/*
 * Whether enough voters, the liar among them, can have missed a holder: more
 * than half of the others, which here is also more than may lie.
 */
static bool
is_silent(size_t holder)
{
	bool lies = liar >= 0 && (int)holder != liar;

	return unheard[holder] + lies >= (polls.count - 1) / 2 + 1;
}

/* No item of an honest holder is misjudged. */
static void
check_truth(const uint8_t *verdict)
{
	const struct items *items = &polls.roll.items;
	size_t i, holder;
	bool gone;

	for (i = 0; i < items_count(items); i++) {
		holder = items_holder(items, i);
		gone = (int)holder == damaged[now] && i == items->first[holder];
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
take_certificate(struct span bytes)
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
	check_truth(verdict);
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
	bool missing = strstr(evidence->crime, "has not got a shard") != NULL;
	size_t i;

	if (digest_equal(&evidence->culprit, &polls.roll.owner)) {
		named_poller++;
		return two_questions > 0 &&
		    strstr(evidence->crime, "signed two ") != NULL;
	}
	for (i = 0; i < POLLS; i++)
		if (damaged[i] >= 0 &&
		    memcmp(culprit, ids + 32 * damaged[i], 32) == 0) {
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
judge_all(struct span rest)
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
check_culprits(void)
{
	struct accuse accuse = {.documents = {0}};
	unsigned count = 0;

	must(accuse_add(&accuse, span_of_buf(&heard.bytes)) == 0, "heard");
	if (accuse_find(&accuse) == 0)
		count = judge_all(span_of_buf(&accuse.evidence));
	check(count >= (unsigned)shown_wrong + shown_loss + (two_questions > 0),
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
		proof = ask_proof(i, random_number(), &poller.seed);
		if (proof.size > 0 && !(poller_lies && chance(50)))
			poller_take(&poller, proof);
	}
}

/* A tally of other ballots: a lying poller leaves some of them out. */
static void
tally_some(struct buf *box)
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
		two_questions++;
}

static void
seal_and_check(struct span box)
{
	struct buf certificate = {0};

	hear(&heard, poller_says(&poller, POLLER_TALLY));
	ask_all(POLLER_SEALS, box);
	if (poller_certificate(&poller, span_of_buf(&polls.items),
		&certificate) == 0)
		take_certificate(span_of_buf(&certificate));
	buf_release(&certificate);
}

/* The poll up to the ballots; false: there is no quorum. */
static bool
open_poll(void)
{
	struct opening opening =
	    polls_opening(&polls, -1, (schedule + 1) * POLLS + now);
	struct digest number = poller_number(&key, &opening.poll);

	must(poller_open(&poller, &key, &polls.roll, &opening, &number) == 0,
	    "open");
	ask_all(POLLER_JOININGS, poller_says(&poller, POLLER_OPENING));
	if (poller_challenge_all(&poller) != 0)
		return false;
	ask_all(POLLER_REVEALS, poller_says(&poller, POLLER_CHALLENGE));
	must(poller_seed_all(&poller) == 0, "seed");
	seeds[2 * now] = poller.seed;
	ask_all(POLLER_BALLOTS, poller_says(&poller, POLLER_SEED));
	gather_proofs();
	return true;
}

static void
hold_poll(void)
{
	struct buf box = {0};
	unsigned again;

	if (!open_poll() || poller_tally(&poller, POLLS_NOW, &box) != 0)
		return;
	seal_and_check(span_of_buf(&box));
	for (again = 0; poller_lies && again < 2; again++) {
		tally_some(&box);
		if (box.size > 0)
			seal_and_check(span_of_buf(&box));
	}
	buf_release(&box);
}

/* Who lies, how, and who has lost what, in which of the polls. */
static void
draw_schedule(size_t count)
{
	liar = (int)(random_number() % count);
	lie = (enum lie)(random_number() % LIES);
	if (lie == LIE_NOTHING || count < 4)
		liar = -1;
	for (now = 0; now < POLLS; now++) {
		damaged[now] = chance(50) ? (int)(random_number() % count) : -1;
		if (damaged[now] == liar)
			damaged[now] = -1;
	}
	poller_lies = chance(40);
	lost = random_number() % 50;
	played[liar < 0 ? LIE_NOTHING : lie].polls++;
}

static void
forget_all(void)
{
	size_t i;

	memset(words, 0, sizeof words);
	shown_wrong = shown_loss = false;
	for (i = 0; i < polls.count; i++)
		buf_release(&disk[i]);
	for (i = 0; i < COUNT(proof_of) * POLLS_MEMBERS; i++) {
		buf_release(&proof_of[i / POLLS_MEMBERS][i % POLLS_MEMBERS][0]);
		buf_release(&proof_of[i / POLLS_MEMBERS][i % POLLS_MEMBERS][1]);
	}
	memset(seeds, 0, sizeof seeds);
	heard.count = heard.bytes.size = 0;
	two_questions = 0;
	polls_release(&polls);
}

static void
run_schedule(size_t count)
{
	size_t i;

	remember_nothing();
	polls_init(&polls, count, EACH, false);
	draw_schedule(count);
	for (i = 0; i < count; i++)
		scalar[i] = scalar_of(polls.who[i]);
	key = scalar_of(POLLS_OWNER);
	hear_papers();
	for (now = 0; now < POLLS; now++) {
		memset(unheard, 0, sizeof unheard);
		hold_poll();
		judge_all(span_of_buf(&poller.culprits));
		buf_release(&first_certificate);
		if (now + 1 < POLLS)
			poller_release(&poller);
	}
	now = POLLS - 1;
	while (late.count > 0)
		arrive(100);
	check_culprits();
	check(!heard_two_certificates(&heard, &poller.electorate,
		  liar < 0 ? 0 : 1u << liar),
	    "schedule %u: seals for two certificates", schedule);
	poller_release(&poller);
	forget_all();
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

/* Each kind has come late, within its poll and in another one. */
static void
check_late(void)
{
	int kind;

	for (kind = RECORD_PROOF; kind <= RECORD_SEAL; kind++) {
		printf("late, kind %d: %u at another step, %u in another "
		       "poll\n",
		    kind, late_times[kind].step, late_times[kind].poll);
		check(late_times[kind].poll > 0 &&
			(late_times[kind].step > 0 || kind == RECORD_PROOF ||
			    kind == RECORD_TALLY),
		    "kind %d is never late", kind);
	}
}

int
main(void)
{
	for (schedule = 0; schedule < SCHEDULES; schedule++)
		run_schedule(4);
	check_played();
	check_late();
	check(certificates > SCHEDULES / 3, "only %u certificates",
	    certificates);
	printf("%u certificates in %u schedules\n", certificates, SCHEDULES);
	return failures != 0;
}
