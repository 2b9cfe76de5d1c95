/* SPDX-License-Identifier: ISC */
/* Holders: who is usable and who is lost, why, and what they have counted. */
#include "xfer/holder.h"

#include "crypto/tree.h"
#include "peers.h"
#include "xfer/group.h"

static struct store_key
key_of(const char *text)
{
	struct owner owner = owner_of(1);

	return (struct store_key){STORE_SHARDS, owner.id,
	    tree_root(span_of_text(text))};
}

static void
load_roster(const char *text, struct roster *roster)
{
	scratch_write(scratch("peers"), span_of_text(text), 0600);
	must(roster_load(scratch("peers"), roster) == 0, "a roster");
}

/* No peers, one store under two names, one that is away. */
static void
test_open(void)
{
	struct holders holders;
	struct roster roster;
	char text[4 * PATH_MAX];

	load_roster("", &roster);
	check_fails(holders_open(&holders, &roster, HOLDER_READ, NULL),
	    FAIL_USAGE, "there is no peer in the roster", "an empty roster");
	roster_release(&roster);
	mkdir(scratch("a"), 0700);
	must(symlink(scratch("a"), scratch("b")) == 0, "symlink");
	snprintf(text, sizeof text, "x - dir:%s\ny - dir:%s\n", scratch("a"),
	    scratch("b"));
	load_roster(text, &roster);
	check_fails(holders_open(&holders, &roster, HOLDER_WRITE, NULL),
	    FAIL_USAGE, "the peers 'x' and 'y' are the same store",
	    "one store twice");
	check(holders.count == 0 && holders.holder == NULL, "some are left");
	roster_release(&roster);
	snprintf(text, sizeof text, "x - dir:%s,dir:%s\ny - dir:%s\n",
	    scratch("none"), scratch("a"), scratch("away"));
	load_roster(text, &roster);
	must(holders_open(&holders, &roster, HOLDER_READ, NULL) == 0, "open");
	check(holders_usable(&holders) == 1 &&
		holder_usable(&holders.holder[0]) &&
		!holder_usable(&holders.holder[1]),
	    "the second address of x, none of y");
	check(strstr(holders.holder[1].reason.text, "No such file") != NULL,
	    "the reason is '%s'", holders.holder[1].reason.text);
	holders_explain(&holders);
	holders_close(&holders);
	roster_release(&roster);
}

static void
test_verbs(void)
{
	struct store_key key = key_of("text"), none = key_of("none");
	struct digest ids[2] = {key.id, none.id};
	struct question question = {.shelf = STORE_SHARDS,
	    .owner = key.owner,
	    .id = ids,
	    .count = 2,
	    .size = 4};
	struct span text = span_of_text("text");
	struct holder *holder;
	struct peers peers;
	struct buf got = {0};
	bool there[2];

	peers_open(&peers, 1, HOLDER_WRITE);
	holder = peers.holders.holder;
	check_fails(holder_put(holder, &none, text), FAIL_DATA,
	    "not what their id says", "wrong bytes");
	check(holder_usable(holder), "it is lost by our fault");
	check(holder_put(holder, &key, text) == 0 && holder_commit(holder) == 0,
	    "put: %s", fail_last()->text);
	holder_keep(holder);
	check(holder->put_count == 1 && holder->put_size == 4 &&
		holder->kept_count == 1,
	    "the counts");
	check(holder_have(holder, &question, there) == 0 && there[0] &&
		!there[1],
	    "have");
	question.size = 5;
	check(holder_have(holder, &question, there) == 0 && !there[0],
	    "have of another size");
	check(holder_get(holder, &key, 9, &got) == 1 &&
		is_text(span_of_buf(&got), "text") &&
		holder_get(holder, &none, 9, &got) == 0,
	    "get");
	scratch_write(peers_path(0, STORE_SHARDS, &key.id),
	    span_of_text("TEXT"), 0600);
	check(holder_get(holder, &key, 9, &got) == 0 && got.size == 4 &&
		holder->damaged == 1 && holder_usable(holder),
	    "what is damaged is as good as not there");
	question = (struct question){STORE_SHARDS, key.owner, ids, 1, 4, true};
	check(holder_have(holder, &question, there) == 0 && !there[0],
	    "have, read and damaged");
	check_fails(holder_drop(holder, text), FAIL_DATA,
	    "this is no drop order", "an order that is none");
	holders_explain(&peers.holders);
	buf_release(&got);
	peers_close(&peers);
	peers_forget(1);
}

/* Whatever it does then, the first reason is the one that is told. */
static void
test_lost(void)
{
	struct store_key key = key_of("text");
	struct holder *holder;
	struct peers peers;

	peers_open(&peers, 1, HOLDER_WRITE);
	holder = peers.holders.holder;
	scratch_remove(scratch("s0/tmp"));
	check_fails(holder_put(holder, &key, span_of_text("text")), FAIL_SYSTEM,
	    "cannot create", "no folder");
	check(holder_usable(holder) && !holder_takes(holder) &&
		holders_usable(&peers.holders) == 0,
	    "it is not full");
	fail(FAIL_SYSTEM, "another reason");
	holder_lose(holder);
	check(!holder_usable(holder), "it is not lost");
	check(strstr(holder->reason.text, "cannot create") != NULL,
	    "the reason is '%s'", holder->reason.text);
	peers_close(&peers);
	peers_forget(1);
}

/* A holder that goes while a group waits for its commit. */
static void
test_group(void)
{
	struct store_key key = key_of("text");
	struct placing placing = {{NULL}};
	struct group group;
	struct peers peers;
	int i;

	peers_open(&peers, 3, HOLDER_WRITE);
	must(group_init(&group, &peers.holders, 3, 2) == 0, "group");
	check_fails(group_add(&group, &placing, 1024), FAIL_NO,
	    "stripe 0 rests on 0 peers instead of the 2", "nowhere");
	group.count = 0;
	for (i = 0; i < 3; i++)
		placing.at[i] = &peers.holders.holder[i];
	check(group_add(&group, &placing, 1024) == 0 &&
		group_commit(&group) == 0 && group.first == 1,
	    "one stripe: %s", fail_last()->text);
	must(holder_put(placing.at[0], &key, span_of_text("text")) == 0 &&
		holder_put(placing.at[1], &key, span_of_text("text")) == 0,
	    "put");
	check(group_add(&group, &placing, 1024) == 0, "add");
	scratch_remove(scratch("s0/tmp"));
	check(group_commit(&group) == 0 && !holder_usable(placing.at[0]),
	    "2 of 3 are enough: %s", fail_last()->text);
	check(group_add(&group, &placing, 1024) == 0, "add");
	fail(FAIL_SYSTEM, "away");
	holder_lose(placing.at[1]);
	check_fails(group_commit(&group), FAIL_NO,
	    "stripe 2 rests on 1 peers instead of the 2", "two are gone");
	check_fails(group_put_everywhere(&group, &key, span_of_text("text")),
	    FAIL_NO, "1 of the 3 peers are usable, 2 are needed", "put");
	group_release(&group);
	peers_close(&peers);
	peers_forget(3);
}

int
main(void)
{
	test_open();
	test_verbs();
	test_lost();
	test_group();
	return failures != 0;
}
