/* SPDX-License-Identifier: ISC */

/* Counts as metrics. */

#include <stdio.h>

#include "format/metric.h"
#include "xfer/counts.h"

#define NAME 64

struct printing {
	const struct counts_row *row;
	size_t rows;
	const char *prefix;
	struct buf *to;
};

static const char *
verb_name(size_t verb)
{
	return message_verb_name((enum verb)verb);
}

static void
name_it(const struct printing *printing, const char *rest, char name[NAME])
{
	snprintf(name, NAME, "%s%s", printing->prefix, rest);
}

static int
head(const struct printing *printing, const char *rest, const char *type,
    const char *help)
{
	char name[NAME];

	name_it(printing, rest, name);
	return metric_head(name, type, help, printing->to);
}

/* A sample of a row; `label`: one or two more, or NULL. */
static int
sample(const struct printing *printing, const struct counts_row *row,
    const char *rest, const struct metric_label *label, size_t labels,
    double value)
{
	struct metric_label all[3] = {{"peer", row->peer}};
	size_t count = row->peer != NULL, i;
	char name[NAME];

	for (i = 0; i < labels; i++)
		all[count++] = label[i];
	name_it(printing, rest, name);
	return metric_sample(name, all, count, value, printing->to);
}

/* One number of each row. */
static int
print_numbers(const struct printing *printing, const char *rest,
    const char *type, const char *help,
    uint64_t (*number)(const struct counts *counts))
{
	int result = head(printing, rest, type, help);
	size_t i;

	for (i = 0; result == 0 && i < printing->rows; i++)
		result = sample(printing, &printing->row[i], rest, NULL, 0,
		    (double)number(printing->row[i].counts));
	return result;
}

static uint64_t
welcome_of(const struct counts *counts)
{
	return counts->welcome;
}

static uint64_t
refused_of(const struct counts *counts)
{
	return counts->refused;
}

static uint64_t
in_flight_of(const struct counts *counts)
{
	return counts->in_flight;
}

static uint64_t
in_of(const struct counts *counts)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < VERB_COUNT; i++)
		sum += counts->verb[i].in;
	return sum;
}

static uint64_t
out_of(const struct counts *counts)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < VERB_COUNT; i++)
		sum += counts->verb[i].out;
	return sum;
}

/* Those of one row; what never happened is left out. */
static int
print_outcomes(const struct printing *printing, const struct counts_row *row)
{
	static const char *const name[COUNTS_OUTCOMES] = {"ok", "no", "usage",
	    "data", "system"};
	size_t verb, i;
	int result = 0;

	for (verb = 0; verb < VERB_COUNT; verb++)
		for (i = 0; result == 0 && i < COUNTS_OUTCOMES; i++) {
			struct metric_label label[] = {{"verb",
							   verb_name(verb)},
			    {"outcome", name[i]}};
			uint64_t count = row->counts->verb[verb].outcome[i];

			if (count > 0)
				result = sample(printing, row, "requests_total",
				    label, 2, (double)count);
		}
	return result;
}

#define DURATION "request_duration_seconds"

/* The buckets of one verb, each with all before it, their sum and number. */
static int
print_verb(const struct printing *printing, const struct counts_row *row,
    size_t verb)
{
	const struct verb_counts *counts = &row->counts->verb[verb];
	struct metric_label label[] = {{"verb", verb_name(verb)}, {"le", ""}};
	char end[32];
	uint64_t count = 0;
	int result = 0;
	size_t i;

	label[1].value = end;
	for (i = 0; result == 0 && i < COUNTS_BUCKETS; i++) {
		count += counts->bucket[i];
		snprintf(end, sizeof end, "%g",
		    (double)counts_bucket_ms[i] / 1000);
		if (i == COUNTS_BUCKETS - 1)
			snprintf(end, sizeof end, "+Inf");
		result = sample(printing, row, DURATION "_bucket", label, 2,
		    (double)count);
	}
	if (result == 0)
		result = sample(printing, row, DURATION "_sum", label, 1,
		    (double)counts->ms / 1000);
	return result == 0
	    ? sample(printing, row, DURATION "_count", label, 1, (double)count)
	    : -1;
}

static int
print_durations(const struct printing *printing, const struct counts_row *row)
{
	const struct verb_counts *verb = row->counts->verb;
	uint64_t count;
	int result = 0;
	size_t i, b;

	for (i = 0; result == 0 && i < VERB_COUNT; i++) {
		for (b = count = 0; b < COUNTS_BUCKETS; b++)
			count += verb[i].bucket[b];
		if (count > 0)
			result = print_verb(printing, row, i);
	}
	return result;
}

/* All that `each` has to say, below one head. */
static int
print_rows(const struct printing *printing,
    int (*each)(const struct printing *printing, const struct counts_row *row))
{
	int result = 0;
	size_t i;

	for (i = 0; result == 0 && i < printing->rows; i++)
		result = each(printing, &printing->row[i]);
	return result;
}

static int
print_connections(const struct printing *printing)
{
	if (print_numbers(printing, "connections_total", "counter",
		"Connections whose handshake went well.", welcome_of) != 0)
		return -1;
	return print_numbers(printing, "refused_total", "counter",
	    "Connections whose handshake did not.", refused_of);
}

int
counts_print(const struct counts_row *row, size_t rows, const char *prefix,
    bool served, struct buf *to)
{
	const struct printing printing = {row, rows, prefix, to};

	if (served && print_connections(&printing) != 0)
		return -1;
	if (print_numbers(&printing, "requests_in_flight", "gauge",
		"Requests without an answer yet.", in_flight_of) != 0 ||
	    print_numbers(&printing, "received_bytes_total", "counter",
		"Bytes of payloads taken in.", in_of) != 0 ||
	    print_numbers(&printing, "sent_bytes_total", "counter",
		"Bytes of payloads given out.", out_of) != 0 ||
	    head(&printing, "requests_total", "counter",
		"Requests by verb and outcome.") != 0 ||
	    print_rows(&printing, print_outcomes) != 0 ||
	    head(&printing, DURATION, "histogram",
		"From a request to its answer.") != 0)
		return -1;
	return print_rows(&printing, print_durations);
}
