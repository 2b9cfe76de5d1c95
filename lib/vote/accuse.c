/* SPDX-License-Identifier: ISC */
#include "vote/accuse.h"

#include "base/fail.h"
#include "doc/index.h"
#include "doc/receipt.h"
#include "vote/box.h"
#include "vote/challenge.h"
#include "vote/evidence.h"
#include "vote/guilt.h"
#include "vote/sealed.h"

/* What is said once in a poll. */
struct word {
	struct poll poll;
	struct span said;
};

/* A document, and what it is; its signature is checked when it matters. */
struct paper {
	struct span document;
	int kind;
	struct digest signer;
	bool read, forged;
	union {
		struct receipt receipt;
		struct index index;
		struct proof proof;
		struct word word;
	} is;
};

/* One that has been accused, and by which two kinds. */
struct culprit {
	struct digest id;
	int first, second;
};

void
accuse_release(struct accuse *accuse)
{
	buf_release(&accuse->documents);
	buf_release(&accuse->boxes);
	buf_release(&accuse->items);
	buf_release(&accuse->evidence);
	buf_release(&accuse->culprits);
}

static int
keep(struct buf *to, struct span one)
{
	return buf_append(to, span_of(&one, sizeof one));
}

/* What is none is passed over. */
static int
keep_paper(struct accuse *accuse, struct span document)
{
	struct paper paper = {.document = document};

	paper.kind = cose_peek(document, &paper.signer);
	if (paper.kind < 0)
		return 0;
	return buf_append(&accuse->documents, span_of(&paper, sizeof paper));
}

static int
keep_list(struct accuse *accuse, const struct poll_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (keep_paper(accuse, list->document[i]) != 0)
			return -1;
	return 0;
}

/* Its documents; reveals are in the seed. */
static int
add_box(struct accuse *accuse, struct span item, const struct box *box)
{
	struct span room[LIMIT_VOTERS];
	struct seed seed = {.reveals = {room, 0}};
	struct span own[] = {box->tally, box->opening, box->challenge,
	    box->seed};
	struct poll_list list = {own, 4};

	if (keep(&accuse->boxes, item) != 0 || keep_list(accuse, &list) != 0 ||
	    keep_list(accuse, &box->ballots) != 0 ||
	    keep_list(accuse, &box->proofs) != 0)
		return -1;
	if (seed_decode(box->seed, NULL, &seed) != 0)
		return 0;
	return keep_list(accuse, &seed.reveals);
}

static int
add_bare(struct accuse *accuse, struct span item)
{
	struct span one[LIMIT_VOTERS], two[LIMIT_PROOFS];
	struct box box = {.ballots = {one, 0}, .proofs = {two, 0}};
	struct sealed sealed = {.seals = {one, 0}};

	if (box_decode(item, &box) == 0)
		return add_box(accuse, item, &box);
	if (sealed_decode(item, &sealed) == 0)
		return keep_paper(accuse, sealed.tally) == 0 &&
			keep_list(accuse, &sealed.seals) == 0
		    ? 0
		    : -1;
	return keep(&accuse->items, item);
}

int
accuse_add(struct accuse *accuse, struct span sequence)
{
	struct digest signer;
	struct span item;
	int got;

	while (
	    (got = cbor_take(&sequence, LIMIT_EVIDENCE, "a file", &item)) > 0)
		if ((cose_peek(item, &signer) < 0
			    ? add_bare(accuse, item)
			    : keep_paper(accuse, item)) != 0)
			return -1;
	return got;
}

static bool
is_accused(const struct accuse *accuse, const struct culprit *one)
{
	const struct culprit *culprit =
	    (const struct culprit *)(const void *)accuse->culprits.data;
	size_t i;

	for (i = 0; i < accuse->culprits.size / sizeof *culprit; i++)
		if (digest_equal(&culprit[i].id, &one->id) &&
		    culprit[i].first == one->first &&
		    culprit[i].second == one->second)
			return true;
	return false;
}

/* If these convict somebody they are evidence. */
static int
try_these(struct accuse *accuse, struct span *document, size_t count,
    struct culprit *culprit)
{
	struct poll_list list = {document, count};
	struct evidence evidence;
	struct buf file = {0};
	struct span rest;
	int result = evidence_encode(&list, &file);

	rest = span_of_buf(&file);
	if (result == 0 && evidence_judge(&rest, &evidence) == 0) {
		culprit->id = evidence.culprit;
		result = buf_append(&accuse->evidence, span_of_buf(&file));
		if (result == 0)
			result = buf_append(&accuse->culprits,
			    span_of(culprit, sizeof *culprit));
	}
	buf_release(&file);
	return result;
}

static int
decode(struct paper *paper)
{
	struct cbor_reader reader;

	switch (paper->kind) {
	case RECORD_RECEIPT:
		return receipt_decode(paper->document, &paper->signer,
		    &paper->is.receipt);
	case RECORD_INDEX:
		return index_decode(paper->document, &paper->signer,
		    &paper->is.index);
	case RECORD_PROOF:
		return proof_decode(paper->document, &paper->signer,
		    &paper->is.proof);
	default:
		if (poll_decode(paper->document, (enum record_kind)paper->kind,
			"the document", &paper->signer, &paper->is.word.poll,
			&reader) != 0 ||
		    reader.bad)
			return -1;
		return cose_payload(paper->document, &paper->is.word.said);
	}
}

static bool
is_good(struct paper *paper)
{
	if (!paper->read)
		paper->forged = decode(paper) != 0;
	paper->read = true;
	return !paper->forged;
}

/* Whether it is worth the signatures to look at the two together. */
static bool
may_convict(const struct paper *a, const struct paper *b)
{
	if (a->kind == RECORD_INDEX)
		return b->kind == RECORD_PROOF;
	if (!digest_equal(&a->signer, &b->signer))
		return false;
	if (a->kind == RECORD_RECEIPT || a->kind == RECORD_PROOF)
		return b->kind == RECORD_PROOF;
	return a->kind == b->kind && a->kind >= RECORD_OPENING &&
	    a->kind <= RECORD_SEAL;
}

static bool
convict(struct paper *a, struct paper *b)
{
	if (!may_convict(a, b) || !is_good(a) || !is_good(b))
		return false;
	switch (a->kind) {
	case RECORD_RECEIPT:
		return guilt_missing(&a->is.receipt, &b->is.proof,
			   (struct span){0}) == 0;
	case RECORD_INDEX:
		return digest_equal(&a->signer, &b->is.proof.owner) &&
		    guilt_wrong(&a->is.index, &b->is.proof) == 0;
	case RECORD_PROOF:
		return guilt_changed(&a->is.proof, &b->is.proof) == 0;
	default:
		return poll_equal(&a->is.word.poll, &b->is.word.poll) &&
		    !span_equal(a->is.word.said, b->is.word.said);
	}
}

static int
try_pair(struct accuse *accuse, struct paper *a, struct paper *b)
{
	struct culprit culprit = {b->signer, a->kind, b->kind};
	struct span pair[] = {a->document, b->document};

	if (is_accused(accuse, &culprit) || !convict(a, b))
		return 0;
	return try_these(accuse, pair, 2, &culprit);
}

/* A tally that does not follow from its box, by the members and the items. */
static int
try_count(struct accuse *accuse, struct span members)
{
	const struct span *box =
	    (const struct span *)(const void *)accuse->boxes.data;
	const struct span *items =
	    (const struct span *)(const void *)accuse->items.data;
	struct culprit culprit = {.first = RECORD_MEMBERS};
	size_t i, j;

	for (i = 0; i < accuse->boxes.size / sizeof *box; i++)
		for (j = 0; j < accuse->items.size / sizeof *items; j++) {
			struct span three[] = {members, items[j], box[i]};

			if (try_these(accuse, three, 3, &culprit) != 0)
				return -1;
		}
	return 0;
}

int
accuse_find(struct accuse *accuse)
{
	struct paper *paper = (struct paper *)(void *)accuse->documents.data;
	size_t i, j, count = accuse->documents.size / sizeof *paper;

	for (i = 0; i < count; i++) {
		for (j = 0; j < count; j++)
			if (i != j &&
			    try_pair(accuse, &paper[i], &paper[j]) != 0)
				return -1;
		if (paper[i].kind == RECORD_MEMBERS &&
		    try_count(accuse, paper[i].document) != 0)
			return -1;
	}
	if (accuse->evidence.size == 0)
		return fail(FAIL_NO, "these documents convict nobody");
	return 0;
}
