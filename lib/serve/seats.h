/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SEATS_H
#define SERVE_SEATS_H

/*
 * The connections of a daemon, each with a process, a place in memory that
 * all of them share, and a state: strange until its handshake has proved a
 * peer, then that peer's. When every place is taken and somebody is at the
 * door, one is given up, so that neither a crowd that says nothing nor a peer
 * that comes many times at once keeps others out:
 *
 * - of the peer that has most places, and more than one, the one that has had
 *   no answer for longest; but an eighth of the places at most goes from
 *   peers to strange ones;
 * - else the oldest strange one, when it has had SEATS_GRACE_MS.
 *
 * Otherwise whoever is at the door waits. Who was told to go, and is still
 * there after SEATS_STUBBORN_MS, is killed when a place is wanted. Times are
 * those of event_clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct digest;
struct seat;
struct seats;

/*
 * A handshake is three round trips, at most half of it half around the world.
 */
#define SEATS_GRACE_MS 250

/* Who serves looks up between two files, which takes less on a sound disk. */
#define SEATS_STUBBORN_MS 10000

/* So many places. NULL (FAIL_SYSTEM) when there is no memory. */
struct seats *seats_open(size_t most);

size_t seats_taken(const struct seats *seats);

/* For a process that is about to be forked, and then has the id `pid`. */
struct seat *seats_find(struct seats *seats, uint64_t now_ms);
void seats_take(struct seats *seats, struct seat *seat, pid_t pid);

/* That process has ended. Others are passed over. */
void seats_leave(struct seats *seats, pid_t pid);

void seats_signal(const struct seats *seats, int signal);

/*
 * 0: whoever is at the door may come in, or seats_yield makes one go; else
 * look again after so many milliseconds, or when a process has ended.
 */
int seats_patience(const struct seats *seats, uint64_t now_ms);

/*
 * Whether there is a place; if not, one is told by SIGHUP to give up its, or
 * one that was told long ago is killed.
 */
bool seats_yield(struct seats *seats, uint64_t now_ms);

/*
 * For the process whose seat it is, or that has none (NULL): it is this peer's
 * now; it has had an answer; it was told to give up.
 */
void seats_prove(struct seat *seat, const struct digest *id, uint64_t now_ms);
void seats_touch(struct seat *seat, uint64_t now_ms);
bool seats_is_over(const struct seat *seat);

#endif
