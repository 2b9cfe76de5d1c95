/* SPDX-License-Identifier: ISC */
#include "xfer/papers.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/regular.h"
#include "crypto/tree.h"
#include "format/limits.h"
#include "peer/roster.h"

#define LIFE (365 * 86400ULL) /* seconds that a members document is good */

/* Members documents being looked through: a holder's. */
struct search {
	struct buf document; /* the newest that it has */
	struct members members;
};

struct searches {
	const struct holders *holders;
	const struct digest *owner;
	struct search *search; /* of each */
};

/* Take it over if it is the owner's, and newer. */
static void
take_newer(const struct digest *owner, struct buf *found,
    struct members *members, struct buf *document)
{
	struct members newer;
	struct buf older = *document;

	if (members_decode(span_of_buf(found), owner, &newer) != 0 ||
	    newer.number <= members->number)
		return;
	*members = newer;
	*document = *found;
	*found = older;
}

static void
search_holder(void *context, struct holder *holder)
{
	const struct searches *all = context;
	struct search *mine = &all->search[holder - all->holders->holder];
	struct store_key key = {STORE_MEMBERS, *all->owner, {{0}}};
	struct buf ids = {0}, found = {0};
	size_t i;

	if (holder_has_papers(holder) &&
	    holder_list(holder, STORE_MEMBERS, all->owner,
		LIMIT_MEMBERS_DOCUMENTS, &ids) != 0)
		ids.size = 0;
	for (i = 0; i < ids.size; i += sizeof key.id) {
		key.id = digest_from(ids.data + i);
		if (holder_get(holder, &key, LIMIT_DOCUMENT, &found) == 1)
			take_newer(all->owner, &found, &mine->members,
			    &mine->document);
	}
	buf_release(&found);
	buf_release(&ids);
}

int
papers_newest(struct holders *holders, const struct digest *owner,
    struct buf *document, struct members *members)
{
	struct searches all = {.holders = holders, .owner = owner};
	size_t i;
	int result;

	*members = (struct members){0};
	if (document->size > 0 &&
	    members_decode(span_of_buf(document), owner, members) != 0)
		*members = (struct members){0};
	all.search = memory_get(holders->count, sizeof *all.search);
	if (all.search == NULL)
		return -1;
	result = holders_each(holders, search_holder, &all);
	for (i = 0; i < holders->count; i++) {
		if (all.search[i].document.size > 0)
			take_newer(owner, &all.search[i].document, members,
			    document);
		buf_release(&all.search[i].document);
	}
	free(all.search);
	return result;
}

/* The ids of those that have one, sorted. */
static int
holders_with_key(const struct holders *holders, struct buf *ids)
{
	const struct peer *peer;
	size_t i;

	for (i = 0; i < holders->count; i++) {
		peer = holders->holder[i].peer;
		if (peer->has_id &&
		    buf_append(ids, span_of_digest(&peer->id)) != 0)
			return -1;
	}
	digest_sort(ids);
	return 0;
}

/* One that is put on every holder which takes it. */
struct paper {
	struct store_key key;
	struct span bytes;
};

static bool
is_there(struct holder *holder, const struct paper *paper)
{
	struct question question = {paper->key.shelf, paper->key.owner,
	    &paper->key.id, 1, paper->bytes.size, false, NULL};
	bool there = false;

	return holder_have(holder, &question, &there) == 0 && there;
}

static void
put_paper(void *context, struct holder *holder)
{
	const struct paper *paper = context;

	if (!holder_has_papers(holder) || is_there(holder, paper))
		return;
	holder_put_paper(holder, &paper->key, paper->bytes);
}

static void
commit(void *context, struct holder *holder)
{
	(void)context;
	if (holder_has_papers(holder))
		holder_commit(holder);
}

int
papers_put(struct holders *holders, enum store_shelf shelf,
    const struct digest *owner, struct span bytes)
{
	struct paper paper = {{shelf, *owner, tree_root(bytes)}, bytes};

	return holders_each(holders, put_paper, &paper);
}

int
papers_commit(struct holders *holders)
{
	return holders_each(holders, commit, NULL);
}

static int
sign_members(const struct papers *papers, struct span ids,
    const struct members *last, struct buf *document)
{
	uint64_t now = (uint64_t)time(NULL);
	size_t count = ids.size / sizeof(struct digest);
	struct members members = {
	    .number = last->number + 1,
	    .time = now,
	    .expires = now + LIFE,
	    .liars = members_liars(count),
	    .quorum = members_quorum(count, papers->strict),
	    .ids = ids,
	};

	if (last->number >= LIMIT_NUMBER) {
		log_line(LOG_WARN,
		    "members document %llu has the last number that there is, "
		    "and names others than these peers: they can hold no vote",
		    (unsigned long long)last->number);
		return 0;
	}
	if (document->size > 0)
		members.previous = tree_root(span_of_buf(document));
	document->size = 0;
	if (members_encode(&members, papers->scalar, document) != 0)
		return -1;
	log_line(LOG_NOTE,
	    "members document %llu: %zu peers, %zu of which may be silent and "
	    "%u may lie",
	    (unsigned long long)members.number, count, count - members.quorum,
	    members.liars);
	return file_put(papers->path, span_of_buf(document), 0600,
	    FILE_REPLACE);
}

static bool
is_good(const struct members *last, struct span ids, bool strict)
{
	return span_equal(last->ids, ids) &&
	    last->quorum ==
	    members_quorum(ids.size / sizeof(struct digest), strict) &&
	    last->expires > (uint64_t)time(NULL) + LIFE / 2;
}

int
papers_publish_members(const struct papers *papers)
{
	struct buf document = {0}, ids = {0};
	struct members last = {0};
	int result = 0;

	if (regular_read(papers->path, LIMIT_DOCUMENT, &document) != 0)
		document.size = 0;
	if (holders_with_key(papers->holders, &ids) != 0 ||
	    papers_newest(papers->holders, &papers->owner, &document, &last) !=
		0)
		result = -1;
	if (last.number == 0)
		document.size = 0;
	if (result == 0 && ids.size > 0 &&
	    !is_good(&last, span_of_buf(&ids), papers->strict))
		result =
		    sign_members(papers, span_of_buf(&ids), &last, &document);
	if (result == 0 && document.size > 0)
		result = papers_put(papers->holders, STORE_MEMBERS,
		    &papers->owner, span_of_buf(&document));
	if (result == 0 && document.size > 0)
		result = papers_commit(papers->holders);
	buf_release(&document);
	buf_release(&ids);
	return result;
}
