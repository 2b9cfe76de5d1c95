/* SPDX-License-Identifier: ISC */
#include "serve/puts.h"

#include "base/event.h"
#include "base/fail.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "xfer/owed.h"

struct store_key
puts_key(const struct request *request)
{
	return (struct store_key){
	    .shelf = (enum store_shelf)request->shelf,
	    .owner = request->owner,
	    .id = digest_from(request->ids.data),
	};
}

/* A receipt is about one owner. */
static int
count_put(struct puts *puts, const struct digest *owner)
{
	if (puts->count >= LIMIT_REQUEST_IDS)
		return fail(FAIL_DATA, "more than %d puts without a commit",
		    LIMIT_REQUEST_IDS);
	if (puts->count > 0 && !digest_equal(&puts->owner, owner))
		return fail(FAIL_DATA, "a commit is for one owner");
	puts->owner = *owner;
	puts->count++;
	return 0;
}

int
puts_begin(struct puts *puts, struct store *store,
    const struct request *request, const struct peer *owner)
{
	struct store_key key = puts_key(request);
	uint64_t began = event_clock();
	int result = count_put(puts, &key.owner);

	store_limit(store, owner->give, LIMIT_FILES(owner->give));
	puts->owed = owed_for(key.shelf);
	if (result == 0)
		result = store_arrive(store, &key, (size_t)request->payload,
		    &puts->arrival);
	puts->ms = event_clock() - began;
	return result;
}

bool
puts_coming(const struct puts *puts)
{
	return puts->arrival.file != NULL;
}

uint64_t
puts_waited(const struct puts *puts)
{
	return puts_coming(puts) ? puts->ms : 0;
}

int
puts_part(struct puts *puts, struct span bytes)
{
	uint64_t began = event_clock();
	int result = arrival_part(&puts->arrival, bytes);

	puts->ms += event_clock() - began;
	return result;
}

int
puts_end(struct puts *puts)
{
	if (arrival_end(&puts->arrival) != 0)
		return -1;
	return puts->owed
	    ? buf_append(&puts->ids, span_of_digest(&puts->arrival.id))
	    : 0;
}

int
puts_found(struct puts *puts, struct store *store,
    const struct request *request)
{
	struct store_key key = {STORE_SHARDS, request->owner, {{0}}};
	size_t i;
	int has;

	if (request->ids.size == 0)
		return 0;
	if (puts->count > 0 && !digest_equal(&puts->owner, &request->owner))
		return fail(FAIL_DATA, "a commit is for one owner");
	if (puts->ids.size + request->ids.size >
	    LIMIT_REQUEST_IDS * sizeof key.id)
		return fail(FAIL_DATA, "more than %d ids for one receipt",
		    LIMIT_REQUEST_IDS);
	puts->owner = request->owner;
	for (i = 0; i < request->ids.size; i += sizeof key.id) {
		key.id = digest_from(request->ids.data + i);
		has = store_has(store, &key, 0);
		if (has < 0 ||
		    (has == STORE_WHOLE &&
			buf_append(&puts->ids, span_of_digest(&key.id)) != 0))
			return -1;
	}
	return 0;
}

void
puts_stop(struct puts *puts)
{
	arrival_release(&puts->arrival);
}

void
puts_release(struct puts *puts)
{
	arrival_release(&puts->arrival);
	buf_release(&puts->ids);
}
