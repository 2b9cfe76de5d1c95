/* SPDX-License-Identifier: ISC */
#include "serve/lines.h"

#include <stdatomic.h>

#include "base/shared.h"
#include "peer/roster.h"
#include "serve/budget.h"

#define MINUTE_MS 60000

/*
 * Budgets for the puts, gets and drops that went well, numbered behind those of
 * enum lines_end; of strangers, who can do none of these, for pairing.
 */
enum {
	PUTS = LINES_ENDS,
	GETS,
	DROPS,
	BUDGETS,
	PAIRS = DROPS
};

struct untold {
	_Atomic uint64_t count, bytes;
};

enum state {
	FREE,
	BEING_TAKEN,
	TAKEN
};

struct lines_share {
	_Atomic int state; /* an enum state; that of strangers is free */
	struct digest id;
	struct budget budget[BUDGETS];
	struct untold untold[LINES_WHAT][LINES_ENDS];
};

struct lines {
	uint64_t summed; /* when, by event_clock; the daemon's */
	struct lines_share strangers, peer[ROSTER_PEERS];
};

static void
endow(struct lines_share *share)
{
	size_t i;

	for (i = 0; i < BUDGETS; i++)
		share->budget[i].a_minute =
		    i == PUTS || i == GETS ? LINES_DEEDS : LINES_WORDS;
}

struct lines *
lines_open(void)
{
	struct lines *lines = shared_memory(sizeof *lines);

	if (lines != NULL)
		endow(&lines->strangers);
	return lines;
}

/* Two that come at once may get one each: then it has two for a while. */
static bool
is_for(struct lines_share *share, const struct digest *id)
{
	int state = FREE;

	if (!atomic_compare_exchange_strong(&share->state, &state, BEING_TAKEN))
		return state == TAKEN && digest_equal(&share->id, id);
	share->id = *id;
	endow(share);
	share->state = TAKEN;
	return true;
}

struct lines_share *
lines_share(struct lines *lines, const struct digest *id)
{
	size_t i;

	if (lines == NULL)
		return NULL;
	for (i = 0; id != NULL && i < ROSTER_PEERS; i++)
		if (is_for(&lines->peer[i], id))
			return &lines->peer[i];
	return &lines->strangers;
}

static struct budget *
budget_for(struct lines_share *share, struct lines_kind kind)
{
	if (share->state == FREE)
		return &share->budget[kind.what == VERB_PAIR &&
			    kind.end == LINES_WELL
			? PAIRS
			: LINES_WELL];
	if (kind.end != LINES_WELL)
		return &share->budget[kind.end];
	switch (kind.what) {
	case VERB_PUT:
		return &share->budget[PUTS];
	case VERB_GET:
		return &share->budget[GETS];
	case VERB_DROP:
		return &share->budget[DROPS];
	default:
		return &share->budget[LINES_WELL];
	}
}

bool
lines_tell(struct lines_share *share, struct lines_kind kind, uint64_t bytes,
    uint64_t now_ms)
{
	struct untold *untold;

	if (share == NULL || bytes >= LINES_BYTES ||
	    budget_take(budget_for(share, kind), 1, now_ms))
		return true;
	untold = &share->untold[kind.what][kind.end];
	atomic_fetch_add(&untold->count, 1);
	atomic_fetch_add(&untold->bytes, bytes);
	return false;
}

static void
sum_up(struct lines_share *share, const struct digest *id,
    void (*each)(void *context, const struct lines_untold *untold),
    void *context)
{
	struct lines_untold sum = {.id = id};
	struct untold *untold;
	unsigned what;
	int end;

	for (what = 0; what < LINES_WHAT; what++)
		for (end = 0; end < LINES_ENDS; end++) {
			untold = &share->untold[what][end];
			sum.kind =
			    (struct lines_kind){what, (enum lines_end)end};
			sum.count = atomic_exchange(&untold->count, 0);
			sum.bytes = atomic_exchange(&untold->bytes, 0);
			if (sum.count > 0)
				each(context, &sum);
		}
}

void
lines_sum_up(struct lines *lines, uint64_t now_ms, bool at_end,
    void (*each)(void *context, const struct lines_untold *untold),
    void *context)
{
	struct lines_share *peer = lines->peer;

	if (!at_end && now_ms < lines->summed + MINUTE_MS)
		return;
	lines->summed = now_ms;
	sum_up(&lines->strangers, NULL, each, context);
	for (; peer < lines->peer + ROSTER_PEERS && peer->state != FREE; peer++)
		if (peer->state == TAKEN)
			sum_up(peer, &peer->id, each, context);
}
