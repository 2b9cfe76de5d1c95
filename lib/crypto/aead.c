/* SPDX-License-Identifier: ISC */
#include "crypto/aead.h"

#include <assert.h>
#include <bearssl.h>
#include <pthread.h>

#include "base/fail.h"
#include "crypto/ctr.h"
#include "crypto/ghash.h"
#include "crypto/secret.h"

/* What CTR has just written is still in the cache when GHASH reads it. */
#define SLICE_SIZE ((size_t)32768)

/* NIST SP 800-38D section 5.2.1.1: 2^39 - 256 bits under one nonce. */
#define MESSAGE_MAX ((UINT64_C(1) << 36) - 32)

struct aead {
	br_aes_gen_ctr_keys aes;
	br_gcm_context gcm;
};

/* Chosen once: asking a virtual machine for its CPUID takes 13-37 us. */
static const br_block_ctr_class *fastest_aes;
static br_ghash fastest_ghash;

static void
choose(void)
{
	fastest_aes = ctr_fastest();
	fastest_ghash = ghash_fastest();
}

static void
aead_init(struct aead *aead, const struct secret *key, struct span aad)
{
	static pthread_once_t chosen = PTHREAD_ONCE_INIT;
	static const uint8_t nonce[12];

	pthread_once(&chosen, choose);
	fastest_aes->init(&aead->aes.vtable, key->byte, sizeof key->byte);
	br_gcm_init(&aead->gcm, &aead->aes.vtable, fastest_ghash);
	br_gcm_reset(&aead->gcm, nonce, sizeof nonce);
	if (aad.size > 0)
		br_gcm_aad_inject(&aead->gcm, aad.data, aad.size);
	br_gcm_flip(&aead->gcm);
}

static void
aead_run(struct aead *aead, int encrypt, uint8_t *bytes, size_t size)
{
	size_t slice;

	assert(size <= MESSAGE_MAX);
	for (; size > 0; bytes += slice, size -= slice) {
		slice = size < SLICE_SIZE ? size : SLICE_SIZE;
		br_gcm_run(&aead->gcm, encrypt, bytes, slice);
	}
}

void
aead_seal(const struct secret *key, struct span aad, uint8_t *bytes,
    size_t size, uint8_t tag[static AEAD_TAG_SIZE])
{
	struct aead aead;

	aead_init(&aead, key, aad);
	aead_run(&aead, 1, bytes, size);
	br_gcm_get_tag(&aead.gcm, tag);
	secret_wipe(&aead, sizeof aead);
}

int
aead_open(const struct secret *key, struct span aad, uint8_t *bytes,
    size_t size, const uint8_t tag[static AEAD_TAG_SIZE])
{
	struct aead aead;
	uint32_t genuine;

	aead_init(&aead, key, aad);
	aead_run(&aead, 0, bytes, size);
	genuine = br_gcm_check_tag(&aead.gcm, tag);
	if (!genuine) {
		aead_init(&aead, key, aad);
		aead_run(&aead, 1, bytes, size);
	}
	secret_wipe(&aead, sizeof aead);
	return genuine ? 0
		       : fail(FAIL_DATA, "sealed bytes do not match their tag");
}
