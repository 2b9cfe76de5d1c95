/* SPDX-License-Identifier: ISC */
#include "doc/chain.h"

#include <assert.h>
#include <string.h>

#include "base/fail.h"
#include "crypto/hash.h"
#include "crypto/owner.h"
#include "format/cbor.h"

#define SALT_SIZE 32
#define LABEL_STEP 32
#define LABEL_MAX ((LIMIT_LABEL / LABEL_STEP + 1) * LABEL_STEP)

static_assert(sizeof(struct stripe_key) + AEAD_TAG_SIZE == STRIPE_BOX_SIZE,
    "a stripe's box is its key and tag, sealed");
static_assert(SALT_SIZE + LABEL_MAX + AEAD_TAG_SIZE == LIMIT_LABEL_BOX,
    "a label's box is a salt, the padded label and a tag");

void
chain_init(struct chain *chain, struct span head)
{
	*chain = (struct chain){.at = hash_bytes(head)};
}

/* The PRF, under the owner's key, of the chain and a record's public part. */
static struct secret
key_at(const struct chain *chain, const struct owner *owner,
    struct span public_part)
{
	struct digest next = hash_pair(span_of_digest(&chain->at), public_part);

	return hash_keyed(&owner->catalogue, span_of_digest(&next));
}

int
chain_key(const struct chain *chain, const struct owner *owner,
    const struct stripe *stripe, struct secret *key)
{
	struct buf record = {0};
	int result;

	result = record_encode_stripe_public(stripe, &record);
	if (result == 0)
		*key = key_at(chain, owner, span_of_buf(&record));
	buf_release(&record);
	return result;
}

int
chain_add(struct chain *chain, const struct stripe *stripe)
{
	struct buf record = {0};
	int result;

	if (stripe->number != chain->stripes)
		return fail(FAIL_DATA, "stripe %llu stands where %llu belongs",
		    (unsigned long long)stripe->number,
		    (unsigned long long)chain->stripes);
	result = record_encode_stripe(stripe, &record);
	if (result == 0)
		chain->at =
		    hash_pair(span_of_digest(&chain->at), span_of_buf(&record));
	buf_release(&record);
	chain->stripes++;
	chain->size += stripe->size;
	return result;
}

void
chain_seal_stripe(const struct secret *key, struct stripe_key *opened,
    struct stripe *stripe)
{
	memcpy(stripe->box, opened, sizeof *opened);
	aead_seal(key, span_of(NULL, 0), stripe->box, sizeof *opened,
	    stripe->box + sizeof *opened);
}

int
chain_open_stripe(const struct secret *key, const struct stripe *stripe,
    struct stripe_key *opened)
{
	memcpy(opened, stripe->box, sizeof *opened);
	if (aead_open(key, span_of(NULL, 0), (uint8_t *)opened, sizeof *opened,
		stripe->box + sizeof *opened) == 0)
		return 0;
	fail(FAIL_DATA, "stripe %llu is not the owner's or not in its place",
	    (unsigned long long)stripe->number);
	return fail_hint("is this the secret that the backup was made with?");
}

static int
end_seal(const struct chain *chain, const struct owner *owner,
    const struct end *end, struct digest *seal)
{
	struct buf record = {0};
	struct secret key;
	int result;

	result = record_encode_end_public(end, &record);
	if (result == 0) {
		key = key_at(chain, owner, span_of_buf(&record));
		*seal = digest_from(key.byte);
	}
	buf_release(&record);
	return result;
}

static int
end_digest(const struct chain *chain, const struct end *end,
    struct digest *digest)
{
	struct buf record = {0};
	int result;

	result = record_encode_end_sealed(end, &record);
	if (result == 0)
		*digest =
		    hash_pair(span_of_digest(&chain->at), span_of_buf(&record));
	buf_release(&record);
	return result;
}

int
chain_seal_end(const struct chain *chain, const struct owner *owner,
    struct end *end)
{
	end->stripes = chain->stripes;
	end->size = chain->size;
	if (end_seal(chain, owner, end, &end->seal) != 0)
		return -1;
	return end_digest(chain, end, &end->digest);
}

int
chain_check_end(const struct chain *chain, const struct owner *owner,
    const struct end *end)
{
	struct digest seal = end->seal, digest;

	if (end_digest(chain, end, &digest) != 0 ||
	    (owner != NULL && end_seal(chain, owner, end, &seal) != 0))
		return -1;
	if (chain->stripes != end->stripes || chain->size != end->size ||
	    !digest_equal(&digest, &end->digest) ||
	    !digest_equal(&seal, &end->seal))
		return fail(FAIL_DATA,
		    "the end record does not belong to this stream");
	return 0;
}

/* The synthetic salt of a padded label, and the key that it stands for. */
static struct secret
label_salt(const struct owner *owner, struct span padded)
{
	struct secret key =
	    hash_derive("shardkit 2026-11-22 label salt", &owner->catalogue);
	struct secret salt = hash_keyed(&key, padded);

	secret_wipe(&key, sizeof key);
	return salt;
}

static struct secret
label_key(const struct owner *owner, struct span salt)
{
	struct secret key =
	    hash_derive("shardkit 2026-11-22 label key", &owner->catalogue);
	struct secret label = hash_keyed(&key, salt);

	secret_wipe(&key, sizeof key);
	return label;
}

int
chain_seal_label(const struct owner *owner, const char *text, struct buf *box)
{
	size_t size = strlen(text), padded;
	uint8_t bytes[LABEL_MAX] = {0}, tag[AEAD_TAG_SIZE];
	struct secret salt, key;

	if (size > LIMIT_LABEL)
		return fail(FAIL_USAGE,
		    "the label has %zu bytes, %d are allowed", size,
		    LIMIT_LABEL);
	if (!cbor_text_is_valid(span_of(text, size)))
		return fail(FAIL_USAGE, "the label is not UTF-8");
	memcpy(bytes, text, size);
	padded = (size / LABEL_STEP + 1) * LABEL_STEP;
	salt = label_salt(owner, span_of(bytes, padded));
	key = label_key(owner, span_of(salt.byte, sizeof salt.byte));
	aead_seal(&key, span_of(NULL, 0), bytes, padded, tag);
	secret_wipe(&key, sizeof key);
	if (buf_append(box, span_of(salt.byte, sizeof salt.byte)) != 0 ||
	    buf_append(box, span_of(bytes, padded)) != 0)
		return -1;
	return buf_append(box, span_of(tag, sizeof tag));
}

int
chain_open_label(const struct owner *owner, struct span box, char *text)
{
	uint8_t bytes[LABEL_MAX + 1] = {0};
	struct secret key;
	size_t size;
	int result;

	text[0] = '\0';
	if (box.size == 0)
		return 0;
	if (box.size <= SALT_SIZE + AEAD_TAG_SIZE ||
	    box.size > SALT_SIZE + LABEL_MAX + AEAD_TAG_SIZE)
		return fail(FAIL_DATA, "the sealed label is malformed");
	size = box.size - SALT_SIZE - AEAD_TAG_SIZE;
	memcpy(bytes, box.data + SALT_SIZE, size);
	key = label_key(owner, span_of(box.data, SALT_SIZE));
	result = aead_open(&key, span_of(NULL, 0), bytes, size,
	    box.data + SALT_SIZE + size);
	secret_wipe(&key, sizeof key);
	if (result != 0)
		return fail(FAIL_DATA, "the label was sealed by another owner");
	memcpy(text, bytes, LIMIT_LABEL);
	text[LIMIT_LABEL] = '\0';
	return 0;
}
