/* SPDX-License-Identifier: ISC */
#include "poll/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/base32.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/regular.h"
#include "peer/roster.h"
#include "poll/kept.h"
#include "poll/past.h"
#include "poll/stripes.h"
#include "xfer/papers.h"

#define SKEW_MAX 300 /* seconds that a poller's clock may be ahead of ours */

void
follow_release(struct follow *follow)
{
	repairs_release(&follow->repairs);
	settled_release(&follow->settled);
	buf_release(&follow->document);
	buf_release(&follow->certificate);
}

static int
load_members(struct follow *follow)
{
	struct members members;

	if (follow->members != NULL &&
	    regular_read(follow->members, LIMIT_DOCUMENT, &follow->document) !=
		0)
		follow->document.size = 0;
	if (papers_newest(follow->holders, &follow->owner, &follow->document,
		&members) != 0)
		return -1;
	return members.number > 0
	    ? 0
	    : fail(FAIL_NO, "no members document is there");
}

static int
load_certificate(struct follow *follow, const char *path)
{
	const struct tally *tally = &follow->settled.tally;

	if (file_read(path, LIMIT_CERTIFICATE, &follow->certificate) != 0 ||
	    load_members(follow) != 0 ||
	    settled_open(&follow->settled, span_of_buf(&follow->certificate),
		span_of_buf(&follow->document), &follow->owner) != 0)
		return -1;
	if (items_count(&follow->settled.roll.items) == 0)
		return fail(FAIL_DATA,
		    "the certificate does not say which shards it is about");
	if (tally->time > (uint64_t)time(NULL) + SKEW_MAX)
		return fail(FAIL_DATA,
		    "the certificate is of a time to come: a clock is wrong");
	return repairs_init(&follow->repairs, &follow->settled.roll,
	    tally->verdict, tally->time);
}

/* One that is under other members, or does not hold, tells nothing. */
static void
look_back(struct follow *follow, uint64_t time)
{
	struct past *past = memory_get(1, sizeof *past);

	if (past == NULL)
		return;
	if (past_open(past, follow->folder, &follow->owner, time,
		span_of_buf(&follow->document)) == 0)
		repairs_before(&follow->repairs, &past->settled.roll.items,
		    past->settled.tally.verdict, past->settled.tally.time);
	past_close(past);
	free(past);
}

/* The earlier ones, then this one beside them. */
static void
look_all_back(struct follow *follow)
{
	uint64_t time = follow->settled.tally.time;
	struct kept kept;
	size_t i;

	kept_list(follow->folder, &follow->owner, &kept);
	if (kept.count > 0 && kept.time[0] > time)
		log_line(LOG_WARN,
		    "there is a newer certificate than this one");
	for (i = 0; i < kept.count; i++)
		if (kept.time[i] < time)
			look_back(follow, kept.time[i]);
	if (kept_add(follow->folder, &follow->owner, time,
		span_of_buf(&follow->certificate)) != 0)
		log_line(LOG_WARN, "the certificate is not kept: %s",
		    fail_last()->text);
}

static int
take_stripe(void *context, const struct listing *listing,
    const struct stripe *stripe)
{
	struct follow *follow = context;

	return repairs_stripe(&follow->repairs, listing->head.need, stripe,
	    listing->snapshot.number);
}

int
follow_load(struct follow *follow, const char *path)
{
	struct living living;
	int result;

	if (load_certificate(follow, path) != 0)
		return -1;
	look_all_back(follow);
	result = living_load(&living, follow->holders, &follow->owner);
	if (result == 0)
		result = stripes_each(&living, take_stripe, follow);
	living_release(&living);
	if (result != 0 || repairs_judge(&follow->repairs) != 0)
		return -1;
	if (!digest_equal(&follow->self, &follow->owner))
		repairs_share(&follow->repairs, &follow->self);
	return 0;
}

/* Of a stripe that has too little left, the margin is less than nothing. */
static int
add_row(const struct follow *follow, const struct roster *roster,
    const struct repairs_row *row, enum report_style style, struct buf *rows)
{
	const struct roll *roll = &follow->settled.roll;
	struct digest id = items_get(&roll->items, row->item).id;
	struct digest member =
	    members_id(&roll->members, items_holder(&roll->items, row->item));
	const struct peer *peer = roster_find(roster, &member);
	char shard[DIGEST_HEX_SIZE], text[BASE32_TEXT], margin[16];
	unsigned left = row->intact > row->need ? row->intact - row->need : 0;

	digest_hex(&id, shard);
	base32_encode(BASE32_ID, member.byte, text);
	snprintf(margin, sizeof margin, "%d",
	    (int)row->intact - (int)row->need);
	const struct report_field field[] = {
	    {"shard", shard, 0, false, 0},
	    {"holder", peer != NULL ? peer->name : text, 0, false, 0},
	    {"reason",
		verdict_name((enum verdict)follow->repairs.verdict[row->item]),
		0, false, 0},
	    {"margin", margin, left, true, 0},
	    {"intact", NULL, row->intact, true, 0},
	    {"need", NULL, row->need, true, 0},
	    {"snapshot", NULL, row->snapshot, true, 0},
	    {"stripe", NULL, row->stripe, true, 0},
	};

	return report_row(style, REPORT_FIELDS(field), rows);
}

int
follow_rows(const struct follow *follow, const struct roster *roster,
    enum report_style style, struct buf *rows)
{
	size_t i;

	for (i = 0; i < follow->repairs.count; i++)
		if (add_row(follow, roster, &follow->repairs.row[i], style,
			rows) != 0)
			return -1;
	return 0;
}

void
follow_explain(const struct follow *follow)
{
	char when[NUMBER_TIME_TEXT];

	number_time_text(follow->settled.tally.time, when);
	log_line(LOG_NOTE,
	    "by the certificate of %s, %zu shards are to be rebuilt", when,
	    follow->repairs.count);
	if (follow->repairs.waiting > 0)
		log_line(LOG_NOTE,
		    "%zu that are silent may come back: they wait until they "
		    "have been silent for 72 h",
		    follow->repairs.waiting);
	if (follow->repairs.postponed > 0)
		log_line(LOG_NOTE, "%zu more are left for the next poll",
		    follow->repairs.postponed);
}
