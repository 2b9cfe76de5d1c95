/* SPDX-License-Identifier: ISC */
#ifndef XFER_RUN_METRICS_H
#define XFER_RUN_METRICS_H

/*
 * What a run asks of holders and how it goes, as a file for node_exporter's
 * textfile collector: there from the beginning, and anew every 15 seconds, so
 * that a long run can be watched, and whole at the end.
 */

#include "xfer/holder.h"

struct run_metrics;

/*
 * Begin to write `path`; the names of all metrics begin with `prefix`, as in
 * "p2p_send_". -1 when it cannot be written. Without a path nothing is done,
 * and `metrics` becomes NULL.
 */
int run_metrics_start(struct run_metrics **metrics, const char *path,
    const char *prefix, struct holders *holders);

/*
 * Write it for the last time: the run has come to `result`, which is returned;
 * if that is not 0, the failure in the slot says why, and stays there. That it
 * cannot be written is only warned of: what was to be done is done, or not.
 * Holders must not be closed before.
 */
int run_metrics_stop(struct run_metrics *metrics, int result);

#endif
