/* SPDX-License-Identifier: ISC */
/* Holders: who is usable and who is lost, why, and what they have counted. */
#include "xfer/holder.h"

#include "crypto/tree.h"
#include "peers.h"
#include "xfer/group.h"
#include "xfer/leaflet.h"

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
		holder_get(holder, &key, 9, &got) == 1 &&
		is_text(span_of_buf(&got), "text") &&
		holder_get(holder, &none, 9, &got) == 0,
	    "get");
	scratch_write(peers_path(0, STORE_SHARDS, &key.id),
	    span_of_text("TEXT"), 0600);
	check(holder_get(holder, &key, 9, &got) == 0 && got.size == 0 &&
		holder->damaged == 1 && holder_usable(holder),
	    "what is damaged is as good as not there");
	question =
	    (struct question){STORE_SHARDS, key.owner, ids, 1, 4, true, NULL};
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
	tree_remove(scratch("s0/tmp"));
	check_fails(holder_put(holder, &key, span_of_text("text")), FAIL_SYSTEM,
	    "is gone", "no folder");
	check(holder_usable(holder) && !holder_takes(holder) &&
		holders_usable(&peers.holders) == 0,
	    "it is not full");
	fail(FAIL_SYSTEM, "another reason");
	holder_lose(holder);
	check(!holder_usable(holder), "it is not lost");
	check(strstr(holder->reason.text, "is gone") != NULL,
	    "the reason is '%s'", holder->reason.text);
	peers_close(&peers);
	peers_forget(1);
}

/* The shards of a stripe, each the text itself, as 1 of 2 has them. */
static void
put_stripe(struct peers *peers, const struct head *head,
    struct placing *placing, struct stripe *stripe)
{
	struct store_key key = key_of("text");
	int i;

	*stripe = (struct stripe){.number = stripe->number + 1,
	    .size = 4,
	    .total = head->total};
	*placing = (struct placing){.known = false};
	for (i = 0; i < 2; i++) {
		stripe->id[i] = key.id;
		placing->at[i] = &peers->holders.holder[i];
		if (holder_usable(placing->at[i]))
			must(holder_put(placing->at[i], &key,
				 span_of_text("text")) == 0,
			    "put");
	}
}

static void
lose(struct holder *holder)
{
	fail(FAIL_SYSTEM, "away");
	holder_lose(holder);
}

static struct placing told; /* the last that a group has told of */
static int told_count;

static int
note(void *context, const struct stripe *stripe, const struct placing *placing)
{
	check(context == &told && stripe->number == 2, "stripe %llu",
	    (unsigned long long)stripe->number);
	told = *placing;
	told_count++;
	return 0;
}

/*
 * A holder that goes while a group waits for its commit: its shards go to
 * another one, as long as there is one.
 */
static void
test_group(void)
{
	struct store_key key = key_of("text");
	struct head head = {.need = 1,
	    .total = 2,
	    .shard_size = LIMIT_SHARD_SIZE_MIN,
	    .owner = key.owner};
	struct placing placing = {.known = false};
	struct bundle bundle = {.stripe = {.size = 4, .total = 2}};
	struct group group;
	struct peers peers;
	struct holder *spare;

	peers_open(&peers, 3, HOLDER_WRITE);
	spare = &peers.holders.holder[2];
	must(group_init(&group, &peers.holders, &head, 2) == 0, "group");
	check_fails(group_add(&group, &bundle, &placing), FAIL_NO,
	    "stripe 0 rests on 0 peers instead of the 2", "nowhere");
	put_stripe(&peers, &head, &placing, &bundle.stripe);
	check(group_add(&group, &bundle, &placing) == 0 &&
		group_commit(&group) == 0 && group.count == 0 &&
		spare->put_count == 0,
	    "one stripe: %s", fail_last()->text);
	put_stripe(&peers, &head, &placing, &bundle.stripe);
	check(group_add(&group, &bundle, &placing) == 0, "add");
	group.told = note;
	group.context = &told;
	tree_remove(scratch("s0/tmp"));
	check(group_commit(&group) == 0 && !holder_usable(placing.at[0]) &&
		spare->put_count == 1 && group.lasting == 2,
	    "the spare one takes it: %s", fail_last()->text);
	/* both shards are the same bytes: who has them may keep either */
	check(told_count == 1 && told.whole[0] && !told.whole[1] &&
		told.at[0] == placing.at[1] && told.at[1] == spare,
	    "what is told of it, %d times", told_count);
	group.told = NULL;
	put_stripe(&peers, &head, &placing, &bundle.stripe);
	check(group_add(&group, &bundle, &placing) == 0, "add");
	lose(spare);
	check_fails(group_commit(&group), FAIL_NO,
	    "stripe 3 rests on 1 peers instead of the 2", "no spare");
	group.happy = 1;
	check(group_commit(&group) == 0 && group.lasting == 1, "happy: %s",
	    fail_last()->text);
	put_stripe(&peers, &head, &placing, &bundle.stripe);
	check(group_add(&group, &bundle, &placing) == 0, "add");
	lose(placing.at[1]);
	check_fails(group_commit(&group), FAIL_NO,
	    "stripe 4 rests on 0 peers instead of the 1", "all are gone");
	group.count = 0;
	check_fails(leaflet_put(&group, &key, span_of_text("text")), FAIL_NO,
	    "0 of the 3 peers are usable, 1 are needed", "put");
	group_release(&group);
	peers_close(&peers);
	peers_forget(3);
}

/* Both holders of a stripe go at once: others get it, from memory. */
static void
test_kept(void)
{
	struct store_key key = key_of("text");
	struct head head = {.need = 1,
	    .total = 2,
	    .shard_size = LIMIT_SHARD_SIZE_MIN,
	    .owner = key.owner};
	struct placing placing = {.known = false};
	struct bundle bundle = {.stripe = {.size = 4, .total = 2}};
	struct group group;
	struct peers peers;
	int i;

	peers_open(&peers, 4, HOLDER_WRITE);
	must(group_init(&group, &peers.holders, &head, 2) == 0 &&
		bundle_init(&bundle, &head) == 0,
	    "group");
	for (i = 0; i < 2; i++) {
		put_stripe(&peers, &head, &placing, &bundle.stripe);
		memcpy(bundle.bytes, "text", 4);
		bundle.have[0] = 1;
		check(group_add(&group, &bundle, &placing) == 0, "add");
	}
	tree_remove(scratch("s0/tmp"));
	tree_remove(scratch("s1/tmp"));
	check(group_commit(&group) == 0 && group.kept.size == 0 &&
		group.lasting == 2 && peers.holders.holder[2].put_count > 0 &&
		peers.holders.holder[3].put_count > 0,
	    "the spare ones take it: %s", fail_last()->text);
	for (i = 0; i < 2; i++)
		placing.at[i] = &peers.holders.holder[2 + i];
	check(group_add(&group, &bundle, &placing) == 0 && group.kept.size == 0,
	    "kept, though all who are left have it");
	bundle_release(&bundle);
	group_release(&group);
	peers_close(&peers);
	peers_forget(4);
}

int
main(void)
{
	test_open();
	test_verbs();
	test_lost();
	test_group();
	test_kept();
	return failures != 0;
}
