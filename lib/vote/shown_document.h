/* SPDX-License-Identifier: ISC */
#ifndef VOTE_SHOWN_DOCUMENT_H
#define VOTE_SHOWN_DOCUMENT_H

/* The rows of vote/shown.h, one document each. */

#include "format/record.h"
#include "format/report.h"

/* A proof, or a document of the kinds of vote/poll.h. */
int shown_document(enum report_style style, struct span document,
    enum record_kind kind, struct buf *to);

/* A list of so many, that follow. */
int shown_document_list(enum report_style style, const char *name, size_t count,
    struct buf *to);

/* The items of a poll, and how many of them one member holds. */
int shown_document_items(enum report_style style, size_t count,
    const struct digest *root, struct buf *to);
int shown_document_held(enum report_style style, size_t member, size_t count,
    struct buf *to);

#endif
