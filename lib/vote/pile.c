/* SPDX-License-Identifier: ISC */
#include "vote/pile.h"

#include "base/fail.h"
#include "vote/box.h"
#include "vote/items.h"
#include "vote/sealed.h"

/* Where one of its kind goes; NULL: there are many. */
static struct span *
place_of(struct pile *pile, int kind)
{
	switch (kind) {
	case RECORD_MEMBERS:
		return &pile->members;
	case RECORD_OPENING:
		return &pile->opening;
	case RECORD_CHALLENGE:
		return &pile->challenge;
	case RECORD_SEED:
		return &pile->seed;
	default:
		return NULL;
	}
}

static int
put_one(struct span *place, struct span item)
{
	if (place->size > 0 && !span_equal(*place, item)) {
		fail(FAIL_DATA, "the files are of two polls");
		return fail_hint("begin each poll with files of its own");
	}
	*place = item;
	return 0;
}

static int
put_said(struct pile *pile, int kind, struct span item)
{
	switch (kind) {
	case RECORD_JOINING:
	case RECORD_REVEAL:
	case RECORD_PROOF:
	case RECORD_BALLOT:
	case RECORD_SEAL:
		break;
	default:
		return fail(FAIL_DATA,
		    "a document of kind %d is none of a poll", kind);
	}
	if (pile->count == PILE_SAID)
		return fail(FAIL_DATA, "there are more than %d documents",
		    PILE_SAID);
	pile->said[pile->count++] = item;
	return 0;
}

/* How many members a list of items would be for. */
static size_t
holders_of(struct span item)
{
	struct cbor_reader reader;

	cbor_reader_init(&reader, item);
	return (size_t)cbor_read_array(&reader, LIMIT_MEMBERS);
}

/* What nobody has signed: a ballot box, or a list of items. */
static int
put_bare(struct pile *pile, struct span item)
{
	struct span ballots[LIMIT_VOTERS], proofs[LIMIT_PROOFS];
	struct box box = {.ballots = {ballots, 0}, .proofs = {proofs, 0}};
	struct items items;

	if (box_decode(item, &box) == 0)
		return put_one(&pile->box, item);
	if (items_decode(item, holders_of(item), &items) == 0)
		return put_one(&pile->items, item);
	return fail(FAIL_DATA, "what is in the files is of no poll");
}

int
pile_add(struct pile *pile, struct span sequence)
{
	struct digest signer;
	struct span item, *place;
	int kind, got = 0, result = 0;

	while (result == 0 &&
	    (got = cbor_take(&sequence, LIMIT_TALLY, "a file", &item)) > 0) {
		kind = cose_peek(item, &signer);
		place = place_of(pile, kind);
		if (kind < 0)
			result = put_bare(pile, item);
		else if (place != NULL)
			result = put_one(place, item);
		else
			result = put_said(pile, kind, item);
	}
	return result != 0 ? result : got;
}

int
pile_need(struct span document, const char *what)
{
	if (document.size > 0)
		return 0;
	return fail(FAIL_DATA, "there is no %s in the files", what);
}

void
pile_list(const struct pile *pile, enum record_kind kind,
    struct poll_list *list)
{
	struct digest signer;
	size_t i;

	for (i = 0; i < pile->count; i++)
		if (cose_peek(pile->said[i], &signer) == (int)kind)
			list->document[list->count++] = pile->said[i];
}
