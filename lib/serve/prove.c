/* SPDX-License-Identifier: ISC */
#include "serve/prove.h"

#include <time.h>

#include "base/event.h"
#include "base/fail.h"
#include "format/limits.h"
#include "format/message.h"
#include "format/proving.h"
#include "serve/budget.h"
#include "vote/proof.h"

/* The shard that was read last: several questions may be about one. */
struct reading {
	const struct prove *prove;
	uint64_t until; /* by event_clock */
	struct store_key key;
	bool known;
	enum proof_verdict found;
	struct buf bytes;
};

static bool
may_read(const struct prove *prove, uint64_t bytes)
{
	return prove->budget == NULL ||
	    budget_take(prove->budget, bytes, event_clock());
}

/* A disk that fails, or is away, is not a shard that is lost. */
static enum proof_verdict
read_shard(struct reading *reading)
{
	const struct prove *prove = reading->prove;
	int got;

	reading->bytes.size = 0;
	if (event_clock() > reading->until || !may_read(prove, 0))
		return PROOF_BUSY;
	got = store_get_cold(prove->store, &reading->key, LIMIT_SHARD_SIZE_MAX,
	    &reading->bytes);
	if (got == 1 && !may_read(prove, reading->bytes.size))
		return PROOF_BUSY; /* others have read meanwhile */
	if (got == 1)
		return PROOF_OK;
	return got < 0 && fail_last()->kind == FAIL_SYSTEM ? PROOF_EIO
							   : PROOF_MISSING;
}

static int
answer(struct reading *reading, const struct digest *id, uint32_t piece,
    struct buf *answers)
{
	struct proof_answer no = {.id = *id, .piece = piece};

	if (!reading->known || !digest_equal(&reading->key.id, id)) {
		reading->key.id = *id;
		reading->found = read_shard(reading);
		reading->known = true;
	}
	if (reading->found == PROOF_OK)
		return proof_add_bytes(answers, id, piece,
		    span_of_buf(&reading->bytes));
	no.verdict = reading->found;
	return proof_add(answers, &no);
}

int
prove_answer(const struct prove *prove, const struct request *request,
    struct buf *document)
{
	struct reading reading = {.prove = prove,
	    .until = event_clock() + PROVE_MS,
	    .key = {STORE_SHARDS, request->owner, {{0}}}};
	struct buf answers = {0};
	struct prove_ask ask;
	struct proof proof = {.owner = request->owner,
	    .time = (uint64_t)time(NULL),
	    .count = request->ids.size / sizeof(struct digest)};
	struct digest id;
	size_t i;
	int result = prove_ask_decode(request->body, proof.count, &ask);

	for (i = 0; result == 0 && i < proof.count; i++) {
		id = digest_from(request->ids.data + i * sizeof id);
		result =
		    answer(&reading, &id, prove_ask_piece(&ask, i), &answers);
	}
	proof.seed = ask.seed;
	proof.first = ask.first;
	proof.answers = span_of_buf(&answers);
	if (result == 0)
		result = proof_encode(&proof, prove->scalar, document);
	buf_release(&answers);
	buf_release(&reading.bytes);
	return result;
}
