/* SPDX-License-Identifier: ISC */
/* Facts in, a verdict out: every check, and what is worse than what. */
#include "health/verdict.h"

#include "check.h"
#include "peer/peer.h"

#define NOW 1700000000
#define HOUR 3600
#define GIB ((uint64_t)1 << 30)

static struct peer roster[5];
static struct peer_facts peers[5];
static struct backup_facts backups[2];

/* Five peers up, two whole backups, the newest an hour old. */
static struct facts
good(void)
{
	static char names[5][2] = {"a", "b", "c", "d", "e"};
	struct facts facts = {.now = NOW,
	    .max_age = 24 * HOUR,
	    .peer = peers,
	    .peers = 5,
	    .backup = backups,
	    .backups = 2,
	    .snapshots = 2};
	size_t i;

	for (i = 0; i < 5; i++) {
		roster[i] = (struct peer){.name = names[i], .addresses = 1};
		peers[i] = (struct peer_facts){.peer = &roster[i],
		    .counted = true,
		    .info = {.quota = 100 * GIB, .free = 500 * GIB}};
	}
	for (i = 0; i < 2; i++)
		backups[i] = (struct backup_facts){.number = 2 - i,
		    .time = NOW - (i + 1) * HOUR,
		    .need = 3,
		    .total = 5,
		    .worst = 5,
		    .stripes = {[STRIPE_INTACT] = 10},
		    .counted = true};
	return facts;
}

/* What it says: a command, or what only people can do, or both. */
static void
check_remedy(const struct check *told, const char *remedy)
{
	check(told->fix[0] != '\0' || told->by_hand[0] != '\0',
	    "%s: nothing to do", check_word(told->name));
	check(strstr(told->fix, "(1)") == NULL, "%s: not a command: '%s'",
	    check_word(told->name), told->fix);
	check(strstr(told->fix, remedy) != NULL ||
		strstr(told->by_hand, remedy) != NULL,
	    "%s: advises '%s', '%s'", check_word(told->name), told->fix,
	    told->by_hand);
}

/* The only check, how bad it is, words of it and of what to do. */
static void
test_check(const struct facts *facts, enum check_name name,
    enum severity severity, const char *text, const char *remedy)
{
	struct verdict verdict;

	verdict_reach(&verdict, facts, 0);
	if (!check(verdict.count == 1, "%s: %zu checks", check_word(name),
		verdict.count))
		return;
	check(verdict.check[0].name == name, "%s instead of %s",
	    check_word(verdict.check[0].name), check_word(name));
	check(verdict.severity == severity, "%s: %s", check_word(name),
	    check_severity_word(verdict.severity));
	check(strstr(verdict.summary, text) != NULL, "%s: says '%s'",
	    check_word(name), verdict.summary);
	check_remedy(&verdict.check[0], remedy);
	verdict_reach(&verdict, facts, 1U << name);
	check(verdict.severity == HEALTH_OK && verdict.check[0].muted,
	    "%s cannot be muted", check_word(name));
}

static void
check_good(const struct facts *facts, const char *what)
{
	struct verdict verdict;

	verdict_reach(&verdict, facts, 0);
	check(verdict.count == 0, "%s: %s", what, verdict.summary);
}

static void
test_good(void)
{
	struct facts facts = good();
	struct verdict verdict;

	verdict_reach(&verdict, &facts, 0);
	check(verdict.severity == HEALTH_OK && verdict.count == 0, "not good");
	check(strcmp(verdict.summary,
		  "5 of 5 peers up, 2 backups, the newest 60 min old") == 0,
	    "says '%s'", verdict.summary);
	peers[4].state = PEER_PASSIVE;
	verdict_reach(&verdict, &facts, 0);
	check(verdict.severity == HEALTH_OK &&
		strstr(verdict.summary, "4 of 4") != NULL,
	    "a passive peer is not down: %s", verdict.summary);
}

/* All shards are there, but few peers have what tells of them. */
static void
test_documents(void)
{
	struct facts facts = good();

	backups[1].documents = STRIPE_DEGRADED;
	backups[1].copies = 2;
	test_check(&facts, CHECK_DATA_DEGRADED, HEALTH_WARNING,
	    "backup 1: its documents are on too few peers (1 of 2 backups)",
	    "shard-repair 1");
	backups[1].documents = STRIPE_EDGE;
	backups[1].copies = 1;
	test_check(&facts, CHECK_DATA_EDGE, HEALTH_CRITICAL,
	    "backup 1: its documents are on one peer alone (1 of 2 backups)",
	    "shard-repair 1");
	backups[1].stripes[STRIPE_DEGRADED] = 1;
	check(facts_worst(&backups[1]) == STRIPE_EDGE, "documents are worse");
	backups[1].stripes[STRIPE_EDGE] = 1;
	backups[1].worst = 3;
	test_check(&facts, CHECK_DATA_EDGE, HEALTH_CRITICAL,
	    "backup 1: one more loss, and it is lost", "shard-repair 1");
	facts = good();
	backups[1].documents = STRIPE_AWAY;
	check_good(&facts, "documents that may be at peers which are away");
}

static void
test_data(void)
{
	static const struct {
		enum redundancy state;
		enum check_name name;
		enum severity severity;
		const char *text, *fix;
	} bad[] = {
	    {STRIPE_DEGRADED, CHECK_DATA_DEGRADED, HEALTH_WARNING,
		"backup 1: shards are missing (1 of 2 backups)",
		"shard-repair 1"},
	    {STRIPE_EDGE, CHECK_DATA_EDGE, HEALTH_CRITICAL, "one more loss",
		"shard-repair 1"},
	    {STRIPE_HIDDEN, CHECK_DATA_HIDDEN, HEALTH_CRITICAL, "no restore",
		"bring back"},
	    {STRIPE_LOST, CHECK_DATA_LOST, HEALTH_CRITICAL,
		"cannot be restored", "back up the same"},
	};
	struct facts facts;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		facts = good();
		backups[1].stripes[bad[i].state] = 1;
		backups[1].worst = 4;
		test_check(&facts, bad[i].name, bad[i].severity, bad[i].text,
		    bad[i].fix);
	}
	facts = good();
	backups[1].stripes[STRIPE_DEGRADED] = 1;
	test_check(&facts, CHECK_DATA_DEGRADED, HEALTH_WARNING, "missing",
	    "nobody who is up could take more");
	facts = good();
	backups[0].stripes[STRIPE_EDGE] = backups[1].stripes[STRIPE_EDGE] = 1;
	backups[0].worst = backups[1].worst = 3;
	test_check(&facts, CHECK_DATA_EDGE, HEALTH_CRITICAL,
	    "backup 2: one more loss, and it is lost (2 of 2 backups)",
	    "shard-repair -a");
	test_documents();
	facts = good();
	backups[0].counted = false;
	test_check(&facts, CHECK_DATA_UNKNOWN, HEALTH_WARNING, "1 of 2",
	    "nobody has the indexes any more");
	peers[0].counted = false;
	test_check(&facts, CHECK_DATA_UNKNOWN, HEALTH_WARNING, "1 of 2",
	    "bring back");
	facts = good();
	facts.backups = facts.snapshots = 0;
	test_check(&facts, CHECK_NO_BACKUP, HEALTH_CRITICAL, "no backup",
	    "shard-send");
}

static void
test_age(void)
{
	struct facts facts = good();

	backups[0].time = NOW - 24 * HOUR;
	struct verdict verdict;

	verdict_reach(&verdict, &facts, 0);
	check(verdict.severity == HEALTH_OK, "as old as it may be");
	backups[0].time = NOW - 25 * HOUR;
	test_check(&facts, CHECK_BACKUP_OLD, HEALTH_WARNING,
	    "25 h old, more than 24 h", "shard-send");
	backups[0].time = NOW - 73 * HOUR;
	test_check(&facts, CHECK_BACKUP_OLD, HEALTH_CRITICAL, "3 d old",
	    "shard-send");
	facts.max_age = 0;
	verdict_reach(&verdict, &facts, 0);
	check(verdict.severity == HEALTH_OK, "any age");
	backups[0].time = NOW + HOUR;
	facts.max_age = HOUR;
	verdict_reach(&verdict, &facts, 0);
	check(verdict.severity == HEALTH_OK, "of the future: '%s'",
	    verdict.summary);
}

static void
test_peers(void)
{
	struct facts facts = good();

	peers[1].state = PEER_DOWN;
	test_check(&facts, CHECK_PEER_DOWN, HEALTH_WARNING,
	    "down: b (1 of 5 peers)", "see to the machine");
	peers[1].since = NOW - 72 * HOUR + 1;
	test_check(&facts, CHECK_PEER_DOWN, HEALTH_WARNING, "down: b", "wait");
	peers[1].since = NOW - 72 * HOUR;
	test_check(&facts, CHECK_PEER_GONE, HEALTH_WARNING, "3 days",
	    "peer-pair remove");
	backups[1].worst = 3;
	test_check(&facts, CHECK_PEER_GONE, HEALTH_WARNING, "3 days",
	    "shard-repair -a");
	facts = good();
	facts = good();
	peers[0].state = peers[1].state = peers[2].state = peers[4].state =
	    PEER_DOWN;
	test_check(&facts, CHECK_PEER_DOWN, HEALTH_WARNING,
	    "down: a, b, c, ... (4 of 5 peers)", "see");
	facts = good();
	peers[3].state = PEER_REFUSED;
	roster[3].has_id = true;
	test_check(&facts, CHECK_KEY_MISMATCH, HEALTH_WARNING, "refused: d",
	    "peer-pair");
	roster[3].has_id = false;
	test_check(&facts, CHECK_STORE_UNMOUNTED, HEALTH_WARNING,
	    "no store in its folder: d", "mount its disk");
	facts = good();
	peers[3].damaged = 2;
	test_check(&facts, CHECK_DAMAGE, HEALTH_WARNING, "damaged bytes: d",
	    "shard-repair -a -c");
	facts = good();
	peers[0].info.used = 96 * GIB;
	test_check(&facts, CHECK_QUOTA, HEALTH_WARNING, "room left: a",
	    "shard-drop");
	peers[0].info.used = 94 * GIB;
	peers[0].info.free = 4 * GIB;
	test_check(&facts, CHECK_QUOTA, HEALTH_WARNING, "room left: a",
	    "shard-drop");
	facts = good();
	peers[0].info.quota = UINT64_MAX;
	peers[0].info.used = peers[0].info.free = 0;
	peers[4].ahead = -301;
	test_check(&facts, CHECK_CLOCK_SKEW, HEALTH_WARNING,
	    "not ours: e (1 of 5 peers)", "NTP");
	roster[0].has_id = roster[1].has_id = roster[4].has_id = true;
	peers[1].ahead = -301;
	test_check(&facts, CHECK_CLOCK_SKEW, HEALTH_WARNING,
	    "not ours: b, e (2 of 5 peers)", "timedatectl");
	roster[2].has_id = roster[3].has_id = true;
	test_check(&facts, CHECK_CLOCK_SKEW, HEALTH_WARNING, "b, e", "NTP");
}

/* Where p2p-backup looks after them, and options that must be said again. */
static void
test_remedies(void)
{
	struct facts facts = good();

	must(remedy_begin(&facts.site, true, "/a b", "/nowhere") == 0, "begin");
	facts.backups = facts.snapshots = 0;
	test_check(&facts, CHECK_NO_BACKUP, HEALTH_CRITICAL, "no backup",
	    "p2p-backup -C '/a b' run");
	facts = good();
	facts.site.managed = true;
	backups[1].stripes[STRIPE_DEGRADED] = 1;
	backups[1].worst = 4;
	test_check(&facts, CHECK_DATA_DEGRADED, HEALTH_WARNING, "missing",
	    "p2p-backup repair --all");
	facts = good();
	must(remedy_begin(&facts.site, false, "it's", "/dev/null") == 0,
	    "begin");
	facts.poll.bad = 1;
	facts.poll.time = NOW;
	test_check(&facts, CHECK_POLL_BAD, HEALTH_WARNING, "1 shards bad",
	    "shard-vote -C 'it'\\''s' -p <(peer-find) -w today.cert || "
	    "shard-repair -C 'it'\\''s' -p <(peer-find) today.cert && "
	    "shard-vote -C 'it'\\''s' -p <(peer-find) -w today.cert");
	facts.site.managed = true;
	test_check(&facts, CHECK_POLL_BAD, HEALTH_WARNING, "1 shards bad",
	    "p2p-backup -C 'it'\\''s' repair && "
	    "p2p-backup -C 'it'\\''s' verify");
}

static void
test_long_options(void)
{
	struct remedy_site site;
	char path[REMEDY_OPTIONS];

	memset(path, 'a', sizeof path);
	path[REMEDY_OPTIONS - 5] = '\0';
	must(remedy_begin(&site, false, path, NULL) == 0, "just short enough");
	check(strlen(site.options) == REMEDY_OPTIONS - 1, "it is whole");
	check_fails(remedy_begin(&site, false, path, "/dev/null"), FAIL_NO,
	    "too long", "two");
	check(site.config[0] == '\0' && site.options[0] == '\0',
	    "half of the options");
}

/* When nobody answers nothing is known, and that is not a warning. */
static void
test_nobody(void)
{
	struct facts facts = good();
	struct verdict verdict;
	size_t i;

	for (i = 0; i < 5; i++)
		peers[i].state = PEER_DOWN;
	facts.backups = facts.snapshots = 0;
	verdict_reach(&verdict, &facts, 0);
	check(verdict.severity == HEALTH_UNKNOWN, "nobody: %s",
	    check_severity_word(verdict.severity));
	check(strcmp(verdict.summary, "no peer can be asked") == 0,
	    "nobody: '%s'", verdict.summary);
	facts.peers = 0;
	verdict_reach(&verdict, &facts, 0);
	check(verdict.severity == HEALTH_UNKNOWN, "an empty roster");
}

/* The worst is told first, and what is muted is not told for it. */
static void
test_order(void)
{
	struct facts facts = good();
	struct verdict verdict;

	peers[1].state = PEER_DOWN;
	backups[0].stripes[STRIPE_EDGE] = 1;
	verdict_reach(&verdict, &facts, 0);
	check(verdict.severity == HEALTH_CRITICAL && verdict.count == 2 &&
		strstr(verdict.summary, "one more loss") != NULL,
	    "two checks: '%s'", verdict.summary);
	verdict_reach(&verdict, &facts, 1U << CHECK_DATA_EDGE);
	check(verdict.severity == HEALTH_WARNING && verdict.count == 2 &&
		strstr(verdict.summary, "down: b") != NULL,
	    "one muted: '%s'", verdict.summary);
}

/* seen, away, need, total -> state, by hand. */
static void
test_redundancy(void)
{
	static const struct {
		size_t seen, away;
		unsigned need, total;
		enum redundancy state;
	} known[] = {
	    {5, 0, 3, 5, STRIPE_INTACT},
	    {5, 2, 3, 5, STRIPE_INTACT},
	    {4, 1, 3, 5, STRIPE_AWAY},
	    {3, 2, 3, 5, STRIPE_AWAY},
	    {3, 9, 3, 5, STRIPE_AWAY},
	    {4, 0, 3, 5, STRIPE_DEGRADED},
	    {3, 1, 3, 5, STRIPE_DEGRADED},
	    {3, 0, 3, 5, STRIPE_EDGE},
	    {2, 1, 3, 5, STRIPE_HIDDEN},
	    {2, 3, 3, 5, STRIPE_HIDDEN},
	    {0, 3, 3, 5, STRIPE_HIDDEN},
	    {2, 0, 3, 5, STRIPE_LOST},
	    {0, 2, 3, 5, STRIPE_LOST},
	    {1, 0, 1, 1, STRIPE_INTACT},
	    {0, 1, 1, 1, STRIPE_HIDDEN},
	    {0, 0, 1, 1, STRIPE_LOST},
	    {3, 0, 3, 3, STRIPE_INTACT},
	};
	enum redundancy state;
	size_t i;

	for (i = 0; i < COUNT(known); i++) {
		state = facts_redundancy(known[i].seen, known[i].away,
		    known[i].need, known[i].total);
		check(state == known[i].state,
		    "%zu seen, %zu away, %u of %u: %s", known[i].seen,
		    known[i].away, known[i].need, known[i].total,
		    facts_stripe_word(state));
	}
}

static void
test_polls(void)
{
	struct facts facts = good();

	facts.poll = (struct poll_facts){.time = NOW - 72 * HOUR,
	    .holds = true,
	    .good = 90,
	    .silent = 5};
	peers[1].audit = AUDIT_SILENT;
	peers[1].audited = NOW;
	peers[2].audit = AUDIT_LACKING;
	peers[2].audited = facts.poll.time;
	check_good(&facts, "a poll three days ago, and who is silent");
	facts.poll.time--;
	peers[2].audited--;
	test_check(&facts, CHECK_POLL_STALE, HEALTH_WARNING,
	    "the last poll was 3 d ago", "shard-vote -w");
	facts.poll.time = NOW;
	facts.poll.bad = 3;
	test_check(&facts, CHECK_POLL_BAD, HEALTH_WARNING,
	    "the last poll found 3 shards bad, 5 silent, 0 undecided",
	    "shard-repair today.cert");
	facts.poll.bad = 0;
	facts.poll.undecided = 5;
	check_good(&facts, "undecided for once");
	facts.poll.long_undecided = 4;
	test_check(&facts, CHECK_POLL_UNDECIDED, HEALTH_WARNING,
	    "the last 3 polls could not tell about 4 shards",
	    "shard-repair -c -a");
	facts.poll.undecided = facts.poll.long_undecided = 0;
	peers[3].info.rotten = 2;
	test_check(&facts, CHECK_PEER_ROT, HEALTH_WARNING,
	    "a disk that rots, by the last scrub: d (1 of 5 peers)",
	    "whoever runs it");
	peers[3].info.rotten = 0;
	peers[2].audited = NOW + 1;
	test_check(&facts, CHECK_AUDIT_BAD, HEALTH_WARNING,
	    "not all there at the last audit: c (1 of 5 peers)", "shard-vote");
}

static void
test_scrub(void)
{
	struct owner_facts owner = {.newest = NOW};
	struct facts facts = {.now = NOW, .owner = &owner};

	facts.scrubbed = (struct scrubbed){.began = NOW, .files = 100};
	check_good(&facts, "a whole store");
	facts.scrubbed.damaged = 2;
	facts.scrubbed.unreadable = 1;
	test_check(&facts, CHECK_SCRUB_DAMAGE, HEALTH_WARNING,
	    "of 100 files of the store 2 are damaged, 1 unreadable", "disk");
}

static void
test_words(void)
{
	int name;

	for (name = 0; name < CHECK_COUNT; name++)
		check((int)check_named(check_word((enum check_name)name)) ==
			name,
		    "check %d", name);
	check(check_named("PEER") == CHECK_COUNT, "no such check");
}

int
main(void)
{
	test_good();
	test_data();
	test_age();
	test_peers();
	test_remedies();
	test_long_options();
	test_nobody();
	test_order();
	test_redundancy();
	test_polls();
	test_scrub();
	test_words();
	return failures != 0;
}
