/* SPDX-License-Identifier: ISC */
#include "peer/identity.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/regular.h"
#include "crypto/owner.h"
#include "crypto/sign.h"

#define LINE_SIZE 128

static int
save(const char *path, enum base32_kind kind, const struct secret *secret)
{
	char text[BASE32_TEXT], line[BASE32_TEXT + 1];
	int result;

	base32_encode(kind, secret->byte, text);
	snprintf(line, sizeof line, "%s\n", text);
	result = file_put(path, span_of_text(line), 0600, FILE_NEW);
	secret_wipe(text, sizeof text);
	secret_wipe(line, sizeof line);
	return result;
}

static int
check_private(int fd, const char *path)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return fail_errno("cannot look at '%s'", path);
	if ((status.st_mode & 077) == 0)
		return 0;
	fail(FAIL_USAGE, "'%s' can be read by others (mode %04o)", path,
	    (unsigned)(status.st_mode & 07777));
	return fail_hint("chmod 600 '%s'", path);
}

static int
load(const char *path, enum base32_kind kind, struct secret *secret)
{
	char line[LINE_SIZE + 1] = "";
	struct failure reason;
	ssize_t got = -1;
	int fd, result = -1;

	fd = regular_open(path);
	if (fd < 0 && access(path, F_OK) != 0 && errno == ENOENT) {
		fail(FAIL_USAGE, "there is no key file '%s'", path);
		return fail_hint("make one with 'peer-key new', or bring one "
				 "back with 'peer-key restore'");
	}
	if (fd < 0) {
		reason = *fail_last();
		reason.kind = FAIL_USAGE;
		return fail_again(&reason);
	}
	if (check_private(fd, path) == 0)
		got = file_fill(fd, line, LINE_SIZE);
	close(fd);
	if (got >= 0 && strlen(line) != (size_t)got)
		result = fail(FAIL_DATA, "it is not a text");
	else if (got >= 0)
		result = base32_decode(kind, line, secret->byte);
	if (got >= 0 && result != 0) {
		reason = *fail_last();
		fail(FAIL_DATA, "'%s' is not a key file: %s", path,
		    reason.text);
	}
	secret_wipe(line, sizeof line);
	return result;
}

/* What is there already must be the same, so that a cut-off run goes on. */
static int
refuse_other(const char *path, enum base32_kind kind,
    const struct secret *secret)
{
	struct secret found;
	int result;

	if (access(path, F_OK) != 0)
		return 0;
	result = load(path, kind, &found);
	if (result == 0 && memcmp(&found, secret, sizeof found) != 0)
		result = -1;
	secret_wipe(&found, sizeof found);
	if (result == 0)
		return 0;
	fail(FAIL_USAGE, "'%s' exists already", path);
	return fail_hint("other keys are there: move their folder away, or "
			 "choose another one with -C");
}

static int
save_if_missing(const char *path, enum base32_kind kind,
    const struct secret *secret)
{
	return access(path, F_OK) == 0 ? 0 : save(path, kind, secret);
}

int
identity_create(const char *identity_path, const char *secret_path,
    const struct secret *secret)
{
	struct secret scalar = owner_scalar(secret);
	int result;

	result = refuse_other(identity_path, BASE32_IDENTITY, &scalar);
	if (result == 0)
		result = refuse_other(secret_path, BASE32_SECRET, secret);
	if (result == 0)
		result = save_if_missing(secret_path, BASE32_SECRET, secret);
	if (result == 0)
		result =
		    save_if_missing(identity_path, BASE32_IDENTITY, &scalar);
	secret_wipe(&scalar, sizeof scalar);
	return result;
}

int
identity_load_secret(const char *path, struct secret *secret)
{
	return load(path, BASE32_SECRET, secret);
}

int
identity_load_scalar(const char *path, struct secret *scalar)
{
	return load(path, BASE32_IDENTITY, scalar);
}

int
identity_lock(const char *path)
{
	int fd = regular_open(path);

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0; /* the lock goes with the process */
	close(fd);
	if (errno != EWOULDBLOCK)
		return fail_errno("cannot lock '%s'", path);
	return fail(FAIL_SYSTEM,
	    "another shard-send, shard-drop or shard-repair is running with "
	    "this identity");
}

int
identity_id(const struct secret *scalar, struct digest *id)
{
	struct sign_public key;

	if (sign_public(scalar, &key) != 0)
		return -1;
	*id = sign_id(&key);
	return 0;
}

int
identity_load_owner(const char *path, struct owner *owner)
{
	struct secret secret;
	int result;

	if (identity_load_secret(path, &secret) != 0)
		return -1;
	result = owner_init(owner, &secret);
	secret_wipe(&secret, sizeof secret);
	return result;
}
