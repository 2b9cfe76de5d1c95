/* SPDX-License-Identifier: ISC */
#ifndef VOTE_VERIFY_H
#define VOTE_VERIFY_H

/*
 * What a file from a poll or an audit says, checked offline: a certificate, by
 * the members document that it is under; proofs, by that and the owner's
 * indexes, which are in the file (vote/answered.h); or evidence, by itself and
 * the owner's orders to drop that are behind it.
 */

#include "format/report.h"

/* Whether a file is a certificate or proofs; all else is judged as evidence. */
bool verify_needs_members(struct span file);

/*
 * Check it and append what it says as rows. A certificate, or proofs: 0 when
 * all is there, else FAIL_NO, or FAIL_SYSTEM when it was not to be read.
 * Evidence: FAIL_NO, since somebody is convicted. FAIL_DATA when the file does
 * not hold.
 */
int verify_file(enum report_style style, struct span file, struct span members,
    struct buf *rows);

#endif
