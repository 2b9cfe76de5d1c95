/* SPDX-License-Identifier: ISC */
#ifndef SERVE_HERALD_H
#define SERVE_HERALD_H

/*
 * The process that announces a holder on its links (net/announce.h). It hears
 * whoever is there, so it has neither a key nor a file: all that it knows is
 * the id, and where the holder listens. It ends with the daemon. With an alias
 * (peer/alias.h) the link hears another name each day, and never the id.
 */

#include <sys/types.h>

struct daemon;

/*
 * Start it, before the daemon opens anything that it should not have: its
 * process, 0 when nothing is to be announced, or -1.
 */
pid_t herald_start(const struct daemon *daemon);

#endif
