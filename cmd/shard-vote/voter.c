/* SPDX-License-Identifier: ISC */

/*
 * shard-vote join, reveal, ballot, seal: a voter's steps. The store is that of
 * its holder, with its papers and its journals, which are the same for the
 * daemon: whatever has been said there is said here, and nothing else.
 */

#include "base/fail.h"
#include "base/tool.h"
#include "files.h"
#include "peer/roster.h"
#include "serve/votes.h"
#include "verbs.h"

static struct files files;

/* The roster says whose holder we are. */
static int
answer_as(struct store *store, const char *store_path, struct span sent,
    struct buf *answer)
{
	struct roster roster = {0};
	struct authority authority = {.store = store, .roster = &roster};
	struct votes votes = {store, store_path, &authority, &files.scalar,
	    files.roll.owner, true};
	char path[FILE_PATH];
	int result;

	if (tool_path("peers", path) != 0 || roster_load(path, &roster) != 0)
		return -1;
	result = votes_answer(&votes, sent, answer);
	authority_release(&authority);
	roster_release(&roster);
	return result;
}

static int
answer(struct span question, const struct poll_list *proofs)
{
	struct buf sent = {0}, said = {0};
	char path[FILE_PATH];
	struct store *store = NULL;
	int result = votes_question(files.pile.items, question, proofs, &sent);

	if (result == 0)
		result = files_store(path);
	if (result == 0)
		store = store_open(path, STORE_READ);
	if (store != NULL)
		result = answer_as(store, path, span_of_buf(&sent), &said);
	if (store != NULL && result == 0)
		result = files_write(span_of_buf(&said));
	if (store != NULL)
		store_close(store);
	buf_release(&sent);
	buf_release(&said);
	return store == NULL ? -1 : result;
}

/* The step that answers one of the pile's documents. */
static int
step(int argc, char **argv, const struct span *question, const char *what,
    bool proofs)
{
	static struct span room[PILE_SAID];
	struct poll_list list = {room, 0};
	int result = files_read(&files, argc, argv);

	if (result == 0)
		result = pile_need(*question, what);
	if (proofs)
		pile_list(&files.pile, RECORD_PROOF, &list);
	if (list.count > LIMIT_PROOFS)
		result = fail(FAIL_DATA, "there are more than %d proofs",
		    LIMIT_PROOFS);
	if (result == 0)
		result = answer(*question, &list);
	files_release(&files);
	return result;
}

int
verb_join(int argc, char **argv)
{
	return step(argc, argv, &files.pile.opening, "opening", false);
}

int
verb_reveal(int argc, char **argv)
{
	return step(argc, argv, &files.pile.challenge, "challenge", false);
}

int
verb_ballot(int argc, char **argv)
{
	return step(argc, argv, &files.pile.seed, "seed", true);
}

int
verb_seal(int argc, char **argv)
{
	return step(argc, argv, &files.pile.box, "ballot box", false);
}
