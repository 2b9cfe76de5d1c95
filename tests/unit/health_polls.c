/* SPDX-License-Identifier: ISC */
/* What polls and audits have come to, out of what was kept. */
#include "health/polls.h"

#include "peer/peer.h"
#include "poll/audited.h"
#include "poll/kept.h"
#include "polls.h"
#include "scratch.h"

static struct polls made;
static struct peer roster[4];
static struct peer_facts peers[4];
static uint8_t verdict[POLLS_MEMBERS * POLLS_SHARDS];

static struct facts
look(const char *members)
{
	static char certificates[200], audits[200], receipts[200], path[200];
	struct facts facts = {.now = POLLS_NOW, .peer = peers, .peers = 4};
	struct polls_look where = {certificates, audits, receipts, path,
	    made.roll.owner};
	size_t i;

	snprintf(certificates, sizeof certificates, "%s", scratch("polls"));
	snprintf(audits, sizeof audits, "%s", scratch("audits"));
	snprintf(receipts, sizeof receipts, "%s", scratch("receipts"));
	snprintf(path, sizeof path, "%s", scratch(members));
	for (i = 0; i < 4; i++) {
		roster[i] = (struct peer){.has_id = i < 3,
		    .id = members_id(&made.roll.members, i)};
		peers[i] = (struct peer_facts){.peer = &roster[i]};
	}
	polls_gather(&where, &facts);
	return facts;
}

static void
keep(uint64_t time)
{
	struct buf certificate = {0};

	polls_certificate(&made, verdict, time, &certificate);
	must(kept_add(scratch("polls"), &made.roll.owner, time,
		 span_of_buf(&certificate)) == 0,
	    "kept");
	buf_release(&certificate);
}

static void
audit(size_t member, uint64_t time, enum proof_verdict said)
{
	struct digest id = members_id(&made.roll.members, member);
	struct audited audited = {.time = time, .answered.asked = 5};

	audited.answered.count[PROOF_OK] = 4;
	audited.answered.count[said]++;
	must(audited_save(scratch("audits"), &id, &audited) == 0, "an audit");
}

static void
test_nothing(void)
{
	struct facts facts = look("members");

	check(facts.poll.time == 0, "a poll of %llu",
	    (unsigned long long)facts.poll.time);
	check(peers[0].audit == AUDIT_NEVER, "an audit");
}

static void
test_poll(void)
{
	struct facts facts;

	memset(verdict, VERDICT_BAD, sizeof verdict);
	keep(POLLS_NOW - 200);
	memset(verdict, VERDICT_OK, sizeof verdict);
	verdict[1] = VERDICT_BAD;
	verdict[2] = VERDICT_SILENT;
	verdict[3] = VERDICT_NONE;
	keep(POLLS_NOW - 100);
	facts = look("members");
	check(facts.poll.time == POLLS_NOW - 100 && facts.poll.holds &&
		facts.poll.good == 5 && facts.poll.bad == 1 &&
		facts.poll.silent == 1 && facts.poll.undecided == 1,
	    "it is not the last one");
	check(peers[0].audit == AUDIT_LACKING, "bad");
	check(peers[1].audit == AUDIT_SILENT, "silent");
	check(peers[2].audit == AUDIT_WHOLE, "ok");
	check(peers[2].audited == POLLS_NOW - 100, "the time");
	check(peers[3].audit == AUDIT_NEVER, "one without an id");
}

/* Three polls in a row that cannot tell about a shard are told. */
static void
test_undecided(void)
{
	static const uint8_t said[][3] = {{VERDICT_NONE, VERDICT_NONE,
					      VERDICT_NONE},
	    {VERDICT_NONE, VERDICT_OK, VERDICT_NONE},
	    {VERDICT_NONE, VERDICT_NONE, VERDICT_SILENT},
	    {VERDICT_BAD, VERDICT_NONE, VERDICT_NONE},
	    {VERDICT_NONE, VERDICT_NONE, VERDICT_NONE}};
	uint64_t first = POLLS_NOW - 100000;
	size_t i, poll;

	for (poll = 0; poll < 3; poll++) {
		check(look("members").poll.long_undecided == 0,
		    "after %zu polls", poll);
		memset(verdict, VERDICT_OK, sizeof verdict);
		for (i = 0; i < COUNT(said); i++)
			verdict[i] = said[i][poll];
		keep(first + poll * 30000);
	}
	check(look("members").poll.long_undecided == 2, "two of five, not %llu",
	    (unsigned long long)look("members").poll.long_undecided);
	check(look("nowhere").poll.long_undecided == 0, "under other members");
}

/* Of a poll under other members only the time is known. */
static void
test_others(void)
{
	struct facts facts = look("nowhere");

	check(facts.poll.time == POLLS_NOW - 100 && !facts.poll.holds &&
		facts.poll.good == 0,
	    "it holds");
	check(peers[0].audit == AUDIT_NEVER, "an audit");
}

/* The later of poll and audit counts. */
static void
test_audits(void)
{
	audit(0, POLLS_NOW - 101, PROOF_OK);
	audit(1, POLLS_NOW - 50, PROOF_OK);
	audit(2, POLLS_NOW - 50, PROOF_WRONG);
	look("members");
	check(peers[0].audit == AUDIT_LACKING, "an older audit");
	check(peers[1].audit == AUDIT_WHOLE, "a later audit");
	check(peers[2].audit == AUDIT_LACKING, "a later, bad audit");
	audit(2, POLLS_NOW - 49, PROOF_MISSING);
	audit(1, POLLS_NOW - 49, PROOF_EIO);
	look("members");
	check(peers[2].audit == AUDIT_LACKING, "missing");
	check(peers[1].audit == AUDIT_SILENT, "a disk that cannot be read");
}

int
main(void)
{
	polls_init(&made, 4, 2, false);
	scratch_write(scratch("members"), span_of_buf(&made.members), 0600);
	test_nothing();
	test_undecided();
	test_poll();
	test_others();
	test_audits();
	polls_release(&made);
	return failures > 0;
}
