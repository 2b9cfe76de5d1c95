/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_VERDICT_PEERS_H
#define HEALTH_VERDICT_PEERS_H

/* What each peer is like: there, honest, with room, at the same time. */

#include "health/verdict.h"

void verdict_peers(struct verdict *verdict, const struct facts *facts);

#endif
