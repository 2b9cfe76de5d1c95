/* SPDX-License-Identifier: ISC */
/*
 * Found records out of a pipe, in any of their forms: what decodes has one
 * encoding, and its text says the same address again.
 */
#include "format/found.h"

#include "format/found_read.h"
#include "format/found_text.h"
#include "fuzz.h"

static void
check_encoding(const struct found *found)
{
	struct buf once = {0}, twice = {0};
	struct found again;

	must(found_encode(found, &once) == 0);
	must(found_decode(span_of_buf(&once), &again) == 0);
	must(found_compare(found, &again) == 0);
	must(found_encode(&again, &twice) == 0);
	must(span_equal(span_of_buf(&once), span_of_buf(&twice)));
	buf_release(&once);
	buf_release(&twice);
}

static void
check_text(const struct found *found)
{
	struct buf line = {0};
	struct found again;

	must(found_text_write(REPORT_TEXT, found, NULL, &line) == 0);
	must(memchr(line.data, '\n', line.size) == line.data + line.size - 1);
	line.size--;
	if (found->ip_size != 0) {
		must(found_text_read(span_of_buf(&line), &again) == 1);
		must(memcmp(again.ip, found->ip, sizeof again.ip) == 0);
		must(again.port == found->port);
	}
	buf_release(&line);
}

static int
check(void *context, struct found *found)
{
	size_t *count = context;

	must(found_has_address(found) || found->has_id);
	if (found->sources == 0) /* a text does not say */
		found->sources = FOUND_EXEC;
	check_encoding(found);
	check_text(found);
	return ++*count == 20;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf bytes = {0};
	struct found found;
	struct buf again = {0};
	size_t count = 0;

	if (found_decode(span_of(data, size), &found) == 0) {
		must(found_encode(&found, &again) == 0);
		must(span_equal(span_of_buf(&again), span_of(data, size)));
	}
	must(buf_append(&bytes, span_of(data, size)) == 0);
	if (found_read(&bytes, false, check, &count) == 0)
		found_read(&bytes, true, check, &count);
	buf_release(&bytes);
	buf_release(&again);
	return 0;
}
