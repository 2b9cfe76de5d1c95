/* SPDX-License-Identifier: ISC */
#ifndef DOC_DESCRIBE_H
#define DOC_DESCRIBE_H

/*
 * Records and documents as rows, for whoever debugs a stage: each function
 * appends one row or a few, in the style asked for. What is sealed is shown
 * as such.
 */

#include "doc/index.h"
#include "doc/members.h"
#include "doc/order.h"
#include "doc/receipt.h"
#include "doc/snapshot.h"
#include "format/record.h"
#include "format/report.h"

struct owner;

int describe_head(enum report_style style, const struct head *head,
    const char *label, struct buf *to);

/* The same with its label if `owner` (NULL: nobody) can open it. */
int describe_head_for(enum report_style style, const struct head *head,
    const struct owner *owner, struct buf *to);
int describe_stripe(enum report_style style, const struct stripe *stripe,
    struct buf *to);
int describe_shard(enum report_style style, const struct stripe *stripe,
    unsigned index, uint32_t size, const char *state, struct buf *to);
int describe_end(enum report_style style, const struct end *end,
    struct buf *to);

/* The document's own row; its parts are rows of the kinds above. */
int describe_index(enum report_style style, const struct index *index,
    const struct digest *signer, struct buf *to);
int describe_snapshot(enum report_style style, const struct snapshot *snapshot,
    const struct digest *signer, struct buf *to);
int describe_receipt(enum report_style style, const struct receipt *receipt,
    const struct digest *signer, struct buf *to);
int describe_members(enum report_style style, const struct members *members,
    const struct digest *signer, struct buf *to);
int describe_order(enum report_style style, const struct order *order,
    const struct digest *signer, struct buf *to);

/* Bytes of a store by their id. */
int describe_bytes(enum report_style style, const struct digest *id,
    uint64_t size, const char *state, struct buf *to);

#endif
