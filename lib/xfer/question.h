/* SPDX-License-Identifier: ISC */
#ifndef XFER_QUESTION_H
#define XFER_QUESTION_H

/*
 * The questions of a poll (vote/findings.h), put to one holder: its proofs are
 * what it signed, whatever that says. A holder that does not prove all that it
 * is asked for first is asked about each of its shards. Of these answers those
 * are kept that there is room for: of a page that has none, only what is not
 * right, for which it is asked once more, since who has lost a shard says so
 * in few bytes.
 */

#include <stdatomic.h>

#include "vote/findings.h"
#include "xfer/holder.h"

struct questions {
	const struct roll *roll;
	struct asking asking;
	atomic_size_t room; /* bytes for answers about each shard, of all */
};

/* With as much room as the answers that come first leave. Borrows. */
void question_init(struct questions *question, const struct roll *roll,
    const struct asking *asking);

struct question_proofs {
	struct buf *document; /* one for each page of questions */
	size_t count;
};

/*
 * Ask holder `place` of the roll; several may be asked at once. 0, also with
 * fewer proofs than questions: it has then fallen silent. -1: out of memory.
 */
int question_holder(struct questions *question, struct holder *holder,
    size_t place, struct question_proofs *proofs);
void question_release(struct question_proofs *proofs);

#endif
