/* SPDX-License-Identifier: ISC */
#ifndef SERVE_PROVE_SELF_H
#define SERVE_PROVE_SELF_H

/*
 * What a poll asks a holder, answered from its own store: the same questions
 * (xfer/question.h) and the same proofs (serve/prove.h), with no wire between.
 */

#include "serve/prove.h"
#include "xfer/question.h"

/* Holder `place` of the roll is the one of `prove`. As question_holder. */
int prove_self(const struct prove *prove, struct questions *question,
    size_t place, struct question_proofs *proofs);

#endif
