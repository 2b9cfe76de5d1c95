/* SPDX-License-Identifier: ISC */
#ifndef POLL_FOLLOW_H
#define POLL_FOLLOW_H

/*
 * What follows from a certificate in a file (vote/repairs.h): it is checked by
 * the newest members document that anybody has, set beside the earlier ones
 * that are kept here (poll/kept.h), and related to the stripes that the
 * owner's indexes list. It is then kept itself.
 *
 * The owner does all of it, whether it is a holder or not: what is its own it
 * may rebuild whenever it likes, and what is there already is left alone. A
 * member does its share.
 */

#include "format/report.h"
#include "vote/repairs.h"
#include "vote/settled.h"
#include "xfer/holder.h"

struct roster;

struct follow {
	struct holders *holders;
	struct digest owner, self;
	const char *folder;  /* of the certificates that are kept */
	const char *members; /* our own copy of the document, or NULL */

	struct buf document, certificate;
	struct settled settled;
	struct repairs repairs; /* what is to be done */
};

/*
 * FAIL_DATA when the certificate does not hold, or says nothing of single
 * shards; FAIL_NO when it is an alarm, or there is no members document.
 * `follow` must be released in any case.
 */
int follow_load(struct follow *follow, const char *path);
void follow_release(struct follow *follow);

/*
 * Append what is to be done as rows, the smallest margin first, with the names
 * of the roster; text has no heading, so that xargs(1) can take it.
 */
int follow_rows(const struct follow *follow, const struct roster *roster,
    enum report_style style, struct buf *rows);

/* Tell what is not to be done yet. */
void follow_explain(const struct follow *follow);

#endif
