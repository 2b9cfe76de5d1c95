/* SPDX-License-Identifier: ISC */
#include "health/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/regular.h"
#include "peer/roster.h"

#define FILE_SIZE (1 << 20) /* every peer of the largest roster */
#define DAY 86400	    /* seconds */
#define MUTE_MAX 31536000   /* a year */

static void
add_peer(struct history *history, uint64_t seen, uint64_t since,
    const char *name)
{
	struct history_peer *peer =
	    memory_more(history->peer, history->peers + 1, sizeof *peer);

	if (peer == NULL)
		return;
	history->peer = peer;
	peer[history->peers] = (struct history_peer){NULL, seen, since};
	memory_text(&peer[history->peers].name, name);
	history->peers += peer[history->peers].name != NULL;
}

/* A number and the blank behind it. */
static bool
take_field(const char **line, uint64_t *number)
{
	return number_take(line, number) && *(*line)++ == ' ';
}

static const int kept[] = {PEER_UP, PEER_DOWN, PEER_REFUSED, PEER_LATE,
    LOOK_WRONG};

#define KEPT (sizeof kept / sizeof *kept)

static void
take_day(struct history *history, const char *line)
{
	struct history_day day = {.name = NULL}, *all;
	size_t i;

	if (!take_field(&line, &day.day))
		return;
	for (i = 0; i < KEPT; i++)
		if (!take_field(&line, &day.looks[kept[i]]))
			return;
	if (*line == '\0' ||
	    history->days == (size_t)HEALTH_DAYS * ROSTER_PEERS)
		return;
	all = memory_more(history->day, history->days + 1, sizeof *all);
	if (all == NULL)
		return;
	history->day = all;
	memory_text(&day.name, line);
	all[history->days] = day;
	history->days += day.name != NULL;
}

static void
take_line(void *context, char *text)
{
	struct history *history = context;
	const char *line = text;
	bool is_peer = strncmp(line, "peer ", 5) == 0;
	uint64_t first, second;
	enum check_name name;

	if (strncmp(line, "day ", 4) == 0)
		take_day(history, line + 4);
	if (!is_peer && strncmp(line, "mute ", 5) != 0)
		return;
	line += 5;
	if (!take_field(&line, &first) ||
	    (is_peer && !take_field(&line, &second)))
		return;
	if (!is_peer && (name = check_named(line)) < CHECK_COUNT)
		history->muted[name] = first;
	if (is_peer && *line != '\0' && history->peers < ROSTER_PEERS)
		add_peer(history, first, second, line);
}

void
history_load(const char *path, struct history *history)
{
	*history = (struct history){0};
	regular_each_line(path, FILE_SIZE, take_line, history);
}

void
history_release(struct history *history)
{
	while (history->peers > 0)
		free(history->peer[--history->peers].name);
	while (history->days > 0)
		free(history->day[--history->days].name);
	free(history->peer);
	free(history->day);
	*history = (struct history){0};
}

static const struct history_peer *
find(const struct history *history, const char *name)
{
	size_t i;

	for (i = 0; i < history->peers; i++)
		if (strcmp(history->peer[i].name, name) == 0)
			return &history->peer[i];
	return NULL;
}

/* What was found of it lately, and now. */
static void
tell_days(const struct history *history, uint64_t today,
    struct peer_facts *peer)
{
	const struct history_day *day;
	size_t i;

	for (i = 0; i < history->days; i++) {
		day = &history->day[i];
		if (day->day <= today && today - day->day < HEALTH_DAYS &&
		    strcmp(day->name, peer->peer->name) == 0)
			memcpy(peer->looks[today - day->day], day->looks,
			    sizeof day->looks);
	}
	peer->looks[0][peer->state == PEER_UP && peer->damaged > 0
		? LOOK_WRONG
		: (int)peer->state]++;
}

void
history_tell(const struct history *history, struct facts *facts)
{
	const struct history_peer *before;
	struct peer_facts *peer;
	size_t i;

	for (i = 0; i < facts->peers; i++) {
		peer = &facts->peer[i];
		before = find(history, peer->peer->name);
		tell_days(history, facts->now / DAY, peer);
		if (before != NULL && before->seen <= facts->now)
			peer->seen = before->seen;
		if (peer->state == PEER_UP) {
			peer->seen = facts->now;
			continue;
		}
		peer->since = facts->now;
		if (before != NULL && before->since > 0 &&
		    before->since <= facts->now)
			peer->since = before->since;
	}
}

static int
save_days(const struct facts *facts, const struct peer_facts *peer,
    struct buf *to)
{
	const uint64_t *looks;
	uint64_t sum;
	int day, result = 0;
	size_t i;

	for (day = 0; result == 0 && day < HEALTH_DAYS; day++) {
		looks = peer->looks[day];
		for (i = sum = 0; i < KEPT; i++)
			sum += looks[kept[i]];
		if (sum == 0)
			continue;
		result = buf_print(to, "day %" PRIu64,
		    facts->now / DAY - (uint64_t)day);
		for (i = 0; result == 0 && i < KEPT; i++)
			result = buf_print(to, " %" PRIu64, looks[kept[i]]);
		if (result == 0)
			result = buf_print(to, " %s\n", peer->peer->name);
	}
	return result;
}

int
history_save(const char *path, const struct history *history,
    const struct facts *facts)
{
	const struct peer_facts *peer;
	struct buf text = {0};
	int result = 0, name;
	size_t i;

	for (i = 0; result == 0 && i < facts->peers; i++) {
		peer = &facts->peer[i];
		if (peer->state != PEER_PASSIVE)
			result = buf_print(&text,
			    "peer %" PRIu64 " %" PRIu64 " %s\n", peer->seen,
			    peer->since, peer->peer->name);
		if (result == 0 && peer->state != PEER_PASSIVE)
			result = save_days(facts, peer, &text);
	}
	for (name = 0; result == 0 && name < CHECK_COUNT; name++)
		if (history->muted[name] > facts->now)
			result = buf_print(&text, "mute %" PRIu64 " %s\n",
			    history->muted[name],
			    check_word((enum check_name)name));
	if (result == 0)
		result = file_put(path, span_of_buf(&text), 0600, FILE_REPLACE);
	buf_release(&text);
	return result;
}

uint32_t
history_muted(const struct history *history, uint64_t now)
{
	uint32_t muted = 0;
	int name;

	for (name = 0; name < CHECK_COUNT; name++)
		if (history->muted[name] > now)
			muted |= 1U << name;
	return muted;
}

int
history_mute(struct history *history, const char *text, uint64_t now)
{
	const char *equals = strchr(text, '=');
	enum check_name name;
	char word[32];
	uint64_t span;

	snprintf(word, sizeof word, "%.*s",
	    equals ? (int)(equals - text) : (int)strlen(text), text);
	name = check_named(word);
	if (name == CHECK_COUNT || equals == NULL)
		return fail(FAIL_USAGE,
		    "--mute '%s' is not NAME=SPAN with the name of a check, as "
		    "PEER_DOWN=7d",
		    text);
	if (number_parse_span("--mute", equals + 1, 0, MUTE_MAX, &span) != 0)
		return -1;
	history->muted[name] = span > 0 ? now + span : 0;
	return 0;
}
