/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_METRIC_H
#define FORMAT_METRIC_H

/*
 * Metrics in the text format of Prometheus (exposition format 0.0.4): base
 * units, counters that end in _total, no timestamps. All functions append,
 * and return -1 when memory has run out.
 */

#include "base/bytes.h"

struct metric_label {
	const char *name, *value;
};

/* What a metric means; before its first sample. `type`: counter, gauge, ... */
int metric_head(const char *name, const char *type, const char *help,
    struct buf *to);

/* A sample of it, with `count` labels. */
int metric_sample(const char *name, const struct metric_label *label,
    size_t count, double value, struct buf *to);

/* Both, for a metric that has one sample and no label. */
int metric_single(const char *name, const char *type, const char *help,
    double value, struct buf *to);

#endif
