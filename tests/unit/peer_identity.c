/* SPDX-License-Identifier: ISC */
/* Key files: made once, both of them, for their owner's eyes only. */
#include "peer/identity.h"

#include "base/base32.h"
#include "fixture.h"
#include "scratch.h"

static void
load_refused(const char *path, enum fail_kind kind, const char *words)
{
	struct secret secret;
	struct owner owner;

	check_fails(identity_load_secret(path, &secret), kind, words, path);
	check_fails(identity_load_owner(path, &owner), kind, words, path);
}

/* A key file that holds `text`. */
static void
test_text(const char *text, const char *words)
{
	const char *path = scratch("text");

	scratch_write(path, span_of_text(text), 0600);
	load_refused(path, FAIL_DATA, words);
	check(strstr(fail_last()->text, "text' is not a key file: ") != NULL,
	    "'%s'", fail_last()->text);
}

static void
test_refused(void)
{
	struct secret secret = secret_of(1);
	char text[BASE32_TEXT + 200];
	mode_t mode;

	load_refused(scratch("none"), FAIL_USAGE, "there is no key file");
	check(strstr(fail_last()->hint, "peer-key new") != NULL, "its hint");
	load_refused(scratch("a/none"), FAIL_USAGE, "there is no key file");
	test_text("", "line 1 has 0 characters instead of 14");
	scratch_write(scratch("nul"), span_of("a\0", 2), 0600);
	load_refused(scratch("nul"), FAIL_DATA, "it is not a text");
	test_text("hello\n", "line 1 has 5 characters instead of 14");
	base32_encode(BASE32_IDENTITY, secret.byte, text);
	test_text(text, "this is an identity, not a secret");
	base32_encode(BASE32_SECRET, secret.byte, text);
	text[17] = text[17] == 'X' ? 'Y' : 'X';
	test_text(text, "line 2 has a typo");
	base32_encode(BASE32_SECRET, secret.byte, text);
	strcat(text, "\nmore");
	test_text(text, "there is text after line 4");
	base32_encode(BASE32_SECRET, secret.byte, text);
	for (mode = 0601; mode <= 0677; mode++) {
		scratch_write(scratch("open"), span_of_text(text), mode);
		load_refused(scratch("open"), FAIL_USAGE,
		    "open' can be read by others (mode 06");
		check(strncmp(fail_last()->hint, "chmod 600 '", 11) == 0,
		    "its hint");
	}
	load_refused("/dev/null/x", FAIL_USAGE, "Not a directory");
	mkdir(scratch("folder"), 0700);
	load_refused(scratch("folder"), FAIL_USAGE, "is not a regular file");
}

static bool
has_mode_600(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && (status.st_mode & 07777) == 0600;
}

static void
test_create(void)
{
	struct secret secret = secret_of(3), scalar = scalar_of(3), back;
	struct owner wanted = owner_of(3), owner;
	struct digest id;

	umask(0);
	check(identity_create(scratch("identity"), scratch("secret"),
		  &secret) == 0,
	    "create: %s", fail_last()->text);
	check(has_mode_600(scratch("identity")) &&
		has_mode_600(scratch("secret")),
	    "the modes");
	check(identity_load_secret(scratch("secret"), &back) == 0 &&
		memcmp(&back, &secret, sizeof back) == 0,
	    "the secret: %s", fail_last()->text);
	check(identity_load_scalar(scratch("identity"), &back) == 0 &&
		memcmp(&back, &scalar, sizeof back) == 0,
	    "the scalar: %s", fail_last()->text);
	check(identity_id(&back, &id) == 0 && digest_equal(&id, &wanted.id),
	    "the id: %s", fail_last()->text);
	check(identity_load_owner(scratch("secret"), &owner) == 0 &&
		memcmp(&owner, &wanted, sizeof owner) == 0,
	    "the owner: %s", fail_last()->text);
	check_fails(identity_load_scalar(scratch("secret"), &back), FAIL_DATA,
	    "this is a secret, not an identity", "the secret as identity");
	check_fails(identity_load_secret(scratch("identity"), &back), FAIL_DATA,
	    "this is an identity, not a secret", "the identity as secret");
	scalar = secret_of(0);
	check_fails(identity_id(&scalar, &id), FAIL_DATA, "out of range",
	    "no id");
}

static void
test_create_refused(void)
{
	struct secret other = secret_of(4), kept = secret_of(3), back;

	check_fails(identity_create(scratch("identity"), scratch("x"), &other),
	    FAIL_USAGE, "identity' exists already", "an identity is there");
	check_fails(identity_create(scratch("x"), scratch("secret"), &other),
	    FAIL_USAGE, "secret' exists already", "a secret is there");
	check(access(scratch("x"), F_OK) != 0, "half of it is made");
	check(identity_load_secret(scratch("secret"), &back) == 0 &&
		memcmp(&back, &kept, sizeof back) == 0,
	    "the secret is lost");
	check_fails(identity_create(scratch("x"), scratch("no/secret"), &other),
	    FAIL_SYSTEM, "cannot create", "no folder");
	check(access(scratch("x"), F_OK) != 0, "half of it is made");
	check_fails(identity_create(scratch("no/x"), scratch("y"), &other),
	    FAIL_SYSTEM, "cannot create", "no folder");
}

/* A run that was cut off behind the first file goes on. */
static void
test_create_again(void)
{
	struct secret secret = secret_of(3), scalar = scalar_of(3), back;

	check(identity_create(scratch("identity"), scratch("secret"),
		  &secret) == 0,
	    "the same again: %s", fail_last()->text);
	unlink(scratch("identity"));
	check(identity_create(scratch("identity"), scratch("secret"),
		  &secret) == 0 &&
		identity_load_scalar(scratch("identity"), &back) == 0 &&
		memcmp(&back, &scalar, sizeof back) == 0,
	    "the other half: %s", fail_last()->text);
	unlink(scratch("identity"));
	scratch_write(scratch("secret"), span_of_text("damaged"), 0600);
	check_fails(identity_create(scratch("identity"), scratch("secret"),
			&secret),
	    FAIL_USAGE, "secret' exists already", "a damaged one");
	check(access(scratch("identity"), F_OK) != 0, "half of it is made");
}

int
main(void)
{
	test_refused();
	test_create();
	test_create_refused();
	test_create_again();
	return failures != 0;
}
