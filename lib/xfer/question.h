/* SPDX-License-Identifier: ISC */
#ifndef XFER_QUESTION_H
#define XFER_QUESTION_H

/*
 * The questions of a poll (vote/findings.h), put to one holder: its proofs are
 * what it signed, whatever that says. A holder that does not prove all that it
 * is asked for first is asked about each of its shards.
 */

#include "vote/findings.h"
#include "xfer/holder.h"

struct question_proofs {
	struct buf *document; /* one for each page of questions */
	size_t count;
};

/*
 * Ask holder `place` of the roll. 0, also with fewer proofs than questions: it
 * has then fallen silent. -1: out of memory.
 */
int question_holder(struct holder *holder, const struct roll *roll,
    size_t place, const struct digest *seed, uint64_t samples,
    struct question_proofs *proofs);
void question_release(struct question_proofs *proofs);

#endif
