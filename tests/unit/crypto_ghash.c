/* SPDX-License-Identifier: ISC */
/*
 * The GHASH of this processor beside BearSSL's portable one: every length up
 * to where all paths have been taken, unaligned, and chained; and, with the
 * AES of this processor, the published cases of GCM.
 */
#include "crypto/ghash.h"

#include "check.h"
#include "crypto/ctr.h"

#define LONGEST 3000

/*
 * McGrew and Viega, The Galois/Counter Mode of Operation, test cases 15 to 18:
 * AES-256 under a nonce of 12 bytes, with additional data, under a nonce of 8
 * and one of 60. (13 and 14 have the nonce of crypto/aead.h.)
 */
static const struct {
	const char *nonce, *aad, *sealed, *tag;
} published[] = {
    {"cafebabefacedbaddecaf888", "",
	"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
	"b094dac5d93471bdec1a502270e3cc6c"},
    {"cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
	"76fc6ece0f4e1768cddf8853bb2d551b"},
    {"cafebabefacedbad", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	"c3762df1ca787d32ae47c13bf19844cbaf1ae14d0b976afac52ff7d79bba9de0"
	"feb582d33934a4f0954cc2363bc73f7862ac430e64abe499f47c9b1f",
	"3a337dbf46a792c45e454913fe2ea8f2"},
    {"9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728"
     "c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b",
	"feedfacedeadbeeffeedfacedeadbeefabaddad2",
	"5a8def2f0c9e53f1f75d7853659e2a20eeb2b22aafde6419a058ab4f6f746bf4"
	"0fc0c3b780f244452da3ebf1c5d82cdea2418997200ef82e44ae7e3f",
	"a44a8266ee1c8eb0c8b5d4cf5ae9f19a"},
};

static const char
    published_key[] = "feffe9928665731c6d6a8f9467308308"
		      "feffe9928665731c6d6a8f9467308308",
    published_plain[] =
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";

static struct buf
spelled(const char *hex)
{
	struct buf bytes = {0};

	unhex(hex, &bytes);
	return bytes;
}

static void
published_cases(void)
{
	struct buf key = spelled(published_key);
	struct buf nonce, aad, bytes;
	br_aes_gen_ctr_keys aes;
	br_gcm_context gcm;
	uint8_t tag[16];
	size_t i;

	ctr_fastest()->init(&aes.vtable, key.data, key.size);
	br_gcm_init(&gcm, &aes.vtable, ghash_fastest());
	for (i = 0; i < COUNT(published); i++) {
		nonce = spelled(published[i].nonce);
		aad = spelled(published[i].aad);
		bytes = spelled(published_plain);
		bytes.size = strlen(published[i].sealed) / 2;
		br_gcm_reset(&gcm, nonce.data, nonce.size);
		br_gcm_aad_inject(&gcm, aad.data, aad.size);
		br_gcm_flip(&gcm);
		br_gcm_run(&gcm, 1, bytes.data, bytes.size);
		br_gcm_get_tag(&gcm, tag);
		check(is_hex(span_of_buf(&bytes), published[i].sealed) &&
			is_hex(span_of(tag, sizeof tag), published[i].tag),
		    "test case %zu", 15 + i);
		buf_release(&nonce);
		buf_release(&aad);
		buf_release(&bytes);
	}
	buf_release(&key);
}

static void
same(const uint8_t *h, const uint8_t *bytes, size_t size)
{
	uint8_t wanted[16], got[16];

	random_fill(wanted, sizeof wanted);
	memcpy(got, wanted, sizeof got);
	br_ghash_ctmul64(wanted, h, bytes, size);
	ghash_fastest()(got, h, bytes, size);
	check(memcmp(wanted, got, sizeof got) == 0, "%zu bytes differ", size);
}

/* Bits that random ones hardly ever are: carries out of each end. */
static void
edges(const uint8_t *bytes)
{
	uint8_t h[16];
	size_t bit, i;

	for (bit = 0; bit < 128; bit++) {
		for (i = 0; i < sizeof h; i++)
			h[i] = bit / 8 == i ? (uint8_t)(0x80 >> bit % 8) : 0;
		same(h, bytes, 1024);
		for (i = 0; i < sizeof h; i++)
			h[i] = (uint8_t)~h[i];
		same(h, bytes, 1024);
	}
	memset(h, 0, sizeof h);
	same(h, bytes, 1024);
	memset(h, 0xff, sizeof h);
	same(h, bytes, 1024);
}

int
main(void)
{
	static uint8_t bytes[LONGEST + 32], ones[1024];
	uint8_t h[16];
	size_t size;

	published_cases();
	random_fill(bytes, sizeof bytes);
	memset(ones, 0xff, sizeof ones);
	for (size = 0; size <= LONGEST; size++) {
		random_fill(h, sizeof h);
		same(h, bytes + size % 32, size);
	}
	edges(bytes);
	edges(ones);
	return failures != 0;
}
