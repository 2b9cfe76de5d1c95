/* SPDX-License-Identifier: ISC */
/*
 * What a holder owes a receipt for: it cannot get away with less, whatever it
 * answers, and who is honest is never told off, whatever was under way.
 */
#include "xfer/owed.h"

#include <string.h>

#include "doc/receipt.h"
#include "document.h"
#include "format/limits.h"

#define HOLDER 2
#define OWNER 1

static struct owed owed;

static struct store_key
key_of(int number)
{
	return (struct store_key){STORE_SHARDS, owner_of(OWNER).id,
	    {{(uint8_t)number, (uint8_t)(number >> 8), 1}}};
}

/* Put, and taken, over a connection that has broken so often. */
static void
put(int number, unsigned breaks)
{
	struct store_key key = key_of(number);

	check(owed_send(&owed, &key, breaks) == 0, "%s", fail_last()->text);
	owed_answer(&owed, &key, true);
}

static void
sent(int number)
{
	struct store_key key = key_of(number);

	check(owed_send(&owed, &key, 0) == 0, "%s", fail_last()->text);
}

static void
answered(int number, bool taken)
{
	struct store_key key = key_of(number);

	owed_answer(&owed, &key, taken);
}

/* A receipt for the numbers from `first`, so many. */
static struct buf
receipt_by(int signer, int owner, int first, int count)
{
	struct secret scalar = scalar_of(signer);
	struct buf ids = {0}, document = {0};
	struct receipt receipt = {owner_of(owner).id, 1700000000, {NULL, 0}};
	struct store_key key;
	int i;

	for (i = first; i < first + count; i++) {
		key = key_of(i);
		must(buf_append(&ids, span_of_digest(&key.id)) == 0, "memory");
	}
	receipt.ids = span_of_buf(&ids);
	must(receipt_encode(&receipt, &scalar, &document) == 0, "encode");
	buf_release(&ids);
	return document;
}

/* A commit is sent, which must name these numbers as found. */
static void
commit(const char *found)
{
	struct digest whose = {{0}}, owner = owner_of(OWNER).id;
	struct buf ids = {0};
	struct store_key key;
	size_t i;

	check(owed_commit(&owed, &whose, &ids) == 0, "%s", fail_last()->text);
	check(ids.size == strlen(found) * sizeof key.id, "%zu bytes of ids",
	    ids.size);
	check(ids.size == 0 || digest_equal(&whose, &owner), "whose it is");
	for (i = 0; found[i] != '\0'; i++) {
		key = key_of(found[i] - '0');
		check(memcmp(ids.data + i * sizeof key.id, &key.id,
			  sizeof key.id) == 0,
		    "found: %zu is not number %c", i, found[i]);
	}
	buf_release(&ids);
}

/* The holder's answer to a commit, when the connection broke so often. */
static int
settle(struct buf document, unsigned breaks)
{
	struct owner holder = owner_of(HOLDER);
	int result =
	    owed_settle(&owed, &holder.id, breaks, span_of_buf(&document));

	buf_release(&document);
	return result;
}

static void
start(void)
{
	owed_init(&owed);
	put(1, 0);
	put(2, 0);
	commit("");
}

/* Nothing is left of it: the next commit is judged by itself. */
static void
end(const char *what)
{
	commit("");
	check(settle((struct buf){0}, 0) == 0 && owed.count == 0,
	    "%s: %zu are left: %s", what, owed.count, fail_last()->text);
	owed_release(&owed);
}

static void
test_refused(struct buf document, const char *words)
{
	start();
	check_fails(settle(document, 0), FAIL_DATA, words, words);
	end(words);
}

static void
test_bad(void)
{
	struct buf damaged = receipt_by(HOLDER, OWNER, 1, 2);

	test_refused((struct buf){0}, "it took 2 and gave no receipt");
	test_refused(receipt_by(3, OWNER, 1, 2),
	    "the receipt is signed by a stranger");
	test_refused(receipt_by(HOLDER, 3, 1, 2),
	    "its receipt is for another owner");
	test_refused(receipt_by(HOLDER, OWNER, 2, 1),
	    "its receipt leaves out 1 of 2, one is 010001000000");
	test_refused(receipt_by(HOLDER, OWNER, 1, 1), "one is 020001000000");
	test_refused(receipt_by(HOLDER, OWNER, 3, 9), "leaves out 2 of 2");
	test_refused(receipt_by(HOLDER, OWNER, 1, 0), "leaves out 2 of 2");
	damaged.data[damaged.size / 2] ^= 1;
	test_refused(damaged, "the receipt");
}

static void
test_good(void)
{
	start();
	check(settle(receipt_by(HOLDER, OWNER, 1, 2), 0) == 0, "%s",
	    fail_last()->text);
	check(owed.count == 0, "%zu are left", owed.count);
	commit("");
	check(settle((struct buf){0}, 0) == 0, "nothing is due: %s",
	    fail_last()->text);
	end("good");
}

/* What is not taken is not owed, nor are papers. */
static void
test_nothing(void)
{
	struct store_key key = key_of(3);

	owed_init(&owed);
	sent(1);
	answered(1, false);
	key.shelf = STORE_RECEIPTS;
	check(owed_send(&owed, &key, 0) == 0, "a receipt");
	owed_answer(&owed, &key, true);
	key.shelf = STORE_MEMBERS;
	check(owed_send(&owed, &key, 0) == 0, "members");
	owed_answer(&owed, &key, true);
	end("papers");
	owed_init(&owed);
	key.shelf = STORE_SNAPSHOTS;
	check(owed_send(&owed, &key, 0) == 0, "a snapshot");
	owed_answer(&owed, &key, true);
	commit("");
	check_fails(settle((struct buf){0}, 0), FAIL_DATA, "it took 1",
	    "a snapshot");
	end("snapshots");
}

/* What is under way while a commit is may be in this receipt or the next. */
static void
test_under_way(bool in_this, bool ends_before)
{
	owed_init(&owed);
	put(1, 0);
	sent(2);
	commit("");
	if (ends_before)
		answered(2, true);
	check(settle(receipt_by(HOLDER, OWNER, 1, in_this ? 2 : 1), 0) == 0,
	    "%s", fail_last()->text);
	if (!ends_before)
		answered(2, true);
	commit("");
	check(settle(in_this ? (struct buf){0}
			     : receipt_by(HOLDER, OWNER, 2, 1),
		  0) == 0,
	    "the next one: %s", fail_last()->text);
	end("under way");
}

/* ... but in one of them it must be. */
static void
test_under_way_left_out(bool ends_before)
{
	owed_init(&owed);
	put(1, 0);
	sent(2);
	commit("");
	if (ends_before)
		answered(2, true);
	check(settle(receipt_by(HOLDER, OWNER, 1, 1), 0) == 0, "%s",
	    fail_last()->text);
	if (!ends_before)
		answered(2, true);
	commit("");
	check_fails(settle(receipt_by(HOLDER, OWNER, 3, 1), 0), FAIL_DATA,
	    "leaves out 1 of 1", "left out twice");
	end("left out");
}

/* What broke with a connection is not owed, what was put since then is. */
static void
test_breaks(void)
{
	owed_init(&owed);
	put(1, 0);
	put(2, 1);
	commit("");
	check(settle(receipt_by(HOLDER, OWNER, 2, 1), 1) == 0, "%s",
	    fail_last()->text);
	put(3, 1);
	commit("");
	check(settle((struct buf){0}, 2) == 0, "it broke: %s",
	    fail_last()->text);
	put(4, 1);
	put(5, 2);
	commit("");
	check_fails(settle((struct buf){0}, 2), FAIL_DATA, "it took 1",
	    "put since it broke");
	end("breaks");
}

/* The same shard twice, as two equal stripes have it, before and after. */
static void
test_twins(void)
{
	start();
	put(1, 0);
	sent(2);
	check(settle(receipt_by(HOLDER, OWNER, 1, 2), 0) == 0, "%s",
	    fail_last()->text);
	answered(2, true);
	end("twins");
}

static void
found(int number, unsigned breaks)
{
	struct store_key key = key_of(number);

	check(owed_found(&owed, &key, breaks) == 0, "%s", fail_last()->text);
}

/* Who only says that it has something has to sign for that, too. */
static void
test_found(void)
{
	owed_init(&owed);
	found(3, 0);
	found(4, 0);
	commit("34");
	check_fails(settle((struct buf){0}, 0), FAIL_DATA,
	    "it says that it has 2 and gave no receipt", "unsigned");
	end("found, unsigned");
	owed_init(&owed);
	put(1, 0);
	found(2, 0);
	commit("2");
	found(3, 0);
	check_fails(settle(receipt_by(HOLDER, OWNER, 1, 1), 0), FAIL_DATA,
	    "leaves out 1 of 2, one is 0200", "left out");
	commit("3");
	check(settle(receipt_by(HOLDER, OWNER, 3, 1), 0) == 0, "%s",
	    fail_last()->text);
	end("found");
	owed_init(&owed);
	found(1, 0);
	commit("1");
	check(settle((struct buf){0}, 1) == 0, "it broke: %s",
	    fail_last()->text);
	end("found before a break");
}

/* A request names a thousand ids: the others have to wait for the next. */
static void
test_many_found(void)
{
	struct digest owner;
	struct buf ids = {0};
	int i;

	owed_init(&owed);
	for (i = 0; i < LIMIT_REQUEST_IDS + 1; i++)
		found(i, 0);
	check(owed_commit(&owed, &owner, &ids) == 0, "%s", fail_last()->text);
	check(ids.size == LIMIT_REQUEST_IDS * sizeof owner, "%zu bytes",
	    ids.size);
	buf_release(&ids);
	check(settle(receipt_by(HOLDER, OWNER, 0, LIMIT_REQUEST_IDS), 0) == 0,
	    "%s", fail_last()->text);
	check(owed_commit(&owed, &owner, &ids) == 0, "%s", fail_last()->text);
	check(ids.size == sizeof owner, "%zu bytes", ids.size);
	buf_release(&ids);
	check(settle(receipt_by(HOLDER, OWNER, LIMIT_REQUEST_IDS, 1), 0) == 0,
	    "%s", fail_last()->text);
	end("many found");
}

static void
test_limit(void)
{
	struct store_key key;
	int i;

	owed_init(&owed);
	for (i = 0; i < LIMIT_OWED; i++)
		put(i, 0);
	key = key_of(i);
	check_fails(owed_send(&owed, &key, 0), FAIL_SYSTEM,
	    "more than 2000 without a receipt", "one more");
	commit("");
	check_fails(settle(receipt_by(HOLDER, OWNER, 0, LIMIT_REQUEST_IDS), 0),
	    FAIL_DATA, "leaves out 1000 of 2000", "half of them");
	end("many");
}

int
main(void)
{
	int i;

	test_bad();
	test_good();
	test_nothing();
	for (i = 0; i < 4; i++)
		test_under_way(i & 1, i & 2);
	test_under_way_left_out(false);
	test_under_way_left_out(true);
	test_breaks();
	test_twins();
	test_found();
	test_many_found();
	test_limit();
	return failures != 0;
}
