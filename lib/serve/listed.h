/* SPDX-License-Identifier: ISC */
#ifndef SERVE_LISTED_H
#define SERVE_LISTED_H

/*
 * The ids of a roster in memory that a daemon shares with its children, who
 * are confined and cannot read the roster again once an editor has put
 * another file in its place. One process writes, any number read.
 */

#include "base/bytes.h"

struct roster;
struct listed;

/* NULL (FAIL_SYSTEM) when there is no memory. Ends with the processes. */
struct listed *listed_open(void);

void listed_set(struct listed *listed, const struct roster *roster);
bool listed_has(const struct listed *listed, const struct digest *id);

#endif
