/* SPDX-License-Identifier: ISC */
#include "xfer/disk.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/crew.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "peer/peer.h"
#include "xfer/holder.h"

/*
 * How long a disk may take, in seconds. To write may mean to count millions of
 * files, or to sync behind everything that others have written there.
 */
#define PATIENCE_READ 120
#define PATIENCE_WRITE 1800
#define PATIENCE_QUIET 10 /* until it is said who is waited for */

struct disk {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	struct crew *crew;
	struct holder *holder;
	struct store *store;
	unsigned patience;
	bool hangs;
};

/* A call, with its arguments behind it. */
struct disk_call {
	struct job job;
	struct disk *disk;
	int (*call)(struct store *store, void *arguments);
	int result;
	struct failure reason;
	bool done;
	max_align_t arguments[];
};

/* A thread's job. */
static void
run(struct job *job)
{
	struct disk_call *call = (struct disk_call *)job;
	struct disk *disk = call->disk;
	int result = call->call(disk->store, call->arguments);

	pthread_mutex_lock(&disk->lock);
	call->result = result;
	if (result < 0)
		call->reason = *fail_last();
	call->done = true;
	pthread_cond_broadcast(&disk->answered);
	pthread_mutex_unlock(&disk->lock);
}

/* A second for what is usual. The lock is held. */
static void
wait_awake(struct disk *disk, const struct disk_call *call)
{
	double until = clock_now() + 1;

	while (!call->done &&
	    clock_cond_wait(&disk->answered, &disk->lock, until) == 0)
		;
}

/* And naps, of 0.1 s and then of 1 s. The lock is held. */
static bool
wait_for(struct disk *disk, const struct disk_call *call)
{
	static const struct timespec nap[] = {{0, 100000000}, {1, 0}};
	unsigned tenths = 0;
	bool long_nap;

	wait_awake(disk, call);
	while (!call->done && tenths < disk->patience * 10) {
		pthread_mutex_unlock(&disk->lock);
		if (tenths == PATIENCE_QUIET * 10 &&
		    !atomic_exchange(&disk->holder->told, true))
			log_line(LOG_NOTE, "waiting for peer '%s'",
			    disk->holder->peer->name);
		long_nap = tenths >= PATIENCE_QUIET * 10;
		nanosleep(&nap[long_nap], NULL);
		tenths += long_nap ? 10 : 1;
		pthread_mutex_lock(&disk->lock);
	}
	return call->done;
}

static int
say_hangs(const struct disk *disk)
{
	fail(FAIL_SYSTEM, "the disk hangs: it has not answered for %u s",
	    disk->patience);
	return fail_hint("is it a dead mount? End its server, or umount -f -l");
}

/* The lock is held. */
static int
make_call(struct disk *disk, struct disk_call *call)
{
	if (disk->hangs)
		return say_hangs(disk);
	if (crew_call(disk->crew, &call->job) != 0)
		return -1;
	if (!wait_for(disk, call)) {
		disk->hangs = true;
		say_hangs(disk);
		return DISK_HANGS;
	}
	return call->result < 0 ? fail_again(&call->reason) : call->result;
}

int
disk_do(struct disk *disk, int (*make)(struct store *store, void *arguments),
    void *arguments, size_t size)
{
	struct disk_call *call = memory_get(1, sizeof *call + size);
	int result;

	if (call == NULL)
		return -1;
	*call = (struct disk_call){.job.run = run, .disk = disk, .call = make};
	if (size > 0)
		memcpy(call->arguments, arguments, size);
	pthread_mutex_lock(&disk->lock);
	result = make_call(disk, call);
	pthread_mutex_unlock(&disk->lock);
	if (result == DISK_HANGS)
		return result;
	if (size > 0)
		memcpy(arguments, call->arguments, size);
	free(call);
	return result;
}

bool
disk_enter(struct disk *disk)
{
	pthread_mutex_lock(&disk->lock);
	if (!disk->hangs)
		return true;
	pthread_mutex_unlock(&disk->lock);
	return false;
}

void
disk_leave(struct disk *disk)
{
	pthread_mutex_unlock(&disk->lock);
}

struct opening {
	char path[FILE_PATH];
	enum store_mode mode;
	struct store *store;
};

static int
call_open(struct store *store, void *arguments)
{
	struct opening *opening = arguments;

	(void)store;
	opening->store = store_open(opening->path, opening->mode);
	if (opening->store == NULL)
		return -1;
	if (store_begin(opening->store) == 0)
		return 0;
	store_close(opening->store);
	return -1;
}

static int
call_close(struct store *store, void *arguments)
{
	(void)arguments;
	store_close(store);
	return 0;
}

static struct disk *
disk_new(struct holder *holder, enum store_mode mode)
{
	struct disk *disk = memory_get(1, sizeof *disk);

	if (disk == NULL)
		return NULL;
	disk->crew = crew_open();
	if (disk->crew == NULL) {
		free(disk);
		return NULL;
	}
	disk->holder = holder;
	disk->patience = mode == STORE_READ || mode == STORE_RESCUE
	    ? PATIENCE_READ
	    : PATIENCE_WRITE;
	pthread_mutex_init(&disk->lock, NULL);
	clock_cond_init(&disk->answered);
	return disk;
}

struct disk *
disk_open(struct holder *holder, const char *path, enum store_mode mode)
{
	struct disk *disk = disk_new(holder, mode);
	struct opening opening = {.mode = mode};

	if (disk == NULL)
		return NULL;
	if (file_path(opening.path, "%s", path) != 0 ||
	    disk_do(disk, call_open, &opening, sizeof opening) != 0) {
		disk_close(disk);
		return NULL;
	}
	disk->store = opening.store;
	return disk;
}

struct store *
disk_store(struct disk *disk)
{
	return disk->store;
}

/* Closing may take long, too. */
void
disk_close(struct disk *disk)
{
	bool hangs;

	if (disk->store != NULL)
		disk_do(disk, call_close, NULL, 0);
	pthread_mutex_lock(&disk->lock);
	hangs = disk->hangs;
	pthread_mutex_unlock(&disk->lock);
	if (hangs)
		return;
	crew_close(disk->crew);
	pthread_cond_destroy(&disk->answered);
	pthread_mutex_destroy(&disk->lock);
	free(disk);
}
