/* SPDX-License-Identifier: ISC */
#ifndef SERVE_METRICS_H
#define SERVE_METRICS_H

/* A holder's metrics, as a file for node_exporter's textfile collector. */

#include <stddef.h>

struct counts;
struct roster;
struct store;

struct metrics {
	const struct counts *counts;
	const struct roster *roster; /* whose peers have quotas */
	struct store *store;
	size_t connections; /* now */
};

/* Make the file appear, whole, under `path`. */
int metrics_write(const struct metrics *metrics, const char *path);

#endif
