/* SPDX-License-Identifier: ISC */
/*
 * Gathering from holders of every kind: who has it gives it, and who is
 * silent, wrong or slow holds up nobody.
 */
#include "xfer/gather.h"

#include <limits.h>
#include <unistd.h>

#include "base/log.h"
#include "check.h"
#include "peer/roster.h"
#include "scratch.h"
#include "xfer/ask.h"
#include "xfer/rank.h"

#define HOLDERS 5
#define SIZE 1000

/* What a holder does when it is asked. */
enum conduct {
	GIVES,
	LACKS,
	DAMAGED,
	SHORT,	 /* other bytes than the record says */
	FOREIGN, /* has what others should have, and not its own */
	SILENT,	 /* until it is stopped */
	SLOW,
	LATE, /* so that another one is asked, too */
	LOST,
};

struct actor {
	enum conduct conduct;
	unsigned asked;
	bool stopped;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static char names[HOLDERS][3] = {"p0", "p1", "p2", "p3", "p4"};
static struct peer peers[HOLDERS];
static struct holder holder[HOLDERS];
static struct actor actor[HOLDERS];
static struct holders holders;
static struct bundle bundle;
static struct head head;

static void
be_silent(struct actor *self)
{
	pthread_mutex_lock(&lock);
	while (!self->stopped)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void
stop(struct holder *self)
{
	pthread_mutex_lock(&lock);
	actor[self - holder].stopped = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static bool
is_home(const struct holder *self, const struct digest *id)
{
	struct holder *home[LIMIT_TOTAL];
	unsigned i;

	rank_homes(&holders, bundle.stripe.id, bundle.stripe.total, home);
	for (i = 0; i < bundle.stripe.total; i++)
		if (home[i] == self && digest_equal(&bundle.stripe.id[i], id))
			return true;
	return false;
}

/* The bytes of a shard are its id's first byte, over and over. */
static int
get(struct holder *self, const struct store_key *key, size_t limit,
    struct buf *to)
{
	struct actor *me = &actor[self - holder];
	uint8_t bytes[SIZE];
	size_t size = limit < SIZE ? limit : SIZE;

	pthread_mutex_lock(&lock);
	me->asked++;
	pthread_mutex_unlock(&lock);
	memset(bytes, key->id.byte[0], sizeof bytes);
	switch (me->conduct) {
	case LACKS:
		return 0;
	case DAMAGED:
		return fail(FAIL_DATA, "it is damaged");
	case LOST:
		fail(FAIL_SYSTEM, "it has gone");
		holder_lose(self);
		return -1;
	case SILENT:
		be_silent(me);
		return fail(FAIL_SYSTEM, "stopped");
	case FOREIGN:
		if (is_home(self, &key->id))
			return 0;
		break;
	case SLOW:
		usleep(100000);
		break;
	case LATE:
		usleep(300000);
		break;
	case SHORT:
		size--;
		break;
	case GIVES:
		break;
	}
	return buf_append(to, span_of(bytes, size)) == 0 ? 1 : -1;
}

static const struct holder_calls calls = {.get = get, .stop = stop};

static void
begin(const enum conduct conduct[HOLDERS], unsigned need, unsigned total)
{
	unsigned i;

	holders = (struct holders){.holder = holder,
	    .count = HOLDERS,
	    .asks = asks_open()};
	must(holders.asks != NULL, "asks");
	for (i = 0; i < HOLDERS; i++) {
		actor[i] = (struct actor){.conduct = conduct[i]};
		peers[i].name = names[i];
		holder[i] = (struct holder){.calls = &calls, .peer = &peers[i]};
		memset(&holder[i].id, (int)i + 1, sizeof holder[i].id);
		pthread_mutex_init(&holder[i].lock, NULL);
	}
	head = (struct head){.need = need, .total = total, .shard_size = 1024};
	must(bundle_init(&bundle, &head) == 0, "a bundle");
	bundle.stripe.total = total;
	bundle.stripe.size = need * SIZE;
	for (i = 0; i < total; i++)
		memset(&bundle.stripe.id[i], 100 + (int)i,
		    sizeof bundle.stripe.id[i]);
}

static void
end(void)
{
	asks_close(holders.asks, &holders);
	bundle_release(&bundle);
}

static unsigned
all_asked(void)
{
	unsigned i, sum = 0;

	for (i = 0; i < HOLDERS; i++)
		sum += actor[i].asked;
	return sum;
}

/* What is there must be what its id says. */
static unsigned
gather(const char *what)
{
	unsigned i, have;

	check(gather_stripe(&holders, &head, &bundle, &have) == 0, "%s: %s",
	    what, fail_last()->text);
	check(have == bundle_count(&bundle), "%s: %u said, %u there", what,
	    have, bundle_count(&bundle));
	for (i = 0; i < head.total; i++)
		if (bundle.have[i])
			check(bundle_shard(&bundle, &head, i)[SIZE - 1] ==
				100 + i,
			    "%s: shard %u is another", what, i);
	return have;
}

static const struct {
	const char *what;
	enum conduct conduct[HOLDERS];
	unsigned need, total, have;
	unsigned asked_most;
} stripes[] = {
    {"all well", {GIVES, GIVES, GIVES, GIVES, GIVES}, 3, 5, 3, 3},
    {"one of one", {GIVES, GIVES, GIVES, GIVES, GIVES}, 1, 5, 1, 1},
    {"all needed", {GIVES, GIVES, GIVES, GIVES, GIVES}, 5, 5, 5, 5},
    {"two silent", {SILENT, GIVES, GIVES, SILENT, GIVES}, 3, 5, 3, 5},
    {"two damaged", {GIVES, DAMAGED, GIVES, GIVES, DAMAGED}, 3, 5, 3, 5},
    {"two short", {SHORT, SHORT, GIVES, GIVES, GIVES}, 3, 5, 3, 5},
    {"two go", {GIVES, LOST, LOST, GIVES, GIVES}, 3, 5, 3, 5},
    {"all moved", {FOREIGN, FOREIGN, FOREIGN, FOREIGN, FOREIGN}, 3, 5, 3, 14},
    {"one has all", {LACKS, LACKS, LACKS, GIVES, LACKS}, 3, 5, 3, 25},
    {"two of three", {FOREIGN, LACKS, LACKS, LACKS, LACKS}, 5, 5, 4, 25},
    {"nobody", {LACKS, LACKS, LACKS, LACKS, LACKS}, 3, 5, 0, 25},
    {"more than holders", {GIVES, GIVES, GIVES, GIVES, GIVES}, 7, 9, 7, 9},
    {"every kind", {LACKS, SILENT, SHORT, LOST, GIVES}, 4, 5, 4, 30},
};

/* How many were asked. */
static unsigned
gather_one(size_t i)
{
	unsigned have;

	begin(stripes[i].conduct, stripes[i].need, stripes[i].total);
	have = gather(stripes[i].what);
	check(have == stripes[i].have, "%s: %u instead of %u", stripes[i].what,
	    have, stripes[i].have);
	end();
	return all_asked();
}

/* On a busy machine anybody may be late once, and another be asked, too. */
static void
test_stripes(void)
{
	unsigned asked, tries;
	size_t i;

	for (i = 0; i < COUNT(stripes); i++) {
		asked = UINT_MAX;
		for (tries = 0; tries < 10 && asked > stripes[i].asked_most;
		     tries++)
			asked = gather_one(i);
		check(asked <= stripes[i].asked_most, "%s: %u asked, not %u",
		    stripes[i].what, asked, stripes[i].asked_most);
	}
}

/* How many of 60 stripes were asked of the slow one, and came as data. */
static void
gather_by_speed(unsigned *slow, unsigned *data)
{
	static const enum conduct conduct[] = {GIVES, GIVES, SLOW, GIVES,
	    GIVES};
	unsigned i, stripe;

	*data = 0;
	begin(conduct, 2, 5);
	for (stripe = 0; stripe < 60; stripe++) {
		for (i = 0; i < head.total; i++)
			bundle.stripe.id[i].byte[9] = (uint8_t)stripe;
		check(gather("by speed") == 2, "too few");
		*data += bundle.have[0] + bundle.have[1];
	}
	*slow = actor[2].asked;
	end();
}

/*
 * Data shards are preferred, and who is slow is not. On a busy machine all are
 * slow at times: once in a while it must be seen.
 */
static void
test_speed(void)
{
	unsigned slow = 60, data = 0, tries;

	for (tries = 0; tries < 10 && (slow >= 15 || data <= 60); tries++)
		gather_by_speed(&slow, &data);
	check(slow < 15, "the slow one was asked %u times", slow);
	check(data > 60, "%u of 120 shards are data", data);
}

/* How often the silent one was asked; and whether it alone owes an answer. */
static unsigned
gather_in_silence(bool *alone)
{
	static const enum conduct conduct[] = {SILENT, GIVES, GIVES, GIVES,
	    GIVES};
	unsigned stripe;

	begin(conduct, 3, 5);
	for (stripe = 0; stripe < 60; stripe++) {
		bundle.stripe.id[0].byte[9] = (uint8_t)stripe;
		check(gather("silence") == 3, "too few");
	}
	check(ask_silence(holders.asks, &holder[0]) > 0,
	    "it is not known to owe an answer");
	*alone = ask_silence(holders.asks, &holder[1]) == 0;
	end();
	return actor[0].asked;
}

/* A silent holder has few calls to answer at last, not one a stripe. */
static void
test_silence(void)
{
	unsigned asked = 60, tries;
	bool alone = false;

	for (tries = 0; tries < 10 && (asked > 2 || !alone); tries++)
		asked = gather_in_silence(&alone);
	check(asked <= 2, "the silent one was asked %u times", asked);
	check(alone, "another one is said to owe an answer");
}

/* Whether somebody is said to have been too slow in the end. */
static bool
calls_slow(void)
{
	int file = memory_of(span_of("", 0)), before = dup(STDERR_FILENO);
	struct buf said;
	bool slow;

	must(dup2(file, STDERR_FILENO) >= 0, "stderr");
	holders_explain(&holders);
	must(dup2(before, STDERR_FILENO) >= 0, "stderr again");
	said = memory_read(file);
	slow = memmem(said.data, said.size, "too slow", 8) != NULL;
	buf_release(&said);
	close(file);
	close(before);
	return slow;
}

/*
 * What is said when the first of three is like that, and the spare ones late.
 */
static bool
gather_late(enum conduct first)
{
	static const enum conduct conduct[] = {GIVES, GIVES, GIVES, GIVES,
	    GIVES};
	struct holder *home[LIMIT_TOTAL];
	unsigned i;
	bool slow;

	begin(conduct, 3, 5);
	rank_homes(&holders, bundle.stripe.id, 5, home);
	actor[home[0] - holder].conduct = first;
	for (i = 3; i < 5; i++)
		actor[home[i] - holder].conduct = LATE;
	check(gather("late") == 3, "too few");
	slow = calls_slow();
	end();
	return slow;
}

/*
 * Who is late is not waited for, and that is said; who was asked instead, and
 * not needed then, is not to blame.
 */
static void
test_blame(void)
{
	bool slow = true;
	unsigned tries;

	check(gather_late(SILENT), "nobody is said to be too slow");
	for (tries = 0; tries < 10 && slow; tries++)
		slow = gather_late(LATE);
	check(!slow, "one that was asked in vain is said to be too slow");
}

static const struct {
	const char *what;
	enum conduct conduct[HOLDERS];
	int result;
} documents[] = {
    {"all well", {GIVES, GIVES, GIVES, GIVES, GIVES}, 1},
    {"one has it", {LACKS, LACKS, DAMAGED, GIVES, LACKS}, 1},
    {"the others are silent", {SILENT, SILENT, SILENT, SILENT, GIVES}, 1},
    {"nobody", {LACKS, DAMAGED, LACKS, LOST, LACKS}, 0},
};

static void
test_documents(void)
{
	struct store_key key = {.id = {{42}}};
	struct buf got = {0};
	size_t i;
	int result;

	for (i = 0; i < COUNT(documents); i++) {
		begin(documents[i].conduct, 1, 1);
		got.size = 0;
		result = gather_document(&holders, &key, NULL, &got);
		check(result == documents[i].result, "%s: returns %d",
		    documents[i].what, result);
		check(got.size == (result == 1 ? SIZE : 0), "%s: %zu bytes",
		    documents[i].what, got.size);
		check(all_asked() <= HOLDERS, "%s: %u asked", documents[i].what,
		    all_asked());
		end();
	}
	buf_release(&got);
}

int
main(void)
{
	log_start("test", LOG_WARN);
	test_stripes();
	test_speed();
	test_silence();
	test_blame();
	test_documents();
	return failures != 0;
}
