/* SPDX-License-Identifier: ISC */
/*
 * A whole dialogue, from the handshake to the goodbye, of an owner's session
 * and a holder's, over a wire on which one bit is flipped: an error or a right
 * answer, what was acknowledged is there, and nothing else is.
 *
 * The bits are at every STRIDEth place of both ways; STRIDE=1: at every one.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "crypto/tree.h"
#include "doc/receipt.h"
#include "served.h"
#include "xfer/session.h"

#define WORKERS 16 /* many of them wait for a deadline */
#define SHARD 40
#define HEADER 5 /* of the first record, of which TLS has no proof */
#define TAIL 80	 /* the goodbye, and by how much signatures vary */
#define NOWHERE SIZE_MAX

enum way {
	TO_HOLDER,
	TO_OWNER,
};

/* From socket to socket, of which [0] is the owner's, with one bit flipped. */
struct wire {
	int end[2];
	enum way way;
	size_t at;
	size_t passed[2];
};

static bool
carry(struct wire *wire, enum way way)
{
	uint8_t bytes[4096];
	ssize_t got = read(wire->end[way], bytes, sizeof bytes);
	size_t before = wire->passed[way];

	if (got <= 0) {
		shutdown(wire->end[!way], SHUT_WR);
		return false;
	}
	wire->passed[way] += (size_t)got;
	if (way == wire->way && wire->at >= before &&
	    wire->at < wire->passed[way])
		bytes[wire->at - before] ^= (uint8_t)(1 << wire->at % 8);
	if (send(wire->end[!way], bytes, (size_t)got, MSG_NOSIGNAL) != got)
		shutdown(wire->end[way], SHUT_RD);
	return true;
}

static void *
run_wire(void *context)
{
	struct wire *wire = context;
	struct pollfd poll_for[2] = {{wire->end[TO_HOLDER], POLLIN, 0},
	    {wire->end[TO_OWNER], POLLIN, 0}};
	int way;

	while (poll_for[0].fd >= 0 || poll_for[1].fd >= 0) {
		poll(poll_for, 2, -1);
		for (way = 0; way < 2; way++)
			if (poll_for[way].revents != 0 &&
			    !carry(wire, (enum way)way))
				poll_for[way].fd = -1;
	}
	close(wire->end[0]);
	close(wire->end[1]);
	return NULL;
}

static bool
go_on(void *context, const struct digest *peer, bool answered)
{
	(void)context;
	(void)peer;
	(void)answered;
	return true;
}

static int
reach(void *context)
{
	int *fd = context, taken = *fd;

	*fd = -1;
	return taken < 0 ? fail(FAIL_SYSTEM, "once only") : taken;
}

/* What an owner says of one shard, what of it was acknowledged, and is true. */
struct owner_end {
	struct digest id, shard;
	uint8_t bytes[SHARD];
	bool put, committed, had, got, kept;
	struct session *session;
};

static bool
call(struct owner_end *owner, struct request *request, struct answer *answer)
{
	request->owner = owner->id;
	request->ids = span_of_digest(&owner->shard);
	return owner->session != NULL &&
	    session_call(owner->session, request, owner->bytes, answer) == 0;
}

/* Whether the holder has signed for that shard and no other. */
static bool
is_receipt(const struct owner_end *owner, struct span document)
{
	struct digest holder = id_number(HOLDER);
	struct receipt receipt;

	return receipt_decode(document, &holder, &receipt) == 0 &&
	    digest_equal(&receipt.owner, &owner->id) &&
	    span_equal(receipt.ids, span_of_digest(&owner->shard));
}

static void
converse(struct owner_end *owner, size_t at)
{
	struct request put = {.verb = VERB_PUT, .payload = SHARD},
		       commit = {.verb = VERB_COMMIT},
		       have = {.verb = VERB_HAVE, .size = SHARD},
		       get = {.verb = VERB_GET, .size = 1000};
	struct answer answer[4] = {0};
	size_t i;

	owner->put = call(owner, &put, &answer[0]);
	owner->committed = call(owner, &commit, &answer[1]);
	if (owner->committed && owner->put)
		check(is_receipt(owner, span_of_buf(&answer[1].body)),
		    "no receipt for it, with a bit flipped at %zu", at);
	owner->had = call(owner, &have, &answer[2]);
	if (owner->had && owner->put && owner->committed)
		check(answer[2].body.size == 1 && answer[2].body.data[0] == 1,
		    "it is not there, with a bit flipped at %zu", at);
	owner->got = call(owner, &get, &answer[3]);
	if (owner->got)
		check(span_equal(span_of_buf(&answer[3].payload),
			  span_of(owner->bytes, SHARD)),
		    "wrong bytes come, with a bit flipped at %zu", at);
	for (i = 0; i < COUNT(answer); i++)
		answer_release(&answer[i]);
}

/* What was acknowledged is in the store, as its name says. */
static void
look(struct owner_end *owner, size_t at)
{
	struct store_key key = {STORE_SHARDS, owner->id, owner->shard};
	struct buf bytes = {0};
	int got = store_get(store, &key, SHARD, &bytes);

	check(got == 1 || (got == 0 && !(owner->put && owner->committed)),
	    "acknowledged and not there (%d), with a bit flipped at %zu", got,
	    at);
	check(got != 1 ||
		span_equal(span_of_buf(&bytes), span_of(owner->bytes, SHARD)),
	    "wrong bytes are there, with a bit flipped at %zu", at);
	owner->kept = got == 1;
	buf_release(&bytes);
}

/* The dialogue with that bit flipped: how many bytes went each way. */
static struct wire
run(struct owner_end *owner, enum way way, size_t at, int answer_ms)
{
	struct wire wire = {.way = way, .at = at};
	struct digest holder = id_number(HOLDER);
	struct secret scalar = key_number(OWNER);
	int near[2], far[2];
	struct session_options options = {.reach = reach,
	    .context = &near[0],
	    .scalar = &scalar,
	    .peer = &holder,
	    .handshake_ms = 4 * answer_ms,
	    .answer_ms = answer_ms};
	pthread_t carrier, server;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, near) == 0 &&
		socketpair(AF_UNIX, SOCK_STREAM, 0, far) == 0 &&
		fcntl(near[0], F_SETFL, O_NONBLOCK) == 0 &&
		fcntl(far[1], F_SETFL, O_NONBLOCK) == 0,
	    "sockets");
	wire.end[0] = near[1];
	wire.end[1] = far[0];
	*owner = (struct owner_end){.id = id_number(OWNER)};
	snprintf((char *)owner->bytes, SHARD, "shard %d %zu", (int)way, at);
	owner->shard = tree_root(span_of(owner->bytes, SHARD));
	served_store();
	must(pthread_create(&carrier, NULL, run_wire, &wire) == 0 &&
		pthread_create(&server, NULL, served_run, &far[1]) == 0,
	    "threads");
	owner->session = session_open(&options);
	converse(owner, at);
	session_close(owner->session);
	pthread_join(carrier, NULL);
	pthread_join(server, NULL);
	look(owner, at);
	store_close(store);
	return wire;
}

static int
count_one(void *context, const struct digest *id)
{
	(void)id;
	++*(size_t *)context;
	return 0;
}

/*
 * Every `step`th place from `first` on; then, a clean wire is as good as ever.
 */
static void
sweep(const size_t size[2], size_t first, size_t step)
{
	struct digest id = id_number(OWNER);
	size_t at, kept = 0, there = 0;
	struct owner_end owner;
	struct wire wire;
	int way;

	for (at = first; at < size[0] + size[1]; at += step) {
		way = at < size[0] ? TO_HOLDER : TO_OWNER;
		wire =
		    run(&owner, (enum way)way, at - (way ? size[0] : 0), 500);
		kept += owner.kept;
		check(!owner.got || wire.at < HEADER ||
			wire.at + TAIL > size[way],
		    "a bit flipped at %zu changes nothing", wire.at);
	}
	run(&owner, TO_HOLDER, NOWHERE, 20000);
	check(owner.got, "a clean wire: %s", fail_last()->text);
	served_store();
	store_list(store, STORE_SHARDS, &id, count_one, &there);
	check(there == kept + 1, "%zu shards, not %zu", there, kept + 1);
	store_close(store);
}

int
main(void)
{
	size_t stride = getenv("STRIDE") ? strtoul(getenv("STRIDE"), NULL, 10)
					 : 7;
	struct owner_end owner;
	struct wire wire;
	pid_t worker;
	int i, status;

	served.go_on = go_on;
	served_roster();
	wire = run(&owner, TO_HOLDER, NOWHERE, 20000);
	must(owner.put && owner.committed && owner.had && owner.got,
	    "a clean wire");
	for (i = 0; i < WORKERS; i++) {
		worker = fork();
		must(worker >= 0, "a worker");
		if (worker > 0)
			continue;
		scratch_folder[0] = '\0'; /* it has one of its own */
		sweep(wire.passed, (size_t)i * stride, WORKERS * stride);
		exit(failures != 0);
	}
	while (wait(&status) > 0)
		check(status == 0, "a worker ends with %d", status);
	roster_release(&roster);
	return failures != 0;
}
