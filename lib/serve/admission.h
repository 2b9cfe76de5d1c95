/* SPDX-License-Identifier: ISC */
#ifndef SERVE_ADMISSION_H
#define SERVE_ADMISSION_H

/*
 * Which requests a peer may make, by their heads alone: before a payload is
 * taken, and before anything is done.
 */

#include "format/message.h"

struct verbs;

/*
 * Whether the peer may ask for that; whose quota counts is verbs->owner then.
 * FAIL_USAGE, FAIL_NO, FAIL_DATA, or FAIL_SYSTEM.
 */
int admission_check(struct verbs *verbs, const struct request *request);

#endif
