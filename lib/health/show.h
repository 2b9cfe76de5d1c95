/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_SHOW_H
#define HEALTH_SHOW_H

/* A verdict and its facts, for each kind of reader. */

#include "format/report.h"
#include "health/verdict.h"

/*
 * Append for people (the verdict first, then what it rests on, then what to
 * do), or a record of JSON or CBOR for the verdict, each check, each backup
 * and each peer. `problems`: only what is not as it should be.
 */
int show_report(const struct verdict *verdict, const struct facts *facts,
    enum report_style style, bool problems, struct buf *to);

/* The one line of a monitoring plugin, with performance data. */
int show_plugin(const struct verdict *verdict, const struct facts *facts,
    struct buf *to);

/* Prometheus' text format, for the textfile collector of node_exporter. */
int show_metrics(const struct verdict *verdict, const struct facts *facts,
    struct buf *to);

#endif
