/* SPDX-License-Identifier: ISC */
/*
 * Who gives up a place when all are taken, and who keeps it: real processes,
 * which end when they are told, at times that the test makes up.
 */
#include "serve/seats.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define MOST 16
#define BEGIN 5000000 /* when all of them have come */

static struct seats *seats;
static struct seat *seat[MOST];
static pid_t pid[MOST];

/* A process that waits for a signal; a stubborn one takes no notice of it. */
static pid_t
process(bool stubborn)
{
	void (*before)(int) = signal(SIGHUP, stubborn ? SIG_IGN : SIG_DFL);
	pid_t child = fork();

	must(child >= 0, "a process");
	if (child > 0) {
		signal(SIGHUP, before);
		return child;
	}
	for (;;)
		pause();
}

static void
come(size_t i, uint64_t now, bool stubborn)
{
	seat[i] = seats_find(seats, now);
	pid[i] = process(stubborn);
	seats_take(seats, seat[i], pid[i]);
}

/* As the daemon does when a process has ended: by which signal it has. */
static int
bury(size_t i)
{
	int status;

	must(waitpid(pid[i], &status, 0) == pid[i], "a process that ends");
	seats_leave(seats, pid[i]);
	pid[i] = 0;
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
end(size_t i)
{
	kill(pid[i], SIGKILL);
	bury(i);
}

static struct digest
peer(int number)
{
	struct digest id = {{0}};

	id.byte[31] = (uint8_t)number;
	return id;
}

static void
prove(size_t i, int number, uint64_t now)
{
	struct digest id = peer(number);

	seats_prove(seat[i], &id, now);
}

/* All places are taken, in their order, since BEGIN at the latest. */
static void
fill(size_t most)
{
	size_t i;

	seats = seats_open(most);
	must(seats != NULL, "seats");
	for (i = 0; i < most; i++)
		come(i, BEGIN - (most - i), false);
	check(seats_taken(seats) == most, "%zu of %zu are taken",
	    seats_taken(seats), most);
}

static void
clear(void)
{
	size_t i;

	for (i = 0; i < MOST; i++)
		if (pid[i] != 0)
			end(i);
	check(seats_taken(seats) == 0, "%zu are left", seats_taken(seats));
}

/* Who is told to go, if somebody comes at that time; -1: nobody. */
static int
told(uint64_t now)
{
	bool before[MOST], can = seats_patience(seats, now) == 0;
	int i, found = -1;

	for (i = 0; i < MOST; i++)
		before[i] = pid[i] != 0 && seats_is_over(seat[i]);
	check(!seats_yield(seats, now), "a place where none is free");
	for (i = 0; i < MOST; i++)
		if (pid[i] != 0 && seats_is_over(seat[i]) && !before[i]) {
			check(found < 0, "%d and %d are told", found, i);
			found = i;
		}
	check(can == (found >= 0), "patience says %d, but %d is told", can,
	    found);
	return found;
}

/* That one is told, and goes; another one comes. */
static void
goes(int i, uint64_t now, const char *what)
{
	int found = told(now);

	if (!check(found == i, "%s: %d is told, not %d", what, found, i))
		return;
	if (i < 0)
		return;
	check(bury((size_t)i) == SIGHUP, "%s: not by SIGHUP", what);
	check(seats_patience(seats, now) == 0 && seats_yield(seats, now),
	    "%s: no place for who comes", what);
	come((size_t)i, now, false);
}

static void
test_room(void)
{
	seats = seats_open(2);
	must(seats != NULL, "seats");
	check(seats_patience(seats, 0) == 0 && seats_yield(seats, 0),
	    "room, when nobody is there");
	check(seats_find(seats, 0) == seats_find(seats, 0),
	    "a place for a process that was not forked is free");
	come(0, 0, false);
	check(seats_yield(seats, 0) && seats_taken(seats) == 1, "one of two");
	come(1, 0, false);
	check(seat[0] != seat[1], "two in one place");
	check(!seats_yield(seats, 0) &&
		seats_patience(seats, 0) == SEATS_GRACE_MS,
	    "two of two");
	seats_leave(seats, getpid());
	check(seats_taken(seats) == 2, "another process has left");
	clear();
	check(seats_patience(seats, 0) == 0, "room, when all have left");
}

/* A daemon that serves one peer at a time. */
static void
test_one_place(void)
{
	fill(1);
	goes(-1, BEGIN, "a stranger who has just come");
	goes(0, BEGIN + SEATS_GRACE_MS, "a stranger");
	prove(0, 1, BEGIN + 1000);
	goes(-1, BEGIN + 1000000, "a peer that is alone");
	clear();
}

static void
test_strangers(void)
{
	fill(MOST);
	goes(-1, BEGIN - MOST + SEATS_GRACE_MS - 1, "before it had its time");
	goes(0, BEGIN - MOST + SEATS_GRACE_MS, "the oldest");
	goes(1, BEGIN + SEATS_GRACE_MS, "the next, not who came in its place");
	seats_touch(seat[2], BEGIN + 5000);
	goes(3, BEGIN + 5000, "but not one that was heard of");
	clear();
}

/* Peers of which each has one place keep it, whoever is at the door. */
static void
test_peers(void)
{
	size_t i;

	fill(MOST);
	for (i = 0; i < MOST; i++)
		prove(i, (int)i, BEGIN);
	goes(-1, BEGIN + 1000000, "sixteen peers");
	end(7);
	come(7, BEGIN + 1000000, false);
	goes(-1, BEGIN + 1000000, "fifteen, and a stranger who has come");
	goes(7, BEGIN + 1000000 + SEATS_GRACE_MS, "and one who says nothing");
	prove(7, 6, BEGIN + 2000000);
	goes(6, BEGIN + 2000000, "but one that has two has one too many");
	clear();
}

/* Of the peer that has most, the one that has waited longest. */
static void
test_hogs(void)
{
	size_t i;

	fill(MOST);
	for (i = 0; i < MOST; i++)
		prove(i, i < 6 ? 1 : i < 13 ? 2 : (int)i, BEGIN + MOST - i);
	goes(12, BEGIN + 20, "the one of seven that was proved first");
	prove(12, 20, BEGIN + 20);
	goes(11, BEGIN + 20, "six and six: the oldest of them");
	prove(11, 21, BEGIN + 20);
	seats_touch(seat[5], BEGIN + 21);
	goes(4, BEGIN + 21, "of six, not one that has had an answer");
	clear();
}

/* An eighth of the places at most goes from peers to strangers. */
static void
test_eighth(void)
{
	uint64_t later = BEGIN + 10000;
	size_t i;

	fill(MOST);
	for (i = 3; i < MOST; i++)
		prove(i, 1, BEGIN);
	goes(0, later, "three strangers of sixteen: one of them");
	prove(0, 2, later);
	goes(3, later, "two: one of the peer that has thirteen places");
	goes(1, later, "three again");
	clear();
}

/* Who is told has a second, before another one is told, too. */
static void
test_over(void)
{
	uint64_t now = BEGIN + 10000;

	fill(4);
	end(0);
	come(0, BEGIN - 100, true);
	end(1);
	come(1, BEGIN - 50, true);
	check(told(now) == 0, "the oldest");
	prove(0, 1, now);
	check(seats_is_over(seat[0]), "a peer after all: it goes all the same");
	check(told(now + 999) < 0, "within a second");
	check(told(now + 1000) == 1, "the next");
	check(told(now + 1001) < 0, "which has a second, too");
	check(told(now + 2000) == 2, "the one after");
	check(bury(2) == SIGHUP, "it ends by SIGHUP");
	check(seats_yield(seats, now + 2000), "there is a place now");
	clear();
}

/* Whoever hangs does not keep its place for ever. */
static void
test_stubborn(void)
{
	uint64_t now = BEGIN + 10000, late = now + SEATS_STUBBORN_MS;

	fill(2);
	prove(0, 1, BEGIN);
	end(1);
	come(1, BEGIN, true);
	check(told(now) == 1, "a stranger");
	seats_touch(seat[1], now + 5000);
	check(told(late - 1) < 0, "it has ten seconds");
	check(kill(pid[1], 0) == 0, "and is there");
	check(seats_patience(seats, late) == 0, "then its place is wanted");
	check(!seats_yield(seats, late), "a place that is not free yet");
	check(bury(1) == SIGKILL, "it ends by SIGKILL");
	check(seats_yield(seats, late), "there is a place now");
	clear();
}

/* What a process says of its seat, the daemon sees. */
static void
test_shared(void)
{
	pid_t child;

	fill(1);
	child = fork();
	must(child >= 0, "a process");
	if (child == 0) {
		prove(0, 1, BEGIN);
		_exit(0);
	}
	must(waitpid(child, NULL, 0) == child, "it has ended");
	goes(-1, BEGIN + 1000000, "a peer by its own word");
	clear();
}

/* Says that it is there; ends at the signal: with 0 if its place is over. */
static pid_t
watcher(struct seat *its, const sigset_t *hup, int ready)
{
	pid_t child = fork();

	must(child >= 0, "a process");
	if (child > 0)
		return child;
	must(write(ready, "", 1) == 1, "a word");
	sigwaitinfo(hup, NULL);
	_exit(seats_is_over(its) ? 0 : 1);
}

/*
 * Who is woken looks once, for nobody wakes it again: it must see that it is
 * to go. On one processor, where it runs before who woke it; many times, for
 * it does so only now and then.
 */
static void
test_told_in_time(void)
{
	int i, status, late = 0, ready[2];
	char byte;
	sigset_t hup, before;
	cpu_set_t all, one;

	sigemptyset(&hup);
	sigaddset(&hup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hup, &before);
	sched_getaffinity(0, sizeof all, &all);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof one, &one);
	seats = seats_open(1);
	must(seats != NULL && pipe(ready) == 0, "seats, a pipe");
	for (i = 0; i < 1000; i++) {
		seat[0] = seats_find(seats, 0);
		pid[0] = watcher(seat[0], &hup, ready[1]);
		seats_take(seats, seat[0], pid[0]);
		must(read(ready[0], &byte, 1) == 1, "its word");
		usleep(200); /* so that it sleeps */
		seats_yield(seats, SEATS_GRACE_MS);
		must(waitpid(pid[0], &status, 0) == pid[0], "its end");
		late += status != 0;
		seats_leave(seats, pid[0]);
	}
	pid[0] = 0;
	sched_setaffinity(0, sizeof all, &all);
	sigprocmask(SIG_SETMASK, &before, NULL);
	check(late == 0, "%d of %d were told before it was so", late, i);
}

static void
test_nobody(void)
{
	struct digest id = peer(1);

	seats_prove(NULL, &id, 0);
	seats_touch(NULL, 0);
	check(!seats_is_over(NULL), "nobody is told to go");
}

/* Those that are there, and no others. */
static void
test_signal(void)
{
	size_t i;

	fill(3);
	seats_leave(seats, pid[1]);
	seats_signal(seats, SIGTERM);
	for (i = 0; i < 3; i++) {
		if (i == 1)
			kill(pid[i], SIGINT);
		check(bury(i) == (i == 1 ? SIGINT : SIGTERM),
		    "process %zu ends by another signal", i);
	}
	check(seats_taken(seats) == 0, "they have all left");
}

int
main(void)
{
	test_nobody();
	test_room();
	test_one_place();
	test_strangers();
	test_peers();
	test_hogs();
	test_eighth();
	test_over();
	test_stubborn();
	test_shared();
	test_told_in_time();
	test_signal();
	return failures != 0;
}
