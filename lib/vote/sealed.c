/* SPDX-License-Identifier: ISC */
#include "vote/sealed.h"

#include "base/fail.h"
#include "vote/ballot.h"

#define PARTS 3

int
sealed_encode(const struct sealed *sealed, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_array(&writer, PARTS);
	cbor_write_bytes(&writer, sealed->tally);
	poll_list_write(&writer, &sealed->seals);
	cbor_write_bytes(&writer, sealed->items);
	return cbor_writer_end(&writer);
}

int
sealed_decode(struct span bytes, struct sealed *sealed)
{
	struct cbor_reader reader;

	if (cbor_measure(bytes, LIMIT_CERTIFICATE) != (int64_t)bytes.size)
		return fail(FAIL_DATA, "this is not a certificate");
	cbor_reader_init(&reader, bytes);
	if (cbor_read_array(&reader, PARTS) != PARTS)
		reader.bad = true;
	sealed->tally = cbor_read_bytes(&reader, LIMIT_DOCUMENT);
	poll_list_read(&reader, LIMIT_VOTERS, &sealed->seals);
	sealed->items = cbor_read_bytes(&reader, LIMIT_CERTIFICATE);
	return cbor_reader_end(&reader, "the certificate");
}

/* The tally is of a poller that may hold polls under this document. */
static int
check_tally(const struct roll *roll, const struct tally *tally)
{
	if (!digest_equal(&tally->poll.members, &roll->id)) {
		fail(FAIL_DATA,
		    "the certificate is under another members document");
		return fail_hint("an older or a newer one of the same owner "
				 "names other members");
	}
	if (!digest_equal(&tally->poll.poller, &roll->owner) &&
	    !members_has(&roll->members, &tally->poll.poller, 0))
		return fail(FAIL_DATA, "the poller is a stranger");
	if (tally->time >= roll->members.expires)
		return fail(FAIL_DATA,
		    "the members document had expired before the poll");
	if (roll->items.holders > 0 &&
	    (!digest_equal(&tally->items, &roll->items_root) ||
		tally->count != items_count(&roll->items)))
		return fail(FAIL_DATA, "the certificate is about other items");
	return 0;
}

static int
check_seal(struct span document, const struct electorate *electorate,
    const struct tally *tally, const struct digest *digest, int last)
{
	struct digest signer;
	struct seal seal;
	int voter;

	if (cose_peek(document, &signer) < 0)
		return -1;
	voter = electorate_find(electorate, &signer);
	if (voter < 0)
		return fail(FAIL_DATA, "a seal is of one that has no vote");
	if (voter <= last)
		return fail(FAIL_DATA, "a seal is there twice or out of order");
	if (seal_decode(document, &signer, &seal) != 0 ||
	    poll_check(&seal.poll, &tally->poll, "a seal") != 0)
		return -1;
	if (!digest_equal(&seal.tally, digest))
		return fail(FAIL_DATA, "a seal is on another tally");
	return voter;
}

int
sealed_check(const struct sealed *sealed, const struct roll *roll,
    struct tally *tally)
{
	struct digest digest = poll_digest(sealed->tally), poller;
	struct electorate electorate;
	int voter = -1;
	size_t i;

	if (cose_peek(sealed->tally, &poller) < 0 ||
	    tally_decode(sealed->tally, &poller, tally) != 0 ||
	    check_tally(roll, tally) != 0 ||
	    electorate_init(&electorate, &roll->members, &tally->poll,
		tally->committee, tally->strict) != 0)
		return -1;
	if (!digest_equal(&poller, &tally->poll.poller))
		return fail(FAIL_DATA, "the tally is not its poller's");
	if (sealed->seals.count != electorate.quorum ||
	    tally->ballots < electorate.quorum)
		return fail(FAIL_DATA,
		    "the certificate has %zu seals, and must have %u",
		    sealed->seals.count, electorate.quorum);
	for (i = 0; i < sealed->seals.count; i++) {
		voter = check_seal(sealed->seals.document[i], &electorate,
		    tally, &digest, voter);
		if (voter < 0)
			return -1;
	}
	return 0;
}
