/* SPDX-License-Identifier: ISC */
#include "vote/shown.h"

#include "base/fail.h"
#include "crypto/tree.h"
#include "doc/document.h"
#include "vote/box.h"
#include "vote/evidence.h"
#include "vote/items.h"
#include "vote/journal.h"
#include "vote/sealed.h"
#include "vote/shown_document.h"

static bool
is_spoken(int kind)
{
	return kind == RECORD_PROOF ||
	    (kind >= RECORD_OPENING && kind <= RECORD_SEAL);
}

bool
shown_knows(struct span file)
{
	int64_t size = cbor_measure(file, LIMIT_EVIDENCE);
	struct digest signer;
	int kind;

	if (size <= 0)
		return false;
	kind = cose_peek(span_of(file.data, (size_t)size), &signer);
	if (kind < 0) /* a list: an array */
		return file.data[0] >> 5 == 4;
	return kind == RECORD_MEMBERS || is_spoken(kind);
}

/* How far lists are in lists: evidence has a box, and that has documents. */
#define DEPTH 2

/* What is being shown, and how deep. */
struct show {
	enum report_style style;
	struct buf *to;
	unsigned depth; /* lists that may still come */
};

static int show_sequence(const struct show *show, struct span file);

static int
show_list(const struct show *show, const struct poll_list *list)
{
	struct show inner = {show->style, show->to, show->depth - 1};
	size_t i;

	for (i = 0; i < list->count; i++)
		if (show_sequence(&inner, list->document[i]) != 0)
			return -1;
	return 0;
}

static int
show_box(const struct show *show, const struct box *box)
{
	struct span head[] = {box->opening, box->challenge, box->seed};
	struct span tally[] = {box->tally};
	struct poll_list first = {head, 3}, last = {tally, 1};

	if (shown_document_list(show->style, "box",
		4 + box->ballots.count + box->proofs.count, show->to) != 0 ||
	    show_list(show, &first) != 0 ||
	    show_list(show, &box->ballots) != 0 ||
	    show_list(show, &box->proofs) != 0)
		return -1;
	return show_list(show, &last);
}

static int
show_sealed(const struct show *show, const struct sealed *sealed)
{
	struct span tally[] = {sealed->tally}, items[] = {sealed->items};
	struct poll_list first = {tally, 1}, last = {items, 1};

	if (shown_document_list(show->style, "certificate",
		2 + sealed->seals.count, show->to) != 0 ||
	    show_list(show, &first) != 0 ||
	    show_list(show, &sealed->seals) != 0)
		return -1;
	return show_list(show, &last);
}

static int
show_items(const struct show *show, struct span item)
{
	struct cbor_reader reader;
	struct digest root = tree_root(item);
	struct items items;
	size_t holders, i;

	cbor_reader_init(&reader, item);
	holders = (size_t)cbor_read_array(&reader, LIMIT_MEMBERS);
	if (items_decode(item, holders, &items) != 0 ||
	    shown_document_items(show->style, items_count(&items), &root,
		show->to) != 0)
		return -1;
	for (i = 0; i < holders; i++)
		if (shown_document_held(show->style, i,
			items.first[i + 1] - items.first[i], show->to) != 0)
			return -1;
	return 0;
}

/* What a holder has signed; what it was asked for is in the box of the poll. */
static int
show_journal(const struct show *show, const struct journal *journal)
{
	struct span said[JOURNAL_STEPS];
	struct poll_list list = {said, 0};
	int i;

	for (i = 0; i < JOURNAL_STEPS; i++)
		if (journal->said[i].size > 0)
			said[list.count++] = span_of_buf(&journal->said[i]);
	if (shown_document_list(show->style, "journal", list.count, show->to) !=
	    0)
		return -1;
	return show_list(show, &list);
}

/* 1 if it is none. */
static int
try_journal(const struct show *show, struct span item)
{
	struct journal journal = {0};
	int result = 1;

	if (journal_decode(item, &journal) == 0)
		result = show_journal(show, &journal);
	journal_release(&journal);
	return result;
}

/* What is left is evidence, or nothing. */
static int
show_evidence(const struct show *show, struct span item)
{
	struct span room[EVIDENCE_DOCUMENTS];
	struct poll_list list = {.document = room};
	struct cbor_reader reader;

	cbor_reader_init(&reader, item);
	poll_list_read(&reader, EVIDENCE_DOCUMENTS, &list);
	if (cbor_reader_end(&reader, "the document") != 0)
		return fail(FAIL_DATA, "this is nothing of a poll");
	if (shown_document_list(show->style, "evidence", list.count,
		show->to) != 0)
		return -1;
	return show_list(show, &list);
}

static int
show_bare(const struct show *show, struct span item)
{
	struct span one[LIMIT_VOTERS], two[LIMIT_PROOFS];
	struct box box = {.ballots = {one, 0}, .proofs = {two, 0}};
	struct sealed sealed = {.seals = {one, 0}};
	int result;

	if (show_items(show, item) == 0)
		return 0;
	if (show->depth == 0)
		return fail(FAIL_DATA, "this is nothing of a poll");
	if (box_decode(item, &box) == 0)
		return show_box(show, &box);
	if (sealed_decode(item, &sealed) == 0)
		return show_sealed(show, &sealed);
	result = try_journal(show, item);
	if (result <= 0)
		return result;
	return show_evidence(show, item);
}

static int
show_one(const struct show *show, struct span item)
{
	struct digest signer;
	int kind = cose_peek(item, &signer);

	if (kind < 0)
		return show_bare(show, item);
	if (is_spoken(kind))
		return shown_document(show->style, item, (enum record_kind)kind,
		    show->to);
	return document_describe(show->style, item, NULL, show->to);
}

static int
show_sequence(const struct show *show, struct span file)
{
	struct span item;
	int got;

	while ((got = cbor_take(&file, LIMIT_EVIDENCE, "the file", &item)) > 0)
		if (show_one(show, item) != 0)
			return -1;
	return got;
}

int
shown_rows(enum report_style style, struct span file, struct buf *to)
{
	struct show show = {style, to, DEPTH};

	return show_sequence(&show, file);
}
