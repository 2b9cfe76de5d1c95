/* SPDX-License-Identifier: ISC */
/* What lies in the files of a poll: what is none of it, and what is, shown. */
#include "vote/pile.h"

#include "polls.h"
#include "vote/ballot.h"
#include "vote/evidence.h"
#include "vote/shown.h"

static struct polls polls;
static struct buf opening, proof;

/* Bytes of several, one behind the other. */
static struct buf
together(const struct buf *const *part, size_t count)
{
	struct buf all = {0};
	size_t i;

	for (i = 0; i < count; i++)
		must(buf_append(&all, span_of_buf(part[i])) == 0, "together");
	return all;
}

static struct buf
opening_of(uint64_t sequence)
{
	struct secret scalar = scalar_of(POLLS_OWNER);
	struct opening made = polls_opening(&polls, -1, sequence);
	struct buf document = {0};

	must(opening_encode(&made, &scalar, &document) == 0, "an opening");
	return document;
}

static void
refuses(struct buf file, const char *words)
{
	static struct pile pile;

	memset(&pile, 0, sizeof pile);
	check_fails(pile_add(&pile, span_of_buf(&file)), FAIL_DATA, words,
	    words);
	buf_release(&file);
}

static struct buf
copy(struct span bytes)
{
	struct buf to = {0};

	must(buf_append(&to, bytes) == 0, "a copy");
	return to;
}

static void
test_refused(void)
{
	struct buf other = opening_of(2), many = {0};
	size_t i;

	refuses(copy(span_of_text("\xff")), "malformed or cut");
	refuses(copy(span_of(opening.data, opening.size - 1)),
	    "malformed or cut");
	refuses(copy(span_of_text("\x01")), "of no poll");
	refuses(copy(span_of_text("\x83\x01\x02\x03")), "of no poll");
	refuses(document_of(RECORD_ORDER, 1), "kind 8 is none of a poll");
	refuses(document_of(RECORD_RECEIPT, 1), "none of a poll");
	refuses(together((const struct buf *const[]){&opening, &other}, 2),
	    "of two polls");
	for (i = 0; i <= PILE_SAID; i++)
		must(buf_append(&many, span_of_buf(&proof)) == 0, "many");
	refuses(many, "more than");
	buf_release(&other);
}

static void
test_taken(void)
{
	static struct pile pile;
	static struct span room[PILE_SAID];
	struct poll_list list = {room, 0};
	struct buf all =
	    together((const struct buf *const[]){&proof, &opening, &polls.items,
			 &polls.members, &opening, &proof},
		6);

	check(pile_add(&pile, span_of_buf(&all)) == 0, "a pile: %s",
	    fail_last()->text);
	check(span_equal(pile.opening, span_of_buf(&opening)) &&
		span_equal(pile.items, span_of_buf(&polls.items)) &&
		span_equal(pile.members, span_of_buf(&polls.members)),
	    "what is one of a kind");
	pile_list(&pile, RECORD_PROOF, &list);
	check(list.count == 2 && span_equal(room[1], span_of_buf(&proof)),
	    "the proofs");
	list.count = 0;
	pile_list(&pile, RECORD_BALLOT, &list);
	check(list.count == 0, "no ballots");
	check(pile_need(pile.opening, "opening") == 0, "an opening");
	check_fails(pile_need(pile.box, "ballot box"), FAIL_DATA,
	    "there is no ballot box in the files", "no box");
	buf_release(&all);
}

/* Lists in lists end somewhere. */
static void
test_shown_depth(void)
{
	struct span inner, pair[2];
	struct poll_list list = {pair, 2};
	struct buf file[4] = {{0}}, rows = {0};
	int i;

	inner = span_of_buf(&opening);
	for (i = 0; i < 4; i++) {
		pair[0] = pair[1] = inner;
		must(evidence_encode(&list, &file[i]) == 0, "a list");
		inner = span_of_buf(&file[i]);
	}
	check(shown_knows(span_of_buf(&file[0])) &&
		shown_rows(REPORT_PAIRS, span_of_buf(&file[1]), &rows) == 0,
	    "a list in a list: %s", fail_last()->text);
	rows.size = 0;
	check_fails(shown_rows(REPORT_PAIRS, span_of_buf(&file[3]), &rows),
	    FAIL_DATA, "nothing of a poll", "too deep");
	for (i = 0; i < 4; i++)
		buf_release(&file[i]);
	buf_release(&rows);
}

static void
test_shown(void)
{
	struct buf all = together((const struct buf *const[]){&polls.members,
				      &polls.items, &opening, &proof},
	    4);
	struct buf rows = {0};

	check(shown_knows(span_of_buf(&all)) &&
		!shown_knows(span_of_text("\x01")) &&
		!shown_knows(span_of_text("\x81")) &&
		!shown_knows((struct span){0}),
	    "what is known");
	check(shown_rows(REPORT_PAIRS, span_of_buf(&all), &rows) == 0 &&
		buf_append(&rows, span_of("", 1)) == 0,
	    "rows: %s", fail_last()->text);
	check(strstr((char *)rows.data, "record=members number=3") != NULL &&
		strstr((char *)rows.data, "record=items items=6") != NULL &&
		strstr((char *)rows.data, "record=opening poll=1 items=0") !=
		    NULL &&
		strstr((char *)rows.data, "ok=1 missing=1 eio=0") != NULL,
	    "rows: %s", (char *)rows.data);
	all.data[all.size - 1] ^= 1;
	check_fails(shown_rows(REPORT_PAIRS, span_of_buf(&all), &rows),
	    FAIL_DATA, "signature", "a wrong signature");
	check_fails(shown_rows(REPORT_PAIRS, span_of(all.data, all.size - 1),
			&rows),
	    FAIL_DATA, "cut", "a cut file");
	check_fails(shown_rows(REPORT_PAIRS, span_of_text("\x01"), &rows),
	    FAIL_DATA, "nothing of a poll", "a number");
	buf_release(&all);
	buf_release(&rows);
}

int
main(void)
{
	enum proof_verdict says[POLLS_SHARDS] = {PROOF_OK, PROOF_MISSING};
	struct digest seed = {{5}};

	polls_init(&polls, 3, 2, false);
	opening = opening_of(1);
	polls_prove(&polls, 1, &seed, 300, false, says, &proof);
	test_refused();
	test_taken();
	test_shown();
	test_shown_depth();
	buf_release(&opening);
	buf_release(&proof);
	polls_release(&polls);
	return failures != 0;
}
