/* SPDX-License-Identifier: ISC */
#include "vote/verdict.h"

#include <string.h>

#include "base/fail.h"

const char *
verdict_name(enum verdict verdict)
{
	static const char *const name[VERDICTS] = {"ok", "bad", "silent",
	    "inconclusive"};

	return name[verdict];
}

/* The end of the run that begins at `i`. */
static size_t
run_end(const uint8_t *verdict, size_t i, size_t count)
{
	size_t end = i;

	while (end < count && verdict[end] == verdict[i])
		end++;
	return end;
}

void
verdict_write(struct cbor_writer *writer, const uint8_t *verdict, size_t count)
{
	struct cbor_writer runs;
	struct buf bytes = {0};
	size_t i, end, good = 0;

	cbor_writer_init(&runs, &bytes);
	for (i = 0; i < count; i = end) {
		end = run_end(verdict, i, count);
		if (verdict[i] == VERDICT_OK) {
			good = end - i;
			continue;
		}
		cbor_write_uint(&runs, good);
		cbor_write_uint(&runs, end - i);
		cbor_write_uint(&runs, verdict[i]);
		good = 0;
	}
	if (cbor_writer_end(&runs) != 0)
		writer->bad = true;
	cbor_write_bytes(writer, span_of_buf(&bytes));
	buf_release(&bytes);
}

/* One number of the sequence; false unless it is there and in range. */
static bool
take(struct span *runs, uint64_t min, uint64_t max, uint64_t *number)
{
	struct cbor_item item;
	int size = cbor_head_decode(*runs, &item);

	if (size <= 0 || item.kind != CBOR_UINT || item.number < min ||
	    item.number > max)
		return false;
	*number = item.number;
	*runs = span_of(runs->data + size, runs->size - (size_t)size);
	return true;
}

int
verdict_decode(struct span runs, uint8_t *verdict, size_t count)
{
	uint64_t good, length, what, before = VERDICT_OK;
	size_t at = 0;

	memset(verdict, VERDICT_OK, count);
	while (runs.size > 0) {
		if (!take(&runs, 0, count - at, &good) ||
		    !take(&runs, 1, count - at - good, &length) ||
		    !take(&runs, VERDICT_BAD, VERDICT_NONE, &what) ||
		    (good == 0 && what == before))
			return fail(FAIL_DATA,
			    "the list of verdicts is malformed");
		memset(verdict + at + good, (int)what, (size_t)length);
		at += (size_t)(good + length);
		before = what;
	}
	return 0;
}

void
verdict_count(const uint8_t *verdict, size_t count,
    size_t counts[static VERDICTS])
{
	size_t i;

	memset(counts, 0, VERDICTS * sizeof *counts);
	for (i = 0; i < count; i++)
		counts[verdict[i]]++;
}
