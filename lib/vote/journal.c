/* SPDX-License-Identifier: ISC */
#include "vote/journal.h"

#include "base/fail.h"
#include "format/limits.h"
#include "vote/opening.h"

#define PARTS (6 + 2 * JOURNAL_STEPS)

void
journal_release(struct journal *journal)
{
	int i;

	for (i = 0; i < JOURNAL_STEPS; i++) {
		buf_release(&journal->asked[i]);
		buf_release(&journal->said[i]);
	}
	*journal = (struct journal){0};
}

int
journal_encode(const struct journal *journal, struct buf *to)
{
	struct cbor_writer writer;
	int i;

	cbor_writer_init(&writer, to);
	cbor_write_array(&writer, PARTS);
	cbor_write_bytes(&writer, span_of_digest(&journal->poll.members));
	cbor_write_bytes(&writer, span_of_digest(&journal->poll.poller));
	cbor_write_uint(&writer, journal->poll.sequence);
	cbor_write_uint(&writer, journal->time);
	cbor_write_bytes(&writer, span_of_digest(&journal->last_ballot));
	cbor_write_bytes(&writer, span_of_digest(&journal->last_tally));
	for (i = 0; i < JOURNAL_STEPS; i++) {
		cbor_write_bytes(&writer, span_of_buf(&journal->asked[i]));
		cbor_write_bytes(&writer, span_of_buf(&journal->said[i]));
	}
	return cbor_writer_end(&writer);
}

static void
read_digest(struct cbor_reader *reader, struct digest *digest)
{
	cbor_read_fixed(reader, digest->byte, sizeof digest->byte);
}

static void
read_document(struct cbor_reader *reader, struct buf *to)
{
	struct span document = cbor_read_bytes(reader, LIMIT_DOCUMENT);

	if (buf_append(to, document) != 0)
		reader->bad = true;
}

int
journal_decode(struct span bytes, struct journal *journal)
{
	struct cbor_reader reader;
	int i;

	if (cbor_measure(bytes, LIMIT_JOURNAL) != (int64_t)bytes.size)
		return fail(FAIL_DATA, "the journal is malformed");
	cbor_reader_init(&reader, bytes);
	if (cbor_read_array(&reader, PARTS) != PARTS)
		reader.bad = true;
	read_digest(&reader, &journal->poll.members);
	read_digest(&reader, &journal->poll.poller);
	journal->poll.sequence = cbor_read_uint(&reader, UINT64_MAX);
	journal->time = cbor_read_uint(&reader, UINT64_MAX);
	read_digest(&reader, &journal->last_ballot);
	read_digest(&reader, &journal->last_tally);
	for (i = 0; i < JOURNAL_STEPS; i++) {
		read_document(&reader, &journal->asked[i]);
		read_document(&reader, &journal->said[i]);
	}
	return cbor_reader_end(&reader, "the journal");
}

/* What was signed before stays known by its digest. */
static void
remember(struct journal *journal)
{
	const struct buf *ballot = &journal->said[JOURNAL_BALLOT];
	const struct buf *tally = &journal->asked[JOURNAL_SEAL];
	int i;

	if (ballot->size > 0)
		journal->last_ballot = poll_digest(span_of_buf(ballot));
	if (tally->size > 0)
		journal->last_tally = poll_digest(span_of_buf(tally));
	for (i = 0; i < JOURNAL_STEPS; i++)
		journal->asked[i].size = journal->said[i].size = 0;
}

int
journal_turn(struct journal *journal, const struct poll *poll, uint64_t now)
{
	if (poll_equal(&journal->poll, poll))
		return 0;
	if (poll->sequence <= journal->poll.sequence)
		return fail(FAIL_NO, "a newer poll of this poller has begun");
	remember(journal);
	journal->poll = *poll;
	journal->time = now;
	return 0;
}

bool
journal_is_under_way(const struct journal *journal, uint64_t now)
{
	struct opening opening;
	uint64_t closes;

	if (journal->said[JOURNAL_JOINING].size == 0 ||
	    journal->said[JOURNAL_SEAL].size > 0 ||
	    opening_decode(span_of_buf(&journal->asked[JOURNAL_JOINING]),
		&opening) != 0)
		return false;
	closes = opening.closes < LIMIT_POLL_S ? opening.closes : LIMIT_POLL_S;
	return now < journal->time + closes + JOURNAL_GRACE_S;
}

int
journal_find(const struct journal *journal, enum journal_step step,
    struct span question, struct span *answer)
{
	struct digest asked, asks;

	if (journal->said[step].size == 0)
		return 0;
	asked = poll_digest(span_of_buf(&journal->asked[step]));
	asks = poll_digest(question);
	if (!digest_equal(&asked, &asks))
		return fail(FAIL_NO,
		    "the poller has asked something else in this poll");
	*answer = span_of_buf(&journal->said[step]);
	return 1;
}

int
journal_add(struct journal *journal, enum journal_step step,
    struct span question, struct span answer)
{
	journal->asked[step].size = journal->said[step].size = 0;
	if (buf_append(&journal->asked[step], question) != 0)
		return -1;
	return buf_append(&journal->said[step], answer);
}
