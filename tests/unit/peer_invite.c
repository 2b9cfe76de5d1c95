/* SPDX-License-Identifier: ISC */
/* Invites: whom they let in, at which state and time; and their files. */
#include "peer/invite.h"

#include "scratch.h"

#define NOW 2000000000

static const struct digest alice = {{1}}, eve = {{2}};

static struct invite
invite_of(enum invite_state state, uint64_t expires)
{
	struct invite invite = {.expires = expires,
	    .name = "alice",
	    .site = "home",
	    .store = 1,
	    .give = UINT64_C(1) << 60,
	    .state = state};

	random_fill(&invite.hash, sizeof invite.hash);
	if (state != INVITE_OPEN)
		invite.taker = alice;
	return invite;
}

static const char *
folder(void)
{
	const char *path = scratch("invites");

	tree_remove(path);
	must(mkdir(path, 0700) == 0, "a folder");
	return path;
}

static void
test_files(void)
{
	const char *path = folder();
	struct invite invite, back;
	enum invite_state state;

	for (state = INVITE_OPEN; state <= INVITE_DONE; state++) {
		invite = invite_of(state, NOW);
		check(invite_save(path, &invite) == 0, "save");
		check(invite_load(path, &invite.hash, &back) == 0, "load: %s",
		    fail_last()->text);
		check(memcmp(&invite, &back, sizeof back) == 0,
		    "state %d comes back as another", (int)state);
	}
	check_fails(invite_load(path, &alice, &back), FAIL_NO,
	    "the token is wrong", "none");
	invite_remove(path, &invite.hash);
	check_fails(invite_load(path, &invite.hash, &back), FAIL_NO,
	    "the token is wrong", "removed");
}

static void
test_faulty_files(void)
{
	static const char *const bad[] = {"x", "x=1\n", "expires=\n",
	    "expires=0\n", "expires=1\ngive=x\n", "expires=1\ntaken=x\n",
	    "expires=1\nname=0123456789012345678901234567890123456789012345678"
	    "9012345678901234\n"};
	char name[DIGEST_HEX_SIZE], file[PATH_MAX];
	const char *path = folder();
	struct invite invite;
	size_t i;

	digest_hex(&alice, name);
	snprintf(file, sizeof file, "%s/%s", path, name);
	for (i = 0; i < COUNT(bad); i++) {
		scratch_write(file, span_of_text(bad[i]), 0600);
		check_fails(invite_load(path, &alice, &invite), FAIL_DATA, name,
		    bad[i]);
		check(!invite_admits(path, &alice, 0), "'%s' admits", bad[i]);
	}
	scratch_write(file, span_of_text("give=7\n"), 0600);
	check(!invite_admits(path, &alice, 1), "never expires");
}

static const struct {
	enum invite_state state;
	bool late, other;
	const char *words; /* NULL: may use it */
	bool admits;
} visits[] = {
    {INVITE_OPEN, false, false, NULL, true},
    {INVITE_OPEN, false, true, NULL, true},
    {INVITE_OPEN, true, false, "the token expired at 2033-05-18", false},
    {INVITE_TAKEN, false, false, NULL, true},
    {INVITE_TAKEN, false, true, "the token is used", false},
    {INVITE_TAKEN, true, false, "the token expired", false},
    {INVITE_TAKEN, true, true, "the token is used", false},
    {INVITE_DONE, false, false, NULL, false},
    {INVITE_DONE, false, true, "the token is used", false},
    {INVITE_DONE, true, false, "the token expired", false},
};

static void
test_visits(void)
{
	const struct digest *id;
	const char *path;
	struct invite invite;
	uint64_t now;
	size_t i;

	for (i = 0; i < COUNT(visits); i++) {
		path = folder();
		invite = invite_of(visits[i].state, NOW);
		id = visits[i].other ? &eve : &alice;
		now = visits[i].late ? NOW : NOW - 1;
		if (visits[i].words == NULL)
			check(invite_check(&invite, id, now) == 0, "visit %zu",
			    i);
		else
			check_fails(invite_check(&invite, id, now), FAIL_NO,
			    visits[i].words, "visit");
		must(invite_save(path, &invite) == 0, "save");
		check(invite_admits(path, id, now) == visits[i].admits,
		    "visit %zu is wrongly admitted", i);
	}
	check(!invite_admits(scratch("none"), &alice, 0), "no folder admits");
}

static void
test_prune(void)
{
	const char *path = folder();
	struct invite old = invite_of(INVITE_DONE, NOW - INVITE_MEMORY - 1);
	struct invite late = invite_of(INVITE_OPEN, NOW - INVITE_MEMORY);
	struct invite back;
	char file[PATH_MAX];

	snprintf(file, sizeof file, "%s/x.1.new", path);
	scratch_write(file, span_of("", 0), 0600);
	must(invite_save(path, &old) == 0 && invite_save(path, &late) == 0,
	    "save");
	check(invite_prune(path, NOW) == 0, "prune");
	check_fails(invite_load(path, &old.hash, &back), FAIL_NO, "", "old");
	check(invite_load(path, &late.hash, &back) == 0, "late is gone");
	check(access(file, F_OK) != 0, "a temporary is left");
}

static void
test_create(void)
{
	const char *path = scratch("created");
	struct invite a = invite_of(INVITE_OPEN, NOW), b = a, back;
	uint8_t secret_a[TOKEN_SECRET], secret_b[TOKEN_SECRET];
	struct digest hash;
	struct stat status;

	must(invite_create(path, &a, secret_a) == 0 &&
		invite_create(path, &b, secret_b) == 0,
	    "create");
	check(memcmp(secret_a, secret_b, sizeof secret_a) != 0, "same secret");
	hash = token_hash(secret_b);
	check(invite_load(path, &hash, &back) == 0 &&
		memcmp(&back, &b, sizeof b) == 0,
	    "the secret leads elsewhere");
	check(stat(path, &status) == 0 && (status.st_mode & 0777) == 0700,
	    "the folder's mode");
}

int
main(void)
{
	test_files();
	test_faulty_files();
	test_visits();
	test_prune();
	test_create();
	return failures != 0;
}
