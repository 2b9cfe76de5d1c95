/* SPDX-License-Identifier: ISC */
#include "xfer/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "xfer/papers.h"

static int
describe(struct peer *own, const char *path)
{
	size_t size = strlen(path) + sizeof "dir:";

	own->name = strdup(OWN_NAME);
	own->address[0] = malloc(size);
	if (own->name == NULL || own->address[0] == NULL)
		return fail_errno("cannot get memory");
	snprintf(own->address[0], size, "dir:%s", path);
	own->addresses = 1;
	return 0;
}

int
own_add(struct roster *roster, const char *path, const struct digest *self,
    const struct digest *owner)
{
	const struct peer *whose = roster_find(roster, owner);
	const struct peer *line = roster_find(roster, self);
	struct peer own = {.has_id = true,
	    .id = *self,
	    .give = whose != NULL ? whose->give : 0};
	struct peer *all;

	if (line != NULL)
		return fail(FAIL_USAGE,
		    "'%s' in the roster is this machine: leave --store out",
		    line->name);
	all = realloc(roster->peer, (roster->count + 1) * sizeof *all);
	if (all == NULL)
		return fail_errno("cannot get memory");
	roster->peer = all;
	if (describe(&own, path) == 0) {
		all[roster->count++] = own;
		return 0;
	}
	peer_release(&own);
	return -1;
}

static struct holder *
find_self(struct holders *holders, const struct digest *self)
{
	size_t i;

	for (i = 0; i < holders->count; i++)
		if (digest_equal(&holders->holder[i].id, self))
			return &holders->holder[i];
	return NULL;
}

int
own_check(struct holders *holders, const struct digest *self,
    const struct digest *owner)
{
	struct holder *own = find_self(holders, self);
	struct buf document = {0};
	struct members members;
	int result;

	if (own != NULL)
		return holder_usable(own) ? 0 : fail_again(&own->reason);
	result = papers_newest(holders, owner, &document, &members);
	if (result == 0 && members.number > 0 &&
	    members_find(&members, self) >= 0) {
		result = fail(FAIL_USAGE,
		    "this machine is a holder of that owner's, and what lies "
		    "here would count as lost");
		fail_hint("name the store of its shard-recv with -d DIR");
	}
	buf_release(&document);
	return result;
}
