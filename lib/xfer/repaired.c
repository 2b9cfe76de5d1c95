/* SPDX-License-Identifier: ISC */
#include "xfer/repaired.h"

#include "base/log.h"
#include "peer/roster.h"

static const char *
name_of(const struct holder *holder)
{
	return holder != NULL ? holder->peer->name : "-";
}

static const char *
state_of(const struct repaired *repaired)
{
	if (repaired->to != NULL)
		return "rebuilt";
	return repaired->lost ? "lost" : "unplaced";
}

int
repaired_row(const struct repaired *repaired, uint64_t snapshot,
    enum report_style style, bool first, struct buf *to)
{
	char id[DIGEST_HEX_SIZE];
	struct report_field field[] = {
	    {"snapshot", NULL, snapshot, true, 8},
	    {"stripe", NULL, repaired->stripe, true, 10},
	    {"index", NULL, repaired->index, true, 5},
	    {"state", state_of(repaired), 0, false, -8},
	    {"from", name_of(repaired->from), 0, false, -16},
	    {"to", name_of(repaired->to), 0, false, -16},
	    {"shard", id, 0, false, -64},
	};

	digest_hex(&repaired->id, id);
	return report_add(style, REPORT_FIELDS(field), first, to);
}

void
repaired_count(const struct repaired *repaired)
{
	if (repaired->from != NULL)
		repaired->from->mislaid++;
	if (repaired->to != NULL)
		repaired->to->regained++;
}

void
repaired_explain(const struct holders *holders)
{
	const struct holder *holder;
	size_t i;

	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		if (holder->mislaid > 0)
			log_line(LOG_NOTE,
			    "peer '%s' had lost %llu of its shards",
			    holder->peer->name,
			    (unsigned long long)holder->mislaid);
		if (holder->regained > 0)
			log_line(LOG_NOTE,
			    "peer '%s' got %llu of the rebuilt shards",
			    holder->peer->name,
			    (unsigned long long)holder->regained);
	}
}
