/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SERVANT_H
#define SERVE_SERVANT_H

/*
 * The process that serves one connection. Before each request it looks whether
 * its peer still stands in the roster: no signal is needed to end it. All
 * that it can touch of the disk is the store, the roster, and the folders
 * that pairing writes to (Landlock): not `secret`, nor `identity`, which the
 * daemon has read.
 *
 * A faulty roster leaves the old one in force, but for the peers that were
 * removed by peer-pair. One that cannot be read any more, since another file
 * has taken the place of `peers`, is the daemon's to read (serve/listed.h);
 * without a daemon (-1) it ends the connection.
 */

struct daemon;
struct seat;

/*
 * 0 after an orderly goodbye, -1. It may be told to give up its seat
 * (serve/seats.h); without a daemon it has none.
 */
int servant_run(struct daemon *daemon, struct seat *seat, int in, int out,
    const char *from);

#endif
