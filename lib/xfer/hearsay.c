/* SPDX-License-Identifier: ISC */
#include "xfer/hearsay.h"

#include <stdio.h>

#include "base/fail.h"
#include "base/log.h"
#include "peer/roster.h"

#define ID_SHOWN 12

bool
hearsay_few(struct holders *holders, size_t witnesses)
{
	return holders_usable(holders) == holders->count &&
	    2 * witnesses < holders->count;
}

/* Whether only one of many has ever heard of it, or says so. */
static bool
is_hearsay(struct holders *holders, const struct catalog_unread *unread)
{
	return unread->witnesses == 1 && unread->number == 0 &&
	    hearsay_few(holders, 1);
}

static int
fail_unread(const struct catalog_unread *unread)
{
	char id[DIGEST_HEX_SIZE], others[48] = "";

	digest_hex(&unread->id, id);
	if (unread->witnesses > 1)
		snprintf(others, sizeof others, " and %zu more",
		    unread->witnesses - 1);
	fail(FAIL_NO,
	    "the snapshot id:%.*s is shown by peer '%s'%s, and given whole by "
	    "nobody: what it needs is not known",
	    ID_SHOWN, id, unread->witness->peer->name, others);
	return fail_hint("nothing was dropped; bring all peers back, and "
			 "repair those; if it is lost for good, forget it: "
			 "shard-drop id:%.*s",
	    ID_SHOWN, id);
}

static void
warn(const struct catalog_unread *unread)
{
	char id[DIGEST_HEX_SIZE];

	digest_hex(&unread->id, id);
	log_line(LOG_WARN,
	    "the snapshot id:%.*s is shown by peer '%s' alone, and not whole: "
	    "it keeps nothing from being dropped; to forget it: shard-drop "
	    "id:%.*s",
	    ID_SHOWN, id, unread->witness->peer->name, ID_SHOWN, id);
}

int
hearsay_check(struct holders *holders, const struct catalog *catalog,
    const bool *gone)
{
	size_t i;

	for (i = 0; i < catalog->unread_count; i++) {
		if (gone[i])
			continue;
		if (!is_hearsay(holders, &catalog->unread[i]))
			return fail_unread(&catalog->unread[i]);
		warn(&catalog->unread[i]);
	}
	return 0;
}
