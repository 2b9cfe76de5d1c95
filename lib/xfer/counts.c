/* SPDX-License-Identifier: ISC */
#include "xfer/counts.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/shared.h"
#include "format/metric.h"

#define OUTCOMES (FAIL_SYSTEM + 1)
#define BUCKETS 8
#define P "p2p_holder_"

/* Upper ends of the histogram's buckets, and what they are called. */
static const struct {
	uint64_t ms;
	const char *seconds;
} bucket[BUCKETS] = {
    {1, "0.001"},
    {5, "0.005"},
    {25, "0.025"},
    {100, "0.1"},
    {500, "0.5"},
    {2500, "2.5"},
    {10000, "10"},
    {UINT64_MAX, "+Inf"},
};

struct verb_counts {
	_Atomic uint64_t outcome[OUTCOMES];
	_Atomic uint64_t in, out; /* bytes of payloads */
	_Atomic uint64_t bucket[BUCKETS];
	_Atomic uint64_t ms;
};

struct counts {
	_Atomic uint64_t welcome, refused;
	struct verb_counts verb[VERB_COUNT];
};

struct counts *
counts_open(void)
{
	return shared_memory(sizeof(struct counts));
}

void
counts_connection(struct counts *counts, bool welcome)
{
	atomic_fetch_add(welcome ? &counts->welcome : &counts->refused, 1);
}

void
counts_request(struct counts *counts, const struct request *request,
    const struct reply *reply, uint64_t ms)
{
	struct verb_counts *verb = &counts->verb[request->verb];
	size_t i = 0;

	while (ms > bucket[i].ms)
		i++;
	atomic_fetch_add(&verb->bucket[i], 1);
	atomic_fetch_add(&verb->ms, ms);
	atomic_fetch_add(&verb->outcome[reply->status < OUTCOMES ? reply->status
								 : FAIL_SYSTEM],
	    1);
	atomic_fetch_add(&verb->in, request->payload);
	atomic_fetch_add(&verb->out, reply->payload);
}

static const char *
verb_name(size_t verb)
{
	return message_verb_name((enum verb)verb);
}

static int
print_outcomes(const struct counts *counts, struct buf *to)
{
	static const char *const name[OUTCOMES] = {"ok", "no", "usage", "data",
	    "system"};
	size_t verb, i;
	int result = metric_head(P "requests_total", "counter",
	    "Requests by verb and outcome.", to);

	for (verb = 0; verb < VERB_COUNT; verb++)
		for (i = 0; result == 0 && i < OUTCOMES; i++) {
			struct metric_label label[] = {{"verb",
							   verb_name(verb)},
			    {"outcome", name[i]}};
			uint64_t count = counts->verb[verb].outcome[i];

			if (count > 0)
				result = metric_sample(P "requests_total",
				    label, 2, (double)count, to);
		}
	return result;
}

static int
print_bytes(const struct counts *counts, struct buf *to)
{
	uint64_t in = 0, out = 0;
	size_t verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		in += counts->verb[verb].in;
		out += counts->verb[verb].out;
	}
	if (metric_single(P "received_bytes_total", "counter",
		"Bytes of payloads taken in.", (double)in, to) != 0)
		return -1;
	return metric_single(P "sent_bytes_total", "counter",
	    "Bytes of payloads given out.", (double)out, to);
}

/* The buckets of one verb, each with all before it, their sum and number. */
static int
print_verb(const struct verb_counts *verb, const char *name, struct buf *to)
{
	struct metric_label label[] = {{"verb", name}, {"le", ""}};
	uint64_t count = 0;
	int result = 0;
	size_t i;

	for (i = 0; result == 0 && i < BUCKETS; i++) {
		count += verb->bucket[i];
		label[1].value = bucket[i].seconds;
		result = metric_sample(P "request_duration_seconds_bucket",
		    label, 2, (double)count, to);
	}
	if (result == 0)
		result = metric_sample(P "request_duration_seconds_sum", label,
		    1, (double)verb->ms / 1000, to);
	if (result == 0)
		result = metric_sample(P "request_duration_seconds_count",
		    label, 1, (double)count, to);
	return result;
}

static int
print_durations(const struct counts *counts, struct buf *to)
{
	size_t verb, i;
	uint64_t count;
	int result = metric_head(P "request_duration_seconds", "histogram",
	    "From a request to its answer.", to);

	for (verb = 0; result == 0 && verb < VERB_COUNT; verb++) {
		for (i = count = 0; i < BUCKETS; i++)
			count += counts->verb[verb].bucket[i];
		if (count > 0)
			result = print_verb(&counts->verb[verb],
			    verb_name(verb), to);
	}
	return result;
}

int
counts_print(const struct counts *counts, struct buf *to)
{
	if (metric_single(P "connections_total", "counter",
		"Connections whose handshake went well.",
		(double)counts->welcome, to) != 0 ||
	    metric_single(P "refused_total", "counter",
		"Connections whose handshake did not.", (double)counts->refused,
		to) != 0 ||
	    print_outcomes(counts, to) != 0 || print_bytes(counts, to) != 0)
		return -1;
	return print_durations(counts, to);
}
