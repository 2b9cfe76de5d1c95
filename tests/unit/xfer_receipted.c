/* SPDX-License-Identifier: ISC */
/* The last receipt of each peer: kept as it was signed, believed if it was. */
#include "xfer/receipted.h"

#include "doc/receipt.h"
#include "document.h"
#include "scratch.h"

static const uint8_t ids[32];

/* A receipt that peer `who` signs at that time. */
static void
sign(struct holder *holder, int who, uint64_t time)
{
	struct secret scalar = scalar_of(who);
	struct receipt receipt = {.time = time, .ids = span_of(ids, 32)};

	must(receipt_encode(&receipt, &scalar, &holder->receipts) == 0, "sign");
}

int
main(void)
{
	struct digest one = owner_of(1).id, two = owner_of(2).id;
	struct holder holder[2] = {{.id = one}, {.id = two}};
	struct holders holders = {.holder = holder, .count = 2};
	char hex[DIGEST_HEX_SIZE], name[128];

	check(receipted_load(scratch("receipts"), &one) == 0, "there was none");
	sign(&holder[0], 1, 100);
	sign(&holder[0], 1, 200);
	must(receipted_save(scratch("receipts"), &holders) == 0, "save");
	check(receipted_load(scratch("receipts"), &one) == 200, "the last");
	check(receipted_load(scratch("receipts"), &two) == 0, "of another");

	/* a run in which a peer signs nothing leaves what there was */
	buf_release(&holder[0].receipts);
	sign(&holder[1], 2, 300);
	must(receipted_save(scratch("receipts"), &holders) == 0, "save");
	check(receipted_load(scratch("receipts"), &one) == 200, "forgotten");
	check(receipted_load(scratch("receipts"), &two) == 300, "the other");

	/* neither nonsense nor what somebody else has signed is a receipt */
	digest_hex(&one, hex);
	snprintf(name, sizeof name, "receipts/%s", hex);
	scratch_write(scratch(name), span_of_buf(&holder[1].receipts), 0600);
	check(receipted_load(scratch("receipts"), &one) == 0, "a stranger's");
	scratch_write(scratch(name), span_of_text("x"), 0600);
	check(receipted_load(scratch("receipts"), &one) == 0, "nonsense");
	scratch_write(scratch("file"), span_of_text("x"), 0600);
	check(receipted_save(scratch("file"), &holders) == -1,
	    "a file is no folder");
	buf_release(&holder[1].receipts);
	return failures != 0;
}
