/* SPDX-License-Identifier: ISC */
#include "serve/scrub.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/event.h"
#include "base/fail.h"
#include "base/strict.h"
#include "format/limits.h"
#include "serve/chore.h"
#include "serve/daemon.h"
#include "store/damaged.h"
#include "store/place.h"
#include "store/scrubbed.h"

#define FIRST_S 60	  /* after the start: there is enough to do then */
#define RATE (1 << 20)	  /* bytes a second, at least */
#define SAVE_MS 10000	  /* between two notes of where it is */
#define SHARE 4		  /* rests so many times as long as it reads */
#define IO_IDLE (3 << 13) /* ioprio_set(2) */
#define WHO_PROCESS 1

/* A pass. */
struct pass {
	const struct chore *chore;
	struct scrubbed at;
	struct store_key key;
	struct buf owners;
	uint64_t rate;	/* bytes a second */
	uint64_t saved; /* when, by event_clock */
};

static void
log_damage(const struct pass *pass, const char *outcome)
{
	event_write(&(struct event){.level = LOG_WARN,
	    .name = "scrub",
	    .owner = &pass->key.owner,
	    .shard = &pass->key.id,
	    .outcome = outcome});
}

static int
save(struct pass *pass)
{
	pass->saved = event_clock();
	return scrubbed_save(pass->chore->daemon->store_path, &pass->at);
}

static int
check(struct pass *pass, size_t *size)
{
	struct buf bytes = {0};
	int got, aside;

	got = store_get_cold(pass->chore->store, &pass->key,
	    LIMIT_SHARD_SIZE_MAX, &bytes);
	*size = bytes.size;
	buf_release(&bytes);
	if (got >= 0)
		return got;
	aside = fail_last()->kind != FAIL_DATA
	    ? -1
	    : damaged_set_aside(pass->chore->store,
		  pass->chore->daemon->store_path, &pass->key,
		  LIMIT_SHARD_SIZE_MAX);
	pass->at.damaged += aside == 1;
	pass->at.unreadable += aside < 0;
	if (aside == 1)
		log_damage(pass, "damaged: set aside");
	else if (aside < 0)
		log_damage(pass, fail_last()->text);
	return 1;
}

/* One file, and a rest. */
static int
read_one(void *context, const struct digest *id)
{
	struct pass *pass = context;
	uint64_t began = event_clock(), spent, due;
	size_t size;

	pass->key.id = *id;
	if (digest_equal(&pass->key.owner, &pass->at.owner) &&
	    pass->key.shelf == pass->at.shelf && id->byte[0] < pass->at.first)
		return 0;
	pass->at.owner = pass->key.owner;
	pass->at.shelf = pass->key.shelf;
	pass->at.first = id->byte[0];
	pass->at.files += check(pass, &size) == 1;
	pass->at.bytes += size;
	spent = event_clock() - began;
	due = size * 1000 / pass->rate;
	if (event_clock() > pass->saved + SAVE_MS && save(pass) != 0)
		return -1;
	return !chore_rest(pass->chore,
	    due > SHARE * spent ? due : SHARE * spent);
}

static int
add_owner(void *context, const struct digest *owner)
{
	struct pass *pass = context;
	uint64_t used;

	if (store_used(pass->chore->store, owner, &used) != 0)
		return -1;
	pass->rate += used;
	return buf_append(&pass->owners, span_of_digest(owner));
}

/* The owners in order, and how fast to read. */
static int
prepare(struct pass *pass)
{
	const struct daemon *daemon = pass->chore->daemon;
	char path[PATH_MAX];

	if (strict_resolve(daemon->store_path, path, sizeof path) != 0 ||
	    place_each_owner(path, add_owner, pass) != 0)
		return -1;
	digest_sort(&pass->owners);
	pass->rate /= daemon->scrub;
	if (pass->rate < RATE)
		pass->rate = RATE;
	scrubbed_load(daemon->store_path, &pass->at);
	if (!scrubbed_under_way(&pass->at))
		pass->at = (struct scrubbed){.began = (uint64_t)time(NULL),
		    .ended = pass->at.ended};
	return save(pass);
}

/* Both shelves and owners behind the one where it was. */
static int
read_all(struct pass *pass)
{
	unsigned shelf;
	size_t i;
	int order, result = 0;

	for (i = 0; i < pass->owners.size; i += sizeof pass->key.owner) {
		pass->key.owner = digest_from(pass->owners.data + i);
		for (shelf = 0; result == 0 && shelf < STORE_SHELVES; shelf++) {
			pass->key.shelf = (enum store_shelf)shelf;
			order = memcmp(&pass->key.owner, &pass->at.owner,
			    sizeof pass->at.owner);
			if (order < 0 || (order == 0 && shelf < pass->at.shelf))
				continue;
			result = store_list(pass->chore->store, pass->key.shelf,
			    &pass->key.owner, read_one, pass);
		}
	}
	if (result == 0)
		pass->at.ended = (uint64_t)time(NULL);
	return save(pass) == 0 && result >= 0 ? 0 : -1;
}

static void
give_way(void)
{
	setpriority(PRIO_PROCESS, 0, 19);
	syscall(SYS_ioprio_set, WHO_PROCESS, 0, IO_IDLE);
}

static int
scrub(struct chore *chore)
{
	struct pass pass = {.chore = chore};
	int result;

	give_way();
	result = prepare(&pass) == 0 ? read_all(&pass) : -1;
	if (result == 0 && pass.at.ended >= pass.at.began)
		event_write(&(struct event){.level = LOG_NOTE,
		    .name = "scrub",
		    .bytes = pass.at.bytes,
		    .outcome = "ok"});
	buf_release(&pass.owners);
	return result;
}

pid_t
scrub_start(const struct daemon *daemon, uint64_t since)
{
	uint64_t first = daemon->scrub < FIRST_S ? daemon->scrub : FIRST_S;
	struct scrubbed at;

	if (daemon->scrub == 0 || since < first)
		return 0;
	scrubbed_load(daemon->store_path, &at);
	if (!scrubbed_under_way(&at) &&
	    (uint64_t)time(NULL) < at.began + daemon->scrub)
		return 0;
	return chore_start(daemon, "scrub", scrub);
}
