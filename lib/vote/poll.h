/* SPDX-License-Identifier: ISC */
#ifndef VOTE_POLL_H
#define VOTE_POLL_H

/*
 * A poll agrees on which shards the holders of an owner still have. It goes
 * through documents, each signed by who speaks:
 *
 *     opening    poller   what is asked, until when; a commitment
 *     joining    voter    I take part; a commitment (or why not)
 *     challenge  poller   the joinings: who may vote, whose chance counts
 *     reveal     voter    the number behind its commitment
 *     seed       poller   the reveals, and its own number
 *     proof      holder   what the seed asks it for (vote/proof.h)
 *     ballot     voter    what it found, item by item
 *     tally      poller   what all ballots and proofs come to
 *     seal       voter    this tally is right
 *
 * A quorum of seals on a tally is a certificate. A poll is single-shot: one
 * that fails leaves nothing behind, and the next one has another name. The
 * name stands in every document, as keys 3 to 5 behind those of doc/cose.h.
 *
 * Evidence first: a proof that the holder signed settles what it speaks of,
 * and one witness suffices. Votes second: only silence needs testimony. Seals
 * last: of 3 * liars + 1 voters `liars` may do anything, and there is still at
 * most one certificate for a poll, and no false one.
 */

#include "base/bytes.h"
#include "doc/cose.h"

struct poll {
	struct digest members; /* tree root of the members document */
	struct digest poller;
	uint64_t sequence; /* rises from poll to poll of a poller */
};

bool poll_equal(const struct poll *a, const struct poll *b);

/* Begin a payload of a kind of the above with keys 0 to 5. */
int poll_begin(struct cbor_writer *writer, struct buf *payload,
    enum record_kind kind, const struct secret *scalar,
    const struct poll *poll);

/*
 * End it, if `result` is 0: the signed document is appended to `to`. Releases
 * `payload`, and returns 0 or -1.
 */
int poll_end(struct cbor_writer *writer, int result, enum record_kind kind,
    struct buf *payload, const struct secret *scalar, struct buf *to);

/*
 * Check a document as cose_open does, and read the name of its poll. The
 * reader then stands at key 6.
 */
int poll_decode(struct span document, enum record_kind kind, const char *what,
    const struct digest *signer, struct poll *poll, struct cbor_reader *reader);

/* FAIL_DATA unless `what` speaks of the poll `wanted`. */
int poll_check(const struct poll *poll, const struct poll *wanted,
    const char *what);

/*
 * What a document is called by others: the hash of its payload, which is the
 * same for all signatures. Zero for what is no document.
 */
struct digest poll_digest(struct span document);

/*
 * A list of documents: an array of byte strings. Reading makes the reader bad
 * when there are more than `most`; each span borrows.
 */
struct poll_list {
	struct span *document;
	size_t count;
};
void poll_list_write(struct cbor_writer *writer, const struct poll_list *list);
void poll_list_read(struct cbor_reader *reader, size_t most,
    struct poll_list *list);

#endif
