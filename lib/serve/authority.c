/* SPDX-License-Identifier: ISC */
#include "serve/authority.h"

#include <time.h>

#include "base/event.h"
#include "base/fail.h"
#include "format/limits.h"
#include "peer/roster.h"

#define FRESH_MS 1000 /* another process may have put a newer document */

void
authority_release(struct authority *authority)
{
	buf_release(&authority->document);
}

void
authority_forget(struct authority *authority)
{
	authority->looked = 0;
}

/* An owner's members documents, read one after the other. */
struct search {
	struct authority *authority;
	struct buf document;
	size_t count;
};

static int
take_newer(void *context, const struct digest *id)
{
	struct search *search = context;
	struct authority *authority = search->authority;
	struct store_key key = {STORE_MEMBERS, authority->owner, *id};
	struct members members;
	struct buf newer;

	search->count++;
	search->document.size = 0;
	if (store_get(authority->store, &key, LIMIT_DOCUMENT,
		&search->document) != 1 ||
	    members_decode(span_of_buf(&search->document), &authority->owner,
		&members) != 0 ||
	    (authority->found && members.number <= authority->members.number))
		return 0;
	newer = search->document; /* that the struct borrows from */
	search->document = authority->document;
	authority->document = newer;
	authority->members = members;
	authority->found = true;
	return 0;
}

/* FAIL_SYSTEM when the shelf cannot be read. */
static int
look_up(struct authority *authority, const struct digest *owner, size_t *count)
{
	struct search search = {.authority = authority};
	int result;

	authority->owner = *owner;
	authority->looked = event_clock();
	authority->found = false;
	result = store_list(authority->store, STORE_MEMBERS, owner, take_newer,
	    &search);
	buf_release(&search.document);
	if (count != NULL)
		*count = search.count;
	return result;
}

const struct peer *
authority_owner(struct authority *authority, const struct digest *owner,
    const struct digest *peer)
{
	const struct peer *line = roster_find(authority->roster, owner);

	if (line == NULL)
		return NULL;
	if ((authority->looked == 0 ||
		!digest_equal(&authority->owner, owner) ||
		event_clock() >= authority->looked + FRESH_MS) &&
	    look_up(authority, owner, NULL) != 0)
		return NULL;
	if (!authority->found ||
	    !members_has(&authority->members, peer, (uint64_t)time(NULL)))
		return NULL;
	return line;
}

int
authority_check_members(struct authority *authority,
    const struct store_key *key, struct span document)
{
	struct members members;
	size_t count;

	if (members_decode(document, &key->owner, &members) != 0 ||
	    look_up(authority, &key->owner, &count) != 0)
		return -1;
	if (store_has(authority->store, key, document.size) == 1)
		return 0;
	if (authority->found && members.number <= authority->members.number)
		return fail(FAIL_NO,
		    "members document %llu is here, %llu is not newer",
		    (unsigned long long)authority->members.number,
		    (unsigned long long)members.number);
	if (count >= LIMIT_MEMBERS_DOCUMENTS)
		return fail(FAIL_NO, "%zu members documents are here already",
		    count);
	return 0;
}
