/* SPDX-License-Identifier: ISC */
#include "serve/seats.h"

#include <signal.h>
#include <stdatomic.h>

#include "base/bytes.h"
#include "base/shared.h"

#define OVER_MS 1000 /* to go, before another one is told, too */

enum state {
	STRANGE,
	PROVED,
	OVER,
};

/* A daemon takes and frees it; the process whose it is writes the rest. */
struct seat {
	pid_t pid;	       /* 0: free */
	_Atomic int state;     /* an enum state */
	_Atomic int64_t since; /* of its state, or its last answer */
	struct digest id;      /* when it is proved */
};

struct seats {
	size_t most, taken;
	struct seat seat[];
};

struct seats *
seats_open(size_t most)
{
	struct seats *seats = shared_memory(
	    sizeof *seats + most * sizeof seats->seat[0]);

	if (seats != NULL)
		seats->most = most;
	return seats;
}

size_t
seats_taken(const struct seats *seats)
{
	return seats->taken;
}

static void
enter(struct seat *seat, enum state state, uint64_t now_ms)
{
	seat->since = (int64_t)now_ms;
	seat->state = state;
}

struct seat *
seats_find(struct seats *seats, uint64_t now_ms)
{
	struct seat *seat = seats->seat;

	while (seat->pid != 0)
		seat++;
	enter(seat, STRANGE, now_ms);
	return seat;
}

void
seats_take(struct seats *seats, struct seat *seat, pid_t pid)
{
	seat->pid = pid;
	seats->taken++;
}

void
seats_leave(struct seats *seats, pid_t pid)
{
	size_t i;

	for (i = 0; i < seats->most; i++)
		if (seats->seat[i].pid == pid) {
			seats->seat[i].pid = 0;
			seats->taken--;
		}
}

void
seats_signal(const struct seats *seats, int signal)
{
	size_t i;

	for (i = 0; i < seats->most; i++)
		if (seats->seat[i].pid != 0)
			kill(seats->seat[i].pid, signal);
}

/* How many are in a state: of a peer, or of anybody (NULL). */
static size_t
count(const struct seats *seats, enum state state, const struct digest *id)
{
	const struct seat *seat = seats->seat;
	size_t i, found = 0;

	for (i = 0; i < seats->most; i++, seat++)
		found += seat->pid != 0 && seat->state == (int)state &&
		    (id == NULL || digest_equal(&seat->id, id));
	return found;
}

/* In this state for longest; `fewest`: its peer has so many at least. */
static const struct seat *
longest(const struct seats *seats, enum state state, size_t fewest)
{
	const struct seat *seat = seats->seat, *found = NULL;
	size_t i, has = 0;

	for (i = 0; i < seats->most; i++, seat++) {
		if (seat->pid == 0 || seat->state != (int)state)
			continue;
		if (fewest > 0)
			has = count(seats, state, &seat->id);
		if (has > fewest ||
		    (has == fewest &&
			(found == NULL || seat->since < found->since))) {
			found = seat;
			fewest = has;
		}
	}
	return found;
}

static int64_t
age(const struct seat *seat, uint64_t now_ms)
{
	return (int64_t)now_ms - seat->since;
}

/* Whether one has been told, and has had no time to go yet. */
static bool
is_going(const struct seats *seats, uint64_t now_ms)
{
	const struct seat *seat = seats->seat;
	size_t i;

	for (i = 0; i < seats->most; i++, seat++)
		if (seat->pid != 0 && seat->state == OVER &&
		    age(seat, now_ms) < OVER_MS)
			return true;
	return false;
}

/* Whose place is to be given up now; NULL: nobody's. */
static const struct seat *
choose(const struct seats *seats, uint64_t now_ms)
{
	const struct seat *proved = longest(seats, PROVED, 2);
	const struct seat *strange = longest(seats, STRANGE, 0);
	const struct seat *over = longest(seats, OVER, 0);

	if (over != NULL && age(over, now_ms) >= SEATS_STUBBORN_MS)
		return over;
	if (is_going(seats, now_ms))
		return NULL;
	if (proved != NULL && count(seats, STRANGE, NULL) <= seats->most / 8)
		return proved;
	return strange != NULL && age(strange, now_ms) >= SEATS_GRACE_MS
	    ? strange
	    : NULL;
}

int
seats_patience(const struct seats *seats, uint64_t now_ms)
{
	return seats->taken < seats->most || choose(seats, now_ms) != NULL
	    ? 0
	    : SEATS_GRACE_MS;
}

bool
seats_yield(struct seats *seats, uint64_t now_ms)
{
	const struct seat *found;
	struct seat *seat;
	int signal;

	if (seats->taken < seats->most)
		return true;
	found = choose(seats, now_ms);
	if (found == NULL)
		return false;
	seat = &seats->seat[found - seats->seat];
	signal = seat->state == OVER ? SIGKILL : SIGHUP;
	enter(seat, OVER, now_ms); /* first: it looks once, when it is woken */
	kill(seat->pid, signal);
	return false;
}

void
seats_prove(struct seat *seat, const struct digest *id, uint64_t now_ms)
{
	int strange = STRANGE;

	if (seat == NULL)
		return;
	seat->id = *id;
	seats_touch(seat, now_ms);
	atomic_compare_exchange_strong(&seat->state, &strange, PROVED);
}

void
seats_touch(struct seat *seat, uint64_t now_ms)
{
	if (seat != NULL && !seats_is_over(seat))
		seat->since = (int64_t)now_ms;
}

bool
seats_is_over(const struct seat *seat)
{
	return seat != NULL && seat->state == OVER;
}
