/* SPDX-License-Identifier: ISC */

/* A poll taken up again by its documents. */

#include "base/fail.h"
#include "crypto/sign.h"
#include "vote/poller.h"

static int
check_is_ours(const struct secret *scalar, const struct poll *poll)
{
	struct sign_public key;
	struct digest id;

	if (sign_public(scalar, &key) != 0)
		return -1;
	id = sign_id(&key);
	if (!digest_equal(&id, &poll->poller))
		return fail(FAIL_NO,
		    "this poll is another's: its poller "
		    "takes this step");
	return 0;
}

int
poller_resume(struct poller *poller, const struct secret *scalar,
    const struct roll *roll, struct span opening)
{
	struct buf *kept = &poller->document[POLLER_OPENING];

	*poller = (struct poller){.scalar = scalar, .roll = roll};
	if (buf_append(kept, opening) != 0 ||
	    opening_decode(span_of_buf(kept), &poller->opening) != 0 ||
	    roll_check(roll, &poller->opening, &poller->electorate) != 0)
		return -1;
	if (scalar != NULL) {
		if (check_is_ours(scalar, &poller->opening.poll) != 0)
			return -1;
		poller->number = poller_number(scalar, &poller->opening.poll);
	}
	return 0;
}

/* Who joined stands in the challenge itself. */
static int
take_challenge(struct poller *poller, struct span document)
{
	struct span room[LIMIT_VOTERS];
	struct challenge challenge = {.joinings = {.document = room}};
	struct seed_chain chain;
	size_t i;

	if (seed_check_challenge(&poller->electorate,
		poller_says(poller, POLLER_OPENING), document, &chain) != 0 ||
	    challenge_decode(document, &poller->opening.poll.poller,
		&challenge) != 0)
		return -1;
	for (i = 0; i < challenge.joinings.count; i++)
		if (poller_take(poller, challenge.joinings.document[i]) < 0)
			return -1;
	return 0;
}

static int
take_seed(struct poller *poller, struct span document)
{
	struct seed_chain chain;

	if (seed_check(&poller->electorate, poller_says(poller, POLLER_OPENING),
		poller_says(poller, POLLER_CHALLENGE), document, &chain) != 0)
		return -1;
	poller->seed = chain.value;
	return 0;
}

int
poller_resume_at(struct poller *poller, enum poller_document which,
    struct span document)
{
	if (which == POLLER_CHALLENGE && take_challenge(poller, document) != 0)
		return -1;
	if (which == POLLER_SEED && take_seed(poller, document) != 0)
		return -1;
	return buf_append(&poller->document[which], document);
}
