/* SPDX-License-Identifier: ISC */
#include "vote/settled.h"

#include <stdlib.h>

#include "base/memory.h"
#include "vote/sealed.h"

/*
 * First by the members alone: under the wrong document the items make no
 * sense either, and that is no reason to give.
 */
int
settled_open(struct settled *settled, struct span certificate,
    struct span members, const struct digest *owner)
{
	struct span seals[LIMIT_VOTERS];
	struct sealed sealed = {.seals = {seals, 0}};

	*settled = (struct settled){
	    .tally = {.verdict = memory_get(1, LIMIT_ITEMS)}};
	if (settled->tally.verdict == NULL)
		return -1;
	if (sealed_decode(certificate, &sealed) != 0 ||
	    roll_init(&settled->roll, members, owner, (struct span){0}) != 0 ||
	    sealed_check(&sealed, &settled->roll, &settled->tally) != 0)
		return -1;
	if (sealed.items.size == 0)
		return 0;
	if (roll_init(&settled->roll, members, owner, sealed.items) != 0)
		return -1;
	return sealed_check(&sealed, &settled->roll, &settled->tally);
}

void
settled_release(struct settled *settled)
{
	free(settled->tally.verdict);
	settled->tally.verdict = NULL;
}
