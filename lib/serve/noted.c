/* SPDX-License-Identifier: ISC */
#include "serve/noted.h"

#include "base/base32.h"
#include "base/event.h"
#include "base/fail.h"
#include "serve/refusals.h"

/* Who has not proved to be a peer cannot fill the log. */
static bool
is_told(const struct noted *noted)
{
	return (noted->proved && !noted->stranger) ||
	    refusals_tell(noted->refusals, event_clock());
}

static enum log_level
level_of(const struct request *request, const struct reply *reply)
{
	if (request->verb == VERB_HAVE || request->verb == VERB_LIST)
		return LOG_DETAIL;
	return reply->status == 0 || reply->status == FAIL_NO ? LOG_NOTE
							      : LOG_WARN;
}

void
noted_request(const struct noted *noted, const struct request *request,
    const struct reply *reply, uint64_t ms)
{
	char id[BASE32_TEXT];
	struct digest shard;
	struct event event = {
	    .level = level_of(request, reply),
	    .name = message_verb_name(request->verb),
	    .peer = noted->name,
	    .bytes = request->payload + reply->payload,
	    .ms = ms,
	    .outcome = reply->status == 0 ? "ok" : fail_last()->text,
	};

	if (request->verb == VERB_PAIR || noted->stranger) {
		base32_encode(BASE32_ID, noted->id->byte, id);
		event.id = id;
		event.level = reply->status == 0 ? LOG_NOTE : LOG_WARN;
	}
	if (!digest_is_zero(&request->owner))
		event.owner = &request->owner;
	if (request->ids.size == sizeof shard && request->verb != VERB_LIST) {
		shard = digest_from(request->ids.data);
		event.shard = &shard;
	}
	if (event.id == NULL || reply->status == 0 || is_told(noted))
		event_write(&event);
}

void
noted_connection(const struct noted *noted, const char *event, int result)
{
	if (is_told(noted))
		event_write(&(struct event){
		    .level = result == 0 ? LOG_NOTE : LOG_WARN,
		    .name = event,
		    .peer = noted->name,
		    .outcome = result == 0 ? "ok" : fail_last()->text,
		});
}
