/* SPDX-License-Identifier: ISC */
/*
 * Sending and fetching: each shard of a stripe on another peer, nothing twice,
 * nothing published that does not rest; and all of it back with two of five
 * peers gone and a third one damaged.
 */
#include "pack/join.h"
#include "peers.h"
#include "xfer/catalog.h"
#include "xfer/fetch.h"
#include "xfer/place.h"

#define STRIPE 3072

static uint8_t plain[4 * STRIPE];
static struct buf stream;

static uint64_t
put_count(const struct peers *peers)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < peers->holders.count; i++)
		count += peers->holders.holder[i].put_count;
	return count;
}

/* Fetch what is there and join it: the result, the size in `size`. */
static int
restore(struct peers *peers, const struct digest *id, uint64_t *size)
{
	struct owner owner = owner_of(1);
	int between = memory_of(span_of("", 0)),
	    out = memory_of(span_of("", 0));
	struct listing listing;
	struct failure reason;
	struct buf got;
	int fetched = -1, joined;

	if (listing_open(&listing, &peers->holders, &owner.id, id) == 0)
		fetched = fetch_copy(&listing, NULL, between);
	listing_close(&listing);
	lseek(between, 0, SEEK_SET);
	reason = *fail_last();
	joined = join_copy(&owner, between, out, size);
	check((fetched == 0) == (joined == 0), "fetch %d, join %d", fetched,
	    joined);
	got = memory_read(out);
	check(memcmp(got.data, plain, got.size) == 0, "wrong bytes");
	buf_release(&got);
	close(between);
	close(out);
	return fetched == 0 ? joined : fail_again(&reason);
}

static unsigned
alive(struct peers *peers, const struct digest *id)
{
	struct owner owner = owner_of(1);
	struct listing listing;
	unsigned count = 99;

	if (listing_open(&listing, &peers->holders, &owner.id, id) == 0)
		check(fetch_alive(&listing, &count) == 0, "alive: %s",
		    fail_last()->text);
	listing_close(&listing);
	return count;
}

static void
test_refused(void)
{
	struct buf foreign = stream_of(2, 3, 5, span_of(plain, 10));
	struct peers peers, four;
	struct digest id;

	peers_open(&peers, 5, HOLDER_WRITE);
	check_fails(peers_send(&peers, span_of_buf(&foreign), 0, 1, NULL, &id),
	    FAIL_DATA, "the stream is of another owner", "a stranger's");
	check_fails(peers_send(&peers, span_of_buf(&stream), 2, 1, NULL, &id),
	    FAIL_USAGE, "--happy 2 is not between 3", "happy 2");
	check_fails(peers_send(&peers, span_of_buf(&stream), 6, 1, NULL, &id),
	    FAIL_USAGE, "and 5, which there are", "happy 6");
	check_fails(peers_send(&peers, span_of(stream.data, stream.size - 1), 0,
			1, NULL, &id),
	    FAIL_DATA, "cut short", "a cut stream");
	check_fails(peers_send(&peers, span_of("", 0), 0, 1, NULL, &id),
	    FAIL_DATA, "the stream is empty", "nothing");
	check(alive(&peers, &id) == 99, "something is published");
	peers_close(&peers);
	peers_open(&four, 4, HOLDER_WRITE);
	check_fails(peers_send(&four, span_of_buf(&stream), 0, 1, NULL, &id),
	    FAIL_NO, "the roster has 4 peers, 5 are needed", "4 peers");
	peers_close(&four);
	peers_forget(5);
	buf_release(&foreign);
}

/* The second time nothing is put but a new snapshot. */
static void
test_twice(struct digest *id)
{
	struct peers peers;
	struct digest again;
	size_t i;

	peers_open(&peers, 5, HOLDER_WRITE);
	check(peers_send(&peers, span_of_buf(&stream), 0, 1, NULL, id) == 0,
	    "send: %s", fail_last()->text);
	check(put_count(&peers) == 4 * 5 + 5 + 5, "%llu are put",
	    (unsigned long long)put_count(&peers));
	for (i = 0; i < 5; i++)
		check(peers.holders.holder[i].put_count == 4 + 2,
		    "%llu on one of them",
		    (unsigned long long)peers.holders.holder[i].put_count);
	peers_close(&peers);
	peers_open(&peers, 5, HOLDER_WRITE);
	check(peers_send(&peers, span_of_buf(&stream), 0, 2, id, &again) == 0 &&
		put_count(&peers) == 5,
	    "%llu are put again: %s", (unsigned long long)put_count(&peers),
	    fail_last()->text);
	peers_close(&peers);
}

/* Any two of the stores away, a third one spoilt in all its files. */
static void
spoil(int i)
{
	char command[PATH_MAX];

	snprintf(command, sizeof command,
	    "find %s/s%d -path '*/shards/*' -type f -exec sh -c "
	    "'printf X >> \"$1\"' - {} \\;",
	    scratch(""), i);
	must(system(command) == 0, "spoil");
}

static void
hide(int i, bool away)
{
	char from[16], to[16];

	snprintf(from, sizeof from, away ? "s%d" : "away%d", i);
	snprintf(to, sizeof to, away ? "away%d" : "s%d", i);
	must(rename(scratch(from), scratch(to)) == 0, "rename");
}

static void
test_losses(const struct digest *id)
{
	struct peers peers;
	uint64_t size;
	int i, j;

	for (i = 0; i < 5; i++)
		for (j = 0; j < i; j++) {
			hide(i, true);
			hide(j, true);
			peers_open(&peers, 5, HOLDER_READ);
			check(holders_usable(&peers.holders) == 3,
			    "3 are left");
			check(restore(&peers, id, &size) == 0 &&
				size == sizeof plain,
			    "without %d and %d: %s", i, j, fail_last()->text);
			check(alive(&peers, id) == 3, "%u are alive",
			    alive(&peers, id));
			peers_close(&peers);
			hide(i, false);
			hide(j, false);
		}
	spoil(0);
	hide(1, true);
	peers_open(&peers, 5, HOLDER_READ);
	for (i = 0; i < 20 && peers.holders.holder[0].damaged == 0; i++)
		check(restore(&peers, id, &size) == 0 && size == sizeof plain,
		    "with one away, one spoilt: %s", fail_last()->text);
	check(peers.holders.holder[0].damaged > 0, "no damage is told");
	peers_close(&peers);
	hide(2, true);
	peers_open(&peers, 5, HOLDER_READ);
	check_fails(restore(&peers, id, &size), FAIL_NO,
	    "stripe 0 has 2 whole shards and needs 3 of its 5",
	    "two away, one spoilt");
	check(size == 0, "something is written");
	peers_close(&peers);
	hide(1, false);
	hide(2, false);
	peers_forget(5);
}

/* need 1: shards 0 and 1 are the same bytes, on two peers all the same. */
static void
test_mirror(void)
{
	struct buf mirror = stream_of(1, 1, 2, span_of(plain, 500));
	struct peers peers;
	struct digest id;
	uint64_t size;

	peers_open(&peers, 2, HOLDER_WRITE);
	check(peers_send(&peers, span_of_buf(&mirror), 0, 1, NULL, &id) == 0,
	    "send: %s", fail_last()->text);
	check(alive(&peers, &id) == 2, "both are alive");
	peers_close(&peers);
	hide(1, true);
	peers_open(&peers, 2, HOLDER_READ);
	check(restore(&peers, &id, &size) == 0 && size == 500, "restore: %s",
	    fail_last()->text);
	check(alive(&peers, &id) == 1, "of two copies one is away, %u alive",
	    alive(&peers, &id));
	peers_close(&peers);
	hide(1, false);
	peers_forget(2);
	buf_release(&mirror);
}

/* A peer away, and back again: --happy 4 does, then what is missing comes. */
static void
test_happy(void)
{
	struct digest id, whole;
	struct peers peers;

	peers_open(&peers, 4, HOLDER_WRITE);
	check(peers_send(&peers, span_of_buf(&stream), 4, 1, NULL, &id) == 0 &&
		alive(&peers, &id) == 4,
	    "happy with 4: %s", fail_last()->text);
	peers_close(&peers);
	peers_open(&peers, 5, HOLDER_WRITE);
	check(peers_send(&peers, span_of_buf(&stream), 0, 2, &id, &whole) ==
		    0 &&
		alive(&peers, &whole) == 5 && put_count(&peers) == 4 + 1 + 5,
	    "%llu come after: %s", (unsigned long long)put_count(&peers),
	    fail_last()->text);
	peers_close(&peers);
	peers_forget(5);
}

/* What shard-fetch gives has no spare shards. */
static void
test_fetched(void)
{
	int between = memory_of(span_of("", 0));
	struct owner owner = owner_of(1);
	struct listing listing;
	struct peers peers;
	struct digest id;
	struct buf fetched;

	peers_open(&peers, 5, HOLDER_WRITE);
	must(peers_send(&peers, span_of_buf(&stream), 0, 1, NULL, &id) == 0 &&
		listing_open(&listing, &peers.holders, &owner.id, &id) == 0 &&
		fetch_copy(&listing, NULL, between) == 0,
	    "fetch");
	listing_close(&listing);
	fetched = memory_read(between);
	check_fails(peers_send(&peers, span_of_buf(&fetched), 0, 2, &id, &id),
	    FAIL_DATA, "stripe 0 comes with 3 of its 5 shards", "fetched");
	buf_release(&fetched);
	close(between);
	peers_close(&peers);
	peers_forget(5);
}

/* A disk that fails under way: its shards go to the sixth peer. */
static void
test_lost(void)
{
	struct peers peers;
	struct digest id;

	peers_open(&peers, 6, HOLDER_WRITE);
	tree_remove(scratch("s2/tmp"));
	check(peers_send(&peers, span_of_buf(&stream), 0, 1, NULL, &id) == 0 &&
		holders_usable(&peers.holders) == 5 && alive(&peers, &id) == 5,
	    "one of six fails: %s", fail_last()->text);
	tree_remove(scratch("s3/tmp"));
	check_fails(peers_send(&peers, span_of_buf(&stream), 0, 2, &id, &id),
	    FAIL_NO, "4 of the 6 peers are usable, 5 are needed",
	    "two of six fail");
	peers_close(&peers);
	peers_forget(6);
}

/*
 * Two of four that go when they have taken a stripe, and before it is noted:
 * what went there is in memory still, and the other two are enough.
 */
static void
test_lost_early(void)
{
	struct buf mirror = stream_of(1, 1, 2, span_of(plain, 500));
	int in = memory_of(span_of_buf(&mirror)), i;
	struct placing placing = {.known = false};
	struct seats seats = {.taken = {false}};
	struct stream taken = {.ended = false};
	struct bundle bundle = {.bytes = NULL};
	struct peers peers;
	struct group group;

	peers_open(&peers, 4, HOLDER_WRITE);
	must(stream_open(&taken, in) == 0 &&
		bundle_init(&bundle, &taken.head) == 0 &&
		stream_read(&taken, &bundle) == 1 &&
		group_init(&group, &peers.holders, &taken.head, 2) == 0 &&
		place_put(&peers.holders, &taken.head, &bundle, &placing,
		    &seats) == 0,
	    "a stripe");
	for (i = 0; i < 2; i++) {
		fail(FAIL_SYSTEM, "it has gone");
		holder_lose(placing.at[i]);
	}
	check(group_add(&group, &bundle, &placing) == 0 &&
		group_commit(&group) == 0 && group.lasting == 2,
	    "two of four go early: %s", fail_last()->text);
	group_release(&group);
	bundle_release(&bundle);
	stream_close(&taken);
	close(in);
	peers_close(&peers);
	peers_forget(4);
	buf_release(&mirror);
}

int
main(void)
{
	struct digest id;

	random_fill(plain, sizeof plain);
	stream = stream_of(1, 3, 5, span_of(plain, sizeof plain));
	test_refused();
	test_twice(&id);
	test_losses(&id);
	test_mirror();
	test_happy();
	test_fetched();
	test_lost();
	test_lost_early();
	buf_release(&stream);
	return failures != 0;
}
