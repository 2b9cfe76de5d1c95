/* SPDX-License-Identifier: ISC */
/*
 * Whole polls, document by document: what comes of them when members are
 * absent, lie or have lost something, and what is refused on the way.
 */
#include "vote/poller.h"

#include "polls.h"
#include "vote/ballot.h"
#include "vote/evidence.h"
#include "vote/sealed.h"
#include "vote/tally.h"

static struct polls polls;
static struct secret scalar[POLLS_MEMBERS];
static struct journal journal[POLLS_MEMBERS];
static struct voter voter[POLLS_MEMBERS];
static struct poller poller;
static struct secret poller_scalar;
static struct buf box, certificate;
static uint8_t verdict[LIMIT_ITEMS];

/* What polls are opened with. */
static uint64_t committee;
static bool strict_poll;
static struct buf asked_again;

/* Who is there, and what the holders say. */
static bool absent[POLLS_MEMBERS];
static bool deaf[POLLS_MEMBERS]; /* to what it is asked again */
static enum proof_verdict says[POLLS_MEMBERS][POLLS_SHARDS];

static void
begin(size_t count, size_t each, bool strict)
{
	size_t i;

	polls_init(&polls, count, each, strict);
	memset(absent, 0, sizeof absent);
	memset(deaf, 0, sizeof deaf);
	memset(says, 0, sizeof says);
	committee = 0;
	strict_poll = false;
	asked_again.size = 0;
	for (i = 0; i < count; i++)
		voter[i] = polls_voter(&polls, i, &scalar[i], &journal[i]);
	poller_scalar = scalar_of(POLLS_OWNER);
}

static void
end(void)
{
	size_t i;

	for (i = 0; i < POLLS_MEMBERS; i++)
		journal_release(&journal[i]);
	poller_release(&poller);
	polls_release(&polls);
	buf_release(&box);
	buf_release(&certificate);
}

/* Give what a voter said to the poller. */
static void
hand_in(int result, struct buf *answer)
{
	must(result == 0, "an answer");
	check(poller_take(&poller, span_of_buf(answer)) == 1, "taken: %s",
	    fail_last()->text);
	check(poller_take(&poller, span_of_buf(answer)) == 0, "taken twice");
	buf_release(answer);
}

static int
join_all(uint64_t sequence)
{
	struct opening opening = polls_opening(&polls, -1, sequence);
	struct digest number;
	struct buf answer = {0};
	size_t i;

	number = poller_number(&poller_scalar, &opening.poll);
	opening.committee = committee;
	opening.strict = strict_poll;
	opening.again = span_of_buf(&asked_again);
	must(poller_open(&poller, &poller_scalar, &polls.roll, &opening,
		 &number) == 0,
	    "an opening");
	for (i = 0; i < polls.count; i++)
		if (!absent[i])
			hand_in(voter_join(&voter[i],
				    poller_says(&poller, POLLER_OPENING),
				    JOINING_YES, &answer),
			    &answer);
	return poller_challenge_all(&poller);
}

static void
seed_all(void)
{
	struct buf answer = {0};
	size_t i;

	for (i = 0; i < polls.count; i++)
		if (!absent[i])
			hand_in(voter_reveal(&voter[i],
				    poller_says(&poller, POLLER_CHALLENGE),
				    &answer),
			    &answer);
	must(poller_seed_all(&poller) == 0, "a seed");
}

/* All holders that are there prove, and everybody sees it. */
static void
prove_all(void)
{
	struct asking asking = asking_of(&poller.opening, &poller.seed);
	struct buf proof = {0};
	size_t i;

	for (i = 0; i < polls.count; i++) {
		if (absent[i])
			continue;
		if (deaf[i])
			asking.again = (struct span){0};
		polls_answer(&polls, i, &asking, false, says[i], &proof);
		asking.again = poller.opening.again;
		check(poller_take(&poller, span_of_buf(&proof)) == 1, "proof");
		buf_release(&proof);
	}
}

static void
vote_all(void)
{
	struct span room[LIMIT_PROOFS];
	struct poll_list proofs = {room, poller.proof_count};
	struct buf answer = {0};
	size_t i;

	for (i = 0; i < poller.proof_count; i++)
		room[i] = span_of_buf(&poller.proofs[i]);
	for (i = 0; i < polls.count; i++)
		if (!absent[i])
			hand_in(voter_ballot(&voter[i],
				    poller_says(&poller, POLLER_SEED), &proofs,
				    NULL, &answer),
			    &answer);
}

static void
open_box(struct box *opened)
{
	static struct span ballots[LIMIT_VOTERS], proofs[LIMIT_PROOFS];

	*opened = (struct box){.ballots = {ballots, 0}, .proofs = {proofs, 0}};
	must(box_decode(span_of_buf(&box), opened) == 0, "a box");
}

static void
seal_all(void)
{
	struct buf answer = {0};
	struct box opened;
	size_t i;

	must(poller_tally(&poller, POLLS_NOW, &box) == 0, "a tally");
	open_box(&opened);
	for (i = 0; i < polls.count; i++)
		if (!absent[i])
			hand_in(voter_seal(&voter[i], &opened, &answer),
			    &answer);
}

/* The verdicts of the certificate, checked by one that has only documents. */
static int
read_certificate(struct span bytes, struct span members)
{
	static struct span seals[LIMIT_VOTERS];
	static struct roll roll;
	struct sealed decoded = {.seals = {seals, 0}};
	struct tally tally = {.verdict = verdict};

	if (sealed_decode(bytes, &decoded) != 0 ||
	    roll_init(&roll, members, NULL, decoded.items) != 0)
		return -1;
	return sealed_check(&decoded, &roll, &tally);
}

static void
poll_all(uint64_t sequence)
{
	must(join_all(sequence) == 0, "a challenge");
	seed_all();
	prove_all();
	vote_all();
	seal_all();
	must(poller_certificate(&poller, span_of_buf(&polls.items),
		 &certificate) == 0,
	    "a certificate");
	check(read_certificate(span_of_buf(&certificate),
		  span_of_buf(&polls.members)) == 0,
	    "the certificate: %s", fail_last()->text);
}

/* How many items of a member have this verdict. */
static size_t
count_of(size_t member, enum verdict wanted)
{
	size_t i, count = 0;

	for (i = 0; i < polls.each; i++)
		count += verdict[polls.roll.items.first[member] + i] == wanted;
	return count;
}

static void
test_absent(size_t count, size_t missing)
{
	size_t i;

	begin(count, 3, false);
	for (i = 0; i < missing; i++)
		absent[i] = true;
	poll_all(1);
	for (i = 0; i < count; i++)
		check(count_of(i, absent[i] ? VERDICT_SILENT : VERDICT_OK) == 3,
		    "%zu of %zu absent: member %zu is %s", missing, count, i,
		    verdict_name(verdict[polls.roll.items.first[i]]));
	end();
}

static void
test_no_quorum(size_t count, size_t missing, bool strict)
{
	size_t i;

	begin(count, 1, strict);
	for (i = 0; i < missing; i++)
		absent[i] = true;
	check_fails(join_all(1), FAIL_NO, "no quorum", "too many absent");
	end();
}

/* What holders sign decides, shard by shard. */
static void
test_signed(void)
{
	begin(4, 4, false);
	says[1][2] = PROOF_MISSING;
	says[2][0] = PROOF_WRONG;
	says[2][3] = PROOF_WRONG;
	says[3][1] = PROOF_EIO;
	says[3][2] = PROOF_BUSY;
	poll_all(1);
	check(count_of(0, VERDICT_OK) == 4, "the good one");
	check(count_of(1, VERDICT_BAD) == 1 && count_of(1, VERDICT_OK) == 3 &&
		verdict[4 + 2] == VERDICT_BAD,
	    "the one that misses a shard");
	check(count_of(2, VERDICT_BAD) == 2 && count_of(2, VERDICT_OK) == 2,
	    "the one with wrong shards");
	check(count_of(3, VERDICT_SILENT) == 2 && count_of(3, VERDICT_OK) == 2,
	    "the one that cannot read is not guilty");
	end();
}

/* Who passes over what it is asked again has not answered, by all voters. */
static void
test_again(void)
{
	size_t i;

	begin(4, 4, false);
	for (i = 0; i < 16; i += 3)
		must(again_add(&asked_again, &(struct again){(uint32_t)i, 1}) ==
			0,
		    "again");
	deaf[2] = true;
	says[3][0] = PROOF_MISSING;
	poll_all(1);
	check(poller.opening.again.size == 6 * AGAIN_SIZE, "the opening");
	check(count_of(0, VERDICT_OK) == 4 && count_of(1, VERDICT_OK) == 4,
	    "who answers all");
	check(verdict[9] == VERDICT_SILENT && count_of(2, VERDICT_OK) == 3,
	    "who does not");
	check(count_of(3, VERDICT_BAD) == 1 && count_of(3, VERDICT_OK) == 3,
	    "who has lost it");
	end();
	buf_release(&asked_again);
}

/* A sample that finds nothing missing speaks for all; one that does, not. */
static void
test_sampled(void)
{
	struct digest number = {{7}};
	struct asking asking = {number, 5, {0}};
	uint8_t found[POLLS_SHARDS];
	struct buf proof = {0}, every = {0};
	struct span room[2];
	struct poll_list list = {room, 1};
	size_t i, bad = 0, none = 0;

	begin(4, 8, false);
	for (i = 0; i < 8; i++)
		says[0][i] = PROOF_MISSING;
	polls_prove(&polls, 0, &number, 5, false, says[0], &proof);
	polls_prove(&polls, 0, &number, 5, true, says[0], &every);
	room[0] = span_of_buf(&proof);
	room[1] = span_of_buf(&every);
	check(findings_judge(&polls.roll, 0, &asking, &list, found) == 1,
	    "all was answered");
	for (i = 0; i < 8; i++) {
		bad += found[i] == VERDICT_BAD;
		none += found[i] == VERDICT_NONE;
	}
	check(bad >= 1 && bad <= 5 && bad + none == 8,
	    "%zu bad, %zu undecided of 8", bad, none);
	list.count = 2;
	check(findings_judge(&polls.roll, 0, &asking, &list, found) == 1,
	    "all was answered");
	for (i = 0; i < 8; i++)
		check(found[i] == VERDICT_BAD, "shard %zu", i);
	buf_release(&proof);
	polls_prove(&polls, 1, &number, 5, false, says[1], &proof);
	room[0] = span_of_buf(&proof);
	list.count = 1;
	check(findings_judge(&polls.roll, 1, &asking, &list, found) == 1 &&
		found[0] == VERDICT_OK && found[7] == VERDICT_OK,
	    "a good sample");
	check(findings_judge(&polls.roll, 2, &asking, &list, found) == 0 &&
		found[0] == VERDICT_NONE,
	    "another holder's proof");
	buf_release(&proof);
	buf_release(&every);
	end();
}

/* Of two answers to one question the worse one counts, whichever came first. */
static void
test_two_answers(void)
{
	enum proof_verdict said[] = {PROOF_OK, PROOF_BUSY, PROOF_MISSING};
	enum verdict found[] = {VERDICT_OK, VERDICT_SILENT, VERDICT_BAD};
	struct buf proof[COUNT(said)] = {{0}};
	struct digest number = {{7}};
	struct asking asking = {number, 5, {0}};
	uint8_t verdicts[POLLS_SHARDS];
	struct span two[2];
	struct poll_list list = {two, 2};
	size_t i, j;

	begin(4, 8, false);
	for (; asking.samples <= 10; asking.samples += 5) {
		for (i = 0; i < COUNT(said); i++) {
			for (j = 0; j < POLLS_SHARDS; j++)
				says[0][j] = said[i];
			proof[i].size = 0;
			polls_answer(&polls, 0, &asking, false, says[0],
			    &proof[i]);
		}
		for (i = 0; i < COUNT(said); i++)
			for (j = 0; j < COUNT(said); j++) {
				two[0] = span_of_buf(&proof[i]);
				two[1] = span_of_buf(&proof[j]);
				must(findings_judge(&polls.roll, 0, &asking,
					 &list, verdicts) == 1,
				    "it was answered");
				check(memchr(verdicts, found[i > j ? i : j],
					  POLLS_SHARDS) != NULL,
				    "%zu, then %zu, of %llu", i, j,
				    (unsigned long long)asking.samples);
			}
	}
	for (i = 0; i < COUNT(said); i++)
		buf_release(&proof[i]);
	end();
}

/* Of seven members four vote, on what all hold; who has no vote gets none. */
static void
test_committee(void)
{
	struct poll poll = {.sequence = POLLS_NOW * 1000ULL};
	struct electorate electorate;
	struct buf answer = {0};
	size_t i, voters = 0;

	begin(7, 2, false);
	committee = 4;
	poll.members = polls.roll.id;
	poll.poller = owner_of(POLLS_OWNER).id;
	must(electorate_init(&electorate, &polls.roll.members, &poll, committee,
		 false) == 0,
	    "an electorate");
	for (i = 0; i < polls.count; i++) {
		absent[i] = electorate_find(&electorate, &voter[i].id) < 0;
		voters += !absent[i];
	}
	check(voters == 4, "%zu voters", voters);
	must(join_all(poll.sequence) == 0, "a challenge");
	for (i = 0; i < polls.count; i++)
		if (absent[i])
			check_fails(voter_join(&voter[i],
					poller_says(&poller, POLLER_OPENING),
					JOINING_YES, &answer),
			    FAIL_NO, "have no vote", "outside the committee");
	seed_all();
	memset(absent, 0, sizeof absent);
	prove_all();
	for (i = 0; i < polls.count; i++)
		absent[i] = electorate_find(&electorate, &voter[i].id) < 0;
	vote_all();
	seal_all();
	must(poller_certificate(&poller, span_of_buf(&polls.items),
		 &certificate) == 0 &&
		read_certificate(span_of_buf(&certificate),
		    span_of_buf(&polls.members)) == 0,
	    "a certificate");
	for (i = 0; i < polls.count; i++)
		check(count_of(i, VERDICT_OK) == 2, "member %zu", i);
	end();
}

/* A committee of another time is none. */
static void
test_committee_time(void)
{
	struct opening opening;
	struct digest number = {{7}};
	struct buf answer = {0};
	size_t i, refused = 0;

	begin(7, 1, false);
	opening = polls_opening(&polls, -1, (POLLS_NOW + 4000) * 1000ULL);
	opening.committee = 4;
	must(poller_open(&poller, &poller_scalar, &polls.roll, &opening,
		 &number) == 0,
	    "an opening");
	for (i = 0; i < polls.count; i++)
		if (voter_join(&voter[i], poller_says(&poller, POLLER_OPENING),
			JOINING_YES, &answer) == -1)
			refused += strstr(fail_last()->text, "by the time") !=
			    NULL;
	check(refused == 4 && answer.size == 0, "%zu refuse it", refused);
	end();
}

/* A strict poll takes all, up to the last seal. */
static void
test_strict(void)
{
	struct buf answer = {0};
	struct box opened;
	size_t i;

	begin(4, 1, false);
	strict_poll = absent[1] = true;
	check_fails(join_all(1), FAIL_NO, "3 of 4 take part, and 4 must",
	    "one is absent");
	end();
	begin(4, 1, false);
	strict_poll = true;
	must(join_all(1) == 0, "a challenge");
	seed_all();
	prove_all();
	vote_all();
	must(poller_tally(&poller, POLLS_NOW, &box) == 0, "a tally");
	open_box(&opened);
	for (i = 1; i < 4; i++)
		hand_in(voter_seal(&voter[i], &opened, &answer), &answer);
	check(poller_lacks_any(&poller, POLLER_SEALS) &&
		poller_lacks(&poller, POLLER_SEALS, &voter[0].id) &&
		!poller_lacks(&poller, POLLER_SEALS, &voter[1].id),
	    "whose seal is missing");
	check_fails(poller_certificate(&poller, span_of_buf(&polls.items),
			&certificate),
	    FAIL_NO, "3 of 4 sealed the tally, and 4 must", "a seal less");
	hand_in(voter_seal(&voter[0], &opened, &answer), &answer);
	check(!poller_lacks_any(&poller, POLLER_SEALS), "all seals are there");
	check(poller_certificate(&poller, span_of_buf(&polls.items),
		  &certificate) == 0 &&
		read_certificate(span_of_buf(&certificate),
		    span_of_buf(&polls.members)) == 0,
	    "a strict certificate: %s", fail_last()->text);
	end();
}

/* The box as it was made, for whoever takes the poll up again. */
static void
resume_from_box(struct poller *again, const struct secret *key)
{
	struct box opened;

	open_box(&opened);
	must(poller_resume(again, key, &polls.roll, opened.opening) == 0 &&
		poller_resume_at(again, POLLER_CHALLENGE, opened.challenge) ==
		    0 &&
		poller_resume_at(again, POLLER_SEED, opened.seed) == 0,
	    "taken up again");
}

/*
 * Whoever has the documents goes on where the poller was, to the same bytes;
 * it takes the poller's key to sign.
 */
static void
test_resume(void)
{
	static struct poller again;
	struct secret other = scalar_of(1);
	struct buf twin = {0}, third = {0};
	struct digest made;
	struct box opened;
	size_t i;

	begin(4, 2, false);
	must(join_all(1) == 0, "a challenge");
	made = poller_number(&poller_scalar, &poller.opening.poll);
	check(digest_equal(&made, &poller.number), "the number is the key's");
	seed_all();
	prove_all();
	vote_all();
	seal_all();
	must(poller_certificate(&poller, span_of_buf(&polls.items),
		 &certificate) == 0,
	    "a certificate");
	resume_from_box(&again, &poller_scalar);
	open_box(&opened);
	for (i = 0; i < opened.ballots.count; i++)
		check(poller_take(&again, opened.ballots.document[i]) == 1,
		    "a ballot: %s", fail_last()->text);
	for (i = 0; i < opened.proofs.count; i++)
		check(poller_take(&again, opened.proofs.document[i]) == 1,
		    "a proof");
	check(poller_tally(&again, POLLS_NOW, &twin) == 0 &&
		span_equal(span_of_buf(&twin), span_of_buf(&box)),
	    "another box");
	poller_release(&again);
	resume_from_box(&again, NULL);
	must(poller_resume_at(&again, POLLER_TALLY, opened.tally) == 0,
	    "tally");
	for (i = 0; i < polls.count; i++)
		poller_take(&again,
		    span_of_buf(&journal[i].said[JOURNAL_SEAL]));
	check(poller_certificate(&again, span_of_buf(&polls.items), &third) ==
		    0 &&
		span_equal(span_of_buf(&third), span_of_buf(&certificate)),
	    "another certificate");
	poller_release(&again);
	check_fails(poller_resume(&again, &other, &polls.roll, opened.opening),
	    FAIL_NO, "this poll is another's", "another's key");
	poller_release(&again);
	must(poller_resume(&again, NULL, &polls.roll, opened.opening) == 0,
	    "opening");
	check_fails(poller_resume_at(&again, POLLER_SEED, opened.seed),
	    FAIL_DATA, "not a signed document", "a seed before its challenge");
	check_fails(poller_resume_at(&again, POLLER_CHALLENGE, opened.seed),
	    FAIL_DATA, "is not of kind 'challenge'", "a seed as a challenge");
	poller_release(&again);
	buf_release(&twin);
	buf_release(&third);
	end();
}

/* Every byte of a certificate counts. */
static void
test_certificate_changed(void)
{
	struct span whole, members;
	size_t i;

	begin(2, 1, false);
	poll_all(1);
	whole = span_of_buf(&certificate);
	members = span_of_buf(&polls.members);
	for (i = 0; i < certificate.size; i++) {
		certificate.data[i] ^= 1;
		check(read_certificate(whole, members) == -1,
		    "byte %zu does not matter", i);
		certificate.data[i] ^= 1;
		check(read_certificate(span_of(whole.data, i), members) == -1,
		    "cut at %zu", i);
	}
	check(read_certificate(whole, members) == 0, "unchanged: %s",
	    fail_last()->text);
	end();
}

/* And every seal. */
static void
test_certificate_refused(void)
{
	struct span seals[LIMIT_VOTERS], whole, members;
	struct sealed decoded = {.seals = {seals, 0}};
	struct secret stranger = scalar_of(14), owner = scalar_of(POLLS_OWNER);
	struct buf other = {0}, seal = {0};
	struct seal forged;
	struct members older;

	begin(4, 1, false);
	poll_all(1);
	whole = span_of_buf(&certificate);
	members = span_of_buf(&polls.members);
	must(sealed_decode(whole, &decoded) == 0, "decode");
	decoded.seals.count--;
	must(sealed_encode(&decoded, &other) == 0, "encode");
	check_fails(read_certificate(span_of_buf(&other), members), FAIL_DATA,
	    "has 2 seals, and must have 3", "a seal less");
	decoded.seals.count++;
	forged = (struct seal){.poll = poller.opening.poll,
	    .tally = poll_digest(decoded.tally)};
	must(seal_encode(&forged, &stranger, &seal) == 0, "seal");
	decoded.seals.document[2] = span_of_buf(&seal);
	other.size = 0;
	must(sealed_encode(&decoded, &other) == 0, "encode");
	check_fails(read_certificate(span_of_buf(&other), members), FAIL_DATA,
	    "of one that has no vote", "a stranger's seal");
	decoded.seals.document[2] = decoded.seals.document[1];
	other.size = 0;
	must(sealed_encode(&decoded, &other) == 0, "encode");
	check_fails(read_certificate(span_of_buf(&other), members), FAIL_DATA,
	    "twice", "a seal twice");
	older = polls.roll.members;
	older.number--;
	other.size = 0;
	must(members_encode(&older, &owner, &other) == 0, "members");
	check_fails(read_certificate(whole, span_of_buf(&other)), FAIL_DATA,
	    "another members document", "older members");
	buf_release(&other);
	buf_release(&seal);
	end();
}

/* A voter that crashed says the same, and nothing else in the same poll. */
static void
test_journal(void)
{
	struct buf disk = {0}, first = {0}, again = {0};
	struct opening opening = {0};
	struct digest number = {{7}};
	static struct poller second;

	begin(4, 1, false);
	must(join_all(5) == 0, "a challenge");
	must(journal_encode(&journal[0], &disk) == 0, "encode");
	must(buf_append(&first, span_of_buf(&journal[0].said[0])) == 0, "said");
	journal_release(&journal[0]);
	must(journal_decode(span_of_buf(&disk), &journal[0]) == 0, "decode");
	check(voter_join(&voter[0], poller_says(&poller, POLLER_OPENING),
		  JOINING_YES, &again) == 0 &&
		span_equal(span_of_buf(&first), span_of_buf(&again)),
	    "after a crash it says something else");
	opening = polls_opening(&polls, -1, 5);
	opening.samples = 1;
	must(poller_open(&second, &poller_scalar, &polls.roll, &opening,
		 &number) == 0,
	    "a second opening");
	check_fails(voter_join(&voter[0], poller_says(&second, POLLER_OPENING),
			JOINING_YES, &again),
	    FAIL_NO, "has asked something else", "two openings");
	poller_release(&second);
	opening.poll.sequence = 4;
	must(poller_open(&second, &poller_scalar, &polls.roll, &opening,
		 &number) == 0,
	    "an older poll");
	check_fails(voter_join(&voter[0], poller_says(&second, POLLER_OPENING),
			JOINING_YES, &again),
	    FAIL_NO, "a newer poll of this poller", "an older poll");
	poller_release(&second);
	buf_release(&disk);
	buf_release(&first);
	buf_release(&again);
	end();
}

/* Whoever is not in the challenge has no vote; nobody's number is made up. */
static void
test_refused(void)
{
	struct buf answer = {0};
	struct secret stranger = scalar_of(14);
	struct joining joining;
	struct reveal reveal;
	struct voter late;

	begin(4, 1, false);
	absent[0] = true;
	must(join_all(1) == 0, "a challenge");
	late = voter[0];
	check_fails(voter_reveal(&late, poller_says(&poller, POLLER_CHALLENGE),
			&answer),
	    FAIL_NO, "have not joined", "a reveal without a joining");
	check(voter_join(&late, poller_says(&poller, POLLER_OPENING),
		  JOINING_YES, &answer) == 0,
	    "late");
	answer.size = 0;
	check_fails(voter_reveal(&late, poller_says(&poller, POLLER_CHALLENGE),
			&answer),
	    FAIL_NO, "leaves us out", "a late joining");
	joining = (struct joining){.poll = poller.opening.poll};
	must(joining_encode(&joining, &stranger, &answer) == 0, "joining");
	check_fails(poller_take(&poller, span_of_buf(&answer)), FAIL_DATA,
	    "one that has no vote", "a stranger joins");
	answer.size = 0;
	reveal = (struct reveal){.poll = poller.opening.poll,
	    .challenge = poll_digest(poller_says(&poller, POLLER_CHALLENGE)),
	    .number = {{9}}};
	must(reveal_encode(&reveal, &scalar[1], &answer) == 0, "reveal");
	check_fails(poller_take(&poller, span_of_buf(&answer)), FAIL_DATA,
	    "not what its voter committed to", "another number");
	check(poller_seed_all(&poller) == 0, "all withhold their numbers: %s",
	    fail_last()->text);
	buf_release(&answer);
	end();
}

/* Reasons not to take part are heard, and are no commitment. */
static void
test_declined(void)
{
	struct opening opening;
	struct digest number = {{7}};
	struct buf answer = {0};

	begin(3, 1, false);
	opening = polls_opening(&polls, -1, 1);
	must(poller_open(&poller, &poller_scalar, &polls.roll, &opening,
		 &number) == 0,
	    "an opening");
	check(voter_join(&voter[0], poller_says(&poller, POLLER_OPENING),
		  JOINING_BUSY, &answer) == 0 &&
		poller_take(&poller, span_of_buf(&answer)) == 0 &&
		poller_has(&poller, POLLER_JOININGS) == 0 &&
		journal[0].said[0].size == 0,
	    "busy");
	buf_release(&answer);
	end();
}

int
main(void)
{
	test_refused();
	test_declined();
	test_no_quorum(3, 2, false);
	test_no_quorum(4, 2, false);
	test_no_quorum(4, 1, true);
	test_no_quorum(2, 1, false);
	test_journal();
	test_absent(1, 0);
	test_absent(2, 0);
	test_absent(3, 0);
	test_absent(3, 1);
	test_absent(4, 1);
	test_absent(7, 2);
	test_signed();
	test_again();
	test_sampled();
	test_two_answers();
	test_committee();
	test_committee_time();
	test_strict();
	test_resume();
	test_certificate_changed();
	test_certificate_refused();
	return failures != 0;
}
