/* SPDX-License-Identifier: ISC */
#include "xfer/deposit.h"

#include <time.h>

#include "crypto/tree.h"
#include "doc/order.h"
#include "doc/receipt.h"
#include "xfer/remote.h"

struct call *
deposit_begin(struct holder *holder, const struct store_key *key,
    struct span bytes, struct answer *answer)
{
	struct remote *remote = holder->state;
	struct request request = {
	    .verb = VERB_PUT,
	    .shelf = key->shelf,
	    .owner = key->owner,
	    .ids = span_of_digest(&key->id),
	    .body = span_of(holder->index, holder->index ? 32 : 0),
	    .payload = bytes.size,
	};
	struct call *call;

	if (owed_send(&remote->owed, key, session_breaks(remote->session)) != 0)
		return NULL;
	call = session_begin(remote->session, &request, bytes.data, answer);
	if (call == NULL)
		owed_answer(&remote->owed, key, false);
	return call;
}

/* Whose fault it is. */
static int
explain(const struct store_key *key, struct span bytes)
{
	struct failure reason = *fail_last();
	struct digest root = tree_root(bytes);

	if (reason.kind == FAIL_DATA && digest_equal(&root, &key->id))
		reason.kind = FAIL_SYSTEM; /* it is wrong, not we */
	return fail_again(&reason);
}

int
deposit_end(struct holder *holder, struct call *call,
    const struct store_key *key, struct span bytes, struct answer *answer)
{
	struct remote *remote = holder->state;
	int result = -1;

	if (call == NULL)
		call = deposit_begin(holder, key, bytes, answer);
	if (call != NULL) {
		result = session_end(remote->session, call);
		owed_answer(&remote->owed, key, result == 0);
	}
	return result == 0 ? 0 : explain(key, bytes);
}

/*
 * An order that is newer than a receipt takes it back, so no holder may choose
 * the day of its receipts. A clock may be wrong, ours, too: then it is what the
 * holder says its clock is, which p2p-health shows.
 */
static int
check_day(struct holder *holder, struct span document)
{
	struct receipt receipt;
	struct info info;

	if (document.size == 0 ||
	    (receipt_decode(document, &holder->id, &receipt) == 0 &&
		order_same_day(receipt.time, (uint64_t)time(NULL))))
		return 0;
	if (holder_info(holder, NULL, &info) != 0)
		return -1;
	if (!order_same_day(receipt.time, info.time))
		return fail(FAIL_DATA,
		    "its receipt is of another day than its clock");
	return 0;
}

/* What it signed for is kept, to be shown around. */
static int
settle(struct holder *holder, struct span receipt)
{
	struct remote *remote = holder->state;

	if (owed_settle(&remote->owed, &holder->id,
		session_breaks(remote->session), receipt) != 0 ||
	    check_day(holder, receipt) != 0)
		return -1;
	return holder_keep_receipt(holder, receipt);
}

/* One after the other: each is for what was taken before it was sent. */
int
deposit_commit(struct holder *holder)
{
	struct remote *remote = holder->state;
	struct request request = {.verb = VERB_COMMIT};
	struct answer answer = {0};
	struct buf ids = {0};
	int result;

	pthread_mutex_lock(&remote->committing);
	result = owed_commit(&remote->owed, &request.owner, &ids);
	request.ids = span_of_buf(&ids);
	if (result == 0)
		result = session_call(remote->session, &request, NULL, &answer);
	if (result == 0)
		result = settle(holder, span_of_buf(&answer.body));
	pthread_mutex_unlock(&remote->committing);
	answer_release(&answer);
	buf_release(&ids);
	return result;
}

int
deposit_found(struct holder *holder, const struct store_key *key)
{
	struct remote *remote = holder->state;

	return owed_found(&remote->owed, key, session_breaks(remote->session));
}
