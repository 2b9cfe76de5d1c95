/* SPDX-License-Identifier: ISC */
#ifndef XFER_COUNTS_H
#define XFER_COUNTS_H

/*
 * What a holder has done since it started: requests by verb and outcome, their
 * bytes and how long they took, connections. The numbers lie in memory that
 * the daemon shares with the processes that serve, so that one that is killed
 * loses none of them.
 */

#include "format/message.h"

struct counts;

/* NULL (FAIL_SYSTEM) when there is no memory. Ends with the processes. */
struct counts *counts_open(void);

/* A connection has come in, and its handshake has ended well or not. */
void counts_connection(struct counts *counts, bool welcome);

/* A request has been answered with `status` (0, or an enum fail_kind). */
void counts_request(struct counts *counts, const struct request *request,
    const struct reply *reply, uint64_t ms);

/* Append them as metrics (format/metric.h). */
int counts_print(const struct counts *counts, struct buf *to);

#endif
