/* SPDX-License-Identifier: ISC */
#include "serve/admission.h"

#include "peer/roster.h"
#include "serve/mounted.h"
#include "serve/verbs.h"
#include "serve/votes.h"

/* An owner deals with its own, a member with its owner's, but for drops. */
static int
authorize(struct verbs *verbs, const struct request *request)
{
	const struct digest *owner = &request->owner;

	verbs->owner = verbs->peer;
	if (request->verb == VERB_HELLO)
		return 0;
	if (!verbs->greeted)
		return fail(FAIL_DATA, "'hello' must come first");
	if ((request->verb == VERB_COMMIT && request->ids.size == 0) ||
	    request->verb == VERB_PEERS ||
	    (request->verb == VERB_INFO && digest_is_zero(owner)) ||
	    digest_equal(owner, &verbs->peer->id))
		return 0;
	if (request->verb != VERB_DROP)
		verbs->owner =
		    authority_owner(&verbs->authority, owner, &verbs->peer->id);
	if (verbs->owner == verbs->peer || verbs->owner == NULL)
		return fail(FAIL_USAGE, "these are not yours");
	return 0;
}

static int
need_one_id(const struct request *request)
{
	if (request->ids.size == sizeof(struct digest))
		return 0;
	return fail(FAIL_DATA, "'%s' is about one id",
	    message_verb_name(request->verb));
}

static int
need_space(const struct peer *owner)
{
	if (owner->give > 0)
		return 0;
	fail(FAIL_NO, "this holder gives you no space");
	return fail_hint("its roster needs give=SIZE for you");
}

static int
may_put(const struct verbs *verbs, const struct request *request)
{
	if (need_one_id(request) != 0 || need_space(verbs->owner) != 0)
		return -1;
	if (request->payload > LIMIT_DOCUMENT &&
	    verbs_looks_into(verbs, request))
		return fail(FAIL_DATA, "no document is longer than %d bytes",
		    LIMIT_DOCUMENT);
	return 0;
}

static int
may_ask(struct verbs *verbs, const struct request *request)
{
	struct digest self;

	if (authorize(verbs, request) != 0)
		return -1;
	switch (request->verb) {
	case VERB_PUT:
		return may_put(verbs, request);
	case VERB_GET:
	case VERB_LIST:
		return need_one_id(request);
	case VERB_BALLOT:
		return votes_check(&verbs->authority, verbs->scalar,
		    &request->owner, &self);
	default:
		return 0;
	}
}

static int
check_disk(const struct verbs *verbs, const struct request *request)
{
	return mounted_allows(verbs->store_path, verbs->store != NULL,
	    request->verb);
}

static int
judge(struct verbs *verbs, const struct request *request)
{
	return check_disk(verbs, request) != 0 ? -1 : may_ask(verbs, request);
}

static void
settle(struct admission *admission, int result)
{
	admission->judged = true;
	admission->refused = result != 0;
	admission->refusal = *fail_last();
}

/* Two verbs look at one. */
enum requests_use
admission_use(void *context, const struct request *request)
{
	struct admission *admission = context;
	struct verbs *verbs = admission->verbs;

	if (request->verb != VERB_PUT && request->verb != VERB_BALLOT)
		return REQUESTS_WASTE;
	settle(admission, judge(verbs, request));
	if (admission->refused)
		return REQUESTS_WASTE;
	if (request->verb == VERB_BALLOT || verbs_looks_into(verbs, request))
		return REQUESTS_KEEP;
	settle(admission, verbs_put_begin(verbs, request, (struct span){0}));
	return admission->refused ? REQUESTS_WASTE : REQUESTS_PARTS;
}

bool
admission_part(void *context, struct span bytes)
{
	struct admission *admission = context;

	settle(admission, puts_part(&admission->verbs->puts, bytes));
	return !admission->refused;
}

/* A disk may have gone while a payload came. */
int
admission_check(struct admission *admission, const struct request *request)
{
	bool judged = admission->judged;

	admission->judged = false;
	if (!judged)
		return judge(admission->verbs, request);
	if (admission->refused)
		return fail_again(&admission->refusal);
	return check_disk(admission->verbs, request);
}
