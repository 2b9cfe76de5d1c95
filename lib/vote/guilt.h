/* SPDX-License-Identifier: ISC */
#ifndef VOTE_GUILT_H
#define VOTE_GUILT_H

/*
 * What a holder's answers say against it, beside its receipt, the owner's
 * index, or other answers of its own. Pure functions: that the documents are
 * signed, and by whom, others have seen to. Each is 0, or -1 (FAIL_DATA) with
 * the reason why it says nothing.
 */

#include "vote/proof.h"

struct index;
struct receipt;

/*
 * It says "missing" of a shard that it signed for before, and whose owner has
 * not ordered it dropped since, by the orders that are shown: a CBOR sequence,
 * in which others are passed over.
 */
int guilt_missing(const struct receipt *receipt, const struct proof *proof,
    struct span orders);

/* It answers with a piece that is no part of a shard of the index. */
int guilt_wrong(const struct index *index, const struct proof *proof);

/*
 * It shows a piece of a shard and later, in the same poll, by its own clock,
 * says "missing" of that shard. The other way round is no guilt: what was
 * missing may have been mended.
 */
int guilt_changed(const struct proof *before, const struct proof *after);

#endif
