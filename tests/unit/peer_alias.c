/* SPDX-License-Identifier: ISC */
/* Aliases: computed as by others, known for three days, and by nobody else. */
#include "peer/alias.h"

#include "check.h"
#include "crypto/hmac.h"
#include "peer/roster.h"

#define DAY 86400
#define NOON (19675ULL * DAY + DAY / 2)

static struct peer peer[3] = {{.has_id = true}, {.has_id = false},
    {.has_id = true, .id = {{7}}}};
static struct roster roster = {peer, COUNT(peer)};

/* RFC 4231, test cases 2 and 6 (a key that is longer than a block). */
static void
test_hmac(void)
{
	uint8_t key[131];
	struct digest digest;

	digest = hmac_bytes(span_of_text("Jefe"),
	    span_of_text("what do ya want for nothing?"));
	check(is_hex(span_of_digest(&digest),
		  "5bdcc146bf60754e6a042426089575c7"
		  "5a003f089d2739839dec58b964ec3843"),
	    "a short key");
	memset(key, 0xaa, sizeof key);
	digest = hmac_bytes(span_of(key, sizeof key),
	    span_of_text(
		"Test Using Larger Than Block-Size Key - Hash Key First"));
	check(is_hex(span_of_digest(&digest),
		  "60e431591ee0b67f0d8a26aacbf5b77f"
		  "8e0bc6213728c5140546040f0ee37f54"),
	    "a long key");
}

/* As Python's hmac says it. */
static void
test_vectors(void)
{
	char text[ALIAS_TEXT];

	alias_text(&peer[0].id, 0, text);
	check(is_text(span_of_text(text), "27a59ade8e664b2b"), "day 0");
	alias_text(&peer[0].id, NOON - DAY / 2, text);
	check(is_text(span_of_text(text), "9bfd2d650dade2ec"),
	    "its first second");
	alias_text(&peer[0].id, NOON + DAY / 2 - 1, text);
	check(is_text(span_of_text(text), "9bfd2d650dade2ec"), "its last");
	alias_text(&peer[0].id, NOON + DAY / 2, text);
	check(is_text(span_of_text(text), "4e588e4b432acbc0"), "the next day");
}

/* Whose alias of NOON it is for one whose clock says `now`. */
static const struct digest *
known_at(struct alias_table *table, const struct digest *id, uint64_t now)
{
	char text[ALIAS_TEXT];

	alias_text(id, NOON, text);
	return alias_find(table, span_of_text(text), now);
}

static void
test_days(void)
{
	struct alias_table table = {.roster = &roster};
	const struct digest *id = &peer[2].id;

	check(known_at(&table, id, NOON) == id, "the same day");
	check(known_at(&table, id, NOON - DAY) == id, "a day before");
	check(known_at(&table, id, NOON + DAY) == id, "a day after");
	check(known_at(&table, id, NOON - 2 * DAY) == NULL, "two before");
	check(known_at(&table, id, NOON + 2 * DAY) == NULL, "two after");
	check(known_at(&table, id, NOON + DAY / 2 - 1) == id, "at midnight");
	check(known_at(&table, id, NOON + DAY / 2) == id, "after it");
	check(known_at(&table, &peer[0].id, NOON) == &peer[0].id, "another");
	alias_table_release(&table);
}

static void
test_strangers(void)
{
	struct alias_table table = {.roster = &roster};
	struct digest stranger = {{9}};
	char text[ALIAS_TEXT];

	check(known_at(&table, &stranger, NOON) == NULL, "a stranger's");
	check(known_at(&table, &peer[1].id, NOON) == NULL,
	    "of a peer without an id");
	alias_text(&peer[2].id, NOON, text);
	check(alias_find(&table, span_of(text, ALIAS_TEXT - 2), NOON) == NULL,
	    "a part of one");
	check(alias_find(&table, span_of("", 0), NOON) == NULL, "nothing");
	alias_table_release(&table);
	table.roster = &(struct roster){0};
	check(known_at(&table, &peer[2].id, NOON) == NULL, "an empty roster");
	alias_table_release(&table);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof peer[0].id; i++)
		peer[0].id.byte[i] = (uint8_t)i;
	test_hmac();
	test_vectors();
	test_days();
	test_strangers();
	return failures > 0;
}
