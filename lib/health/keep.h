/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_KEEP_H
#define HEALTH_KEEP_H

/*
 * The other side: what a holder keeps, and who has sent it nothing for too
 * long. Snapshots are signed and open, so no key is needed.
 */

#include "health/facts.h"

struct roster;

/*
 * Fill the owners of `facts`: each peer of the roster that is given space, or
 * has something in the store at `path`, whose bytes rest on `engine` (NULL: on
 * the disk). -1 when it cannot be read; what it holds is not guessed.
 */
int keep_gather(const char *path, const char *engine,
    const struct roster *roster, struct facts *facts);

#endif
