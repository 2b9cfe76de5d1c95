/* SPDX-License-Identifier: ISC */
#ifndef POLL_AUDIT_H
#define POLL_AUDIT_H

/*
 * A quick look at one holder: what it should have follows from the receipts
 * that it signed and the owner's indexes, which the others have too; it is
 * asked for random pieces of that, and signs its answers.
 */

#include "format/report.h"
#include "poll/living.h"
#include "vote/answered.h"

struct audit {
	struct holders *holders; /* all there are */
	struct holder *holder;	 /* the one that is looked at */
	struct digest owner;
	size_t sample; /* questions; 0: one for each shard */
	bool keep;     /* what it signs, in `proofs`: a page is 1.5 MB */

	/* What came of it. */
	struct living living; /* what it is about */
	bool unreceipted;     /* it is asked for what it says it has */
	size_t shards;	      /* that it should have */
	uint64_t size;	      /* bytes of them */
	struct answered answered;
	struct buf proofs; /* documents that it signed, if they are kept */
};

/*
 * Ask, and count the answers. -1: FAIL_NO when there is nothing to ask for,
 * FAIL_DATA when it does not answer what was asked, FAIL_SYSTEM.
 */
int audit_holder(struct audit *audit);

/* Append it as a row, under its header. */
int audit_row(const struct audit *audit, enum report_style style,
    struct buf *rows);

/* What the answers come to: 0, FAIL_NO, FAIL_SYSTEM. */
int audit_judge(const struct audit *audit);

/* The holder of that name, that has a key. NULL (FAIL_USAGE). */
struct holder *audit_find(struct holders *holders, const char *name);

void audit_release(struct audit *audit);

#endif
