/* SPDX-License-Identifier: ISC */
#include "peer/invite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/number.h"
#include "base/regular.h"
#include "crypto/secret.h"

#define FILE_MAX 1024

int
invite_save(const char *folder, const struct invite *invite)
{
	static const char *const state[] = {"", "taken=", "done="};
	char path[PATH_MAX], text[FILE_MAX], id[BASE32_TEXT] = "";

	if (invite->state != INVITE_OPEN)
		base32_encode(BASE32_ID, invite->taker.byte, id);
	snprintf(text, sizeof text,
	    "expires=%llu\nname=%s\nsite=%s\nstore=%llu\ngive=%llu\n%s%s%s",
	    (unsigned long long)invite->expires, invite->name, invite->site,
	    (unsigned long long)invite->store, (unsigned long long)invite->give,
	    state[invite->state], id, *id ? "\n" : "");
	file_named(folder, &invite->hash, path);
	return file_put(path, span_of_text(text), 0600, FILE_REPLACE);
}

static int
copy_word(const char *value, char *to, size_t size)
{
	if (strlen(value) >= size)
		return fail(FAIL_DATA, "'%s' is too long", value);
	strcpy(to, value);
	return 0;
}

static int
set_taker(struct invite *invite, enum invite_state state, const char *value)
{
	invite->state = state;
	return base32_decode(BASE32_ID, value, invite->taker.byte);
}

static int
set(struct invite *invite, const char *key, const char *value)
{
	if (strcmp(key, "expires") == 0)
		return number_parse(key, value, 1, INT64_MAX, &invite->expires);
	if (strcmp(key, "store") == 0)
		return number_parse(key, value, 0, INT64_MAX, &invite->store);
	if (strcmp(key, "give") == 0)
		return number_parse(key, value, 0, INT64_MAX, &invite->give);
	if (strcmp(key, "name") == 0)
		return copy_word(value, invite->name, sizeof invite->name);
	if (strcmp(key, "site") == 0)
		return copy_word(value, invite->site, sizeof invite->site);
	if (strcmp(key, "taken") == 0)
		return set_taker(invite, INVITE_TAKEN, value);
	if (strcmp(key, "done") == 0)
		return set_taker(invite, INVITE_DONE, value);
	return fail(FAIL_DATA, "unknown key '%s'", key);
}

static int
parse(char *text, struct invite *invite)
{
	char *line, *value, *rest = text;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line == '\0')
			continue;
		value = strchr(line, '=');
		if (value == NULL)
			return fail(FAIL_DATA, "'%s' is not key=value", line);
		*value++ = '\0';
		if (set(invite, line, value) != 0)
			return -1;
	}
	return 0;
}

int
invite_load(const char *folder, const struct digest *hash,
    struct invite *invite)
{
	char path[PATH_MAX];
	struct failure reason;
	struct buf text = {0};
	int result;

	*invite = (struct invite){.hash = *hash};
	file_named(folder, hash, path);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return fail(FAIL_NO,
		    "the token is wrong, or was forgotten long ago");
	result = regular_read(path, FILE_MAX, &text);
	if (result == 0)
		result = buf_append(&text, span_of("", 1));
	if (result == 0 && parse((char *)text.data, invite) != 0) {
		reason = *fail_last();
		result = fail(FAIL_DATA, "'%s': %s", path, reason.text);
	}
	buf_release(&text);
	return result;
}

void
invite_remove(const char *folder, const struct digest *hash)
{
	char path[PATH_MAX];

	file_named(folder, hash, path);
	unlink(path);
}

int
invite_check(const struct invite *invite, const struct digest *id, uint64_t now)
{
	char time[NUMBER_TIME_TEXT];

	if (invite->state != INVITE_OPEN && !digest_equal(&invite->taker, id))
		return fail(FAIL_NO, "the token is used");
	if (now < invite->expires)
		return 0;
	number_time_text(invite->expires, time);
	return fail(FAIL_NO, "the token expired at %s", time);
}

/* Call `each` for every invite; what is faulty is nobody's. */
static int
for_all(const char *folder,
    bool (*each)(const char *folder, const struct invite *invite,
	const void *context),
    const void *context)
{
	DIR *dir = opendir(folder);
	const char *name;
	struct invite invite;
	struct digest hash;
	int found = 0;

	if (dir == NULL && errno == ENOENT)
		return 0;
	if (dir == NULL)
		return fail_errno("cannot read folder '%s'", folder);
	while ((name = file_next(dir, folder, &found)) != NULL)
		if (digest_parse(name, &hash) == 0 &&
		    invite_load(folder, &hash, &invite) == 0)
			found = each(folder, &invite, context);
	closedir(dir);
	return found;
}

/* Somebody at a moment. */
struct visitor {
	const struct digest *id;
	uint64_t now;
};

static bool
lets_in(const char *folder, const struct invite *invite, const void *context)
{
	const struct visitor *visitor = context;

	(void)folder;
	return invite->state != INVITE_DONE &&
	    invite_check(invite, visitor->id, visitor->now) == 0;
}

bool
invite_admits(const char *folder, const struct digest *id, uint64_t now)
{
	struct visitor visitor = {id, now};

	return for_all(folder, lets_in, &visitor) > 0;
}

static bool
forget(const char *folder, const struct invite *invite, const void *context)
{
	const uint64_t *now = context;

	if (*now >= INVITE_MEMORY && invite->expires < *now - INVITE_MEMORY)
		invite_remove(folder, &invite->hash);
	return false;
}

int
invite_prune(const char *folder, uint64_t now)
{
	file_clean_folder(folder);
	return for_all(folder, forget, &now);
}

int
invite_create(const char *folder, struct invite *invite,
    uint8_t secret[static TOKEN_SECRET])
{
	int lock, result;

	if (secret_random_bytes(secret, TOKEN_SECRET) != 0)
		return -1;
	invite->hash = token_hash(secret);
	lock = file_lock_folder(folder);
	if (lock < 0)
		return -1;
	result = invite_prune(folder, (uint64_t)time(NULL));
	if (result == 0)
		result = invite_save(folder, invite);
	close(lock);
	return result;
}
