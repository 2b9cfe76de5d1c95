/* SPDX-License-Identifier: ISC */
/*
 * What follows from a certificate in a file: of one that holds, the shards that
 * the owner's indexes list; of any other nothing.
 */
#include "poll/follow.h"

#include <time.h>

#define POLLS_OWNER 1
#include "peers.h"
#include "poll/kept.h"
#include "polls.h"
#include "xfer/catalog.h"
#include "xfer/listing.h"

#define MEMBERS 5
#define NEED 2
#define HOUR 3600

static struct polls polls;
static struct peers peers;
static struct follow follow;
static uint8_t verdict[POLLS_MEMBERS * POLLS_SHARDS];
static char folder[200], members_path[200];
static uint64_t now;

/* The documents of members that hold, in their order, what was sent. */
static void
make_documents(void)
{
	struct secret scalar = scalar_of(1);
	struct members members = polls.roll.members;
	struct buf held[MEMBERS] = {{0}}, document = {0};
	struct span spans[MEMBERS];
	struct catalog catalog;
	struct listing listing;
	struct stripe stripe;
	struct item item;
	size_t i;

	must(catalog_load(&catalog, &peers.holders, &polls.roll.owner) == 0 &&
		listing_open(&listing, &peers.holders, &polls.roll.owner,
		    &catalog.entry[0].id) == 0,
	    "a listing");
	while (listing_next(&listing, &stripe) > 0)
		for (i = 0; i < MEMBERS; i++) {
			item.id = stripe.id[i];
			item.size =
			    stripe_shard_size(&listing.head, stripe.size);
			must(items_add(&held[i], &item) == 0, "an item");
		}
	for (i = 0; i < MEMBERS; i++) {
		items_sort(&held[i]);
		spans[i] = span_of_buf(&held[i]);
	}
	members.expires = now + 1000000;
	must(members_encode(&members, &scalar, &document) == 0, "members");
	buf_release(&polls.members);
	buf_release(&polls.items);
	polls.members = document;
	must(items_encode(spans, MEMBERS, &polls.items) == 0 &&
		roll_init(&polls.roll, span_of_buf(&polls.members), NULL,
		    span_of_buf(&polls.items)) == 0,
	    "a roll");
	scratch_write(members_path, span_of_buf(&polls.members), 0600);
	for (i = 0; i < MEMBERS; i++)
		buf_release(&held[i]);
	listing_close(&listing);
	catalog_release(&catalog);
}

static void
begin(void)
{
	uint8_t plain[4 * 1024 * NEED];
	struct buf stream;
	struct digest id;

	now = (uint64_t)time(NULL);
	snprintf(folder, sizeof folder, "%s", scratch("polls"));
	snprintf(members_path, sizeof members_path, "%s", scratch("members"));
	polls_init(&polls, MEMBERS, 1, false);
	random_fill(plain, sizeof plain);
	stream = stream_of(1, NEED, MEMBERS, span_of(plain, sizeof plain));
	peers_open(&peers, MEMBERS, HOLDER_WRITE);
	must(peers_send(&peers, span_of_buf(&stream), 0, 1, NULL, &id) == 0,
	    "send");
	buf_release(&stream);
	make_documents();
}

/* Seal the verdicts as of that time, and see what follows for `who`. */
static int
try(uint64_t at, int who)
{
	struct buf certificate = {0};

	follow_release(&follow);
	follow = (struct follow){.holders = &peers.holders,
	    .owner = polls.roll.owner,
	    .self = owner_of(who).id,
	    .folder = folder,
	    .members = members_path};
	polls_certificate(&polls, verdict, at, &certificate);
	scratch_write(scratch("certificate"), span_of_buf(&certificate), 0600);
	buf_release(&certificate);
	return follow_load(&follow, scratch("certificate"));
}

static void
test_rows(void)
{
	struct buf rows = {0};

	memset(verdict, VERDICT_OK, sizeof verdict);
	check(try(now, 1) == 0 && follow.repairs.count == 0, "nothing: %s",
	    fail_last()->text);
	verdict[1] = VERDICT_BAD;
	check(try(now, 1) == 0 && follow.repairs.count == 1, "bad: %s",
	    fail_last()->text);
	follow_explain(&follow);
	must(follow_rows(&follow, &peers.roster, REPORT_JSON, &rows) == 0,
	    "rows");
	buf_append(&rows, span_of("", 1));
	check(strstr((char *)rows.data,
		  "\"reason\":\"bad\",\"margin\":2,\"intact\":4,\"need\":2,"
		  "\"snapshot\":1") != NULL,
	    "%s", (char *)rows.data);
	buf_release(&rows);
}

/* Below nothing, for people; nothing, for programs. */
static void
test_lost(void)
{
	struct buf rows = {0};
	struct digest id = follow.repairs.row[0].item == 1
	    ? items_get(&polls.roll.items, 1).id
	    : (struct digest){{0}};
	struct repairs_row *row = follow.repairs.row;

	check(repairs_want(&follow.repairs, &id), "it is not wanted");
	row->intact = 1;
	must(follow_rows(&follow, &peers.roster, REPORT_TEXT, &rows) == 0,
	    "rows");
	buf_append(&rows, span_of("", 1));
	check(strstr((char *)rows.data, "  bad  -1  1  2  1  ") != NULL, "%s",
	    (char *)rows.data);
	buf_release(&rows);
}

/* Silent for 72 hours by the certificates that were kept, or not yet. */
static void
test_silent(void)
{
	struct kept kept;

	memset(verdict, VERDICT_OK, sizeof verdict);
	tree_remove(folder);
	check(try(now - 80 * HOUR, 1) == 0, "earlier: %s", fail_last()->text);
	verdict[1] = VERDICT_SILENT;
	check(try(now - 72 * HOUR, 1) == 0, "three days ago: %s",
	    fail_last()->text);
	check(follow.repairs.count == 0 && follow.repairs.waiting == 1,
	    "it does not wait");
	follow_explain(&follow);
	check(try(now - 10 * HOUR, 1) == 0 && follow.repairs.waiting == 1,
	    "it does not wait for 72 hours");
	check(try(now, 1) == 0 && follow.repairs.count == 1,
	    "it waits after 72 hours");
	kept_list(folder, &polls.roll.owner, &kept);
	check(kept.count == 4 && kept.time[0] == now, "%zu are kept",
	    kept.count);
	check(try(now - HOUR, 1) == 0 && follow.repairs.waiting == 1,
	    "one that is not the newest looks into the future");
}

/* What a member does is what its hash says: one of those that have any. */
static void
test_shares(void)
{
	size_t i, all = 0;

	memset(verdict, VERDICT_OK, sizeof verdict);
	verdict[0] = VERDICT_BAD;
	for (i = 2; i <= MEMBERS; i++) {
		check(try(now, (int)i) == 0, "%s", fail_last()->text);
		all += follow.repairs.count;
	}
	check(all <= 1, "%zu do the same", all);
	check(try(now, 1) == 0 && follow.repairs.count == 1,
	    "the owner does not do all");
}

static void
test_refused(void)
{
	size_t size = polls.items.size;

	check_fails(try(now + HOUR, 1), FAIL_DATA, "a clock is wrong",
	    "of a time to come");
	polls.items.size = 0;
	check_fails(try(now, 1), FAIL_DATA, "does not say which shards",
	    "without items");
	polls.items.size = size;
	memset(verdict + 4, VERDICT_BAD, 8);
	check_fails(try(now + 1, 1), FAIL_NO, "nothing is rebuilt", "an alarm");
	snprintf(members_path, sizeof members_path, "%s", scratch("nowhere"));
	check_fails(try(now, 1), FAIL_NO, "no members document is there",
	    "nobody has one");
	follow_release(&follow);
	check(follow_load(&follow, scratch("nothing")) == -1, "no file");
}

int
main(void)
{
	begin();
	test_rows();
	test_lost();
	test_silent();
	test_shares();
	test_refused();
	follow_release(&follow);
	peers_close(&peers);
	polls_release(&polls);
	return failures > 0;
}
