/* SPDX-License-Identifier: ISC */
#include "vote/accuse.h"

#include "base/fail.h"
#include "vote/box.h"
#include "vote/challenge.h"
#include "vote/evidence.h"
#include "vote/sealed.h"

/* A document, and what it is. */
struct paper {
	struct span document;
	int kind;
	struct digest signer;
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

/* Whether it is worth the signatures to look at the two together. */
static bool
may_convict(const struct paper *a, const struct paper *b)
{
	bool same = digest_equal(&a->signer, &b->signer);

	if (b->kind == RECORD_PROOF)
		return a->kind == RECORD_INDEX ||
		    (a->kind == RECORD_RECEIPT && same);
	return a->kind == b->kind && a->kind >= RECORD_OPENING &&
	    a->kind <= RECORD_SEAL && same;
}

static int
try_pair(struct accuse *accuse, const struct paper *a, const struct paper *b)
{
	struct culprit culprit = {b->signer, a->kind, b->kind};
	struct span pair[] = {a->document, b->document};

	if (!may_convict(a, b) || is_accused(accuse, &culprit))
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
	const struct paper *paper =
	    (const struct paper *)(const void *)accuse->documents.data;
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
