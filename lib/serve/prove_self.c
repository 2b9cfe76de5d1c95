/* SPDX-License-Identifier: ISC */
#include "serve/prove_self.h"

static int
ask(struct holder *holder, const struct request *request, const void *payload,
    struct answer *answer)
{
	(void)payload;
	return prove_answer(holder->state, request, &answer->payload);
}

static const struct holder_calls self_calls = {.ask = ask};

int
prove_self(const struct prove *prove, struct questions *question, size_t place,
    struct question_proofs *proofs)
{
	struct prove own = *prove;
	struct holder self = {.calls = &self_calls, .state = &own};
	int result;

	pthread_mutex_init(&self.lock, NULL);
	result = question_holder(question, &self, place, proofs);
	pthread_mutex_destroy(&self.lock);
	return result;
}
