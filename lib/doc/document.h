/* SPDX-License-Identifier: ISC */
#ifndef DOC_DOCUMENT_H
#define DOC_DOCUMENT_H

/* Any document, whatever its kind, for whoever debugs a stage. */

#include "format/report.h"

struct owner;

/*
 * Check the signature of a document with the key in it, and append its row
 * and those of all its parts. What is sealed is shown if it is that of
 * `owner` (NULL: nobody). -1: FAIL_DATA.
 */
int document_describe(enum report_style style, struct span document,
    const struct owner *owner, struct buf *to);

#endif
