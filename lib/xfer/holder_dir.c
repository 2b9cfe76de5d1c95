/* SPDX-License-Identifier: ISC */

/* A holder that is a store on a disk of this machine: dir:/path. */

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "xfer/disk_calls.h"
#include "xfer/holder.h"
#include "xfer/place.h"

/* Something that a disk is asked for, which counts as with other peers. */
struct errand_dir {
	uint64_t began;
	struct counted counted;
};

static struct errand_dir
begin(struct holder *holder, enum verb verb)
{
	counts_begin(&holder->counts);
	return (struct errand_dir){clock_us(), {.verb = verb}};
}

/* What has come of it, which is also returned; who hangs is lost. */
static int
end(struct holder *holder, struct errand_dir errand, int result)
{
	if (result == DISK_HANGS) {
		holder_lose(holder);
		result = -1;
	}
	errand.counted.ms = (clock_us() - errand.began) / 1000;
	if (result < 0)
		errand.counted.status = fail_last()->kind;
	counts_end(&holder->counts, &errand.counted);
	return result;
}

/* Of earlier calls: new memory costs more than what is copied to it. */
static struct {
	pthread_mutex_t lock;
	struct buf buf[PLACE_WORKERS];
	size_t count;
} spare = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct buf
take_spare(void)
{
	struct buf buf = {0};

	pthread_mutex_lock(&spare.lock);
	if (spare.count > 0)
		buf = spare.buf[--spare.count];
	pthread_mutex_unlock(&spare.lock);
	return buf;
}

static void
give_spare(struct buf *buf)
{
	buf->size = 0;
	pthread_mutex_lock(&spare.lock);
	if (spare.count < PLACE_WORKERS) {
		spare.buf[spare.count++] = *buf;
		*buf = (struct buf){0};
	}
	pthread_mutex_unlock(&spare.lock);
	buf_release(buf);
}

/* A call with bytes of the caller's, who may leave before it has ended. */
static int
do_with(struct holder *holder, int (*call)(struct store *store, void *bytes),
    struct disk_bytes *bytes, struct span source)
{
	int result;

	bytes->bytes = take_spare();
	result = buf_append(&bytes->bytes, source);
	if (result == 0)
		result = disk_do(holder->state, call, bytes, sizeof *bytes);
	if (result != DISK_HANGS)
		give_spare(&bytes->bytes);
	return result;
}

static int
dir_end_put(struct holder *holder, struct call *call,
    const struct store_key *key, struct span bytes, struct answer *answer)
{
	struct errand_dir errand = begin(holder, VERB_PUT);
	struct disk_bytes put = {.key = *key};
	int result = do_with(holder, disk_calls_put, &put, bytes);

	(void)call;
	(void)answer;
	errand.counted.out = result == 0 ? bytes.size : 0;
	return end(holder, errand, result);
}

static int
dir_commit(struct holder *holder)
{
	struct errand_dir errand = begin(holder, VERB_COMMIT);

	return end(holder, errand,
	    disk_do(holder->state, disk_calls_commit, NULL, 0));
}

static int
dir_end_have(struct holder *holder, struct call *call,
    const struct question *question, struct answer *answer, bool *there)
{
	struct errand_dir errand = begin(holder, VERB_HAVE);
	struct disk_look look = {.question = *question};
	int result;

	(void)call;
	(void)answer;
	memcpy(look.id, question->id, question->count * sizeof look.id[0]);
	result = disk_do(holder->state, disk_calls_have, &look, sizeof look);
	memcpy(there, look.there, question->count);
	if (question->damaged != NULL)
		memcpy(question->damaged, look.damaged, question->count);
	return end(holder, errand, result);
}

static int
dir_get(struct holder *holder, const struct store_key *key, size_t limit,
    struct buf *to)
{
	struct errand_dir errand = begin(holder, VERB_GET);
	size_t size = to->size;
	struct disk_bytes get = {.key = *key, .limit = limit, .bytes = *to};
	int result;

	*to = (struct buf){0};
	result = disk_do(holder->state, disk_calls_get, &get, sizeof get);
	if (result != DISK_HANGS)
		*to = get.bytes;
	if (result > 0)
		errand.counted.in = to->size - size;
	else
		errand.counted.status = FAIL_NO;
	return end(holder, errand, result);
}

static int
dir_list(struct holder *holder, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	struct errand_dir errand = begin(holder, VERB_LIST);
	struct disk_listing listing = {holder->state, shelf, *owner, each,
	    context};

	return end(holder, errand,
	    disk_do(holder->state, disk_calls_list, &listing, sizeof listing));
}

static int
dir_drop(struct holder *holder, struct span document)
{
	struct errand_dir errand = begin(holder, VERB_DROP);
	struct disk_bytes drop = {0};

	return end(holder, errand,
	    do_with(holder, disk_calls_drop, &drop, document));
}

static int
dir_info(struct holder *holder, const struct digest *owner, struct info *info)
{
	struct disk_room room = {.owner = *owner};

	if (disk_do(holder->state, disk_calls_room, &room, sizeof room) != 0)
		return -1;
	*info = (struct info){.time = (uint64_t)time(NULL),
	    .used = room.used,
	    .quota = UINT64_MAX,
	    .free = room.free,
	    .version = VERSION};
	return 0;
}

/* A disk answers in its own time, or is given up. */
static void
dir_stop(struct holder *holder)
{
	(void)holder;
}

static void
dir_close(struct holder *holder)
{
	disk_close(holder->state);
}

static const struct holder_calls dir_calls = {
    .end_put = dir_end_put,
    .commit = dir_commit,
    .end_have = dir_end_have,
    .get = dir_get,
    .list = dir_list,
    .drop = dir_drop,
    .info = dir_info,
    .stop = dir_stop,
    .close = dir_close,
};

int
holder_dir_open(struct holder *holder, const char *path, enum holder_mode mode)
{
	static const enum store_mode how[] = {[HOLDER_READ] = STORE_READ,
	    [HOLDER_RESCUE] = STORE_RESCUE,
	    [HOLDER_AGAIN] = STORE_AGAIN,
	    [HOLDER_WRITE] = STORE_WRITE};
	struct disk *disk = disk_open(holder, path, how[mode]);

	if (disk == NULL)
		return -1;
	holder->calls = &dir_calls;
	holder->state = disk;
	holder->id = *store_name(disk_store(disk));
	holder->shelves = STORE_SHELVES;
	return 0;
}

void
holder_dir_limit(struct holder *holder, uint64_t bytes)
{
	store_limit(disk_store(holder->state), bytes, LIMIT_FILES(bytes));
}
