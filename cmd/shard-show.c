/* SPDX-License-Identifier: ISC */

/* Print any stream, document or store file, a line a record. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/tool.h"
#include "crypto/owner.h"
#include "crypto/tree.h"
#include "doc/chain.h"
#include "doc/cose.h"
#include "doc/describe.h"
#include "doc/document.h"
#include "format/cbor.h"
#include "format/stream.h"
#include "peer/identity.h"
#include "shard-show/named.h"
#include "shard-show/rows.h"
#include "vote/shown.h"

static const char *output_text;
static enum report_style style;
static struct owner owner;
static const struct owner *reader; /* that owner, or NULL */

static const struct tool_option options[] = {
    {'o', "output", "STYLE", "text, json or cbor", &output_text, NULL, NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-show",
    .synopsis = "[-o STYLE] [file]",
    .purpose = "Print a shard stream, a document or a file of a store, a "
	       "line a record.",
    .options = options,
    .operands_max = 1,
};

/* Write the rows that are ready, and start anew. */
static int
print(struct buf *rows)
{
	int result = file_write(STDOUT_FILENO, span_of_buf(rows));

	rows->size = 0;
	return result;
}

/* A stripe with the shards that came with it; counts the damaged ones. */
static int
show_bundle(const struct head *head, const struct bundle *bundle,
    struct buf *rows, uint64_t *damaged)
{
	const struct stripe *stripe = &bundle->stripe;
	uint32_t size = stripe_shard_size(head, stripe->size);
	struct digest root;
	unsigned i;
	bool whole;

	if (describe_stripe(style, stripe, rows) != 0)
		return -1;
	for (i = 0; i < stripe->total; i++) {
		if (!bundle->have[i])
			continue;
		root = tree_root(span_of(bundle_shard(bundle, head, i), size));
		whole = digest_equal(&root, &stripe->id[i]);
		*damaged += !whole;
		if (describe_shard(style, stripe, i, size,
			whole ? "whole" : "damaged", rows) != 0)
			return -1;
	}
	return print(rows);
}

static int
show_stripes(struct stream *stream, struct chain *chain, struct buf *rows,
    uint64_t *damaged)
{
	struct bundle bundle;
	int got;

	if (bundle_init(&bundle, &stream->head) != 0)
		return -1;
	while ((got = stream_read(stream, &bundle)) > 0) {
		if (show_bundle(&stream->head, &bundle, rows, damaged) == 0 &&
		    chain_add(chain, &bundle.stripe) == 0)
			continue;
		got = -1;
		break;
	}
	bundle_release(&bundle);
	return got;
}

static int
show_records(struct stream *stream, struct buf *rows)
{
	bool mine = reader != NULL &&
	    digest_equal(&stream->head.owner, &reader->id);
	uint64_t damaged = 0;
	struct chain chain;

	chain_init(&chain, span_of_buf(&stream->head_item));
	if (describe_head_for(style, &stream->head, reader, rows) != 0 ||
	    print(rows) != 0 ||
	    show_stripes(stream, &chain, rows, &damaged) != 0 ||
	    describe_end(style, &stream->end, rows) != 0 || print(rows) != 0)
		return -1;
	if (damaged > 0)
		return fail(FAIL_DATA, "%llu shards are damaged",
		    (unsigned long long)damaged);
	return chain_check_end(&chain, mine ? reader : NULL, &stream->end);
}

static int
show_stream(struct input *input)
{
	struct stream stream;
	struct buf rows = {0};
	int result = stream_adopt(&stream, input);

	if (result == 0)
		result = show_records(&stream, &rows);
	buf_release(&rows);
	stream_close(&stream);
	return result;
}

static int
show_bytes(struct span bytes, const char *path, const struct digest *root,
    const char *state, struct buf *rows)
{
	int result = describe_bytes(style, root, bytes.size, state, rows);

	if (result == 0 && bytes.size > 0 && bytes.data[0] == COSE_FIRST_BYTE)
		result = document_describe(style, bytes, reader, rows);
	if (print(rows) != 0 || result != 0)
		return -1;
	if (strcmp(state, "damaged") == 0)
		return fail(FAIL_DATA, "'%s' is damaged", path);
	return 0;
}

static bool
has_several(struct span bytes)
{
	int64_t first = bytes.size > 0 && bytes.data[0] == COSE_FIRST_BYTE
	    ? cbor_measure(bytes, bytes.size)
	    : 0;

	return first > 0 && (size_t)first < bytes.size;
}

/*
 * What is said in polls, and orders, lie in files one behind the other, by any
 * name.
 */
static int
show_file(struct span bytes, const char *path, struct buf *rows)
{
	struct digest root = tree_root(bytes);
	const char *state = named_state(path, bytes, &root);
	int result;

	if (strcmp(state, "unnamed") != 0 ||
	    (!shown_knows(bytes) && !has_several(bytes)))
		return show_bytes(bytes, path, &root, state, rows);
	result = shown_rows(style, bytes, rows);
	return print(rows) != 0 ? -1 : result;
}

static int
read_rest(struct input *input, struct buf *to)
{
	struct span bytes;
	int result;

	while ((result = input_peek(input, 1, &bytes)) == 0 && bytes.size > 0) {
		if (to->size + bytes.size > LIMIT_SHARD_SIZE_MAX)
			return fail(FAIL_DATA,
			    "this is no stream, and longer "
			    "than any file of a store");
		if (buf_append(to, bytes) != 0)
			return -1;
		input_take(input, bytes.size);
	}
	return result;
}

/* What tools have printed, if that is what it is; or else a file. */
static int
show_rest(struct input *input, const char *path)
{
	struct buf all = {0}, rows = {0};
	struct digest id;
	int got = named_by_id(path, &id) ? 0 : rows_begin(input, style, &rows);

	if (got == 0) {
		got = read_rest(input, &all);
		if (got == 0)
			got = show_file(span_of_buf(&all), path, &rows);
	} else {
		while (got > 0 && (got = print(&rows)) == 0)
			got = rows_next(input, style, &rows);
	}
	buf_release(&all);
	buf_release(&rows);
	return got;
}

static int
show(int fd, const char *path)
{
	struct input input;
	struct span bytes;
	int result;

	if (input_open(&input, fd, STREAM_LOOKAHEAD) != 0)
		return -1;
	result = input_peek(&input, 16, &bytes);
	if (result == 0)
		result = record_is_head(bytes) ? show_stream(&input)
					       : show_rest(&input, path);
	input_close(&input);
	return result;
}

/* The secret only opens more; without it the rest is shown. */
static void
load_owner(void)
{
	char path[FILE_PATH];

	if (tool_path("secret", path) == 0 && access(path, R_OK) == 0 &&
	    identity_load_owner(path, &owner) == 0)
		reader = &owner;
}

int
main(int argc, char **argv)
{
	int status, in, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	result = report_style_parse(output_text, true, &style);
	if (style == REPORT_TEXT)
		style = REPORT_PAIRS;
	in = result == 0 ? tool_input(argc, argv) : -1;
	if (in < 0)
		return tool_end(-1);
	load_owner();
	result = show(in, argc > 0 ? argv[0] : NULL);
	owner_release(&owner);
	return tool_end(result);
}
