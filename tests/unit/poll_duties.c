/* SPDX-License-Identifier: ISC */
/*
 * What a holder should have is what it has signed for, or else what it says it
 * has, of what the owner's indexes name: whoever signs for anything else owes
 * nothing by that, and costs no memory.
 */
#include "poll/duties.h"

#include <fcntl.h>

#include "doc/receipt.h"
#include "format/limits.h"
#include "peers.h"

#define SIGNER 2
#define STRIPES 300 /* more than one question is about */
#define MADE_UP 256 /* receipts: 8 MB of ids */
#define FEW_KB 4096 /* what all of them may cost */

static struct peers peers;
static struct holder_calls calls; /* of a folder, but for its receipts */
static const struct holder_calls *before;

/* The receipts of p1: one for these shards, and so many for made-up ones. */
static struct span signed_for;
static size_t made_up;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t most_kb;

/* Of memory that this process has in use. */
static size_t
in_use_kb(void)
{
	char text[128] = "";
	unsigned long pages = 0;
	int fd = open("/proc/self/statm", O_RDONLY);

	must(fd >= 0 && read(fd, text, sizeof text - 1) > 0 &&
		sscanf(text, "%*u %lu", &pages) == 1,
	    "the memory in use");
	close(fd);
	return pages * ((size_t)sysconf(_SC_PAGESIZE) / 1024);
}

static void
look(void)
{
	size_t kb = in_use_kb();

	pthread_mutex_lock(&lock);
	most_kb = kb > most_kb ? kb : most_kb;
	pthread_mutex_unlock(&lock);
}

static int
list(struct holder *holder, enum store_shelf shelf, const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	struct digest id = {{0}};
	uint32_t i;

	if (shelf != STORE_RECEIPTS)
		return before->list(holder, shelf, owner, each, context);
	for (i = signed_for.size == 0; i <= made_up; i++) {
		memcpy(id.byte, &i, sizeof i);
		if (each(context, &id) != 0)
			return -1;
	}
	return 0;
}

/* Number 0 is the one for shards that there are. */
static int
get(struct holder *holder, const struct store_key *key, size_t limit,
    struct buf *to)
{
	struct digest ids[LIMIT_REQUEST_IDS] = {{{0}}};
	struct secret scalar = scalar_of(SIGNER);
	struct receipt receipt = {.owner = key->owner,
	    .time = 1700000000,
	    .ids = signed_for};
	uint32_t i, number;

	if (key->shelf != STORE_RECEIPTS)
		return before->get(holder, key, limit, to);
	memcpy(&number, key->id.byte, sizeof number);
	for (i = 0; i < COUNT(ids); i++) {
		memcpy(ids[i].byte, &number, sizeof number);
		memcpy(ids[i].byte + sizeof number, &i, sizeof i);
	}
	if (number > 0)
		receipt.ids = span_of(ids, sizeof ids);
	look();
	return receipt_encode(&receipt, &scalar, to) == 0 ? 1 : -1;
}

static void
load(struct duties *duties)
{
	struct owner owner = owner_of(1);
	struct living living;

	*duties = (struct duties){.holder = &peers.holders.holder[1]};
	must(living_load(&living, &peers.holders, &owner.id) == 0 &&
		duties_load(duties, 1, &living) == 0,
	    "load");
	living_release(&living);
}

/* Two peers that have a snapshot; the second is to be a machine. */
static void
begin(void)
{
	static uint8_t plain[STRIPES * 1024];
	struct buf stream;
	struct holder *holder;
	struct digest id;

	random_fill(plain, sizeof plain);
	stream = stream_of(1, 1, 2, span_of(plain, sizeof plain));
	peers_open(&peers, 2, HOLDER_WRITE);
	must(peers_send(&peers, span_of_buf(&stream), 0, 1, NULL, &id) == 0 &&
		peers_send(&peers, span_of_buf(&stream), 0, 2, &id, &id) == 0,
	    "send");
	buf_release(&stream);
	holder = &peers.holders.holder[1];
	before = holder->calls;
	calls = *before;
	calls.list = list;
	calls.get = get;
	holder->calls = &calls;
	holder->shelves = STORE_SHELVES;
	holder->id = owner_of(SIGNER).id;
}

static void
end(void)
{
	peers.holders.holder[1].calls = before;
	peers_close(&peers);
}

/* A shard for each stripe, and each once, though two snapshots name it. */
static void
test_claimed(struct duties *duties)
{
	size_t i;

	load(duties);
	check(duties->unreceipted && duties->count == STRIPES, "it claims %zu",
	    duties->count);
	for (i = 0; i < duties->count; i++)
		check(duties->duty[i].size == 1024 &&
			(i == 0 ||
			    memcmp(&duties->duty[i - 1].id, &duties->duty[i].id,
				sizeof(struct digest)) < 0),
		    "claim %zu", i);
}

static void
test_signed(const struct duties *claimed)
{
	struct digest ids[3] = {claimed->duty[7].id, {{9}},
	    claimed->duty[2].id};
	struct duties duties;

	signed_for = span_of(ids, sizeof ids);
	made_up = 2;
	load(&duties);
	check(!duties.unreceipted && duties.count == 2 &&
		memcmp(&duties.duty[0], &claimed->duty[2],
		    sizeof *duties.duty) == 0 &&
		memcmp(&duties.duty[1], &claimed->duty[7],
		    sizeof *duties.duty) == 0,
	    "it has signed for %zu", duties.count);
	duties_release(&duties, 1);
}

static void
test_made_up(void)
{
	struct duties duties;
	size_t kb;

	signed_for = (struct span){0};
	made_up = 1;
	load(&duties); /* what threads cost */
	duties_release(&duties, 1);
	kb = in_use_kb();
	made_up = MADE_UP;
	most_kb = 0;
	load(&duties);
	check(!duties.unreceipted && duties.count == 0, "it owes %zu",
	    duties.count);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what is freed */
	check(most_kb <= kb + FEW_KB, "made-up ids cost %zu KB", most_kb - kb);
#endif
	duties_release(&duties, 1);
}

int
main(void)
{
	struct duties claimed;

	begin();
	test_claimed(&claimed);
	test_signed(&claimed);
	test_made_up();
	duties_release(&claimed, 1);
	end();
	return failures != 0;
}
