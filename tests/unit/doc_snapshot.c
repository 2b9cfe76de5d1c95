/* SPDX-License-Identifier: ISC */
/* Snapshots: they come back, and what they may not hold is refused. */
#include "doc/snapshot.h"

#include "document.h"

static const uint8_t large[(LIMIT_INDEXES + 1) * 32];

static struct snapshot
plain(void)
{
	return (struct snapshot){.number = 1,
	    .time = 1700000000,
	    .head = span_of_text("head"),
	    .end = span_of_text("end")};
}

static struct buf
document_with(const struct snapshot *snapshot)
{
	struct secret scalar = scalar_of(1);
	struct buf document = {0};

	must(snapshot_encode(snapshot, &scalar, &document) == 0, "encode");
	return document;
}

static void
test_refused(struct snapshot snapshot, const char *what)
{
	struct buf document = document_with(&snapshot);
	struct snapshot back;

	check_fails(snapshot_decode(span_of_buf(&document), NULL, &back),
	    FAIL_DATA, "the snapshot is malformed", what);
	buf_release(&document);
}

static void
test_limits(void)
{
	struct snapshot snapshot = plain();

	snapshot.number = UINT64_MAX;
	test_refused(snapshot, "the last number");
	snapshot.number = 0;
	test_refused(snapshot, "number 0");
	snapshot = plain();
	snapshot.head = span_of(large, LIMIT_RECORD + 1);
	test_refused(snapshot, "a large head");
	snapshot = plain();
	snapshot.end = span_of(large, LIMIT_RECORD + 1);
	test_refused(snapshot, "a large end");
	snapshot = plain();
	snapshot.indexes = span_of(large, sizeof large);
	test_refused(snapshot, "an index too many");
	snapshot.indexes = span_of(large, 33);
	test_refused(snapshot, "a part of a root");
}

static void
test_others(void)
{
	struct snapshot snapshot = plain(), back;
	struct buf document = document_with(&snapshot), none = {0},
		   hello = document_of(RECORD_SNAPSHOT, 1),
		   index = document_of(RECORD_INDEX, 1);
	struct owner stranger = owner_of(2);
	struct secret zero = secret_of(0);

	check_fails(snapshot_decode(span_of_buf(&document), &stranger.id,
			&back),
	    FAIL_DATA, "the snapshot is signed by a stranger", "a stranger");
	check_fails(snapshot_decode(span_of_buf(&hello), NULL, &back),
	    FAIL_DATA, "the snapshot is malformed", "another document");
	check_fails(snapshot_decode(span_of_buf(&index), NULL, &back),
	    FAIL_DATA, "the snapshot is not of kind 'snapshot'", "an index");
	check_fails(snapshot_encode(&snapshot, &zero, &none), FAIL_DATA,
	    "a private key is out of range", "no key");
	buf_release(&document);
	buf_release(&hello);
	buf_release(&index);
	buf_release(&none);
}

static void
test_round(struct snapshot snapshot)
{
	struct buf document = document_with(&snapshot);
	struct owner owner = owner_of(1);
	struct snapshot back;
	struct digest root;
	size_t i;

	check(snapshot_decode(span_of_buf(&document), &owner.id, &back) == 0 &&
		back.number == snapshot.number &&
		digest_equal(&back.previous, &snapshot.previous) &&
		back.time == snapshot.time &&
		span_equal(back.head, snapshot.head) &&
		span_equal(back.end, snapshot.end) &&
		span_equal(back.indexes, snapshot.indexes),
	    "number %llu: %s", (unsigned long long)snapshot.number,
	    fail_last()->text);
	for (i = 0; i < snapshot.indexes.size / 32 && i < 100; i++) {
		root = snapshot_index(&back, i);
		check(memcmp(root.byte, snapshot.indexes.data + 32 * i, 32) ==
			0,
		    "root %zu", i);
	}
	buf_release(&document);
}

int
main(void)
{
	uint8_t roots[96];
	struct snapshot snapshot = plain();

	random_fill(roots, sizeof roots);
	test_limits();
	test_others();
	test_round(snapshot);
	snapshot.number = UINT64_MAX - 1;
	snapshot.time = UINT64_MAX;
	memset(&snapshot.previous, 0xee, sizeof snapshot.previous);
	snapshot.head = span_of(large, LIMIT_RECORD);
	snapshot.end = span_of(large, 0);
	snapshot.indexes = span_of(roots, sizeof roots);
	test_round(snapshot);
	snapshot.indexes = span_of(large, LIMIT_INDEXES * 32);
	test_round(snapshot);
	return failures != 0;
}
