/* SPDX-License-Identifier: ISC */
#ifndef DOC_CHAIN_H
#define DOC_CHAIN_H

/*
 * The chain makes every record of a stream vouch for all before it:
 *
 *     at(0)   = hash(head)
 *     at(n+1) = hash(at(n) | stripe record n)
 *     key(n)  = PRF of hash(at(n) | stripe record n without its box)
 *
 * What a record seals is sealed under key(n), so a record opens only behind
 * exactly the records that its owner put before it: nothing can be swapped,
 * dropped or spliced in without the owner's catalogue key. The end record
 * carries such a key as its seal, so that no stream ends but where its owner
 * ended it, and at(end), by which anyone sees an accident.
 *
 * Each key is used once: it depends on the ids of the shards, they on the
 * stripe's ciphertext, and that on the plaintext, which decides what is
 * sealed. The same data therefore gives the same records, byte for byte.
 */

#include "crypto/aead.h"
#include "crypto/secret.h"
#include "format/record.h"

struct owner;

struct chain {
	struct digest at;
	uint64_t stripes; /* stepped over so far */
	uint64_t size;	  /* bytes of the plain stream in them */
};

/* What a stripe record seals. */
struct stripe_key {
	struct secret key;
	uint8_t tag[AEAD_TAG_SIZE];
};

/* Begin with the encoded head record. */
void chain_init(struct chain *chain, struct span head);

/* The key of the box of the stripe that comes next. -1: out of memory. */
int chain_key(const struct chain *chain, const struct owner *owner,
    const struct stripe *stripe, struct secret *key);

/* Step over a stripe; FAIL_DATA when its number is not the next one. */
int chain_add(struct chain *chain, const struct stripe *stripe);

void chain_seal_stripe(const struct secret *key, struct stripe_key *opened,
    struct stripe *stripe);

/*
 * -1 (FAIL_DATA) when the box was sealed by another owner or at another
 * place of another stream.
 */
int chain_open_stripe(const struct secret *key, const struct stripe *stripe,
    struct stripe_key *opened);

/* Make the end record: counts, digest and seal. */
int chain_seal_end(const struct chain *chain, const struct owner *owner,
    struct end *end);

/*
 * FAIL_DATA unless the end record belongs to this stream; without an owner
 * (NULL) only its digest is checked, which is proof against accidents only.
 */
int chain_check_end(const struct chain *chain, const struct owner *owner,
    const struct end *end);

/*
 * Labels are padded and sealed under a synthetic nonce (as in RFC 5297), so
 * that equal labels look equal and others tell nothing but some length.
 * `text` has room for LIMIT_LABEL + 1.
 */
int chain_seal_label(const struct owner *owner, const char *text,
    struct buf *box);
int chain_open_label(const struct owner *owner, struct span box, char *text);

#endif
