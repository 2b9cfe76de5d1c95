/* SPDX-License-Identifier: ISC */

/* shard-vote audit: a quick look at one holder. */

#include <time.h>

#include "base/log.h"
#include "base/output.h"
#include "base/tool.h"
#include "poll/audit.h"
#include "poll/audited.h"
#include "poll/indexes.h"
#include "site.h"
#include "verbs.h"

/* For p2p-health, if it is about backups of ours. */
static void
remember(const struct audit *audit)
{
	struct audited audited = {.time = (uint64_t)time(NULL),
	    .answered = audit->answered};
	char folder[FILE_PATH];

	if (asked.owner != NULL)
		return;
	if (tool_path("audits", folder) != 0 ||
	    audited_save(folder, &audit->holder->id, &audited) != 0)
		log_line(LOG_WARN, "the outcome is not kept: %s",
		    fail_last()->text);
}

/* The answers, and what anyone judges them by. */
static int
keep(struct audit *audit)
{
	if (indexes_gather(&audit->living, &audit->proofs) != 0)
		return -1;
	return output_put(asked.write, span_of_buf(&audit->proofs));
}

static int
look(struct audit *audit)
{
	struct buf rows = {0};
	int result = audit_holder(audit);

	holders_explain(audit->holders);
	if (result == 0)
		remember(audit);
	if (result == 0)
		result = audit_row(audit, asked.style, &rows);
	if (result == 0)
		result = verb_print(&rows);
	if (result == 0 && asked.write != NULL)
		result = keep(audit);
	if (result == 0)
		result = audit_judge(audit);
	audit_release(audit);
	return result;
}

int
verb_audit(int argc, char **argv)
{
	struct site site = {.holders = {0}};
	struct audit audit = {.holders = &site.holders,
	    .keep = asked.write != NULL};
	const char *peer = verb_operand(argc, argv, "peer");
	int result = peer == NULL ? -1 : site_sample(&audit.sample);

	if (result == 0)
		result = site_open(&site);
	if (result == 0) {
		audit.owner = site.owner;
		audit.holder = audit_find(&site.holders, peer);
		result = audit.holder == NULL ? -1 : look(&audit);
	}
	site_close(&site);
	return result;
}
