/* SPDX-License-Identifier: ISC */

/* shard-vote prove: a holder's step, from its store. */

#include "serve/prove_self.h"

#include "base/fail.h"
#include "base/tool.h"
#include "files.h"
#include "verbs.h"
#include "vote/seed.h"

static struct files files;

/* The seed that everybody made together. */
static int
find_seed(struct opening *opening, struct digest *seed)
{
	static struct electorate electorate;
	static struct seed_chain chain;
	const struct pile *pile = &files.pile;

	if (pile_need(pile->challenge, "challenge") != 0 ||
	    pile_need(pile->seed, "seed") != 0 ||
	    opening_decode(pile->opening, opening) != 0 ||
	    roll_check(&files.roll, opening, &electorate) != 0 ||
	    seed_check(&electorate, pile->opening, pile->challenge, pile->seed,
		&chain) != 0)
		return -1;
	*seed = chain.value;
	return 0;
}

static int
write_proofs(const struct question_proofs *proofs)
{
	size_t i;

	for (i = 0; i < proofs->count; i++)
		if (files_write(span_of_buf(&proofs->document[i])) != 0)
			return -1;
	return 0;
}

static int
prove(void)
{
	struct prove from = {.scalar = &files.scalar};
	struct question_proofs proofs = {NULL, 0};
	struct questions question;
	struct opening opening;
	struct asking asking;
	struct digest seed;
	char path[FILE_PATH];
	int result, place = members_find(&files.roll.members, &files.id);

	if (place < 0)
		return fail(FAIL_NO, "we are no member of this owner's");
	if (find_seed(&opening, &seed) != 0 || files_store(path) != 0)
		return -1;
	from.store = store_open(path, STORE_READ);
	if (from.store == NULL)
		return -1;
	asking = asking_of(&opening, &seed);
	question_init(&question, &files.roll, &asking);
	question.room /= files.roll.items.holders; /* each is by itself here */
	result = prove_self(&from, &question, (size_t)place, &proofs);
	if (result == 0)
		result = write_proofs(&proofs);
	question_release(&proofs);
	store_close(from.store);
	return result;
}

int
verb_prove(int argc, char **argv)
{
	int result = files_read(&files, argc, argv);

	if (result == 0)
		result = prove();
	files_release(&files);
	return result;
}
