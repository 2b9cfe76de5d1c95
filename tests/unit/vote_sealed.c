/* SPDX-License-Identifier: ISC */
/*
 * Certificates that a quorum of keys may well sign, and that are none all the
 * same: of a poller without a right, out of time, about something else.
 */
#include "vote/sealed.h"

#include "polls.h"

#define QUORUM 3 /* of four */

static struct polls polls;

/* What a certificate is made of; only the seals are made here. */
static struct tally good;
static uint8_t said[POLLS_MEMBERS];

static void
begin(void)
{
	polls_init(&polls, 4, 1, false);
	good = (struct tally){
	    .poll = {polls.roll.id, polls.roll.owner, 5},
	    .items = polls.roll.items_root,
	    .count = items_count(&polls.roll.items),
	    .ballots = QUORUM,
	    .time = POLLS_NOW,
	    .verdict = said,
	};
}

/* The seals of the first three members on it; `last` is what the third says. */
static void
seal_all(const struct tally *tally, struct span signed_tally,
    const struct seal *last, struct buf *made)
{
	struct seal seal = {tally->poll, poll_digest(signed_tally)};
	struct secret scalar;
	size_t i;

	for (i = 0; i < QUORUM; i++) {
		if (i + 1 == QUORUM && last != NULL)
			seal = *last;
		scalar = scalar_of(polls.who[i]);
		must(seal_encode(&seal, &scalar, &made[i]) == 0, "a seal");
	}
}

/* 0 when it is good: this tally, signed by that key, and sealed. */
static int
judge(const struct tally *tally, int signer, const struct seal *last)
{
	static uint8_t verdict[LIMIT_ITEMS];
	struct secret scalar = scalar_of(signer);
	struct buf document = {0}, made[QUORUM] = {{0}};
	struct span seals[QUORUM];
	struct sealed sealed = {.seals = {seals, QUORUM},
	    .items = span_of_buf(&polls.items)};
	struct tally decoded = {.verdict = verdict};
	size_t i;
	int result;

	must(tally_encode(tally, &scalar, &document) == 0, "a tally");
	sealed.tally = span_of_buf(&document);
	seal_all(tally, sealed.tally, last, made);
	for (i = 0; i < QUORUM; i++)
		seals[i] = span_of_buf(&made[i]);
	result = sealed_check(&sealed, &polls.roll, &decoded);
	buf_release(&document);
	for (i = 0; i < QUORUM; i++)
		buf_release(&made[i]);
	return result;
}

/* Who may hold a poll, and whose tally it is. */
static void
test_poller(void)
{
	struct tally other = good;
	int member = polls.who[3];

	check(judge(&good, POLLS_OWNER, NULL) == 0, "the owner's: %s",
	    fail_last()->text);
	check_fails(judge(&good, member, NULL), FAIL_DATA,
	    "the tally is not its poller's", "signed by another");
	other.poll.poller = owner_of(member).id;
	check(judge(&other, member, NULL) == 0, "a member's: %s",
	    fail_last()->text);
	other.poll.poller = owner_of(14).id;
	check_fails(judge(&other, 14, NULL), FAIL_DATA,
	    "the poller is a stranger", "a stranger's poll");
}

static void
test_time(void)
{
	struct tally other = good;

	other.time = polls.roll.members.expires - 1;
	check(judge(&other, POLLS_OWNER, NULL) == 0, "the last second: %s",
	    fail_last()->text);
	other.time++;
	check_fails(judge(&other, POLLS_OWNER, NULL), FAIL_DATA,
	    "the members document had expired", "a second later");
}

static void
test_about(void)
{
	struct tally other = good;

	other.items.byte[0] ^= 1;
	check_fails(judge(&other, POLLS_OWNER, NULL), FAIL_DATA,
	    "is about other items", "another list");
	other = good;
	other.count++;
	check_fails(judge(&other, POLLS_OWNER, NULL), FAIL_DATA,
	    "is about other items", "an item more");
	other = good;
	other.ballots--;
	check_fails(judge(&other, POLLS_OWNER, NULL), FAIL_DATA, "and must",
	    "a ballot less than a quorum");
}

static void
test_seals(void)
{
	struct seal other = {good.poll, {{9}}};

	check_fails(judge(&good, POLLS_OWNER, &other), FAIL_DATA,
	    "a seal is on another tally", "another tally");
	other.poll.sequence++;
	check_fails(judge(&good, POLLS_OWNER, &other), FAIL_DATA,
	    "a seal is of another poll", "another poll");
}

int
main(void)
{
	begin();
	test_poller();
	test_time();
	test_about();
	test_seals();
	polls_release(&polls);
	return failures != 0;
}
