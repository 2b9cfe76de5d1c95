/* SPDX-License-Identifier: ISC */
#ifndef XFER_ERRAND_H
#define XFER_ERRAND_H

/*
 * A put or have in two halves, begun with several holders and then ended with
 * each of them. What is begun must be ended, with the same arguments.
 */

#include "xfer/holder.h"

struct errand {
	struct holder *holder;
	unsigned epoch; /* of the holder, before it */
	bool begun;	/* there was room for it */
	bool mends;	/* it takes the place of something damaged */
	bool prompt;	/* the answer could be given at once: see xfer/lag.h */
	struct call *call;
	struct answer answer;
};

void errand_begin_put(struct errand *errand, struct holder *holder,
    const struct store_key *key, struct span bytes);

/* The same of what the holder has, but damaged: it takes no room. */
void errand_begin_mend(struct errand *errand, struct holder *holder,
    const struct store_key *key, struct span bytes);
int errand_end_put(struct errand *errand, const struct store_key *key,
    struct span bytes);

void errand_begin_have(struct errand *errand, struct holder *holder,
    const struct question *question);
int errand_end_have(struct errand *errand, const struct question *question,
    bool *there);

#endif
