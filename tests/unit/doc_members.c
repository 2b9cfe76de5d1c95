/* SPDX-License-Identifier: ISC */
/* Members documents: they come back, and what they may not say is refused. */
#include "doc/members.h"

#include "document.h"
#include "format/limits.h"

static struct digest ids[LIMIT_MEMBERS + 1];

/* As many sorted ids as it takes, with the numbers that go with them. */
static struct members
members_of(size_t count)
{
	return (struct members){
	    .number = 7,
	    .previous = ids[3],
	    .time = 1700000000,
	    .expires = 1800000000,
	    .liars = members_liars(count),
	    .quorum = members_quorum(count, false),
	    .ids = span_of(ids, count * sizeof ids[0]),
	};
}

static struct buf
document_with(const struct members *members)
{
	struct secret scalar = scalar_of(1);
	struct buf document = {0};

	must(members_encode(members, &scalar, &document) == 0, "encode");
	return document;
}

static void
test_refused(struct members members, const char *what)
{
	struct buf document = document_with(&members);
	struct members back;

	check_fails(members_decode(span_of_buf(&document), NULL, &back),
	    FAIL_DATA, "the members document is malformed", what);
	buf_release(&document);
}

/* What is not sorted, or has other numbers than so many members make. */
static void
test_bad(void)
{
	struct members members = members_of(4);
	struct digest twice[2] = {ids[1], ids[1]}, back[2] = {ids[1], ids[0]};

	members.number = 0;
	test_refused(members, "number 0");
	members = members_of(4);
	members.liars = 0;
	test_refused(members, "too few liars");
	members = members_of(4);
	members.quorum = 2;
	test_refused(members, "too small a quorum");
	members = members_of(2);
	members.ids = span_of(twice, sizeof twice);
	test_refused(members, "a member twice");
	members.ids = span_of(back, sizeof back);
	test_refused(members, "not sorted");
	members.ids.size--;
	test_refused(members, "half an id");
	test_refused(members_of(LIMIT_MEMBERS + 1), "too many");
	test_refused(members_of(0), "nobody");
}

static void
test_round(size_t count, bool strict)
{
	struct owner owner = owner_of(1), stranger = owner_of(2);
	struct members members = members_of(count), back = {0};
	struct buf document;

	members.quorum = members_quorum(count, strict);
	document = document_with(&members);
	check(members_decode(span_of_buf(&document), &owner.id, &back) == 0 &&
		back.number == 7 && digest_equal(&back.previous, &ids[3]) &&
		back.time == members.time && back.expires == members.expires &&
		back.quorum == members.quorum && back.liars == members.liars &&
		span_equal(back.ids, members.ids),
	    "%zu members: %s", count, fail_last()->text);
	check_fails(members_decode(span_of_buf(&document), &stranger.id, &back),
	    FAIL_DATA, "signed by a stranger", "a stranger's");
	buf_release(&document);
}

static void
test_damage(void)
{
	struct members members = members_of(3), back;
	struct buf document = document_with(&members);
	size_t i;

	for (i = 0; i < document.size; i++) {
		document.data[i] ^= 1;
		check(members_decode(span_of_buf(&document), NULL, &back) == -1,
		    "byte %zu does not matter", i);
		document.data[i] ^= 1;
	}
	document_malleate(&document);
	check(members_decode(span_of_buf(&document), NULL, &back) == -1,
	    "the other signature");
	buf_release(&document);
}

static void
test_has(void)
{
	struct members members = members_of(5);
	size_t i;

	for (i = 0; i < 10; i++)
		check(members_has(&members, &ids[i], 1799999999) == (i < 5),
		    "member %zu", i);
	check(!members_has(&members, &ids[0], 1800000000), "too late");
	check(members_count(&members) == 5, "the count");
}

/* The table of the paper that this follows, and of shard-vote(1). */
static void
test_quorums(void)
{
	static const unsigned table[][3] = {{1, 0, 1}, {2, 0, 2}, {3, 0, 2},
	    {4, 1, 3}, {5, 1, 4}, {6, 1, 4}, {7, 2, 5}, {10, 3, 7}, {16, 5, 11},
	    {31, 10, 21}, {100, 33, 67}};
	size_t i;

	for (i = 0; i < COUNT(table); i++)
		check(members_liars(table[i][0]) == table[i][1] &&
			members_quorum(table[i][0], false) == table[i][2] &&
			members_quorum(table[i][0], true) == table[i][0],
		    "%u members", table[i][0]);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < COUNT(ids); i++) {
		ids[i].byte[0] = (uint8_t)(i >> 8);
		ids[i].byte[1] = (uint8_t)i;
	}
	test_bad();
	for (i = 1; i <= 8; i++) {
		test_round(i, false);
		test_round(i, true);
	}
	test_round(LIMIT_MEMBERS, false);
	test_damage();
	test_has();
	test_quorums();
	return failures != 0;
}
