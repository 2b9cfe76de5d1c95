/* SPDX-License-Identifier: ISC */
/*
 * Counts: what happened, by verb, outcome and time; as metrics; told to a peer
 * and understood there, whatever a holder tells.
 */
#include "xfer/counts.h"

#include "check.h"
#include "format/cbor.h"

static struct counts counts;

static void
count(enum verb verb, unsigned status, uint64_t in, uint64_t out, uint64_t ms)
{
	counts_begin(&counts);
	check(counts.in_flight == 1, "under way");
	counts_end(&counts, &(struct counted){verb, status, in, out, ms});
	check(counts.in_flight == 0, "answered");
}

static void
test_counting(void)
{
	static const struct {
		uint64_t ms;
		size_t bucket;
	} row[] = {{0, 0}, {1, 0}, {2, 1}, {5, 1}, {25, 2}, {26, 3}, {500, 4},
	    {2500, 5}, {9999, 6}, {10001, 7}, {UINT64_MAX, 7}};
	const struct verb_counts *get = &counts.verb[VERB_GET];
	size_t i;

	for (i = 0; i < COUNT(row); i++) {
		counts = (struct counts){0};
		count(VERB_GET, 0, 3, 4, row[i].ms);
		check(get->bucket[row[i].bucket] == 1, "%zu: the bucket", i);
		check(get->outcome[0] == 1 && get->in == 3 && get->out == 4 &&
			get->ms == row[i].ms,
		    "%zu: the numbers", i);
	}
	counts = (struct counts){0};
	count(VERB_GET, FAIL_NO, 0, 0, 1);
	count(VERB_GET, 99, 0, 0, 1); /* of a version to come */
	count(VERB_PUT, 0, 0, 0, 1);
	check(get->outcome[FAIL_NO] == 1 && get->outcome[FAIL_SYSTEM] == 1,
	    "outcomes");
	check(counts_requests(&counts) == 3 && counts_errors(&counts) == 2,
	    "sums");
	counts_connection(&counts, true);
	counts_connection(&counts, false);
	check(counts.welcome == 1 && counts.refused == 1, "connections");
	counts_begin(&counts);
	counts_idle(&counts);
	check(counts.in_flight == 0, "nobody is left");
}

static void
test_shared(void)
{
	struct counts *shared = counts_open();

	must(shared != NULL, "shared memory");
	check(counts_requests(shared) == 0, "it begins with something");
}

/* One request; of each kind of line, in its order. */
static void
test_print(void)
{
	static const char words[] =
	    "# HELP x_requests_in_flight Requests without an answer yet.\n"
	    "# TYPE x_requests_in_flight gauge\n"
	    "x_requests_in_flight{peer=\"bob\"} 0\n"
	    "# HELP x_received_bytes_total Bytes of payloads taken in.\n"
	    "# TYPE x_received_bytes_total counter\n"
	    "x_received_bytes_total{peer=\"bob\"} 1\n"
	    "# HELP x_sent_bytes_total Bytes of payloads given out.\n"
	    "# TYPE x_sent_bytes_total counter\n"
	    "x_sent_bytes_total{peer=\"bob\"} 2\n"
	    "# HELP x_requests_total Requests by verb and outcome.\n"
	    "# TYPE x_requests_total counter\n"
	    "x_requests_total{peer=\"bob\",verb=\"put\",outcome=\"data\"} 1\n"
	    "# HELP x_request_duration_seconds From a request to its answer.\n"
	    "# TYPE x_request_duration_seconds histogram\n"
#define BUCKET "x_request_duration_seconds_bucket{peer=\"bob\",verb=\"put\",le="
	    BUCKET "\"0.001\"} 0\n" BUCKET "\"0.005\"} 0\n" BUCKET
	    "\"0.025\"} 0\n" BUCKET "\"0.1\"} 0\n" BUCKET "\"0.5\"} 1\n" BUCKET
	    "\"2.5\"} 1\n" BUCKET "\"10\"} 1\n" BUCKET "\"+Inf\"} 1\n"
	    "x_request_duration_seconds_sum{peer=\"bob\",verb=\"put\"} 0.25\n"
	    "x_request_duration_seconds_count{peer=\"bob\",verb=\"put\"} 1\n";
	struct counts_row row[] = {{"bob", &counts}, {NULL, &counts}};
	struct buf text = {0};

	counts = (struct counts){0};
	count(VERB_PUT, FAIL_DATA, 1, 2, 250);
	must(counts_print(row, 1, "x_", false, &text) == 0, "print");
	check(is_text(span_of_buf(&text), words), "%.*s", (int)text.size,
	    (char *)text.data);
	text.size = 0;
	must(counts_print(row, 2, "x_", true, &text) == 0 &&
		buf_append(&text, span_of("", 1)) == 0,
	    "print");
	check(strstr((char *)text.data,
		  "x_connections_total{peer=\"bob\"} 0\n"
		  "x_connections_total 0\n") != NULL,
	    "without a label: %s", (char *)text.data);
	buf_release(&text);
}

static void
test_told(void)
{
	struct counts back;
	struct buf bytes = {0};
	size_t i;

	counts = (struct counts){.welcome = 1, .refused = UINT64_MAX};
	for (i = 0; i < VERB_COUNT; i++)
		count((enum verb)i, i % 5, i, 1000 * i, 10 * i);
	must(counts_told_encode(&counts, &bytes) == 0, "encode");
	check(bytes.size <= LIMIT_COUNTS, "%zu bytes", bytes.size);
	must(counts_told_decode(span_of_buf(&bytes), &back) == 0, "decode");
	check(memcmp(&counts, &back, sizeof counts) == 0, "other counts");
	for (i = 0; i < bytes.size; i++)
		check_fails(counts_told_decode(span_of(bytes.data, i), &back),
		    FAIL_DATA, "malformed", "cut short");
	buf_append(&bytes, span_of("", 1));
	check_fails(counts_told_decode(span_of_buf(&bytes), &back), FAIL_DATA,
	    "malformed", "too long");
	buf_release(&bytes);
}

/* A holder of another version: fewer verbs, or more; and one that lies. */
static void
test_other(void)
{
	static const struct {
		size_t verbs;
		bool good;
	} row[] = {{0, true}, {VERB_COUNT + 1, true}, {64, true}, {65, false}};
	struct cbor_writer writer;
	struct buf bytes = {0};
	size_t r, i, n;

	for (r = 0; r < COUNT(row); r++) {
		bytes.size = 0;
		cbor_writer_init(&writer, &bytes);
		cbor_write_array(&writer, 4);
		for (i = 0; i < 3; i++)
			cbor_write_uint(&writer, 7);
		cbor_write_array(&writer, row[r].verbs);
		for (i = 0; i < row[r].verbs; i++) {
			cbor_write_array(&writer, 5);
			cbor_write_array(&writer, COUNTS_OUTCOMES);
			for (n = 0; n < COUNTS_OUTCOMES + 3; n++)
				cbor_write_uint(&writer, 9);
			cbor_write_array(&writer, COUNTS_BUCKETS);
			for (n = 0; n < COUNTS_BUCKETS; n++)
				cbor_write_uint(&writer, 9);
		}
		must(cbor_writer_end(&writer) == 0, "write");
		check((counts_told_decode(span_of_buf(&bytes), &counts) == 0) ==
			row[r].good,
		    "%zu verbs", row[r].verbs);
		check(!row[r].good || counts.in_flight == 7, "a number");
	}
	buf_release(&bytes);
}

int
main(void)
{
	test_counting();
	test_shared();
	test_print();
	test_told();
	test_other();
	return failures != 0;
}
