/* SPDX-License-Identifier: ISC */
/*
 * What the parties of a poll may send: the first byte says which. 0 to 7: the
 * pairs behind the poll's name, under a right signature, of a document of that
 * kind; what decodes is encoded to the same document. 8 to 12: a list of
 * items, a ballot box, a certificate, evidence, a journal as they are. 13, 14:
 * a file of any of these, as a pile, as rows.
 */
#include "crypto/secret.h"
#include "fuzz.h"
#include "vote/ballot.h"
#include "vote/box.h"
#include "vote/challenge.h"
#include "vote/evidence.h"
#include "vote/items.h"
#include "vote/journal.h"
#include "vote/opening.h"
#include "vote/pile.h"
#include "vote/sealed.h"
#include "vote/shown.h"
#include "vote/tally.h"

static const struct secret scalar = {{1, 2, 3}};
static struct span room[LIMIT_VOTERS], proofs[LIMIT_PROOFS];
static uint8_t verdict[LIMIT_ITEMS];

/* Decode a document and encode it again: 0 when it was good. */
static int
again(enum record_kind kind, struct span document, struct buf *to)
{
	struct opening opening;
	struct joining joining;
	struct challenge challenge = {.joinings = {room, 0}};
	struct reveal reveal;
	struct seed seed = {.reveals = {room, 0}};
	struct ballot ballot = {.verdict = verdict, .count = 1000};
	struct tally tally = {.verdict = verdict};
	struct seal seal;

	switch (kind) {
	case RECORD_OPENING:
		return opening_decode(document, &opening) != 0
		    ? -1
		    : opening_encode(&opening, &scalar, to);
	case RECORD_JOINING:
		return joining_decode(document, NULL, &joining) != 0
		    ? -1
		    : joining_encode(&joining, &scalar, to);
	case RECORD_CHALLENGE:
		return challenge_decode(document, NULL, &challenge) != 0
		    ? -1
		    : challenge_encode(&challenge, &scalar, to);
	case RECORD_REVEAL:
		return reveal_decode(document, NULL, &reveal) != 0
		    ? -1
		    : reveal_encode(&reveal, &scalar, to);
	case RECORD_SEED:
		return seed_decode(document, NULL, &seed) != 0
		    ? -1
		    : seed_encode(&seed, &scalar, to);
	case RECORD_BALLOT:
		return ballot_decode(document, NULL, &ballot) != 0
		    ? -1
		    : ballot_encode(&ballot, &scalar, to);
	case RECORD_TALLY:
		return tally_decode(document, NULL, &tally) != 0
		    ? -1
		    : tally_encode(&tally, &scalar, to);
	default:
		return seal_decode(document, NULL, &seal) != 0
		    ? -1
		    : seal_encode(&seal, &scalar, to);
	}
}

static void
try_document(enum record_kind kind, struct span pairs)
{
	struct buf payload = {0}, document = {0}, back = {0};
	struct poll poll = {.sequence = 7};
	struct cbor_writer writer;

	must(poll_begin(&writer, &payload, kind, &scalar, &poll) == 0);
	must(buf_append(&payload, pairs) == 0);
	must(cose_sign(kind, span_of_buf(&payload), &scalar, &document) == 0);
	if (again(kind, span_of_buf(&document), &back) == 0)
		must(span_equal(span_of_buf(&document), span_of_buf(&back)));
	buf_release(&payload);
	buf_release(&document);
	buf_release(&back);
}

static void
try_items(struct span bytes)
{
	static struct items items;
	size_t i;

	if (items_decode(bytes, 3, &items) != 0)
		return;
	for (i = 0; i < items_count(&items); i++) {
		struct item item = items_get(&items, i);

		must(
		    items_find(&items, items_holder(&items, i), &item.id) == i);
	}
}

static void
try_rest(unsigned which, struct span bytes)
{
	struct box box = {.ballots = {room, 0}, .proofs = {proofs, 0}};
	struct sealed sealed = {.seals = {room, 0}};
	struct evidence evidence;
	struct journal journal = {0};
	struct buf back = {0};

	if (which == 9 && box_decode(bytes, &box) == 0) {
		must(box_encode(&box, &back) == 0);
		must(span_equal(bytes, span_of_buf(&back)));
	}
	if (which == 10 && sealed_decode(bytes, &sealed) == 0) {
		must(sealed_encode(&sealed, &back) == 0);
		must(span_equal(bytes, span_of_buf(&back)));
	}
	if (which == 11)
		while (bytes.size > 0 && evidence_judge(&bytes, &evidence) == 0)
			must(evidence.crime != NULL);
	if (which == 12 && journal_decode(bytes, &journal) == 0) {
		must(journal_encode(&journal, &back) == 0);
		must(span_equal(bytes, span_of_buf(&back)));
	}
	journal_release(&journal);
	buf_release(&back);
}

static bool
is_in(struct span part, struct span all)
{
	return part.size == 0 ||
	    (part.data >= all.data &&
		part.data + part.size <= all.data + all.size);
}

static void
try_file(unsigned which, struct span bytes)
{
	static struct pile pile;
	struct buf rows = {0};
	size_t i;

	if (which == 14 && shown_rows(REPORT_JSON, bytes, &rows) == 0)
		must((rows.size > 0) == (bytes.size > 0));
	buf_release(&rows);
	pile = (struct pile){.count = 0};
	if (which == 14 || pile_add(&pile, bytes) != 0)
		return;
	must(is_in(pile.box, bytes) && is_in(pile.items, bytes));
	must(is_in(pile.opening, bytes) && is_in(pile.challenge, bytes));
	must(is_in(pile.seed, bytes) && is_in(pile.members, bytes));
	for (i = 0; i < pile.count; i++)
		must(pile.said[i].size > 0 && is_in(pile.said[i], bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest;
	unsigned which;

	if (size == 0)
		return 0;
	rest = span_of(data + 1, size - 1);
	which = data[0] % 15;
	if (which < 8)
		try_document((enum record_kind)(RECORD_OPENING + which), rest);
	else if (which == 8)
		try_items(rest);
	else if (which < 13)
		try_rest(which, rest);
	else
		try_file(which, rest);
	return 0;
}
