/* SPDX-License-Identifier: ISC */
/* What a certificate has settled, and when it has not. */
#include "vote/settled.h"

#include "polls.h"

static struct polls polls;
static struct buf certificate;
static uint8_t verdict[POLLS_MEMBERS * POLLS_SHARDS];

static int
try(struct span bytes, const struct digest *owner, struct settled *settled)
{
	return settled_open(settled, bytes, span_of_buf(&polls.members), owner);
}

static void
test_whole(void)
{
	static struct settled settled;

	check(try(span_of_buf(&certificate), NULL, &settled) == 0, "%s",
	    fail_last()->text);
	check(settled.tally.time == POLLS_NOW &&
		settled.tally.verdict[3] == VERDICT_BAD &&
		settled.tally.verdict[4] == VERDICT_OK &&
		items_count(&settled.roll.items) == 8,
	    "it says something else");
	settled_release(&settled);
	check(try(span_of_buf(&certificate), &polls.roll.owner, &settled) == 0,
	    "of this owner: %s", fail_last()->text);
	settled_release(&settled);
	settled_release(&settled);
}

static void
test_refused(void)
{
	static struct settled settled;
	struct digest stranger = owner_of(14).id;
	struct span whole = span_of_buf(&certificate);
	size_t i;

	check_fails(try(whole, &stranger, &settled), FAIL_DATA, "signed",
	    "another owner's");
	settled_release(&settled);
	for (i = 0; i < whole.size; i += 13) {
		check(try(span_of(whole.data, i), NULL, &settled) == -1,
		    "cut at %zu", i);
		settled_release(&settled);
		certificate.data[i] ^= 1;
		check(try(whole, NULL, &settled) == -1,
		    "byte %zu does not matter", i);
		settled_release(&settled);
		certificate.data[i] ^= 1;
	}
}

/* One without its items says how many there are of each verdict, no more. */
static void
test_bare(void)
{
	static struct settled settled;
	struct buf bare = {0};

	polls.items.size = 0;
	polls_certificate(&polls, verdict, POLLS_NOW, &bare);
	check(try(span_of_buf(&bare), NULL, &settled) == 0, "bare: %s",
	    fail_last()->text);
	check(settled.tally.count == 8 && items_count(&settled.roll.items) == 0,
	    "it has items");
	settled_release(&settled);
	buf_release(&bare);
}

int
main(void)
{
	polls_init(&polls, 4, 2, false);
	verdict[3] = VERDICT_BAD;
	polls_certificate(&polls, verdict, POLLS_NOW, &certificate);
	test_whole();
	test_refused();
	test_bare();
	buf_release(&certificate);
	polls_release(&polls);
	return failures > 0;
}
