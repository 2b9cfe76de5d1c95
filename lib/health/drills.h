/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_DRILLS_H
#define HEALTH_DRILLS_H

/*
 * Restores that were tried: what p2p-backup's drills of each job have come to,
 * by the history that it keeps, and whether that is well. A line of that file
 * is "TIME WHAT JOB OUTCOME ..."; the outcome is ok, failed, or, if a drill
 * finds that the job was given up, gone.
 */

#include "format/report.h"
#include "health/verdict.h"

/*
 * Fill in the drills of the facts. A file that is not there or too long, and
 * a line that is not right, say nothing.
 */
void drills_gather(const char *path, struct facts *facts);

/* Jobs whose last drill has failed, and those that had none for too long. */
void drills_judge(struct verdict *verdict, const struct facts *facts);

/* Append a row a job, and the same as metrics. */
int drills_show(const struct facts *facts, enum report_style style,
    struct buf *to);
int drills_metrics(const struct facts *facts, struct buf *to);

#endif
