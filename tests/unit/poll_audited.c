/* SPDX-License-Identifier: ISC */
/* The last audit of a peer: kept, or forgotten, never made up. */
#include "poll/audited.h"

#include "scratch.h"

static const struct digest peer = {{7}}, other = {{8}};

static void
test_damaged(const char *text)
{
	char hex[DIGEST_HEX_SIZE], name[100];
	struct audited audited;

	digest_hex(&peer, hex);
	snprintf(name, sizeof name, "audits/%s", hex);
	scratch_write(scratch(name), span_of_text(text), 0600);
	audited_load(scratch("audits"), &peer, &audited);
	check(audited.time == 0 && audited.answered.asked == 0,
	    "'%s' is of %llu", text, (unsigned long long)audited.time);
}

int
main(void)
{
	static const char *const damaged[] = {"", "\n", "1", "1 2 3 4 5 6\n",
	    "1 2 3 4 5 6 7", "1 2 3 4 5 6 7 8\n", "01 2 3 4 5 6 7\n",
	    "1 2 3 4 5 6 -7\n", "1 2 3 4 5 6 99999999999999999999\n"};
	struct audited audited = {1700000000,
	    {300,
		{[PROOF_OK] = 1,
		    [PROOF_MISSING] = 2,
		    [PROOF_WRONG] = 3,
		    [PROOF_EIO] = 4,
		    [PROOF_BUSY] = UINT64_MAX}}};
	struct audited back;
	size_t i;

	audited_load(scratch("audits"), &peer, &back);
	check(back.time == 0, "there was none");
	check(audited_save(scratch("audits"), &peer, &audited) == 0, "save: %s",
	    fail_last()->text);
	audited_load(scratch("audits"), &peer, &back);
	check(memcmp(&audited, &back, sizeof back) == 0, "it is another one");
	audited_load(scratch("audits"), &other, &back);
	check(back.time == 0, "it is another peer's");
	for (i = 0; i < COUNT(damaged); i++)
		test_damaged(damaged[i]);
	scratch_write(scratch("file"), span_of_text("x"), 0600);
	check(audited_save(scratch("file"), &peer, &audited) == -1,
	    "a file is no folder");
	return failures > 0;
}
