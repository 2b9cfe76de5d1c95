/* SPDX-License-Identifier: ISC */
/*
 * An owner's subkeys, against BLAKE3's derive_key and openssl by way of a
 * second implementation (tests/independent.py, Python's cryptography).
 */
#include "fixture.h"

static void
test_known(void)
{
	struct owner owner = owner_of(7);
	struct secret scalar = scalar_of(7);

	check(is_hex(span_of(scalar.byte, 32),
		  "a10a3fce18ca9a2d5714c26e6141de09"
		  "219e253a96e3fca8c5d52f0ed8d40fd8"),
	    "the scalar");
	check(is_hex(span_of_digest(&owner.id),
		  "ce35891279c88b8afa39adaee4bd45ce"
		  "6afd0422cb03cf47328eca12282c7b98"),
	    "the id");
	check(is_hex(span_of(owner.convergence.byte, 32),
		  "bdac74b8fe4eaae527c0301dfa1cb228"
		  "139b0363f34c09b1b50fb87cae7cf2ca"),
	    "the convergence secret");
	check(is_hex(span_of(owner.catalogue.byte, 32),
		  "65f62983dad868441298e719b5f40c2f"
		  "656ad740f1aac321880debaf7dcd4ae6"),
	    "the catalogue key");
}

static void
test_apart(void)
{
	struct owner a = owner_of(1), b = owner_of(2), again, zero;
	struct secret secret = secret_of(1);

	memset(&zero, 0, sizeof zero);
	must(owner_init(&again, &secret) == 0, "again");
	check(memcmp(&a, &again, sizeof a) == 0, "the same secret, other keys");
	check(!digest_equal(&a.id, &b.id) &&
		memcmp(&a.convergence, &b.convergence, 32) != 0 &&
		memcmp(&a.catalogue, &b.catalogue, 32) != 0,
	    "two owners share a key");
	owner_release(&a);
	check(memcmp(&a, &zero, sizeof a) == 0, "keys are left");
}

int
main(void)
{
	test_known();
	test_apart();
	return failures != 0;
}
