/* SPDX-License-Identifier: ISC */
#include "serve/noted.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/base32.h"
#include "base/event.h"
#include "base/fail.h"
#include "peer/roster.h"

static const char *
name_of(unsigned what)
{
	if (what == LINES_CONNECT)
		return "connect";
	return what == LINES_DISCONNECT ? "disconnect"
					: message_verb_name((enum verb)what);
}

static enum log_level
level_of(struct lines_kind kind)
{
	if (kind.end == LINES_FAILED)
		return LOG_WARN;
	return kind.end == LINES_WELL &&
		(kind.what == VERB_HAVE || kind.what == VERB_LIST)
	    ? LOG_DETAIL
	    : LOG_NOTE;
}

/* What nobody wants to hear of is not counted, either. */
static void
write_line(const struct noted *noted, struct lines_kind kind,
    struct event *event)
{
	event->name = name_of(kind.what);
	event->level = level_of(kind);
	event->peer = noted->name;
	event->outcome = kind.end == LINES_WELL ? "ok" : fail_last()->text;
	if (log_tells(event->level) &&
	    lines_tell(noted->lines, kind, event->bytes, event_clock()))
		event_write(event);
}

void
noted_request(const struct noted *noted, const struct request *request,
    const struct reply *reply, uint64_t ms)
{
	struct lines_kind kind = {request->verb,
	    reply->status == 0		   ? LINES_WELL
		: reply->status == FAIL_NO ? LINES_REFUSED
					   : LINES_FAILED};
	struct event event = {.bytes = request->payload + reply->payload,
	    .ms = ms};
	char id[BASE32_TEXT];
	struct digest shard;

	if (request->verb == VERB_PAIR || noted->stranger) {
		base32_encode(BASE32_ID, noted->id->byte, id);
		event.id = id;
		if (kind.end == LINES_REFUSED)
			kind.end = LINES_FAILED;
	}
	if (!digest_is_zero(&request->owner))
		event.owner = &request->owner;
	if (request->ids.size == sizeof shard && request->verb != VERB_LIST) {
		shard = digest_from(request->ids.data);
		event.shard = &shard;
	}
	write_line(noted, kind, &event);
}

void
noted_connection(const struct noted *noted, unsigned what, int result)
{
	struct lines_kind kind = {what,
	    result == 0 ? LINES_WELL : LINES_FAILED};

	write_line(noted, kind, &(struct event){0});
}

/* By the roster as it is now; who is in it no more still has an id. */
static void
write_sum(void *context, const struct lines_untold *untold)
{
	const struct roster *roster = *(const struct roster **)context;
	const struct peer *peer =
	    untold->id == NULL ? NULL : roster_find(roster, untold->id);
	char text[64], id[BASE32_TEXT];
	struct event event = {.name = name_of(untold->kind.what),
	    .level = level_of(untold->kind),
	    .bytes = untold->bytes,
	    .outcome = text};

	snprintf(text, sizeof text, "%" PRIu64 " more like it", untold->count);
	if (peer != NULL) {
		event.peer = peer->name;
	} else if (untold->id != NULL) {
		base32_encode(BASE32_ID, untold->id->byte, id);
		event.id = id;
	}
	event_write(&event);
}

void
noted_sum_up(struct lines *lines, const struct roster *roster, uint64_t now_ms,
    bool at_end)
{
	lines_sum_up(lines, now_ms, at_end, write_sum, &roster);
}
