/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_SHOW_POLLS_H
#define HEALTH_SHOW_POLLS_H

/* What has been proved, and what was read, for people and for scripts. */

#include "health/show_row.h"

/* Append the row of the last poll, or of the scrub of our store, if any. */
int show_polls(const struct facts *facts, enum report_style style,
    struct buf *to);

/* What a peer's last audit came to: for people also how long ago. */
#define SHOW_AUDIT (NUMBER_AGE_TEXT + 16)
void show_polls_audit(const struct facts *facts, const struct peer_facts *peer,
    enum report_style style, char text[static SHOW_AUDIT]);

/* The same as metrics. */
int show_polls_metrics(const struct facts *facts, struct buf *to);

#endif
