/* SPDX-License-Identifier: ISC */
/*
 * What is asked of all holders is asked side by side, so that deadlines are
 * not waited for one after the other: here each answers only when all have
 * been asked. And who lists too much is lost, and nobody else.
 */
#include <time.h>

#include "check.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "poll/duties.h"
#include "xfer/ask.h"
#include "xfer/catalog.h"
#include "xfer/errand.h"
#include "xfer/papers.h"
#include "xfer/papers_spread.h"

#define HOLDERS 5
#define PATIENCE_S 20

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static char names[HOLDERS][3] = {"p0", "p1", "p2", "p3", "p4"};
static struct peer peers[HOLDERS];
static struct holder holder[HOLDERS];
static struct holders holders;
static struct digest owner;
static size_t asked[HOLDERS];  /* times that each was */
static size_t listed[HOLDERS]; /* papers that each lists */
static size_t gets[HOLDERS];   /* of them, which nobody gives */

/* Wait until every holder has been asked as often as this one. */
static int
meet(size_t number)
{
	struct timespec until;
	size_t i, behind, times;
	int error = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&lock);
	times = ++asked[number];
	pthread_cond_broadcast(&changed);
	do {
		for (behind = 0, i = 0; i < HOLDERS; i++)
			behind += asked[i] < times;
		if (behind > 0)
			error = pthread_cond_timedwait(&changed, &lock, &until);
	} while (behind > 0 && error == 0);
	pthread_mutex_unlock(&lock);
	check(behind == 0, "%zu holders were not asked", behind);
	return behind == 0 ? 0 : fail(FAIL_SYSTEM, "it was asked alone");
}

static int
list(struct holder *self, enum store_shelf shelf, const struct digest *whose,
    int (*each)(void *context, const struct digest *id), void *context)
{
	struct digest id = {{0}};
	size_t i, number = (size_t)(self - holder),
		  count = shelf < STORE_MEMBERS ? 0 : listed[number];

	if (!digest_equal(whose, &owner) || meet(number) != 0)
		return -1;
	for (i = 0; i < count; i++) {
		memcpy(id.byte, &i, sizeof i);
		if (each(context, &id) != 0)
			return -1;
	}
	return 0;
}

/* Begun with all of them before it is ended with one. */
static struct call *
begin_have(struct holder *self, const struct question *question,
    struct answer *answer)
{
	(void)question;
	(void)answer;
	asked[self - holder]++;
	return NULL;
}

static int
end_have(struct holder *self, struct call *call,
    const struct question *question, struct answer *answer, bool *there)
{
	(void)call;
	(void)answer;
	memset(there, self != holder, question->count * sizeof *there);
	check(asked[HOLDERS - 1] == 1, "others have not been asked");
	return self != &holder[1] ? 0 : fail(FAIL_SYSTEM, "it has gone");
}

static int
get(struct holder *self, const struct store_key *key, size_t limit,
    struct buf *to)
{
	(void)key;
	(void)limit;
	(void)to;
	pthread_mutex_lock(&lock);
	gets[self - holder]++;
	pthread_mutex_unlock(&lock);
	return 0;
}

static int
commit(struct holder *self)
{
	(void)self;
	return 0;
}

static void
stop(struct holder *self)
{
	(void)self;
}

static const struct holder_calls calls = {.list = list,
    .begin_have = begin_have,
    .end_have = end_have,
    .get = get,
    .commit = commit,
    .stop = stop,
    .close = stop};

static void
begin(void)
{
	size_t i;

	holders = (struct holders){.holder = holder,
	    .count = HOLDERS,
	    .asks = asks_open()};
	must(holders.asks != NULL, "asks");
	memset(&owner, 9, sizeof owner);
	for (i = 0; i < HOLDERS; i++) {
		peers[i].name = names[i];
		holder[i] = (struct holder){.calls = &calls,
		    .peer = &peers[i],
		    .shelves = STORE_SHELVES};
		memset(&holder[i].id, (int)i + 1, sizeof holder[i].id);
		pthread_mutex_init(&holder[i].lock, NULL);
		asked[i] = listed[i] = gets[i] = 0;
	}
}

static void
end(void)
{
	size_t i;

	asks_close(holders.asks, &holders);
	for (i = 0; i < HOLDERS; i++)
		pthread_mutex_destroy(&holder[i].lock);
}

/* All of them were asked so often, and only these are lost. */
static void
ends(const char *what, size_t times, size_t lost, const char *words)
{
	size_t i, count = 0;

	for (i = 0; i < HOLDERS; i++) {
		check(asked[i] == times, "%s: p%zu was asked %zu times", what,
		    i, asked[i]);
		if (!holder[i].lost)
			continue;
		count++;
		check(strstr(holder[i].reason.text, words) != NULL,
		    "%s: p%zu: %s", what, i, holder[i].reason.text);
	}
	check(count == lost, "%s: %zu are lost", what, count);
	end();
}

static void
test_lists(void)
{
	struct catalog catalog;
	struct members members;
	struct duties duties = {.holder = &holder[2]};
	struct living living;
	struct buf document = {0};

	begin();
	check(catalog_load(&catalog, &holders, &owner) == 0 &&
		catalog.count == 0,
	    "catalog: %s", fail_last()->text);
	catalog_release(&catalog);
	ends("catalog", 1, 0, "");
	begin();
	check(papers_newest(&holders, &owner, &document, &members) == 0 &&
		members.number == 0,
	    "papers: %s", fail_last()->text);
	ends("papers", 1, 0, "");
	begin();
	check(living_load(&living, &holders, &owner) == 0 &&
		duties_load(&duties, 1, &living) == 0 && duties.count == 0,
	    "duties: %s", fail_last()->text);
	duties_release(&duties, 1);
	living_release(&living);
	ends("duties", 2, 0, "");
}

static void
test_too_long(void)
{
	struct members members;
	struct buf document = {0};

	begin();
	listed[3] = LIMIT_MEMBERS_DOCUMENTS + 1;
	listed[4] = LIMIT_MEMBERS_DOCUMENTS;
	check(papers_newest(&holders, &owner, &document, &members) == 0,
	    "papers: %s", fail_last()->text);
	ends("papers", 1, 1, "it lists more than 4096 of them");
}

/* Receipts are listed once, also when some holder lacks those of another. */
static void
test_spread(void)
{
	begin();
	check(papers_spread(&holders, &owner) == 0, "%s", fail_last()->text);
	ends("spread", 2, 0, "");
	begin();
	listed[3] = 3;
	check(papers_spread(&holders, &owner) == 0, "%s", fail_last()->text);
	check(gets[3] == 3 + 3 && gets[4] == 0, "p3 was asked for %zu",
	    gets[3]);
	ends("spread to whoever lacks some", 2, 0, "");
}

/* Who lists receipts that it does not give is not asked for all of them. */
static void
test_made_up(void)
{
	struct duties duties = {.holder = &holder[2]};
	struct living living;

	begin();
	listed[3] = 3 * LIMIT_BROKEN_PROMISES;
	check(living_load(&living, &holders, &owner) == 0 &&
		duties_load(&duties, 1, &living) == 0,
	    "duties: %s", fail_last()->text);
	check(gets[3] >= LIMIT_BROKEN_PROMISES &&
		gets[3] < 2 * LIMIT_BROKEN_PROMISES && gets[4] == 0,
	    "p3 was asked for %zu", gets[3]);
	duties_release(&duties, 1);
	living_release(&living);
	ends("duties", 2, 0, "");
}

static void
count_answers(void *context, const struct errand *errand, const bool *there)
{
	size_t *count = context;

	check(errand->holder == &holder[*count > 0 ? *count + 1 : 0] &&
		there[0] == (errand->holder != holder),
	    "answer %zu", *count);
	++*count;
}

static void
test_have(void)
{
	struct question question = {STORE_SHARDS, owner, &owner, 1, 0, false,
	    NULL};
	size_t count = 0;

	begin();
	check(holders_have(&holders, &question, count_answers, &count) == 0 &&
		count == HOLDERS - 1,
	    "%zu answers", count);
	ends("have", 1, 1, "it has gone");
}

int
main(void)
{
	test_lists();
	test_too_long();
	test_spread();
	test_made_up();
	test_have();
	return failures != 0;
}
