/* SPDX-License-Identifier: ISC */
/*
 * AES in counter mode: the published vectors of NIST SP 800-38A F.5, and the
 * AES of this processor beside BearSSL's portable one for every length up to
 * where all paths have been taken, unaligned, and past the counter's end.
 */
#include "crypto/ctr.h"

#include "check.h"

#define LONGEST 1100

/* NIST SP 800-38A F.5.1, F.5.3, F.5.5: the keys, and what they encrypt to. */
static const struct {
	const char *key, *encrypted;
} vectors[] = {
    {"2b7e151628aed2a6abf7158809cf4f3c",
	"874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
	"5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
    {"8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
	"1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"
	"1e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050"},
    {"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
	"601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
	"2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"},
};

static const char plain[] =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

static void
published(void)
{
	static const uint8_t iv[] = {0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6,
	    0xf7, 0xf8, 0xf9, 0xfa, 0xfb};
	br_aes_gen_ctr_keys keys;
	struct buf key, bytes;
	size_t i;

	for (i = 0; i < COUNT(vectors); i++) {
		key = bytes = (struct buf){0};
		unhex(vectors[i].key, &key);
		unhex(plain, &bytes);
		ctr_fastest()->init(&keys.vtable, key.data, key.size);
		check(keys.vtable->run(&keys.vtable, iv, 0xfcfdfeff, bytes.data,
			  bytes.size) == 0xfcfdff03,
		    "the counter of a key of %zu bytes", key.size);
		check(is_hex(span_of_buf(&bytes), vectors[i].encrypted),
		    "a key of %zu bytes differs", key.size);
		buf_release(&key);
		buf_release(&bytes);
	}
}

static void
same(const uint8_t *key, size_t key_size, uint32_t counter, size_t size)
{
	static uint8_t wanted[LONGEST + 32], got[LONGEST + 32];
	br_aes_gen_ctr_keys ours, portable;
	uint8_t iv[12];

	random_fill(iv, sizeof iv);
	random_fill(wanted, sizeof wanted);
	memcpy(got, wanted, sizeof got);
	br_aes_ct64_ctr_vtable.init(&portable.vtable, key, key_size);
	ctr_fastest()->init(&ours.vtable, key, key_size);
	check(portable.vtable->run(&portable.vtable, iv, counter,
		  wanted + size % 32, size) ==
		ours.vtable->run(&ours.vtable, iv, counter, got + size % 32,
		    size),
	    "the counter after %zu bytes", size);
	check(memcmp(wanted, got, sizeof got) == 0,
	    "%zu bytes under a key of %zu differ, or what is beside them", size,
	    key_size);
}

int
main(void)
{
	uint8_t key[32];
	size_t size, key_size;

	published();
	for (key_size = 16; key_size <= sizeof key; key_size += 8)
		for (size = 0; size <= LONGEST; size++) {
			random_fill(key, sizeof key);
			same(key, key_size, (uint32_t)size, size);
			same(key, key_size, UINT32_MAX - 3 - size % 40, size);
		}
	return failures != 0;
}
