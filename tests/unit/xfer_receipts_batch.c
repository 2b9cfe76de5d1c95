/* SPDX-License-Identifier: ISC */
/* How receipts go out: to whom, in what pieces, and who is asked first. */
#include "xfer/receipts_batch.h"

#include "check.h"
#include "crypto/tree.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "xfer/holder.h"

#define HOLDERS 4

static struct holder holder[HOLDERS];
static size_t asked[HOLDERS], commits[HOLDERS];
static size_t put[HOLDERS];	/* since the last commit ... */
static size_t put_all[HOLDERS]; /* ... and in all */
static size_t most[HOLDERS];	/* of the first */

static int
end_put(struct holder *self, struct call *call, const struct store_key *key,
    struct span bytes, struct answer *answer)
{
	struct digest root = tree_root(bytes);
	size_t number = (size_t)(self - holder);

	(void)call;
	(void)answer;
	check(key->shelf == STORE_RECEIPTS && key->owner.byte[0] == 9 &&
		digest_equal(&root, &key->id),
	    "another document");
	put_all[number]++;
	if (++put[number] > most[number])
		most[number] = put[number];
	return number == 1 ? fail(FAIL_NO, "no room") : 0;
}

/* Each has those with an even first byte. */
static int
end_have(struct holder *self, struct call *call,
    const struct question *question, struct answer *answer, bool *there)
{
	size_t i;

	(void)call;
	(void)answer;
	asked[self - holder]++;
	for (i = 0; i < question->count; i++)
		there[i] = question->id[i].byte[0] % 2 == 0;
	return 0;
}

static int
commit(struct holder *self)
{
	commits[self - holder]++;
	put[self - holder] = 0;
	return 0;
}

static const struct holder_calls calls = {.end_put = end_put,
    .end_have = end_have,
    .commit = commit};

/* So many documents of that size. */
static size_t
send(struct holders *holders, bool known, size_t count, size_t size)
{
	struct receipts_batch batch = {.holders = holders,
	    .owner = {{9}},
	    .known = known};
	static uint8_t document[1 << 20];
	struct digest id;
	size_t i, odd = 0;

	memset(asked, 0, sizeof asked);
	memset(commits, 0, sizeof commits);
	memset(put_all, 0, sizeof put_all);
	memset(most, 0, sizeof most);
	for (i = 0; i < count; i++) {
		memcpy(document, &i, sizeof i);
		id = tree_root(span_of(document, size + i % 2));
		odd += id.byte[0] % 2;
		must(receipts_batch_add(&batch, &id,
			 span_of(document, size + i % 2)) == 0,
		    "add");
	}
	must(receipts_batch_flush(&batch) == 0, "flush");
	receipts_batch_release(&batch);
	return odd;
}

int
main(void)
{
	static char name[] = "p";
	static struct peer peer = {.name = name};
	struct holders holders = {.holder = holder, .count = HOLDERS};
	size_t i, odd;

	for (i = 0; i < HOLDERS; i++) {
		holder[i] = (struct holder){.calls = &calls,
		    .peer = &peer,
		    .shelves = STORE_SHELVES};
		pthread_mutex_init(&holder[i].lock, NULL);
	}
	holder[2].shelves = STORE_MEMBERS; /* an old one, without papers */
	holder[3].lost = true;

	send(&holders, false, 2 * LIMIT_RECEIPTS_PUT + 1, 100);
	for (i = 0; i < 2; i++)
		check(asked[i] == 0 && commits[i] == 3 &&
			put_all[i] == 2 * LIMIT_RECEIPTS_PUT + 1 &&
			most[i] == LIMIT_RECEIPTS_PUT,
		    "%zu: %zu puts, %zu commits, %zu at once", i, put_all[i],
		    commits[i], most[i]);
	check(put_all[2] + put_all[3] + commits[2] + commits[3] == 0,
	    "papers for who takes none");

	odd = send(&holders, true, LIMIT_RECEIPTS_PUT, 100);
	check(asked[0] == 1 && commits[0] == 1 && put_all[0] == odd && odd > 0,
	    "%zu of %zu puts, asked %zu times", put_all[0], odd, asked[0]);
	check(asked[2] + asked[3] == 0, "who takes none is asked");

	send(&holders, false, 20, 1 << 19); /* large ones: 8 MiB together */
	check(commits[0] == 2 && put_all[0] == 20 && most[0] == 16,
	    "%zu commits, %zu at once", commits[0], most[0]);

	send(&holders, true, 0, 100);
	check(asked[0] + commits[0] == 0, "nothing, and it is asked");
	for (i = 0; i < HOLDERS; i++)
		pthread_mutex_destroy(&holder[i].lock);
	return failures != 0;
}
